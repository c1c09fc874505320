"""A sweep on its way: prepared, estimated, run block by block, resumed, and read back."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sim.cli.attempt import InterruptedRunError
from sim.cli.progress import progress_bar
from sim.engine.run import Engine
from sim.errors import InputError, Language, UnfinishedError
from sim.reports.sweep.page import estimate_page, study_answer
from sim.reports.sweep.words import StudyAnswer
from sim.reports.tables import as_text
from sim.reports.wording import say
from sim.results.storage import folder_name, refuse_unwritable
from sim.results.study_blocks import STUDY, Shard, StudyPlan, named_blocks
from sim.results.study_folder import StudyWriter, open_study
from sim.results.study_tables import StudyState, read_table, study_state
from sim.studies.sweep.answering import Table
from sim.studies.sweep.checking import check_points
from sim.studies.sweep.cluster import cluster
from sim.studies.sweep.estimate import Estimate, estimate
from sim.studies.sweep.executors import Executor, Threads
from sim.studies.sweep.processes import Processes
from sim.studies.sweep.running import Prepared, prepare_study, run_blocks, store_of, study_named, tasks_of

ONE: Shard = (1, 1)
PROCESSES_FROM = 10.0
"""Seconds of work, shared by all workers, from which on processes are worth their beginning."""


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C waits until a block is written: it would reach the program through DuckDB as a fault of its own."""
    asked: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: asked.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if asked:
        raise KeyboardInterrupt


class LargeStudyError(UnfinishedError):
    """The study takes long, or much disk, and nobody has said that it may."""

    exit_code = 2


@dataclass
class Sweep:
    """One call of `sim sweep`."""

    name: str
    out: Path | None
    resume: bool
    shard: Shard | None
    dask: str | None
    workers: int
    block: int | None
    engine: Engine
    lang: Language
    done: int = field(default=0, init=False)
    """Points that are kept, as far as this process knows."""

    @cached_property
    def prepared(self) -> Prepared:
        """The study with its points laid. Raises InputError with all that is wrong with it."""
        with progress_bar(self.lang, self.engine) as tell:
            return prepare_study(study_named(self.name), tell, self.engine)

    @cached_property
    def store(self) -> StudyPlan:
        """What the folder is to hold."""
        return store_of(self.prepared, self.block)

    @cached_property
    def folder(self) -> Path:
        """Where the study is kept."""
        plan = self.prepared.plan
        return self.out or Path("runs") / folder_name(f"study-{plan.study}", self.store.told())

    def estimated(self) -> Estimate:
        """How long what is left will take with the workers of this machine; a block that is there counts as sound until it is read."""
        there = {block for block, _ in named_blocks(self.folder)} if self.folder.is_dir() else set()
        left = self._points([block for block in self.store.blocks_of(self.shard or ONE) if block not in there])
        return estimate(self.prepared, left, self.workers, self.store.points_a_block)

    def _points(self, blocks: Iterable[int]) -> int:
        """Points of some blocks."""
        return sum(len(self.store.points_of(block)) for block in blocks)

    def run(self, yes: bool) -> bool:
        """Run what is missing; whether the whole study is complete then. Raises InputError, LargeStudyError, UnfinishedError, BusyError."""
        begun = (self.folder / STUDY).exists()
        if begun and not self.resume and self.shard is None:
            english = f"{self.folder} holds this study, or another, already; --resume goes on with it, --out names another folder"
            raise UnfinishedError(english, f"{self.folder} 已有研究结果；--resume 可继续，--out 另指定目录")
        refuse_unwritable(self.folder)
        if not begun:  # a study that has been begun was judged then
            with progress_bar(self.lang, self.engine) as tell:
                check_points(self.prepared.study, self.prepared.points.values, tell)
        estimated = self.estimated()
        if estimated.is_large and not yes:
            self._refuse_large(estimated)
        with open_study(self.folder, self.store, shard=self.shard or ONE, resume=self.resume) as writer:
            try:
                self._run_missing(writer, estimated)
            except KeyboardInterrupt:
                english = f"interrupted; {self.done:,} points are kept in {self.folder}; --resume goes on"
                raise InterruptedRunError(english, f"已中断；{self.done:,}个点保存在 {self.folder}；--resume 可继续") from None
            return writer.finish()

    def _run_missing(self, writer: StudyWriter, estimated: Estimate) -> None:
        missing = writer.missing()
        size, mine = self.store.points_a_block, self._points(self.store.blocks_of(self.shard or ONE))
        self.done = mine - self._points(missing)
        if not missing:
            return
        with self._executor(estimated) as executor, progress_bar(self.lang, self.engine) as show:

            def tell(points: int) -> None:
                self.done += points
                show("points", self.done, mine)

            def put(block: int, table: Table) -> None:
                with uninterrupted():
                    writer.put(block, table)

            run_blocks(self.prepared.job, tasks_of(self.prepared.points.values, size, missing), executor, put, tell)

    @contextmanager
    def _executor(self, estimated: Estimate) -> Iterator[Executor]:
        """Who works: threads, or processes where it takes long enough to begin some."""
        if self.dask is None:
            yield Processes(self.workers) if self.workers > 1 and estimated.seconds > PROCESSES_FROM else Threads(self.workers)
        else:
            with cluster(self.dask, self.workers) as executor:
                yield executor

    def _refuse_large(self, estimated: Estimate) -> None:
        """Raise LargeStudyError: it takes so long, or so much disk, that it wants a second word."""
        english, chinese = (as_text(estimate_page(estimated, lang)).strip() for lang in ("en", "zh"))
        raise LargeStudyError(f"{english}\n--yes runs it.", f"{chinese}\n加 --yes 即可运行。")

    def kept_words(self) -> str:
        """What is kept, and where."""
        return say(self.lang, f"kept in {self.folder}", f"结果保存在 {self.folder}")

    def state(self) -> StudyState:
        """How far the whole study is, other shards included."""
        return study_state(self.folder)

    def answer(self, outputs: Sequence[str]) -> StudyAnswer:
        """The study as its folder has it."""
        table, _ = read_table(self.folder)
        return study_answer(self.prepared.plan, table, outputs)

    def refuse_unknown(self, outputs: Sequence[str]) -> None:
        """Raise InputError where an output is asked for that the study does not look at."""
        known = self.prepared.plan.outputs
        problems = self.prepared.study.unknown_outputs([name for name in outputs if name not in known], known)
        if problems:
            raise InputError(problems)
