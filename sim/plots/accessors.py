"""`outlook.plot.fan()`, `contrast.plot.difference()`, `sweep.plot.boxes()`: the pictures of a result by name; each takes an Axes to draw on
and returns it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from matplotlib.axes import Axes

from sim.analysis.discovery import DENSITY, Discovery
from sim.analysis.figures import Part
from sim.errors import Language, SimError
from sim.plots import style
from sim.plots.boxes import boxes
from sim.plots.bridge import bridge
from sim.plots.difference import difference
from sim.plots.exceedance import exceedance
from sim.plots.fan import fan
from sim.plots.gantt import gantt
from sim.plots.queues import queues
from sim.plots.readings import readings
from sim.plots.study import panel_of
from sim.reports.answer import Answer
from sim.reports.figures import amount_differences_of, chance_differences_of, exceedance_of, fan_of, odds_of, queues_of, stocks_of
from sim.reports.months import money_goal
from sim.reports.sweep.boxes import Asked, asked_of, none_words
from sim.reports.sweep.figures import boxes_of
from sim.reports.sweep.indices import no_indices
from sim.reports.sweep.page import shown_outputs
from sim.reports.sweep.words import StudyAnswer, numbers_of, parts_of
from sim.reports.ways import gantt_of
from sim.studies.bridge import bridge_of
from sim.studies.compare import Comparison
from sim.studies.sweep.judging import Judged, find_boxes, judge

T = TypeVar("T")


def _shown(what: T | None) -> T:
    """What there is to show. Raises SimError where there is nothing."""
    if not what:
        raise SimError("there is nothing to show in this picture", "此图没有可显示的内容")
    return what


@dataclass(frozen=True)
class OutlookPlots:
    """Pictures of a forecast. All raise SimError where there is nothing to show, and KeyError for a goal that there is not."""

    answer: Answer

    def fan(self, goal: str | None = None, *, lang: Language = "en", ax: Axes | None = None) -> Axes:
        """P10, P50 and P90 by month against the goal, the straight line and the reference curve; of investment where no goal is named."""
        return fan(_shown(fan_of(self.answer, lang, goal)), lang, ax)

    def exceedance(self, goal: str | None = None, *, lang: Language = "en", ax: Axes | None = None) -> Axes:
        """How likely each outcome of a goal is to be reached, with its interval; of the first headline goal where none is named."""
        headline = self.answer.results.headline
        chosen = goal if goal is not None else _shown(headline)[0]
        return exceedance(_shown(exceedance_of(self.answer, chosen, lang)), lang, ax)

    def bridge(self, *, lang: Language = "en", ax: Axes | None = None) -> Axes:
        """From the year's plans to the goal of investment: arithmetic, no simulation."""
        _shown(money_goal(self.answer.scenario))
        return bridge(_shown(bridge_of(self.answer.scenario).plan), lang, ax)

    def readings(self, *, lang: Language = "en", ax: Axes | None = None) -> Axes:
        """The probability of each goal under each reading of what the source leaves open."""
        names, odds = odds_of(self.answer, lang)
        return readings(_shown(names), odds, lang, ax)

    def queues(self, *, lang: Language = "en", ax: Axes | None = None) -> Axes:
        """Requests that wait at month ends, by stage."""
        return queues(_shown(queues_of(self.answer, lang)), lang, ax)

    def stocks(self, unit: str = "mu", *, lang: Language = "en", ax: Axes | None = None) -> Axes:
        """What is in stock at month ends, of the stocks of one unit (mu, yuan)."""
        shown = next((one for one in stocks_of(self.answer, lang) if one.unit == unit), None)
        return queues(_shown(shown), lang, ax)

    def gantt(self, replication: int | None = None, among: Sequence[str] = (), *, lang: Language = "en", ax: Axes | None = None) -> Axes:
        """The ways of one replication's largest projects through their stages, waits told apart from work; needs `run(record=True)`.

        `among`: names of listed projects, cohorts and streams, all if none. Raises ValueError for a replication that is not on record.
        """
        record = _shown(self.answer.results.record)
        return gantt(gantt_of(record, self.answer.scenario, lang, replication, among=among), lang, ax)


@dataclass(frozen=True)
class ContrastPlots:
    """Pictures of a comparison."""

    comparison: Comparison

    def difference(self, *, outcomes: bool = False, lang: Language = "en", ax: Axes | None = None) -> Axes:
        """What the change does to the probability of each goal, or to their outcomes. Raises SimError where there is nothing to show."""
        rows = (amount_differences_of if outcomes else chance_differences_of)(self.comparison, lang)
        return difference(_shown(rows), lang, ax)


