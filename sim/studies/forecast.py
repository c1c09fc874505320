"""Will we hit it? The forecast of one scenario: replications until it is precise, under every reading of its ambiguous facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from sim.analysis.attainment import Probability, joint, probability
from sim.analysis.precision import checkpoints, is_precise
from sim.engine.run import Engine, blocks, numbered
from sim.engine.trace import Trace
from sim.model.arrays import Integers, Model
from sim.model.compile import compile_model
from sim.results.measures import Measures, measure
from sim.results.queues import measured_ticks
from sim.results.record import Record, joined_records, record_of
from sim.results.results import KappaFit, Results, joined
from sim.sampling.draws import Draws
from sim.sampling.parameters import draw_parameters
from sim.scenario.loading import Loaded
from sim.studies.completion import Progress, kappa_of


def silent(what: str, done: int, of: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Precision:
    """How many replications to run: exactly `replications`, or until every half-width is at most `half_width`, or to the cap."""

    half_width: float
    cap: int
    replications: int | None = None

    def stages(self) -> list[int]:
        """Numbers of replications at which to look whether it is enough."""
        return [self.replications] if self.replications is not None else checkpoints(self.cap)


@dataclass(frozen=True, eq=False)
class Forecast:
    """Results under the reading asked for, and under the other readings of each ambiguous fact."""

    loaded: Loaded
    results: Results
    readings: dict[str, Results]
    """reading -> results, the one asked for included; empty where nothing is ambiguous."""


@dataclass(eq=False)
class Run:
    """Replications of one scenario under one reading; what has finished is kept whatever happens next."""

    loaded: Loaded
    seed: int
    model: Model
    kappa: KappaFit | None
    parts: list[Measures] = field(default_factory=list)
    records: list[Record] | None = None
    """What happened in every block, where that is to be kept."""
    engine: Engine = "kernel"
    threads: int | None = None
    """By default one a core."""

    @property
    def done(self) -> int:
        """Replications finished."""
        return sum(len(part.replications) for part in self.parts)

    def add(self, numbers: Integers, progress: Progress, what: str, of: int) -> None:
        """Run the numbered replications. Raises ReplicationError where one fails; finished blocks stay."""
        for model, draws, trace in self.blocks(numbers):
            measured = measure(model, draws, trace)
            if self.records is not None:
                self.records.append(record_of(model, draws, trace))
            self.parts.append(measured)
            progress(what, self.done, of)

    def blocks(self, numbers: Integers) -> Iterator[tuple[Model, Draws, Trace]]:
        """Model, draws and trace of each block; where parameters are uncertain, every replication has a model of its own."""
        kappa = self.kappa.kappa if self.kappa else 1.0
        priors = self.loaded.scenario.uncertain.parameters
        for number in numbers if priors else ():
            scenario = self.loaded.with_values(draw_parameters(priors, self.seed, int(number)))
            model = compile_model(scenario, self.loaded.as_written)
            for draws, trace in blocks(model, self.seed, np.array([number]), kappa, self.engine, self.threads):
                yield model, draws, trace
        if not priors:
            for draws, trace in blocks(self.model, self.seed, numbers, kappa, self.engine, self.threads):
                yield self.model, draws, trace

    def results(self) -> Results:
        """What has finished, as Results; at least one block must have."""
        return Results(
            scenario=self.loaded.name,
            seed=self.seed,
            engine=self.engine,
            goals=tuple(goal.name for goal in self.model.goals),
            headline=tuple(goal.name for goal in self.model.goals if goal.headline),
            months=self.model.timeline.month_names,
            measures=joined(self.parts),
            kappa=self.kappa,
            provenance=self.loaded.provenance(),
            days=measured_ticks(self.model) / self.model.timeline.ticks_per_day,
            stages=self.model.network.names,
            pools=self.model.pools.servers(),
            owners=self.model.members.owners,
            observations=tuple(observation.name for observation in self.model.observations),
            record=joined_records(self.records[: len(self.parts)]) if self.records else None,
        )


def prepare(loaded: Loaded, seed: int, progress: Progress = silent, record: bool = False, engine: Engine = "kernel") -> Run:
    """Compile the scenario and fit its kappa: all that comes before the first replication; `record` keeps all that happens."""
    model = compile_model(loaded.scenario, loaded.as_written)
    return Run(loaded, seed, model, kappa_of(loaded, progress), records=[] if record else None, engine=engine)


def forecast(run: Run, precision: Precision, progress: Progress = silent) -> Forecast:
    """Run the scenario, then its other readings with the same seed, kappa and number of replications."""
    for target in precision.stages():
        run.add(numbered(target - run.done, run.done + 1), progress, "run", target)
        if is_precise(watched(run.results()), precision.half_width):
            break
    results = run.results()
    readings = {name: _under(name, run, results, progress) for name in run.loaded.reading_names()}
    return Forecast(run.loaded, results, readings)


def watched(results: Results) -> list[Probability]:
    """The probabilities that the stopping rule looks at: each headline goal's, and that of all together."""
    chosen = [results.goals.index(goal) for goal in results.headline]
    met = results.measures.met[:, chosen]
    return [probability(met[:, number]) for number in range(len(chosen))] + [joint(met)]


def _under(reading: str, run: Run, results: Results, progress: Progress) -> Results:
    """Results under a reading, from the same seed, kappa and replications."""
    if reading in run.loaded.chosen_readings():
        return results
    loaded = run.loaded.with_reading(reading)
    other = Run(loaded, run.seed, compile_model(loaded.scenario, loaded.as_written), run.kappa, engine=run.engine)
    other.add(numbered(results.replications), progress, reading, results.replications)
    return other.results()
