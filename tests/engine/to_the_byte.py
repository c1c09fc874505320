"""Results to the byte, however they are computed: `python -m tests.engine.to_the_byte 120` prints a digest for each way.

A small city with arrivals, rework, patience, reviews, funds and a risk is run by both engines, with several numbers of threads and sizes of
blocks. What is digested is every array of the measures and of the record.
"""

import hashlib
import json
import os
import sys
from dataclasses import fields, is_dataclass
from itertools import product
from unittest.mock import patch

import numpy as np

from sim.engine import run
from sim.engine.run import numbered
from sim.model.compile import compile_model
from sim.scenario.loading import load
from sim.studies.forecast import Run, silent

ENGINES, THREADS, CHUNKS = ("kernel", "reference"), (1, 2, 8), (1, 7, 1000)
CITY = """\
title: A city of every verb
assumed: made up
run: {start: 2022-01-01, horizon: 2022-08-31}
intake: {files: {rate: 0.1 per day, walks: [ask]}}
workflow:
  ask:
    duration: {exponential: {mean: 9 days}}
    needs: {desk: 1}
    patience: 60 days
    routes: {ask: {probability: 0.3}}
    rework_at_most: 4
  build: {after: [ask], spends: true}
pools:
  desk: {kind: servers, capacity: 2}
  fund: {kind: stock, initial: 0.2亿元}
portfolio:
  cohorts:
    going: {count: 5, kind: continuing, total: 60亿元, invested_share: 20%, plan: 20亿元, at: build}
    new: {count: 9, total: 40亿元, plan: 15亿元, funding: {fund: 5%}}
review: {push: {gain: 100%, at_most: 30%}}
uncertain:
  risks:
    flood: {probability: 50%, begins: [2022-05-01, 2022-06-10], duration: {exponential: {mean: 20 days}}, pace: 50%}
goals:
  investment: {metric: investment, value: 30亿元}
"""


def digest_of(*parts: object) -> str:
    """Of all that stands in results: names, types, shapes and bytes."""
    digest = hashlib.sha256()

    def take(part: object) -> None:
        if is_dataclass(part):
            for one in fields(part):
                digest.update(one.name.encode())
                take(getattr(part, one.name))
        elif isinstance(part, dict):
            for name, value in part.items():
                digest.update(name.encode())
                take(value)
        elif isinstance(part, np.ndarray):
            digest.update(f"{part.dtype} {part.shape}".encode())
            digest.update(np.ascontiguousarray(part).tobytes())
        else:
            digest.update(repr(part).encode())

    for part in parts:
        take(part)
    return digest.hexdigest()


def ways(path, count: int) -> dict[str, str]:
    """(engine, threads, chunk) in words -> the digest of so many replications."""
    loaded, found = load(path), {}
    model = compile_model(loaded.scenario, loaded.as_written)
    for engine, threads, chunk in product(ENGINES, THREADS, CHUNKS):
        with (
            patch.object(run, "FIRST_BLOCK", chunk),
            patch.object(run, "BLOCK", chunk),
            patch.object(run, "ITEMS", 10**9),
            patch.object(run, "THREADS_FROM", 1),
            patch.object(os, "cpu_count", lambda threads=threads: threads),
        ):
            running = Run(loaded, 3, model, None, records=[], engine=engine)
            running.add(numbered(count), silent, "run", count)
            results = running.results()
            found[f"{engine}, {threads} threads, blocks of {chunk}"] = digest_of(results.measures, results.record)
    return found


if __name__ == "__main__":
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(CITY)
        file.flush()
        print(json.dumps(ways(file.name, int(sys.argv[1])), indent=2))  # noqa: T201 - what it is for