WITH_INDICES = ("saltelli", "morris", "sample", "latin_hypercube", "grid")
"""Designs that tell how much an output rests on each factor."""


@dataclass(frozen=True)
class SweepPlots:
    """Pictures of a study. What a city can do (`levers`), and how its source is read (`readings`), have pictures apart from assumptions.

    All raise SimError where the design does not fit, where there are no such factors, and where there is nothing to show.
    """

    kept: StudyAnswer

    def tornado(
        self,
        output: str | None = None,
        *,
        levers: bool = False,
        readings: bool = False,
        lang: Language = "en",
        ax: Axes | None = None,
    ) -> Axes:
        """What each factor does alone, the widest on top; of a one-way design."""
        return self._drawn(output, ("one_way",), self._part(levers, readings), lang, ax)

    def indices(
        self,
        output: str | None = None,
        *,
        levers: bool = False,
        readings: bool = False,
        lang: Language = "en",
        ax: Axes | None = None,
    ) -> Axes:
        """How much an output rests on each factor, and on the luck of the year; of a Saltelli, Morris, grid or random design."""
        return self._drawn(output, WITH_INDICES, self._part(levers, readings), lang, ax)

    def boxes(
        self,
        output: str | None = None,
        *,
        below: float | None = None,
        above: float | None = None,
        density: float = DENSITY,
        lang: Language = "en",
        ax: Axes | None = None,
    ) -> Axes:
        """Where an output is below, or above, a bound (of a probability by default: below one half): the points, and the first box."""
        asked = asked_of(self._output(output), below, above)
        found = find_boxes(self.kept.plan, self.kept.table, asked.output, asked.below, asked.above, density)
        return boxes_picture(self.kept, asked, found, lang, ax)

    def panels(self, output: str | None = None, *, lang: Language = "en") -> Axes:
        """What the design tells, on a figure of its own: assumptions, levers and readings in a panel each. The Axes of the first."""
        judged = self._judged(output, ("one_way", *WITH_INDICES))
        drawn = [_shown(panel_of(self.kept, judged, part, lang)) for part in parts_of(self.kept.plan.axes)]
        axes = style.panels([panel.height for panel in drawn], style.WIDE)
        for ax, panel in zip(axes, drawn, strict=True):
            panel.draw(ax)
        return axes[0]

    def _drawn(self, output: str | None, designs: Sequence[str], part: Part, lang: Language, ax: Axes | None) -> Axes:
        """Factors of one kind. Raises SimError where the study has none."""
        if not numbers_of(self.kept.plan.axes, part):
            chinese = {"assumptions": "假设", "levers": "措施", "readings": "理解口径或覆盖方案"}[part]
            raise SimError(f"the study has no {part} among its factors", f"研究的因素中没有{chinese}")
        return _shown(panel_of(self.kept, self._judged(output, designs), part, lang)).draw(ax)

    def _judged(self, output: str | None, designs: Sequence[str]) -> Judged:
        """The output judged. Raises SimError where the points are of another design, and where it has no indices."""
        name, design = self._output(output), self.kept.plan.design
        if design not in designs:
            wanted = ", ".join(designs)
            raise SimError(f"the points are of a {design} design; this picture wants {wanted}", f"设计为 {design}；此图须用 {wanted}")
        judged = judge(self.kept.plan, self.kept.table, name)
        state = next((found.state for found in (judged.sobol, judged.morris, judged.given) if found is not None), "found")
        if state != "found":
            raise SimError(no_indices(state, "en").rstrip("."), no_indices(state, "zh").rstrip("。"))
        return judged

    def _output(self, output: str | None) -> str:
        """The output asked for, by default the first that a page shows. Raises SimError where there is none of that name."""
        if output is not None and output not in self.kept.plan.outputs:
            known = ", ".join(self.kept.plan.outputs)
            raise SimError(f"the study has no output {output}; it has {known}", f"研究没有输出 {output}；已有 {known}")
        return output or shown_outputs(self.kept.plan)[0]

    def _part(self, levers: bool, readings: bool) -> Part:
        """What is asked for. Raises SimError where it is two things at once."""
        if levers and readings:
            raise SimError("levers and readings never share a picture", "措施与理解口径不能同图显示")
        return "levers" if levers else "readings" if readings else "assumptions"


def boxes_picture(kept: StudyAnswer, asked: Asked, found: Discovery, lang: Language, ax: Axes | None = None) -> Axes:
    """The points with the first box that was found. Raises SimError where there is none."""
    shown = boxes_of(kept, asked, found, lang)
    if shown is None:
        raise SimError(none_words(found, "en").rstrip("."), none_words(found, "zh").rstrip("。"))
    return boxes(shown, lang, ax)
