"""Results are the same bytes whatever the engine, the number of threads, the size of blocks and the seed of Python's hashes."""

import json
import subprocess
import sys

import numpy as np
import pytest

from sim.engine import reference, run
from sim.engine.run import numbered
from sim.engine.trace import GAVE_UP, stacked
from sim.model.compile import compile_model
from sim.scenario.loading import load
from tests.cli.conftest import ROOT, variables
from tests.engine.to_the_byte import CHUNKS, CITY, ENGINES, THREADS, digest_of, ways

HASH_SEEDS = ("0", "1", "4294967295")


@pytest.fixture
def city(tmp_path):
    """The city's file."""
    (tmp_path / "city.yaml").write_text(CITY, encoding="utf-8")
    return tmp_path / "city.yaml"


def all_digests(cache, count):
    """The digests of every way under every hash seed."""
    command = [sys.executable, "-m", "tests.engine.to_the_byte", str(count)]
    for seed in HASH_SEEDS:
        done = subprocess.run(command, cwd=ROOT, env=variables(cache, PYTHONHASHSEED=seed), capture_output=True, check=True, timeout=600)
        found = json.loads(done.stdout)
        assert len(found) == len(ENGINES) * len(THREADS) * len(CHUNKS)
        yield from found.values()


def test_a_few_replications_are_the_same_bytes_in_every_way(cache):
    assert len(set(all_digests(cache, 10))) == 1


@pytest.mark.heavy
def test_so_are_two_hundred(cache):
    assert len(set(all_digests(cache, 200))) == 1


def test_the_digest_sees_every_number(city):
    """A digest that saw too little would be the same for everything."""
    assert digest_of({"a": np.zeros(3)}) != digest_of({"a": np.array([0.0, 0.0, 5e-324])})
    assert digest_of({"a": np.zeros(3)}) != digest_of({"a": np.array([0.0, -0.0, 0.0])})
    assert digest_of({"a": np.zeros(3)}) != digest_of({"b": np.zeros(3)})
    assert set(ways(city, 3).values()).isdisjoint(ways(city, 4).values())


def test_the_city_shows_what_could_depend_on_an_order(city):
    loaded = load(city)
    model = compile_model(loaded.scenario, loaded.as_written)
    draws = run.draw(model, 3, numbered(10), 1.0)
    trace = stacked([reference.simulate(model, draws, row) for row in range(10)])
    assert len(trace.earlier) > 10
    assert len(trace.reviews) > 10
    assert (trace.outcome == GAVE_UP).any()
    assert (trace.fund_paid.max(axis=1) > 0).all()
    assert len(trace.settlements) > 10
