"""Numbers in words: amounts in the units that planners use, probabilities with their intervals, goals as sentences."""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import Language
from sim.scenario.metrics import METRICS
from sim.scenario.values.quantities import parse_quantity
from sim.scenario.values.reading import QuantityError
from sim.scenario.values.words import Words
from sim.terms import label

NARROW = 0.005
"""Width of an interval below which a percentage has a decimal."""


@dataclass(frozen=True)
class Scale:
    """How amounts of one kind are written: divided by `divisor`, with `decimals`, before `suffix`."""

    divisor: float
    decimals: int
    suffix: str

    def number(self, amount: float) -> str:
        """An amount without its unit; a percentage keeps its sign."""
        text = f"{amount / self.divisor:,.{self.decimals}f}"
        text = text.removeprefix("-") if float(text.replace(",", "")) == 0 else text
        return text + ("%" if self.suffix == "%" else "")

    def words(self, amount: float) -> str:
        """An amount with its unit."""
        return self.number(amount) + ("" if self.suffix == "%" else self.suffix)

    def exact(self, amount: float) -> str:
        """A stated amount with its unit, written as shortly as it can be: 110 bn yuan, not 110.0."""
        text = f"{amount / self.divisor:,.6f}".rstrip("0").rstrip(".")
        return text + self.suffix


def scale_of(unit: str, amount: float, lang: Language) -> Scale:
    """The scale for amounts about as large as `amount`, in the base unit `unit` (yuan, fraction, projects, mu, days)."""
    match unit:
        case "yuan":
            return money_scale(amount, lang)
        case "fraction":
            return Scale(0.01, 1, "%")
        case "projects":
            return Scale(1, 0, {"en": " projects", "zh": "个"}[lang])
        case "mu":
            return Scale(1, 0, {"en": " mu", "zh": "亩"}[lang])
        case "days":
            return Scale(1, 1, {"en": " days", "zh": "天"}[lang])
        case _:
            return Scale(1, 1, "")


def money_scale(amount: float, lang: Language) -> Scale:
    """bn yuan or 亿元; million yuan or 万元 for small amounts; three or four digits at `amount`."""
    steps = {
        "en": ((1e8, 1e9, " bn yuan", 1000), (1e5, 1e6, " million yuan", 1000), (0, 1, " yuan", 0)),
        "zh": ((1e7, 1e8, "亿元", 100), (1e4, 1e4, "万元", 100), (0, 1, "元", 0)),
    }[lang]
    _, divisor, suffix, whole = next(step for step in steps if abs(amount) >= step[0])
    units = abs(amount) / divisor
    return Scale(divisor, 0 if units >= whole else 1 if units >= 10 else 2, suffix)


def money(yuan: float, lang: Language) -> str:
    """A sum of money in words, on a scale of its own."""
    return money_scale(yuan, lang).words(yuan)


def stated(amount: float, unit: str, lang: Language) -> str:
    """A stated amount as the source would write it: 110 bn yuan, 1,100亿元, 320 projects, 12%."""
    return scale_of(unit, amount, lang).exact(amount)


CHINESE_UNITS = {"area": "亩", "duration": "天", "count": "个", "rate": "个/天"}


def as_told(text: str, lang: Language) -> str:
    """A value of a scenario as it was told; for Chinese readers its unit, too, is in their language."""
    if lang == "en":
        return text
    try:
        quantity = parse_quantity(text)
    except QuantityError:  # a date, a name, a list
        return text
    if quantity.dimension == "money":
        return stated(float(quantity.value), "yuan", lang)
    unit = "个工作日" if quantity.working else CHINESE_UNITS.get(quantity.dimension)
    return Scale(1, 0, unit).exact(float(quantity.value)) if unit else text


def percent(share: float, decimals: int = 1) -> str:
    """A share as a percentage."""
    return f"{100 * share:.{decimals}f}%"


def part(share: float) -> str:
    """A share of years, or a probability without interval, in whole percent: never 0% or 100%."""
    return f"{_inside(share, 0)}%"


def chance(estimate: float, low: float, high: float, lang: Language) -> str:
    """A probability with its interval, `62% (57-67)`: never 0% or 100%, never more digits than the interval supports."""
    decimals = 0 if high - low >= NARROW else 1
    if low <= 0:
        bound = _bound(high, decimals)
        return {"en": f"<{bound}% (at most {bound})", "zh": f"<{bound}%（至多{bound}）"}[lang]
    if high >= 1:
        bound = _bound(low, decimals)
        return {"en": f">{bound}% (at least {bound})", "zh": f">{bound}%（至少{bound}）"}[lang]
    ends = _inside(low, decimals), _inside(high, decimals)
    between = {"en": " to ", "zh": "至"}[lang] if any(end[0] in "<>" for end in ends) else "-"
    return f"{_inside(estimate, decimals)}%" + {"en": f" ({between.join(ends)})", "zh": f"（{between.join(ends)}）"}[lang]


def _inside(probability: float, decimals: int) -> str:
    """A probability in percent, kept strictly between 0 and 100."""
    text = f"{100 * probability:.{decimals}f}"
    least = 10.0**-decimals
    if float(text) <= 0:
        return f"<{least:.{decimals}f}"
    return f">{100 - least:.{decimals}f}" if float(text) >= 100 else text


def _bound(probability: float, decimals: int) -> str:
    """A bound in percent: at least the smallest step away from 0 and from 100."""
    least = 10.0**-decimals
    return f"{min(max(round(100 * probability, decimals), least), 100 - least):.{decimals}f}"


def amount_of(metric: str) -> str:
    """The unit of a metric's outcomes."""
    return METRICS[metric].unit


def comparison(comparator: str, lang: Language) -> str:
    """`at least`, `不低于`, ..."""
    return label(f"comparator.{comparator}", lang)


def named(title: Words | None, name: str, lang: Language) -> str:
    """The title of a thing, or its name where it has none."""
    return title[lang] if title else name


def say(lang: Language, english: str, chinese: str) -> str:
    """The one of two sentences that is in the language of the reader."""
    return chinese if lang == "zh" else english
