"""How likely is each outcome: the chance to reach a value, with its interval, and the goal marked."""

from __future__ import annotations

from typing import Any, Literal

from matplotlib.axes import Axes

from sim.analysis.figures import Exceedance
from sim.errors import Language
from sim.plots import style
from sim.reports.wording import chance, percent, say, scale_of, stated
from sim.terms import label

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def exceedance(shown: Exceedance, lang: Language, ax: Axes | None = None) -> Axes:
    """Draw P(outcome >= x) (P(outcome <= x) of a ceiling) on `ax`, or on a figure of its own. Returns the Axes.

    `shown.values` (value,) are in the base unit, the chances beside them fractions.
    """
    ax = style.axes_or_new(ax)
    floor = shown.comparator in {">=", ">"}
    steps: Literal["pre", "post"] = "pre" if floor else "post"
    band = ax.fill_between(shown.values, shown.low, shown.high, step=steps, color=style.BLUE, alpha=0.22, linewidth=0)
    (line,) = ax.plot(shown.values, shown.chance, color=style.BLUE, linewidth=2, drawstyle=f"steps-{steps}")
    curve = label("exceedance_probability", lang) if floor else say(lang, "probability to stay within", "不超过的概率")
    drawn: list[tuple[Any, str]] = [(line, curve), (band, label("interval", lang))]
    first, last = float(shown.values[0]), float(shown.values[-1])
    told = ""
    if shown.goal is not None:
        first, last = min(first, shown.goal), max(last, shown.goal)
        drawn.append((ax.axvline(shown.goal, color=style.BLACK, linestyle="--", linewidth=1.2), label("goal", lang)))
        told = f"{label('goal', lang)} {stated(shown.goal, shown.unit, lang)}".strip()
    if shown.goal is not None and shown.met is not None:
        met = shown.met
        below, above = max(met.estimate - met.low, 0.0), max(met.high - met.estimate, 0.0)
        ax.errorbar(shown.goal, met.estimate, yerr=[[below], [above]], fmt="o", color=style.VERMILLION, capsize=3, zorder=5)
        words = chance(met.estimate, met.low, met.high, lang)
        told += say(lang, f": {words}", f"：{words}")
    scale = scale_of(shown.unit, last if shown.goal is None else shown.goal, lang)
    style.amounts_along_x(ax, *style.between(first, last), scale)
    ax.set_ylim(-0.02, 1.02)
    style.words_along_y(ax, SHARES, [percent(share, 0) for share in SHARES])
    ax.grid(axis="y", color="#E4E4E4", linewidth=0.6)
    unit = "" if shown.unit in {"fraction", "projects"} else scale.suffix.strip()
    style.titled(ax, f"{shown.title}{say(lang, ', ', '，')}{unit}" if unit else shown.title, told)
    style.named(ax, drawn, columns=3)
    return ax
