"""`outlook.plot.fan()`, `contrast.plot.difference()`: the pictures of a result by name; each takes an Axes to draw on and returns it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from matplotlib.axes import Axes

from sim.errors import Language, SimError
from sim.plots.bridge import bridge
from sim.plots.difference import difference
from sim.plots.exceedance import exceedance
from sim.plots.fan import fan
from sim.plots.gantt import gantt
from sim.plots.queues import queues
from sim.plots.readings import readings
from sim.reports.answer import Answer
from sim.reports.figures import amount_differences_of, chance_differences_of, exceedance_of, fan_of, odds_of, queues_of, stocks_of
from sim.reports.months import money_goal
from sim.reports.ways import gantt_of
from sim.studies.bridge import bridge_of
from sim.studies.compare import Comparison

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
