"""Under which conditions a goal is missed, in sentences: boxes of a study's points, with how many cases they hold and how pure they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.boxes import Choice, Restriction
from sim.analysis.discovery import Box, Discovery
from sim.analysis.quantities import is_chance
from sim.errors import Language, SimError
from sim.reports.plain import Json, plain
from sim.reports.sweep.words import StudyAnswer, amount_words, axis_title, missing_words, output_title, output_unit
from sim.reports.tables import Heading, Page, Paragraph, Table, joined
from sim.reports.wording import named, percent, say, scale_of
from sim.scenario.study.axes import Axis

EVEN = 0.5
LEAST_P = 0.001


@dataclass(frozen=True, eq=False)
class Asked:
    """What was looked for: points at which an output lies below, or above, a bound."""

    output: str
    below: float | None
    above: float | None


def asked_of(output: str, below: float | None, above: float | None) -> Asked:
    """What is looked for; of a probability by default where it is below one half. Raises SimError where no bound, or two, are said."""
    if below is not None and above is not None:
        raise SimError("below and above do not go together", "below与above不能同时使用")
    if below is None and above is None:
        if not is_chance(output):
            raise SimError(f"{output} is no probability: say below or above", f"{output} 不是概率：请给出below或above")
        below = EVEN
    return Asked(output, below, above)


def discovery_page(answer: StudyAnswer, asked: Asked, found: Discovery, lang: Language) -> Page:
    """The boxes, each as a sentence and a table of its bounds."""
    plan = answer.plan
    cases = interest_words(answer, asked, lang)
    share = found.of_interest / found.points if found.points else 0.0
    count = say(
        lang,
        f"{found.of_interest:,} of {found.points:,} points ({percent(share, 0)}) are such.",
        f"{found.points:,}个点中有{found.of_interest:,}个（{percent(share, 0)}）属于此情形。",
    )
    parts: list[Page] = [[Heading(named(plan.title, plan.study, lang)), Paragraph(f"{cases}{say(lang, '. ', '。')}{count}")]]
    if answer.done < plan.points:
        parts.append([Paragraph(missing_words(answer, lang))])
    if not found.boxes:
        parts.append([Paragraph(none_words(found, lang))])
    for number, box in enumerate(found.boxes, 1):
        parts.append(_box_page(answer.plan.axes, number, box, lang))
    return joined(parts)


def discovery_json(answer: StudyAnswer, asked: Asked, found: Discovery) -> Json:
    """The same for programs; amounts in base units, dates as ISO text, shares as fractions."""
    axes = {axis.name: axis for axis in answer.plan.axes}
    boxes = [{**plain(box), "sentence": {lang: sentence(answer.plan.axes, box, lang) for lang in ("en", "zh")}} for box in found.boxes]
    for box in boxes:
        for name, bounds in box["restrictions"].items():
            if axes[name].measure == "date" and "low" in bounds:
                bounds |= {end: None if bounds[end] is None else axes[name].text(bounds[end]) for end in ("low", "high")}
    asked_json = {"output": asked.output, "below": asked.below, "above": asked.above}
    return {"study": answer.plan.study, **asked_json, "of_interest": found.of_interest, "points": found.points, "boxes": boxes}


def interest_words(answer: StudyAnswer, asked: Asked, lang: Language) -> str:
    """What was looked for: `All goals together: probability below 50%`."""
    title = output_title(answer, asked.output, lang)
    bound = asked.below if asked.below is not None else asked.above or 0.0
    amount = scale_of(output_unit(answer, asked.output), bound, lang).exact(bound)
    is_said = title.startswith("P(") or title.endswith("概率")
    what = say(lang, "probability ", "概率") if is_chance(asked.output) and not is_said else ""
    than = say(lang, "below ", "低于") if asked.below is not None else say(lang, "above ", "高于")
    return say(lang, f"{title}: {what}{than}{amount}", f"{title}{what}{than}{amount}")


def sentence(axes: Sequence[Axis], box: Box, lang: Language) -> str:
    """A box in one sentence."""
    by_name = {axis.name: axis for axis in axes}
    conditions = [condition(by_name[name], restriction, lang) for name, restriction in box.restrictions.items()]
    joined_words = say(lang, " and ", "，且").join(conditions)
    return say(
        lang,
        f"It is so where {joined_words}: there lie {percent(box.coverage, 0)} of all such points, and {percent(box.density, 0)} of the "
        "points there are such.",
        f"当{joined_words}时：此情形的点有{percent(box.coverage, 0)}落在其中，其中的点有{percent(box.density, 0)}属于此情形。",
    )


def condition(axis: Axis, restriction: Restriction, lang: Language) -> str:
    """One bound in words: `permit desks are at most 9`."""
    title = axis_title(axis, lang)
    if isinstance(restriction, Choice):
        return say(lang, f"{title} is {' or '.join(restriction.values)}", f"{title}为{'或'.join(restriction.values)}")
    low, high = (None if bound is None else amount_words(axis, bound, lang) for bound in (restriction.low, restriction.high))
    if low is None:
        return say(lang, f"{title} is at most {high}", f"{title}不超过{high}")
    if high is None:
        return say(lang, f"{title} is at least {low}", f"{title}不低于{low}")
    return say(lang, f"{title} is between {low} and {high}", f"{title}在{low}与{high}之间")


def _box_page(axes: Sequence[Axis], number: int, box: Box, lang: Language) -> Page:
    by_name = {axis.name: axis for axis in axes}
    rows = tuple(
        (condition(by_name[name], restriction, lang), _p_words(box.quasi_p[name])) for name, restriction in box.restrictions.items()
    )
    headers = say(lang, "condition", "条件"), say(lang, "chance that it only seems so", "纯属偶然的可能")
    mass = say(lang, f"The box holds {percent(box.mass, 0)} of all points.", f"该区域占全部点的{percent(box.mass, 0)}。")
    heading = say(lang, f"Box {number}", f"区域{number}")
    return [Heading(heading), Paragraph(f"{sentence(axes, box, lang)}{say(lang, ' ', '')}{mass}"), Table(headers, rows)]


def _p_words(p: float) -> str:
    return f"<{LEAST_P}" if p < LEAST_P else f"{p:.3f}"


def none_words(found: Discovery, lang: Language) -> str:
    """Why there is no box."""
    if found.of_interest in {0, found.points}:
        return say(lang, "All points are alike in this: there is nothing to tell apart.", "所有点情形相同，无从区分。")
    return say(
        lang,
        "No box of them was found that is dense enough and not chance: no few conditions tell them apart.",
        "没有找到足够集中且非偶然的区域：少数条件不足以区分。",
    )
