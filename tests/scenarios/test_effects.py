"""No part of a shipped scenario is without effect: each of its numbers, moved from one end of its range to the other, changes some metric.

A number's range is from half of it to half as much again, where the scenario can have that; else from a tenth less to a tenth more.
"""

import copy
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from sim.engine.run import blocks, numbered
from sim.model.compile import compile_model
from sim.results.measures import measure
from sim.scenario.checks import check
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.scenario.values.quantities import Quantity, QuantityError, quantity_of
from sim.studies.completion import kappa_of

SCENARIOS = sorted(path.stem for path in (Path(__file__).parents[2] / "scenarios").glob("*.yaml") if path.stem != "base")
RANGES = ((0.5, 1.5), (0.9, 1.1), (1.0, 1.5), (0.5, 1.0))
SHAPES = frozenset({"cv", "log_sd", "min", "max", "times"})
"""Parts of a distribution that are moved by themselves."""
NOT_PARAMETERS = ("goals.", "run.", "readings.", "overrides.")
AT_THE_BOUND = {
    "assumptions.reference_exponent": "the reference curve is printed beside the forecast, and steers a review where there is one",
    "assumptions.reporting.delay": "moves what is known when: see the reported figures of the finer test below",
}
"""Numbers of which half and half as much again say nothing in these scenarios -> why they stay."""


def parameters(loaded):
    """(path, part of a distribution or None) of every number of a scenario."""
    found = []
    for path, origin in loaded.origins.items():
        if origin.kind and not path.startswith(NOT_PARAMETERS):
            value = at(loaded.plain, path)
            shapes = sorted(SHAPES & set(next(iter(value.values())))) if isinstance(value, dict) else []
            found += [(path, None), *((path, shape) for shape in shapes)]
    return found


def at(tree, path):
    node = tree
    for key in path.split("."):
        node = node[int(key)] if isinstance(node, tuple | list) else node[key]
    return node


def moved(value, part, factor):
    """A value, or one part of a distribution, times a factor."""
    if isinstance(value, dict):
        (family, body), *_ = value.items()
        change = {key: moved(leaf, None, factor) for key, leaf in body.items() if (key == part if part else key not in SHAPES)}
        return {family: {**body, **change}}
    if isinstance(value, int) and not isinstance(value, bool):
        return max(round(value * factor), 0)
    if isinstance(value, float):
        return value * factor
    quantity = quantity_of(value)
    scaled = quantity.value * Fraction(str(factor))
    return Quantity(Fraction(round(scaled)) if quantity.dimension == "count" else scaled, quantity.dimension, quantity.working)


def with_moved(loaded, path, part, factor):
    """The scenario with one number moved; None where it cannot be."""
    tree = copy.deepcopy(dict(loaded.plain))
    *way, last = path.split(".")
    parent = at(tree, ".".join(way)) if way else tree
    if isinstance(parent, tuple | list):
        whole = [moved(one, part, factor) if str(index) == last else one for index, one in enumerate(parent)]
        *upper, key = way
        at(tree, ".".join(upper))[key] = tuple(whole)
    else:
        parent[last] = moved(parent[last], part, factor)
    try:
        scenario = Scenario.model_validate(tree, strict=True)
    except (ValidationError, QuantityError):
        return None
    return None if any(problem.severity == "error" for problem in check(scenario)) else scenario


def outcome(scenario, loaded, kappa, replications):
    """Everything that is measured, as bytes."""
    model = compile_model(scenario, loaded.as_written)
    told = []
    for draws, trace in blocks(model, loaded.scenario.run.seed, numbered(replications), kappa):
        measures = measure(model, draws, trace)
        arrays = [
            *measures.monthly.values(),
            measures.outcomes,
            *measures.stages.values(),
            *measures.pools.values(),
            measures.completion_drawn,
        ]
        told += [np.asarray(one).tobytes() for one in arrays]
    return told


def has_effect(loaded, path, part, kappa):
    """Whether some metric differs between the ends of a number's range; None where it has no range."""
    tried = None
    for low, high in RANGES:
        ends = [with_moved(loaded, path, part, factor) for factor in (low, high)]
        if None in ends:
            continue
        tried = False
        for replications in (5, 50):
            if outcome(ends[0], loaded, kappa, replications) != outcome(ends[1], loaded, kappa, replications):
                return True
    return tried


@pytest.mark.heavy
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_number_of_a_shipped_scenario_has_an_effect(name):
    loaded = load(name)
    fit = kappa_of(loaded, lambda what, done, of: None)
    idle = {
        f"{path} {part or ''}".strip(): effect
        for path, part in parameters(loaded)
        if path not in AT_THE_BOUND and not (effect := has_effect(loaded, path, part, fit.kappa if fit else 1.0))
    }
    assert idle == {}


def test_a_number_that_nothing_reads_would_be_seen():
    loaded = load("hengyang-2022")
    assert has_effect(loaded, "pools.permit_desk.capacity", None, 1.1) is True
    assert has_effect(loaded, "assumptions.reference_exponent", None, 1.1) is False
