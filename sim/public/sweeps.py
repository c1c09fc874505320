"""Studies in a notebook: from a file or of a city, run at all points in memory or in a folder, and asked what the points say."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from numpy.typing import NDArray

from sim.analysis.discovery import Discovery
from sim.analysis.given_data import GivenDataIndices
from sim.analysis.sensitivity import MorrisEffects, SobolIndices
from sim.analysis.tornado import Level, Swing
from sim.errors import Language, SimError
from sim.reports.fragment import as_fragment
from sim.reports.plain import Json
from sim.reports.sweep.as_json import study_json
from sim.reports.sweep.boxes import Asked, asked_of, discovery_page
from sim.reports.sweep.page import kept_study, shown_outputs, study_answer, study_page
from sim.reports.sweep.words import StudyAnswer
from sim.reports.tables import as_text
from sim.results.study_folder import open_study
from sim.results.study_tables import query
from sim.scenario.loading import Loaded
from sim.scenario.study.loading import LoadedStudy, study_of
from sim.scenario.study.schema import Study as Told
from sim.studies.forecast import silent
from sim.studies.sweep.checking import check_points
from sim.studies.sweep.cluster import cluster
from sim.studies.sweep.executors import Executor, Threads
from sim.studies.sweep.judging import Judged, find_boxes, judge
from sim.studies.sweep.running import in_memory, prepare_study, run_blocks, store_of, study_named, tasks_of

if TYPE_CHECKING:
    from sim.plots.accessors import SweepPlots

Table = Mapping[str, NDArray[Any]]
Found = TypeVar("Found")
Design = Literal["saltelli", "morris", "latin_hypercube", "sample", "grid", "one_way"]
SIZES = {"saltelli": "base", "morris": "trajectories", "latin_hypercube": "points", "sample": "points", "grid": "levels"}
"""What `n` says of each design."""
RUNS = Path("runs")


@dataclass(frozen=True, eq=False)
class Sweep:
    """A study's points with what came of them. Printed, it is the page of `sim sweep`.

    >>> city = sim.load("hengyang-2022")
    >>> city.sweep({"pools.permit_desk.capacity": (8, 20)}, n=8, design="latin_hypercube", replications=2)
    <Sweep hengyang-2022: 8 of 8 points>
    """

    kept: StudyAnswer
    folder: Path | None = None

    def __str__(self) -> str:
        return self.page()

    def _repr_html_(self) -> str:
        return as_fragment(study_page(self._shown(), "en"))

    def __repr__(self) -> str:
        return f"<Sweep {self.kept.plan.study}: {self.kept.done} of {self.kept.plan.points} points>"

    def _shown(self) -> StudyAnswer:
        return study_answer(self.kept.plan, self.kept.table, shown_outputs(self.kept.plan))

    def table(self) -> Table:
        """Column -> (point,): the points in order, each factor, mean and standard deviation (`... sd`) of each output, what failed.

        >>> city = sim.load("hengyang-2022")
        >>> swept = city.sweep({"pools.permit_desk.capacity": [8, 13, 20]}, n=3, design="grid", replications=2)
        >>> swept.table()["pools.permit_desk.capacity"].tolist()
        [8.0, 13.0, 20.0]
        """
        return self.kept.table

    def query(self, sql: str) -> Table:
        """What a SELECT says of the points of a study in a folder, which are the view `points`. Raises InputError, SimError in memory.

        >>> swept = sim.study("smoke").run("smoke-points")
        >>> swept.query("SELECT count(*) AS n FROM points WHERE permit_desks >= 8")["n"].tolist()
        [64]
        """
        if self.folder is None:
            raise SimError("only a study in a folder can be queried", "只有保存在目录中的研究才能查询")
        return query(self.folder, sql)

    def sobol(self, output: str | None = None) -> SobolIndices:
        """First and total order indices of a Saltelli design. Raises SimError for another design.

        >>> city = sim.load("hengyang-2022")
        >>> factors = {"the_93": None, "portfolio.cohorts.later_batches.count": ("53 projects", "80 projects")}
        >>> found = city.sweep(factors, n=16, replications=5).sobol("goals.investment.outcome")
        >>> found.factors[0].first.value > found.factors[1].first.value
        True
        """
        return self._of("saltelli", study_answer(self.kept.plan, self.kept.table, self._one(output)).judged[0].sobol)

    def morris(self, output: str | None = None) -> MorrisEffects:
        """Elementary effects of a Morris design. Raises SimError for another design.

        >>> city = sim.load("hengyang-2022")
        >>> plan = {"portfolio.lists.first_batch.plan": ("75 bn yuan", "77 bn yuan")}
        >>> effects = city.sweep(plan, n=4, design="morris", replications=5).morris("goals.investment.outcome")
        >>> 1e9 < effects.factors[0].mu < 5e9  # yuan, over the whole range
        True
        """
        return self._of("morris", study_answer(self.kept.plan, self.kept.table, self._one(output)).judged[0].morris)

    def shares(self, output: str | None = None) -> GivenDataIndices:
        """First order shares of one year's variance, of independent points. Raises SimError for another design.

        >>> city = sim.load("hengyang-2022")
        >>> swept = city.sweep({"the_93": None, "pools.permit_desk.capacity": (8, 20)}, n=64, design="sample", replications=2)
        >>> swept.shares("goals.investment.outcome").state
        'found'
        """
        return self._of("sample", study_answer(self.kept.plan, self.kept.table, self._one(output)).judged[0].given)

    def swings(self, output: str | None = None) -> tuple[Swing, ...]:
        """What each factor with an order does alone, of a one-way design. Raises SimError for another design.

        >>> city = sim.load("hengyang-2022")
        >>> plan = {"portfolio.lists.first_batch.plan": ("75 bn yuan", "77 bn yuan")}
        >>> (swing,) = city.sweep(plan, design="one_way", replications=5).swings("goals.investment.outcome")
        >>> swing.low < swing.base < swing.high
        True
        """
        return self._of("one_way", self._alone(output)).swings

    def levels(self, output: str | None = None) -> Mapping[str, tuple[Level, ...]]:
        """What the output is under each name of the factors of names, of a one-way design. Raises SimError for another design.

        >>> city = sim.load("hengyang-2022")
        >>> found = city.sweep({"the_93": ["93-inside", "93-outside"]}, design="one_way", replications=5).levels("goals.investment.outcome")
        >>> inside, outside = found["the_93"]
        >>> inside.change.value, outside.change.low > 0
        (0.0, True)
        """
        return self._of("one_way", self._alone(output)).named or {}

    def _alone(self, output: str | None) -> Judged | None:
        """Each factor alone; None of another design."""
        (name,) = self._one(output)
        return judge(self.kept.plan, self.kept.table, name) if self.kept.plan.design == "one_way" else None

    def boxes(self, output: str | None = None, *, below: float | None = None, above: float | None = None, density: float = 0.8) -> Boxes:
        """Where an output is mostly below, or above, a bound: boxes of factors, as `sim discover` tells them.

        >>> city = sim.load("hengyang-2022")
        >>> swept = city.sweep({"the_93": None, "pools.permit_desk.capacity": (8, 20)}, n=64, design="sample", replications=5)
        >>> list(swept.boxes("goals.investment.outcome", below=110e9).discovery.boxes[0].restrictions)
        ['the_93']
        """
        asked = asked_of(self._one(output)[0], below, above)
        return Boxes(self.kept, asked, find_boxes(self.kept.plan, self.kept.table, asked.output, asked.below, asked.above, density))

    @property
    def plot(self) -> SweepPlots:
        """Pictures: `.tornado()`, `.boxes()`."""
        from sim.plots.accessors import SweepPlots

        return SweepPlots(self.kept)

    def page(self, lang: Language = "en") -> str:
        """The page of `sim sweep`, in English or Chinese."""
        return as_text(study_page(self._shown(), lang))

    def to_json(self) -> Json:
        """What `sim sweep --json` prints."""
        return study_json(self._shown())

    def _one(self, output: str | None) -> list[str]:
        """The output asked for, by default the first that a page shows. Raises SimError where there is none of that name."""
        if output is not None and output not in self.kept.plan.outputs:
            known = ", ".join(self.kept.plan.outputs)
            raise SimError(f"the study has no output {output}; it has {known}", f"研究没有输出 {output}；已有 {known}")
        return [output] if output is not None else shown_outputs(self.kept.plan)[:1]

    def _of(self, design: str, found: Found | None) -> Found:
        if found is None:
            english = f"the points are of a {self.kept.plan.design} design; this wants {design}"
            raise SimError(english, f"设计为 {self.kept.plan.design}；此项须用 {design}")
        return found


@dataclass(frozen=True, eq=False)
class Boxes:
    """Boxes of points. Printed, it is the page of `sim discover`."""

    kept: StudyAnswer
    asked: Asked
    discovery: Discovery

    def __str__(self) -> str:
        return self.page()

    def page(self, lang: Language = "en") -> str:
        """The page of `sim discover`, in English or Chinese."""
        return as_text(discovery_page(self.kept, self.asked, self.discovery, lang))

    def _repr_html_(self) -> str:
        return as_fragment(discovery_page(self.kept, self.asked, self.discovery, "en"))

    def __repr__(self) -> str:
        return f"<Boxes {self.kept.plan.study}: {len(self.discovery.boxes)}>"


@dataclass(frozen=True, eq=False)
class Study:
    """A study that can be run.

    >>> sim.study("smoke")
    <Study smoke of hengyang-2022: 4 factors, latin_hypercube>
    """

    loaded: LoadedStudy

    def __repr__(self) -> str:
        loaded = self.loaded
        return f"<Study {loaded.name} of {loaded.base.name}: {len(loaded.axes)} factors, {loaded.design}>"

    def run(
        self,
        folder: str | os.PathLike[str] | None = None,
        *,
        resume: bool = False,
        workers: int | None = None,
        block: int | None = None,
        dask: str | None = None,
    ) -> Sweep:
        """Run every point, in memory or into a folder, which `resume` goes on with; by threads, or by a Dask cluster (`local`: here).

        Raises InputError with all that is wrong at the points, UnfinishedError and BusyError as `sim sweep` does.

        >>> sim.study("smoke").run()
        <Sweep smoke: 64 of 64 points>
        """
        prepared = prepare_study(self.loaded, silent)
        check_points(self.loaded, prepared.points.values, silent)
        with _executor(dask, workers or os.cpu_count() or 1) as executor:
            if folder is None:
                return Sweep(StudyAnswer(prepared.plan, in_memory(prepared, executor, _unseen), ()))
            store, path = store_of(prepared, block), Path(folder)
            with open_study(path, store, resume=resume) as writer:
                tasks = tasks_of(prepared.points.values, store.points_a_block, writer.missing())
                run_blocks(prepared.job, tasks, executor, writer.put, _unseen)
                writer.finish()
        return read_sweep(path)


def study(name_or_path: str | os.PathLike[str]) -> Study:
    """A study by name (in scenarios/studies) or path; raises InputError with every problem of it.

    >>> sim.study("smoke")
    <Study smoke of hengyang-2022: 4 factors, latin_hypercube>
    """
    return Study(study_named(name_or_path if isinstance(name_or_path, str) else Path(name_or_path)))


def read_sweep(folder: str | os.PathLike[str]) -> Sweep:
    """What is in the folder of a sweep, also while it runs: a path, a name in runs/, or a study, its newest. Raises InputError.

    >>> written = sim.study("smoke").run("smoke-again")
    >>> sim.read_sweep("smoke-again")
    <Sweep smoke: 64 of 64 points>
    """
    found, kept = kept_study(os.fspath(folder), RUNS, [])
    return Sweep(kept, found)


def study_of_city(
    loaded: Loaded,
    factors: Mapping[str, object],
    n: int,
    design: Design,
    replications: int,
    outputs: Sequence[str] | None,
    seed: int,
) -> Study:
    """A study of a city made in Python; raises InputError with all that is wrong with it."""
    size = {SIZES[design]: n} if design in SIZES else {}
    told = {
        "scenario": loaded.name,
        "seed": seed,
        "factors": {name: _factor(loaded, name, how) for name, how in factors.items()},
        "design": {design: size},
        "replications": replications,
    }
    if outputs is not None:
        told["outputs"] = tuple(outputs)
    return Study(study_of(loaded, Told.model_validate(told, strict=True), loaded.name))


def _factor(loaded: Loaded, name: str, how: object) -> dict[str, object]:
    """A factor by the path, lever, ambiguous fact or override of its name: a pair is a range, a list values, a mapping a prior."""
    scenario = loaded.scenario
    known = (("reading", scenario.readings), ("override", scenario.overrides), ("lever", scenario.levers))
    target = next((key for key, names in known if name in names), "path" if "." in name else "lever")
    match how:
        case None:
            return {target: name}
        case (low, high) if isinstance(how, tuple):
            return {target: name, "range": (low, high)}
        case Mapping():
            return {target: name, "prior": how}
        case list() | tuple():
            return {target: name, "values": tuple(how)}
        case _:
            return {target: name, "values": (how,)}


@contextmanager
def _executor(dask: str | None, workers: int) -> Iterator[Executor]:
    if dask is None:
        yield Threads(workers)
    else:
        with cluster(dask, workers) as executor:
            yield executor


def _unseen(points: int) -> None:
    """Nobody watches."""
