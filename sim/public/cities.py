"""The library's face: load a scenario, change it, run it, read its forecast, compare it with another.

    >>> import sim
    >>> city = sim.load("hengyang-2022")
    >>> outlook = city.run(replications=50)
    >>> 0 < outlook.goals["investment"].probability.estimate < 1
    True

Everything is frozen: what changes a city gives another one. Amounts are yuan, mu, counts, days and fractions.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.analysis.attainment import Probability
from sim.analysis.pairing import Difference
from sim.analysis.summary import GoalSummary, ObservationSummary, ProjectSummary, summarise_projects
from sim.errors import Language
from sim.public.sweeps import Design, Sweep, study_of_city
from sim.reports.answer import Answer, answer_of
from sim.reports.comparison import comparison_json, comparison_page
from sim.reports.forecast import forecast_page
from sim.reports.fragment import as_fragment
from sim.reports.goals import unit_of
from sim.reports.plain import Json
from sim.reports.scenario import scenario_page
from sim.reports.summary_json import forecast_json
from sim.reports.tables import as_text
from sim.results.labelled import dataset
from sim.results.record import Record
from sim.results.results import Results
from sim.scenario.differing import Differing
from sim.scenario.files.setting import on_one_line
from sim.scenario.loading import Choice, Loaded, levers_that_fit
from sim.scenario.loading import load as load_scenario
from sim.scenario.schema import Lever, Scenario
from sim.studies.compare import Comparison, compare
from sim.studies.forecast import Precision, forecast, prepare

if TYPE_CHECKING:
    import xarray

    from sim.plots.accessors import ContrastPlots, OutlookPlots


@dataclass(frozen=True, eq=False)
class Outlook:
    """A forecast: what became of the goals over all replications. Printed, it is the page of `sim run`.

    >>> print(sim.load("hengyang-2022").run(replications=50))  # doctest: +ELLIPSIS
    Hengyang 2022, key projects (to 2022-12-31)
    50 replications, seed 1
    ...
    """

    answer: Answer

    def __str__(self) -> str:
        return as_text(forecast_page(self.answer, "en"))

    def _repr_html_(self) -> str:
        return as_fragment(forecast_page(self.answer, "en"))

    def __repr__(self) -> str:
        return f"<Outlook {self.results.scenario}: {self.results.replications} replications, seed {self.results.seed}>"

    @property
    def goals(self) -> Mapping[str, GoalSummary]:
        """Each goal's probability with its interval, quantiles, mean and mean shortfall, in the goal's own unit.

        >>> goal = sim.load("hengyang-2022").run(replications=50).goals["investment"]
        >>> goal.probability.low < goal.probability.estimate < goal.probability.high
        True
        >>> 80e9 < goal.quantiles["p50"] < 130e9  # yuan
        True
        """
        return self.answer.summary.goals

    @property
    def joint(self) -> Probability:
        """Probability that all headline goals are met together.

        >>> sim.load("hengyang-2022").run(replications=50).joint.n
        50
        """
        return self.answer.summary.joint

    @property
    def observations(self) -> Mapping[str, ObservationSummary]:
        """What the model says of each observation, and the error of its mean.

        >>> list(sim.load("zhaoqing-2023").run(replications=20).observations)[:2]
        ['introduced', 'high_tech']
        """
        return self.answer.summary.observations

    @property
    def monthly(self) -> Mapping[str, Mapping[str, tuple[float, ...]]]:
        """metric -> quantile (p10, p50, p90) -> (month,) cumulative at month ends, yuan or projects.

        >>> len(sim.load("hengyang-2022").run(replications=50).monthly["investment_completed"]["p50"])
        12
        """
        return self.answer.summary.monthly

    @property
    def projects(self) -> Mapping[str, ProjectSummary]:
        """Listed project, cohort or stream -> what it invested by the end of the horizon, and how many of it were at work.

        >>> project = sim.load("hengyang-2022").run(replications=50).projects["later_batches"]
        >>> project.quantiles["p10"] < project.mean < project.quantiles["p90"]  # yuan
        True
        """
        return summarise_projects(self.results)

    @property
    def results(self) -> Results:
        """Every replication: arrays (replication, goal), (replication, month), (replication, stage), ...

        >>> sim.load("hengyang-2022").run(replications=50).results.outcome("investment").shape
        (50,)
        """
        return self.answer.results

    @property
    def record(self) -> Record | None:
        """All that happened, project by project and visit by visit; None unless the run was asked to keep it.

        >>> record = sim.load("hengyang-2022").run(replications=2, record=True).record
        >>> len(record.entities.name) > 600
        True
        """
        return self.answer.results.record

    def page(self, lang: Language = "en") -> str:
        """The page of `sim run`, in English or Chinese.

        >>> sim.load("hengyang-2022").run(replications=50).page("zh").splitlines()[1]
        '模拟50次，种子1'
        """
        return as_text(forecast_page(self.answer, lang))

    @property
    def plot(self) -> OutlookPlots:
        """Its pictures: `fan`, `exceedance`, `bridge`, `readings`, `queues`, `stocks`, `gantt`; each takes and returns an Axes.

        >>> ax = sim.load("hengyang-2022").run(replications=50).plot.fan()
        >>> ax.get_title(loc="left").splitlines()[0]
        'Cumulative investment (completed), bn yuan'
        """
        from sim.plots.accessors import OutlookPlots

        return OutlookPlots(self.answer)

    def to_json(self) -> Json:
        """What `sim run --json` prints.

        >>> sim.load("hengyang-2022").run(replications=50).to_json()["replications"]
        50
        """
        return forecast_json(self.answer)

    def to_xarray(self) -> xarray.Dataset:
        """Every replication under names: `outcome` and `met` (replication, goal), metrics (replication, month), `stage_*` (replication,
        stage), `pool_*` (replication, pool), `project_*` (replication, project); each array and each goal tells its unit.

        Raises MissingPackageError without xarray (the extra `xarray`).

        >>> data = sim.load("hengyang-2022").run(replications=50).to_xarray()
        >>> data.outcome.sel(goal="investment").sizes["replication"], data.investment_completed.attrs["units"]
        (50, 'yuan')
        """
        return dataset(self.results, {name: unit_of(goal) for name, goal in self.answer.scenario.goals.items()})


@dataclass(frozen=True, eq=False)
class Contrast:
    """What one city has more than another, on common random numbers. Printed, it is the page of `sim compare`.

    >>> city = sim.load("hengyang-2022")
    >>> contrast = city.with_lever("green_channel", size=2).compare(city, replications=50)
    >>> contrast["goals.investment.outcome"].real
    True
    >>> [one.path for one in contrast.inputs][:1]
    ['pools.permit_desk.capacity']
    """

    comparison: Comparison

    def __str__(self) -> str:
        return as_text(comparison_page(self.comparison, "en"))

    def _repr_html_(self) -> str:
        return as_fragment(comparison_page(self.comparison, "en"))

    def __repr__(self) -> str:
        a, b = self.comparison.results
        return f"<Contrast {b.scenario} less {a.scenario}: {a.replications} replications, seed {a.seed}>"

    def __getitem__(self, name: str) -> Difference:
        """The difference of one metric, with its 95% interval. Raises KeyError where there is none of that name."""
        return self.comparison.differences[name]

    @property
    def differences(self) -> Mapping[str, Difference]:
        """Everything that both measure: `goals.NAME.probability`, `goals.NAME.outcome`, `joint`, `completion`, monthly metrics at the end,
        `stages.NAME.COLUMN`, `pools.NAME.COLUMN`, `projects.NAME.investment`."""
        return self.comparison.differences

    @property
    def inputs(self) -> tuple[Differing, ...]:
        """Every value in which the two differ, with its origin in each."""
        return self.comparison.inputs

    def page(self, lang: Language = "en") -> str:
        """The page of `sim compare`, in English or Chinese."""
        return as_text(comparison_page(self.comparison, lang))

    @property
    def plot(self) -> ContrastPlots:
        """Its picture: `difference`, which takes and returns an Axes."""
        from sim.plots.accessors import ContrastPlots

        return ContrastPlots(self.comparison)

    def to_json(self) -> Json:
        """What `sim compare --json` prints."""
        return comparison_json(self.comparison)


@dataclass(frozen=True, eq=False)
class Case:
    """A loaded scenario, frozen: what changes it gives another one. Printed, it is the page of `sim show`.

    >>> city = sim.load("hengyang-2022")
    >>> city
    <Case hengyang-2022>
    >>> city.scenario.run.seed
    1
    """

    loaded: Loaded

    def __str__(self) -> str:
        return as_text(scenario_page(self.loaded, "en"))

    def _repr_html_(self) -> str:
        return as_fragment(scenario_page(self.loaded, "en"))

    def __repr__(self) -> str:
        choice = self.loaded.choice
        asked = [*choice.overrides, *choice.readings, *choice.levers, *(f"without {name}" for name in choice.without), *choice.sets]
        return f"<Case {', '.join([self.loaded.name, *asked])}>"

    @property
    def scenario(self) -> Scenario:
        """What it says, validated."""
        return self.loaded.scenario

    @property
    def levers(self) -> Mapping[str, Lever]:
        """The levers that it names, and those of the library that it could take.

        >>> sim.load("hengyang-2022").levers["monthly_ranking"].status
        'in_force'
        """
        return levers_that_fit(self.loaded)

    def with_lever(self, name: str, *, size: float | None = None, from_: str | None = None) -> Case:
        """With a lever taken, at a size and from a date other than its own. Raises InputError with all that is wrong with that.

        >>> sim.load("hengyang-2022").with_lever("green_channel", size=2, from_="2022-03-01")
        <Case hengyang-2022, green_channel=2@2022-03-01>
        """
        text = name + ("" if size is None else f"={size:g}") + ("" if from_ is None else f"@{from_}")
        return self._with(levers=(*self.loaded.choice.levers, text))

    def without(self, *names: str) -> Case:
        """Without levers that are in force. Raises InputError with all that is wrong with that.

        >>> sim.load("hengyang-2022").without("monthly_ranking")
        <Case hengyang-2022, without monthly_ranking>
        """
        return self._with(without=(*self.loaded.choice.without, *names))

    def with_values(self, values: Mapping[str, object]) -> Case:
        """With other values at dotted paths, each as a file would say it: text with its unit, or a plain number. Raises InputError.

        >>> sim.load("hengyang-2022").with_values({"pools.permit_desk.capacity": 16}).scenario.pools["permit_desk"].capacity
        16
        """
        return self._with(sets=(*self.loaded.choice.sets, *(f"{path}={on_one_line(value)}" for path, value in values.items())))

    def with_reading(self, name: str) -> Case:
        """Under another reading of an ambiguous fact. Raises InputError.

        >>> sim.load("hengyang-2022").with_reading("93-outside")
        <Case hengyang-2022, 93-outside>
        """
        return self._with(readings=(*self.loaded.choice.readings, name))

    def with_override(self, name: str) -> Case:
        """With a named override of its file. Raises InputError.

        >>> sim.load("hengyang-2022").with_override("without_permit_queue")
        <Case hengyang-2022, without_permit_queue>
        """
        return self._with(overrides=(*self.loaded.choice.overrides, name))

    def _with(self, **asked: tuple[str, ...]) -> Case:
        changed: Choice = replace(self.loaded.choice, **asked)  # type: ignore[arg-type]
        return Case(self.loaded.chosen(changed))

    def run(
        self, *, seed: int | None = None, replications: int | None = None, precision: float | None = None, record: bool = False
    ) -> Outlook:
        """Forecast: exactly `replications`, or until every half-width is at most `precision`; by default as the scenario says.

        With `record`, `Outlook.record` holds every entity and every visit of a stage. Raises ReplicationError where the program fails.

        >>> sim.load("hengyang-2022").run(replications=50, seed=7)
        <Outlook hengyang-2022: 50 replications, seed 7>
        """
        wanted = self._wanted(replications, precision)
        run = prepare(self.loaded, self._seed(seed), record=record)
        return Outlook(answer_of(forecast(run, wanted), wanted))

    def compare(self, other: Case, *, seed: int | None = None, replications: int | None = None, precision: float | None = None) -> Contrast:
        """What this one has more than another, each replication held against the same one of the other.

        Runs exactly `replications` of each, or until the differences of all probabilities have half-widths of at most `precision`.

        >>> city = sim.load("hengyang-2022")
        >>> city.compare(city, replications=50)["goals.investment.outcome"].identical
        True
        """
        return Contrast(compare(other.loaded, self.loaded, other._seed(seed), other._wanted(replications, precision)))

    def sweep(
        self,
        factors: Mapping[str, object],
        *,
        n: int = 512,
        design: Design = "saltelli",
        replications: int = 50,
        outputs: Sequence[str] | None = None,
        seed: int | None = None,
    ) -> Sweep:
        """Run a design over factors: dotted paths, levers, ambiguous facts or overrides, each with a pair (a range), a list, or a prior.

        `n` is the design's size: the base of a Saltelli design, trajectories, points, or levels. For more, write a study: `sim.study`.
        Raises InputError with all that is wrong with it.

        >>> city = sim.load("hengyang-2022")
        >>> city.sweep({"pools.permit_desk.capacity": (8, 20)}, n=8, design="latin_hypercube", replications=5)
        <Sweep hengyang-2022: 8 of 8 points>
        """
        return study_of_city(self.loaded, factors, n, design, replications, outputs, self._seed(seed)).run()

    def _seed(self, seed: int | None) -> int:
        return self.scenario.run.seed if seed is None else seed

    def _wanted(self, replications: int | None, precision: float | None) -> Precision:
        """How many replications: as asked for, else as the scenario says."""
        settings = self.scenario.run
        exactly = replications if replications is not None or precision is not None else settings.replications
        return Precision(precision if precision is not None else settings.precision, settings.cap, exactly)


def load(
    scenario: str | os.PathLike[str],
    *,
    overrides: Sequence[str] = (),
    sets: Sequence[str] = (),
    reading: str | Sequence[str] | None = None,
    scenario_list: str | None = None,
    levers: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Case:
    """Load a scenario by name or path, with named overrides, levers taken (`NAME[=size][@date]`) and dropped, and `path=value` changes.

    Raises InputError with every problem of it.

    >>> sim.load("hengyang-2022", levers=["green_channel"], reading="93-outside")
    <Case hengyang-2022, 93-outside, green_channel>
    """
    loaded = load_scenario(
        scenario, overrides=overrides, sets=sets, reading=reading, scenario_list=scenario_list, levers=levers, without=without
    )
    return Case(loaded)
