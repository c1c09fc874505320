"""What the page of a run tells, section by section, in the order in which a planner asks: words, tables and pictures of one run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from sim.errors import Language
from sim.reports.bridge import bridge_lines
from sim.reports.figures import exceedance_of, fan_of, odds_of, queues_of, stocks_of
from sim.reports.forecast import footing_page, goals_page, provenance_words, readings_page, title_page
from sim.reports.goals import goal_names
from sim.reports.kept import KeptForecast
from sim.reports.levers import told_levers_page
from sim.reports.months import months_page
from sim.reports.observations import observations_page
from sim.reports.stages import stages_page
from sim.reports.tables import Block, Heading, Page, Paragraph, Table
from sim.reports.wording import say
from sim.studies.bridge import bridge_of
from sim.terms import label, term

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_PICTURES = 6
"""Goals that have a picture of their own."""


@dataclass(frozen=True)
class Picture:
    """A picture that is drawn when the page is written; `words` say what it shows to whom cannot see it."""

    words: str
    draw: Callable[[], Axes]


@dataclass(frozen=True)
class Section:
    """Words and tables, then pictures."""

    blocks: Sequence[Block]
    pictures: Sequence[Picture] = ()
    form: Literal["below", "beside"] = "below"
    """Where the pictures stand, if the page is wide."""


@dataclass(frozen=True)
class Sheet:
    """A whole page."""

    title: str
    notice: str
    """What stands at the top, before any number."""
    sections: Sequence[Section]
    footer: Sequence[str]


def sheet_of(kept: KeptForecast, lang: Language) -> Sheet:
    """The page of a run; sections of which there is nothing to tell are left out."""
    first, *others = title_page(kept, lang)
    sections = (
        Section([*others, Paragraph(provenance_words(kept.results.provenance, lang))]),
        _goals(kept, lang),
        _readings(kept, lang),
        _months(kept, lang),
        Section(observations_page(kept, lang)),
        _bridge(kept, lang),
        _stages(kept, lang),
        Section(_levers(kept, lang)),
        Section(_footing(kept, lang)),
    )
    untested = label("not_tested", lang)
    return Sheet(
        title=first.text if isinstance(first, Heading) else "",
        notice=untested[:1].upper() + untested[1:],
        sections=[section for section in sections if section.blocks],
        footer=_footer(kept, lang),
    )


def _goals(kept: KeptForecast, lang: Language) -> Section:
    """Each goal with its probability, and how likely each outcome is."""
    from sim.plots.exceedance import exceedance

    names = goal_names(kept.scenario, lang)
    pictures = []
    for goal in kept.results.headline[:MOST_PICTURES]:
        if shown := exceedance_of(kept, goal, lang):
            words = f"{label('exceedance_probability', lang)}{say(lang, ': ', '：')}{names[goal]}"
            pictures.append(Picture(words, partial(exceedance, shown, lang)))
    return Section([Heading(say(lang, "Will the goals be reached?", "目标能否实现？")), *goals_page(kept, lang)], pictures)


def _beside(blocks: Page, pictures: Sequence[Picture]) -> Section:
    """A section whose one picture stands beside its table."""
    return Section(blocks, pictures, "beside" if pictures else "below")


def _readings(kept: KeptForecast, lang: Language) -> Section:
    from sim.plots.readings import readings

    goals, shown = odds_of(kept, lang)
    words = say(lang, "Probability of each goal under each reading", "各理解口径下的达成概率")
    return _beside(readings_page(kept, lang), [Picture(words, partial(readings, goals, shown, lang))] if shown else [])


def _months(kept: KeptForecast, lang: Language) -> Section:
    from sim.plots.fan import fan

    shown = fan_of(kept, lang)
    return _beside(months_page(kept, lang), [Picture(shown.title, partial(fan, shown, lang))] if shown else [])


def _bridge(kept: KeptForecast, lang: Language) -> Section:
    from sim.plots.bridge import bridge

    plan, words = bridge_of(kept.scenario).plan, say(lang, "Bridge from plan to goal", label("bridge", "zh"))
    return _beside(bridge_lines(kept.scenario, lang), [Picture(words, partial(bridge, plan, lang))] if plan else [])


def _stages(kept: KeptForecast, lang: Language) -> Section:
    from sim.plots.queues import queues

    shown = [levels for levels in (queues_of(kept, lang), *stocks_of(kept, lang)) if levels is not None]
    return Section(stages_page(kept, lang), [Picture(levels.title, partial(queues, levels, lang)) for levels in shown])


def _levers(kept: KeptForecast, lang: Language) -> Page:
    """The levers in force, and what of levers was asked for this run."""
    told = kept.levers
    if not told["told"]:
        return []
    taken, dropped = (say(lang, ", ", "，").join(told[name]) for name in ("taken", "dropped"))
    asked = [Paragraph(say(lang, f"Taken in this run: {taken}", f"本次采用：{taken}"))] if taken else []
    asked += [Paragraph(say(lang, f"Dropped in this run: {dropped}", f"本次取消：{dropped}"))] if dropped else []
    heading = Heading(say(lang, "Levers in force: their effect is inside the numbers", "已执行的措施：其效果已计入数值"))
    return [heading, *asked, *told_levers_page(told["told"], lang)]


def _footing(kept: KeptForecast, lang: Language) -> Page:
    """Where the numbers come from, and what the forecast rests on."""
    kinds = ("stated", "observed", "fitted", "assumed")
    rows = tuple((label(f"provenance.{kind}", lang), str(kept.results.provenance.get(kind, 0)), _meaning(kind, lang)) for kind in kinds)
    headers = label("provenance", lang), say(lang, "numbers", "个数"), say(lang, "meaning", "含义")
    heading = label("provenance", lang)
    return [Heading(heading[:1].upper() + heading[1:]), Table(headers, rows, left=3), *footing_page(kept, lang)]


def _meaning(kind: str, lang: Language) -> str:
    return term(f"provenance.{kind}").meaning(lang)


def _footer(kept: KeptForecast, lang: Language) -> list[str]:
    """Of which run the page is, and by which programs."""
    results, comma = kept.results, say(lang, ", ", "，")
    counts = say(lang, f"{results.replications} replications, seed {results.seed}", f"模拟{results.replications}次，种子{results.seed}")
    programs = comma.join(f"{name} {version}" for name, version in kept.versions.items())
    return [f"{results.scenario}{comma}{counts}{comma}{label('engine', lang)} {results.engine}", programs]
