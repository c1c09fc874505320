"""Blocks answered by a Dask cluster: one that runs already, or one of worker processes of this machine."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sim.errors import UnfinishedError
from sim.errors.packages import optional_module
from sim.results.storage import versions
from sim.studies.completion import sources_digest
from sim.studies.sweep.answering import Job, Table, Task
from sim.studies.sweep.executors import AHEAD, Executor, as_done

LOCAL = "local"
PATIENCE_SECONDS = 5
LOOPBACK = "127.0.0.1"


class UnlikeWorkerError(UnfinishedError):
    """A worker runs another version of the program, or of what its numbers depend on."""


class Cluster:
    """Workers of a Dask scheduler, through a client of it."""

    def __init__(self, client: Any) -> None:
        self.client = client

    @property
    def workers(self) -> int:
        """Threads of all workers; they may come and go."""
        return max(sum(int(threads) for threads in self.client.nthreads().values()), 1)

    def answers(self, job: Job, tasks: Iterable[Task]) -> Iterator[tuple[Task, Table]]:
        """See `Executor`. A worker that dies loses nothing: its blocks are handed out again."""
        packed = pickle.dumps(job)
        pool = self.client.get_executor(pure=False)
        try:
            yield from as_done(lambda task: pool.submit(answer, packed, program(), task), tasks, AHEAD * self.workers)
        finally:
            pool.shutdown(wait=False)


@contextmanager
def cluster(address: str, workers: int) -> Iterator[Executor]:
    """The cluster whose scheduler is at `address`, or one of `workers` processes on the loopback device where that is `local`.

    Raises MissingPackageError without dask.distributed, UnfinishedError where no scheduler answers.
    """
    distributed = optional_module("distributed", "dask", "a Dask cluster needs the package distributed", "Dask 集群需要软件包 distributed")
    logging.getLogger("distributed").setLevel(logging.ERROR)
    if address == LOCAL:
        options = {"processes": True, "threads_per_worker": 1, "dashboard_address": None, "host": LOOPBACK, "silence_logs": logging.ERROR}
        with distributed.LocalCluster(n_workers=workers, **options) as local, distributed.Client(local) as client:
            yield Cluster(client)
        return
    try:
        client = distributed.Client(address, timeout=PATIENCE_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as fault:
        reason = str(fault).partition("\n")[0] or type(fault).__name__
        raise UnfinishedError(f"no Dask scheduler answers at {address}: {reason}", f"{address} 没有 Dask 调度器应答：{reason}") from fault
    with client:
        yield Cluster(client)


def program() -> tuple[str, ...]:
    """What a worker must have in common with the one that asks, so that it gives the same numbers."""
    return tuple(f"{name} {version}" for name, version in {**versions(), "sim": sources_digest()}.items())


def answer(packed: bytes, asker: tuple[str, ...], task: Task) -> Table:
    """What a worker does: one block. Raises UnlikeWorkerError on a worker that has another program."""
    mine = program()
    if mine != asker:
        differ = ", ".join(f"{here} / {there}" for here, there in zip(mine, asker, strict=True) if here != there)
        raise UnlikeWorkerError(f"a Dask worker runs another version: {differ}", f"Dask 工作进程的程序版本不同：{differ}")
    return _job(packed).answer(task)


@lru_cache(maxsize=2)
def _job(packed: bytes) -> Job:
    """The job that a worker is at, unpacked once."""
    job: Job = pickle.loads(packed)  # from our own client; whoever reaches a Dask worker can run anything there
    return job
