"""Blocks answered by processes of this machine: a thread waits for the interpreter through half of every point, a process does not.

Each is a new interpreter, so it takes two seconds to begin. It is handed the job once, ignores Ctrl-C, which is its parent's affair, and
ends with its parent, however that ends.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from sim.errors import UnfinishedError
from sim.studies.sweep.answering import Job, Table, Task
from sim.studies.sweep.executors import AHEAD, as_done

_HANDED: list[Job] = []
"""In a worker: the job that it was handed."""


@dataclass(frozen=True)
class Processes:
    """So many processes."""

    workers: int

    def answers(self, job: Job, tasks: Iterable[Task]) -> Iterator[tuple[Task, Table]]:
        """See `Executor`. Raises UnfinishedError where a process dies: what was handed to it is not answered."""
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.workers, mp_context=fresh, initializer=_begin, initargs=(job,)) as pool:
            try:
                yield from as_done(lambda task: pool.submit(_answer, task), tasks, AHEAD * self.workers)
            except BrokenProcessPool as fault:
                raise UnfinishedError("a worker process died; --resume goes on", "一个工作进程意外终止；--resume 可继续") from fault
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


def _begin(job: Job) -> None:
    """What a process does first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _HANDED.append(job)


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for its next block for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _answer(task: Task) -> Table:
    """A block."""
    return _HANDED[0].answer(task)
