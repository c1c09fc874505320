"""The loops that are compiled with the kernel, compiled and as plain Python, against the arrays that do the same: to the bit."""

import math
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from functools import cache
from types import FunctionType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import kernel
from sim.engine.kernel import compiled as by_numba
from sim.model import curves, machine_code, portfolio
from sim.model.compile import compile_model
from sim.results import loops as of_results
from sim.results.measures import measure
from sim.sampling import loops as of_draws
from sim.sampling.draws import draw, exact_sums
from sim.sampling.streams import uniforms
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from tests.engine.test_invariants import SETTINGS, documents

PLAIN = {name: getattr(module, name) for module in (curves, of_draws, of_results) for name in by_numba.LOOPS if hasattr(module, name)}
SHIPPED = ("hengyang-2022", "foshan-2021", "zhaoqing-2023", "zhaoqing-2024", "bazhong-2022", "shenyang-2023")


@contextmanager
def using(loops):
    """These are the compiled loops meanwhile."""
    before = machine_code.in_use()
    machine_code.use(loops)
    try:
        yield
    finally:
        machine_code.use(before)


@cache
def compiled():
    functions = by_numba._functions()
    return {name: functions[name] for name in by_numba.LOOPS}


@cache
def model_of(name):
    loaded = load(name)
    return compile_model(loaded.scenario, loaded.as_written)


def told(value, name=""):
    """Every array of draws or measures under its name, as bytes."""
    if isinstance(value, np.ndarray):
        return {name: (value.dtype.str, value.shape, value.tobytes())}
    if is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in fields(value) if field.name not in ("model", "parts")}
    elif isinstance(value, dict):
        parts = value
    else:
        return {name: value}
    return {inner: what for key, part in parts.items() for inner, what in told(part, f"{name}.{key}").items()}


def outcome(model, numbers, loops):
    """Draws and measures of a block."""
    with using(loops):
        draws = draw(model, 7, numbers, 1.1)
        trace = kernel.simulate_many(model, draws)
        return told(draws, "draws") | told(measure(model, draws, trace), "measures")


def different(one, other):
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_every_loop_is_there_and_has_a_signature():
    from sim.engine.kernel.native import SIGNATURES

    assert set(PLAIN) == set(by_numba.LOOPS)
    assert set(SIGNATURES) == {by_numba.ENTRY, *by_numba.LOOPS}
    assert all(isinstance(function, FunctionType) for function in PLAIN.values())


@pytest.mark.parametrize("name", SHIPPED)
def test_a_scenario_is_the_same_with_and_without_loops(name):
    numbers = np.arange(1, 13)
    assert different(outcome(model_of(name), numbers, {}), outcome(model_of(name), numbers, compiled())) == []


@pytest.mark.parametrize("name", ["hengyang-2022", "shenyang-2023"])
def test_loops_are_the_same_as_plain_python(name):
    numbers = np.array([3])
    assert different(outcome(model_of(name), numbers, PLAIN), outcome(model_of(name), numbers, compiled())) == []


@settings(SETTINGS, max_examples=40)
@given(documents() | documents(supervised=True), st.integers(1, 1000))
def test_a_random_model_is_the_same_with_and_without_loops(document, first):
    scenario = Scenario.model_validate(document)
    model, numbers = compile_model(scenario, scenario), np.arange(first, first + 5)
    without = outcome(model, numbers, {})
    assert different(without, outcome(model, numbers, compiled())) == []
    assert different(without, outcome(model, numbers, PLAIN)) == []


@pytest.mark.parametrize("loops", [{}, PLAIN, "compiled"])
@pytest.mark.parametrize("name", ["hengyang-2022", "shenyang-2023"])
def test_a_replication_does_not_depend_on_its_block(name, loops):
    loops, model = compiled() if loops == "compiled" else loops, model_of(name)
    rows = 2 if loops is PLAIN else 9
    together, alone = outcome(model, np.arange(1, 1 + rows), loops), outcome(model, np.array([rows]), loops)
    for column in ("measures.outcomes", "measures.monthly.investment_counted", "measures.stages.wait_days", "measures.owners.investment"):
        kind, shape, values = together[column]
        last = np.frombuffer(values, dtype=kind).reshape(shape)[-1:]
        assert last.tobytes() == alone[column][2], column


