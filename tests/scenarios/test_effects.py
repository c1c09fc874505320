"""No part of a shipped scenario is without effect: each of its numbers, moved from one end of its range to the other, changes some metric.

A number's range is from half of it to half as much again, where the scenario can have that; else as wide as it can be, from nothing where
that says more. A share of a whole takes from the other shares what it gains.
"""

import copy
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from sim.engine.run import blocks, numbered
from sim.model.compile import compile_model
from sim.reports.months import money_goal, reference_curve
from sim.results.measures import measure
from sim.scenario.checks import check
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.scenario.values.quantities import Quantity, QuantityError, quantity_of
from sim.studies.completion import kappa_of

SCENARIOS = sorted(path.stem for path in (Path(__file__).parents[2] / "scenarios").glob("*.yaml") if path.stem != "base")
RANGES = ((0.5, 1.5), (0.9, 1.1), (1.0, 1.5), (0.5, 1.0), (0.98, 1.02), (0.0, 1.5))
SHAPES = frozenset({"cv", "log_sd", "min", "max", "times"})
"""Parts of a distribution that are moved by themselves."""
NOT_PARAMETERS = ("goals.", "observations.", "run.", "readings.", "overrides.")
FROM_NOTHING = {"duration": 30, "money": 10**9, "area": 100, "count": 5}
"""The upper end of what is nothing in the scenario, in days, yuan, mu and ones."""


def parameters(loaded):
    """(path, part of a distribution or None) of every number of a scenario."""
    found = []
    for path, origin in loaded.origins.items():
        if origin.kind and not path.startswith(NOT_PARAMETERS) and not is_all_of_one_sector(loaded.plain, path):
            value = at(loaded.plain, path)
            parts = set(next(iter(value.values()))) if isinstance(value, dict) else set()
            found += [(path, None)] * (not parts or bool(parts - SHAPES)) + [(path, shape) for shape in sorted(SHAPES & parts)]
    return found


def is_all_of_one_sector(tree, path):
    """Whether a share says no more than that a cohort is of one sector."""
    *way, sectors, _, _ = ["", "", "", *path.split(".")]
    return sectors == "sectors" and len(at(tree, ".".join([*way, sectors]).strip("."))) == 1


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
        return round(value * factor)
    if isinstance(value, float):
        return value * factor
    quantity = quantity_of(value)
    scaled = quantity.value * Fraction(str(factor)) or Fraction(FROM_NOTHING.get(quantity.dimension, 0) if factor > 1 else 0)
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
    elif shares := shares_of(tree, way, last):
        move_share(shares, last if last in shares else way[-1], factor)
    else:
        parent[last] = moved(parent[last], part, factor)
    try:
        scenario = Scenario.model_validate(tree, strict=True)
    except (ValidationError, QuantityError):
        return None
    return None if any(problem.severity == "error" for problem in check(scenario)) else scenario


def shares_of(tree, way, last):
    """Name -> (mapping, key) of the shares of the whole to which a number belongs, empty if it is none."""
    parent = at(tree, ".".join(way))
    siblings = {key: (parent, key) for key in parent}
    if len(way) > 1 and way[-2] == "sectors":
        sectors = at(tree, ".".join(way[:-1]))
        siblings = {key: (sectors[key], last) for key in sectors}
    try:
        whole = sum(float(quantity_of(mapping[key]).value) for mapping, key in siblings.values())
    except (QuantityError, TypeError):
        return {}
    return siblings if len(siblings) > 1 and abs(whole - 1) < 1e-9 else {}


def move_share(shares, name, factor):
    """Make one share so many times as large, and the others smaller or larger alike."""
    old = {key: float(quantity_of(mapping[leaf]).value) for key, (mapping, leaf) in shares.items()}
    new = old[name] * factor
    for key, (mapping, leaf) in shares.items():
        mapping[leaf] = new if key == name else old[key] * (1 - new) / (1 - old[name])


def outcome(scenario, loaded, kappa, replications):
    """Everything that is measured, as bytes; but not how many servers are open, for that only repeats what was written."""
    model = compile_model(scenario, loaded.as_written)
    told = []
    for draws, trace in blocks(model, loaded.scenario.run.seed, numbered(replications), kappa):
        measures = measure(model, draws, trace)
        arrays = [
            *measures.monthly.values(),
            measures.outcomes,
            measures.observed,
            *measures.stages.values(),
            *(table for column, table in measures.pools.items() if column != "open"),
            measures.completion_drawn,
        ]
        told += [np.asarray(one).tobytes() for one in arrays]
    goal = money_goal(scenario)
    return [*told, reference_curve(goal, scenario, len(model.timeline.month_names)) if goal else None]


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
        if not (effect := has_effect(loaded, path, part, fit.kappa if fit else 1.0))
    }
    assert idle == {}


def test_a_number_that_nothing_reads_would_be_seen(monkeypatch):
    loaded = load("hengyang-2022")
    assert has_effect(loaded, "pools.permit_desk.capacity", None, 1.1) is True
    assert has_effect(loaded, "portfolio.cohorts.centralised_starts.dropout.start", None, 1.1) is True
    # of 1,000 desks the second half is never asked for
    free = load("hengyang-2022", sets=["pools.permit_desk.capacity=1000"])
    monkeypatch.setattr(sys.modules[__name__], "RANGES", ((0.5, 1.5),))
    assert has_effect(free, "pools.permit_desk.capacity", None, 1.1) is False
