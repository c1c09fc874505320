"""What a point changes, with its interval: worked by hand, and the same as `sim compare` says of the same change."""

import numpy as np
import pytest

import sim
from sim.studies.compare import compare
from sim.studies.forecast import Precision
from sim.studies.sweep.answering import change

OUTCOME, CHANCE = "goals.investment.outcome", "goals.investment.probability"
PROJECTS, FAI = "goals.projects.probability", "goals.fai.probability"
FEW = 12


def test_the_change_of_an_amount_has_students_interval():
    base, found = {"y": np.array([1.0, 2.0, 3.0, 4.0])}, {"y": np.array([2.0, 4.0, 4.0, 8.0])}
    told = change("y", base, found)
    # differences 1, 2, 1, 4: mean 2, variance 2, of four pairs; t of three degrees of freedom is 3.1824
    assert (told.difference, told.low, told.high) == pytest.approx((2.0, 2 - 3.18245 * 0.5**0.5, 2 + 3.18245 * 0.5**0.5), abs=1e-4)


def test_a_chance_of_which_no_pair_differs_is_not_known_to_be_the_same():
    """Tango's interval with no discordant pair of n: up to z^2 / (n + z^2) to either side (Statistics in Medicine 17, 1998)."""
    same = {"joint": np.zeros(50), "joint behind": np.arange(50.0)[:, None]}
    other = {"joint": np.zeros(50), "joint behind": np.arange(50.0)[:, None] + 1}
    edge = 1.959963984540054**2 / (50 + 1.959963984540054**2)
    told = change("joint", same, other)
    assert (told.difference, told.low, told.high) == pytest.approx((0.0, -edge, edge), abs=1e-6)
    assert change("joint", same, same).identical
    without = {"joint": np.zeros(50)}  # a goal that asks for something else has no outcome beside it
    assert not change("joint", same, without).identical
    assert not change("joint", without, same).identical
    assert not change("joint", without, without).identical


@pytest.fixture(scope="module")
def city():
    return sim.load("hengyang-2022")


@pytest.fixture(scope="module")
def swept(city):
    factors = {
        "pools.permit_desk.capacity": (6, 20),
        "goals.investment.value": ("109.9 bn yuan", "110.1 bn yuan"),
        "green_channel": (0, 2),
        "the_93": ["93-inside", "93-outside"],
    }
    return city.sweep(factors, design="one_way", replications=FEW, outputs=["joint", CHANCE, OUTCOME, PROJECTS, FAI])


def test_an_own_value_changes_exactly_nothing_and_a_goal_s_own_value_may(swept):
    by_factor = {one.factor: one for one in swept.swings(CHANCE)}
    assert swept.levels(CHANCE)["the_93"][0].change.high == 0.0
    assert by_factor["green_channel"].low_change.high == 0.0  # size 0 is not taken, as in the scenario
    moved = by_factor["goals.investment.value"]
    assert moved.low_change.low < moved.low_change.high
    joint = next(one for one in swept.swings("joint") if one.factor == "goals.investment.value")
    assert joint.low_change.low < joint.low_change.high
    projects = next(one for one in swept.swings(PROJECTS) if one.factor == "goals.investment.value")
    assert projects.low_change.high == 0.0  # another goal
    outcomes = {one.factor: one for one in swept.swings(OUTCOME)}
    assert outcomes["goals.investment.value"].low_change.high == 0.0


@pytest.mark.parametrize("output", [CHANCE, OUTCOME, PROJECTS, FAI, "joint"])
def test_it_is_what_compare_says_of_the_same_change(city, swept, output):
    for change_of, named in (("93-outside", "the_93"), ("pools.permit_desk.capacity=6", "pools.permit_desk.capacity")):
        other = city.with_reading(change_of) if named == "the_93" else city.with_values({named: 6})
        told = compare(city.loaded, other.loaded, 1, Precision(0.05, 6400, FEW)).differences[output]
        if named == "the_93":
            found = swept.levels(output)["the_93"][1].change
        else:
            found = next(one for one in swept.swings(output) if one.factor == named).low_change
        assert (found.value, found.low, found.high) == pytest.approx((told.difference, told.low, told.high), rel=1e-9, abs=1e-9)