@pytest.mark.parametrize("loops", [PLAIN, "compiled"])
def test_uniforms_of_any_address_are_the_same(loops):
    keys = np.array([0, 1, 2**32 - 1, 2**32, 2**64 - 1, *range(10**18, 10**18 + 600)], dtype=np.uint64)
    numbers, times = np.array([0, 1, 2**32 - 1]), np.arange(len(keys)) % 5
    for seed in (0, 1, 2**64 - 1):
        with using({}):
            expected = uniforms(seed, numbers, keys, times), uniforms(seed, numbers, keys)
        with using(compiled() if loops == "compiled" else loops):
            found = uniforms(seed, numbers, keys, times), uniforms(seed, numbers, keys)
        assert all(np.array_equal(*pair) for pair in zip(expected, found, strict=True))


@settings(SETTINGS, max_examples=60)
@given(st.integers(1, 400), st.integers(0, 2**32), st.floats(0.0, 3.0), st.floats(0.01, 0.99))
def test_parts_of_a_total_are_the_same_however_many_and_however_bounded(members, seed, spread, part):
    chance = np.random.default_rng(seed)
    weights, whole = np.exp(spread * chance.normal(size=(3, members))), 10.0**6 * members
    low, high = np.full(members, 10.0**5), np.minimum(10.0**6 * (1 + 30 * chance.random(members)), whole)
    totals, counts = [round(low.sum() + part * (high.sum() - low.sum()))], [members]
    if members > 5:
        split = members // 3
        counts = [split, members - split]
        totals = [round(low[some].sum() + part * (high[some] - low[some]).sum()) for some in (slice(split), slice(split, None))]
    results = []
    for loops in ({}, compiled(), PLAIN):
        with using(loops):
            scaled = portfolio.scaled_to_totals(weights, low, high, totals, counts)
            results.append((scaled.tobytes(), portfolio.largest_remainders(scaled, totals, counts).tobytes()))
    assert results[0] == results[1] == results[2]


@settings(SETTINGS, max_examples=300)
@given(st.lists(st.floats(-1e300, 1e300) | st.sampled_from([1.0, 2.0**-53, -(2.0**-53), 2.0**-106, 1e16, -1e16]), max_size=40))
def test_sums_are_the_exact_ones_rounded_once(numbers):
    for loops in ({}, compiled(), PLAIN):
        with using(loops):
            assert exact_sums(np.array([numbers, numbers[::-1]])).tolist() == [math.fsum(numbers)] * 2


def test_a_sum_half_way_between_two_numbers_is_decided_by_what_is_left():
    half = 2.0**-53
    for numbers, whole in (([1.0, half], 1.0), ([1.0, half, 2.0**-120], 1.0 + 2 * half), ([1.0, half, -(2.0**-120)], 1.0)):
        for loops in ({}, compiled(), PLAIN):
            with using(loops):
                assert exact_sums(np.array([numbers])).tolist() == [whole]


@settings(SETTINGS, max_examples=60)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=5), st.integers(0, 2**32), st.sampled_from([3, 2**52]))
def test_categories_are_dealt_the_same_also_among_ties(counts, seed, steps):
    u = np.random.default_rng(seed).integers(0, steps, size=(4, sum(counts))) / steps
    results = []
    for loops in ({}, compiled(), PLAIN):
        with using(loops):
            results.append(portfolio.dealt(np.array(counts), u).tolist())
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (2.0, 3.0), (0.4, 2.5), (5.0, 0.7)])
def test_values_and_inverses_of_a_curve_are_the_same(a, b):
    table = curves.curve_table(a, b)[None, :]
    share = np.concatenate([np.linspace(-0.1, 1.1, 20_001), table[0, ::97], [2.0**-1074, 2.0**-30, 1 - 2.0**-53]])
    number, marks, results, values = np.zeros(len(share), dtype=np.int64), curves.marks_of(table), [], []
    for loops in ({}, compiled(), PLAIN):
        with using(loops):
            results.append(curves.inverse(table, number, share, marks))
            values.append(curves.value(table, number, results[0]).tobytes())
    assert results[0].tobytes() == results[1].tobytes() == results[2].tobytes()
    assert values[0] == values[1] == values[2]
    assert [curves.inverse_at(table[0], 0, one) for one in share[::50].tolist()] == results[0][::50].tolist()
