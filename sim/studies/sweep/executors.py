"""Who works: the blocks of a study are answered by threads of this process, by processes or by a Dask cluster, in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from sim.studies.sweep.answering import Job, Table, Task

AHEAD = 2
"""Blocks that are handed out for each worker, so that none waits; never all at once, since they are held in memory."""


class Executor(Protocol):
    """Answers blocks of points."""

    @property
    def workers(self) -> int:
        """How many work at once."""

    def answers(self, job: Job, tasks: Iterable[Task]) -> Iterator[tuple[Task, Table]]:
        """Every task with its table, as they are done. What a task raises is raised here."""


@dataclass(frozen=True)
class Threads:
    """Threads of this process: the engine lets go of the interpreter while it simulates."""

    workers: int

    def answers(self, job: Job, tasks: Iterable[Task]) -> Iterator[tuple[Task, Table]]:
        """See `Executor`."""
        if self.workers == 1:
            for task in tasks:
                yield task, job.answer(task)
            return
        with ThreadPoolExecutor(self.workers) as pool:
            try:
                yield from as_done(lambda task: pool.submit(job.answer, task), tasks, AHEAD * self.workers)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


def as_done(submit: Callable[[Task], Future[Table]], tasks: Iterable[Task], ahead: int) -> Iterator[tuple[Task, Table]]:
    """Results in the order in which they are done; `ahead` tasks are handed out at a time."""
    waiting = iter(tasks)
    running = {submit(task): task for task in islice(waiting, ahead)}
    while running:
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            task = running.pop(future)
            yield task, future.result()
            running |= {submit(task): task for task in islice(waiting, 1)}
