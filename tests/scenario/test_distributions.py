"""Distributions: canonical parameters by hand, and refusals in words."""

import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sim.errors.wording import KINDS
from sim.scenario.values.distributions import (
    DaysDistribution,
    Distribution,
    MoneyDistribution,
    NumberDistribution,
    ShareDistribution,
    read_distribution,
)
from sim.scenario.values.families import FAMILIES, WAYS
from sim.scenario.values.quantities import QuantityError, parse_quantity
from sim.scenario.values.units import Dimension

Z90 = 1.2815515655446004
"""The standard normal quantile at 0.9."""

TYPES: dict[str, TypeAdapter[Any]] = {
    "days": TypeAdapter(DaysDistribution),
    "money": TypeAdapter(MoneyDistribution),
    "share": TypeAdapter(ShareDistribution),
    "number": TypeAdapter(NumberDistribution),
}


@pytest.mark.parametrize(
    ("written", "family", "parameters"),
    [
        ("60 days", "constant", (60,)),
        ({"uniform": {"low": "10 days", "high": "2 weeks"}}, "uniform", (10, 14)),
        ({"triangular": {"low": "1 days", "mode": "2 days", "high": "4 days"}}, "triangular", (1, 2, 4)),
        ({"normal": {"mean": "10 days", "sd": "2 days"}}, "normal", (10, 2)),
        ({"normal": {"mean": "10 days", "cv": 0.2}}, "normal", (10, 2)),
        ({"normal": {"p10": "10 days", "p90": "40 days"}}, "normal", (25, 15 / Z90)),
        ({"lognormal": {"mean": "60 days", "cv": 0.5}}, "lognormal", (math.log(60) - math.log(1.25) / 2, math.sqrt(math.log(1.25)))),
        ({"lognormal": {"mean": "60 days", "sd": "30 days"}}, "lognormal", (math.log(60) - math.log(1.25) / 2, math.sqrt(math.log(1.25)))),
        ({"lognormal": {"mean": "60 days", "log_sd": 0.4}}, "lognormal", (math.log(60) - 0.08, 0.4)),
        ({"lognormal": {"median": "60 days", "log_sd": 0.4}}, "lognormal", (math.log(60), 0.4)),
        ({"lognormal": {"p10": "10 days", "p90": "40 days"}}, "lognormal", (math.log(20), math.log(2) / Z90)),
        ({"lognormal": {"p50": "20 days", "p90": "40 days"}}, "lognormal", (math.log(20), math.log(2) / Z90)),
        ({"exponential": {"mean": "45 days"}}, "exponential", (45,)),
        ({"gamma": {"mean": "20 days", "cv": 0.5}}, "gamma", (4, 5)),
        ({"gamma": {"mean": "20 days", "sd": "10 days"}}, "gamma", (4, 5)),
        ({"gamma": {"shape": 2, "mean": "20 days"}}, "gamma", (2, 10)),
        ({"erlang": {"stages": 3, "mean": "12 days"}}, "gamma", (3, 4)),
        ({"weibull": {"shape": 1, "mean": "5 days"}}, "weibull", (1, 5)),
        ({"weibull": {"shape": 2, "mean": "5 days"}}, "weibull", (2, 10 / math.sqrt(math.pi))),
        ({"weibull": {"shape": 2, "scale": "5 days"}}, "weibull", (2, 5)),
        ({"beta": {"a": 2, "b": 3, "times": "10 days"}}, "beta", (2, 3, 10)),
        ({"quantiles": {"p0": "0 days", "p50": "10 days", "p100": "40 days"}}, "piecewise", (0, 0, 0.5, 10, 1, 40)),
        ({"table": {"5 days": 0.7, "2 days": 0.3}}, "table", (2, 0.3, 5, 0.7)),
        ({"table": {"2 days": 3, "5 days": 7}}, "table", (2, 0.3, 5, 0.7)),
    ],
)
def test_each_way_to_tell_a_distribution_comes_to_its_canonical_parameters(
    written: object, family: str, parameters: tuple[float, ...]
) -> None:
    read = read_distribution(written, "duration")
    assert read.family == family
    assert read.parameters == pytest.approx(parameters, rel=1e-12)
    assert (read.low, read.high, read.dimension, read.working) == (-math.inf, math.inf, "duration", False)


def test_a_share_may_be_a_growth_rate_below_zero() -> None:
    growth = TYPES["share"].validate_python({"normal": {"p10": "-6%", "p90": "12%"}})
    assert growth.parameters == pytest.approx((0.03, 0.09 / Z90))
    assert TYPES["share"].validate_python("-3%").parameters == (-0.03,)


def test_a_beta_of_a_share_needs_no_scale() -> None:
    assert read_distribution({"beta": {"a": 1.4, "b": 1.9}}, "share").parameters == (1.4, 1.9, 1.0)
    assert read_distribution({"beta": {"a": 1.4, "b": 1.9, "times": 0.97}}, "share").parameters == (1.4, 1.9, 0.97)


def test_bounds_condition_a_distribution() -> None:
    read = read_distribution({"normal": {"mean": "10 days", "sd": "2 days", "min": "8 days", "max": "2 weeks"}}, "duration")
    assert (read.low, read.high) == (8, 14)


def test_sizes_need_no_location_and_keep_their_bounds_in_yuan() -> None:
    read = read_distribution({"lognormal": {"log_sd": 1.25, "min": "5 million yuan", "max": "15 bn yuan"}}, "money")
    assert read == Distribution("lognormal", (0.0, 1.25), 5e6, 15e9, "money")
    assert read_distribution({"lognormal": {"cv": 0.5}}, "money").parameters == (0.0, pytest.approx(math.sqrt(math.log(1.25))))


def test_only_sizes_need_no_location() -> None:
    with pytest.raises(QuantityError, match="distribution"):
        read_distribution({"lognormal": {"log_sd": 1.25}}, "duration")


def test_working_days_make_a_distribution_of_working_days() -> None:
    assert read_distribution({"lognormal": {"mean": "25 working days", "cv": 0.6}}, "duration").working
    assert read_distribution("60 个工作日", "duration").working
    assert read_distribution({"uniform": {"low": "0 days", "high": "5 working days"}}, "duration").working


def test_a_quantity_from_a_fact_may_stand_for_any_number() -> None:
    mean = parse_quantity("25 working days")
    assert read_distribution({"exponential": {"mean": mean}}, "duration") == Distribution(
        "exponential", (25.0,), dimension="duration", working=True
    )


@pytest.mark.parametrize(
    ("written", "kind", "suggestion"),
    [
        ({"lognormal": {"mean": "60 days"}}, "distribution", ""),
        ({"lognormal": {"mean": 60, "cv": 0.5}}, "bare-number", "60 days"),
        ({"lognormal": {"mean": "60 mu", "cv": 0.5}}, "unit", ""),
        ({"lognormal": {"maen": "60 days", "cv": 0.5}}, "distribution", "mean"),
        ({"lognormall": {"mean": "60 days", "cv": 0.5}}, "distribution", "lognormal"),
        ({"lognormal": {"mean": "0 days", "cv": 0.5}}, "distribution", ""),
        ({"lognormal": {"mean": "60 days", "cv": 0}}, "distribution", ""),
        ({"lognormal": {"mean": "60 days", "cv": 1e14}}, "distribution", ""),
        ({"lognormal": {"median": "60 days", "log_sd": 9}}, "distribution", ""),
        ({"lognormal": {"p10": "40 days", "p90": "10 days"}}, "distribution", ""),
        ({"lognormal": {"p0.0": "1 days", "p90": "10 days"}}, "distribution", ""),
        ({"lognormal": {"p10": "1 days", "p10.0": "10 days"}}, "distribution", ""),
        ({"lognormal": {"p10": "1 days", "p100": "10 days"}}, "distribution", ""),
        ({"lognormal": "60 days"}, "distribution", ""),
        ({"lognormal": {}}, "distribution", ""),
        ({"normal": {"mean": "1 days", "sd": "-1 days"}}, "range", ""),
        ({"uniform": {"low": "5 days", "high": "5 days"}}, "distribution", ""),
        ({"triangular": {"low": "1 days", "mode": "5 days", "high": "4 days"}}, "distribution", ""),
        ({"erlang": {"stages": 2.5, "mean": "5 days"}}, "distribution", ""),
        ({"gamma": {"mean": "5 days", "cv": 1e-9}}, "distribution", ""),
        ({"weibull": {"shape": 1e-9, "mean": "5 days"}}, "distribution", ""),
        ({"beta": {"a": 0, "b": 1}}, "distribution", ""),
        ({"quantiles": {"p10": "1 days", "p90": "4 days"}}, "distribution", ""),
        ({"quantiles": {"p0": "1 days", "p50": "5 days", "p100": "4 days"}}, "distribution", ""),
        ({"quantiles": {"p0": "1 days", "p50": "2 days", "p50.0": "3 days", "p100": "4 days"}}, "distribution", ""),
        ({"table": {}}, "distribution", ""),
        ({"table": {"2 days": 0}}, "distribution", ""),
        ({"table": {"2 days": 0.5, "48 hours": 0.5}}, "duplicate-key", ""),
        ({"table": {2: 0.5}}, "distribution", ""),
        ({"normal": {"mean": "5 days", "sd": "1 days"}, "uniform": {}}, "distribution", ""),
        ({}, "distribution", ""),
        ({"exponential": {"mean": "5 days", "min": "9 days", "max": "8 days"}}, "distribution", ""),
        ({"exponential": {"mean": "5 days", "min": "20,000 days"}}, "distribution", ""),
        ({"uniform": {"low": "5 days", "high": "6 days", "min": "7 days"}}, "distribution", ""),
        ({"uniform": {"low": "5 days", "high": "6 working days"}}, "distribution", ""),
    ],
)
def test_what_is_no_distribution_is_refused_with_what_was_perhaps_meant(written: object, kind: str, suggestion: str) -> None:
    with pytest.raises(QuantityError) as caught:
        read_distribution(written, "duration")
    assert (caught.value.kind, caught.value.suggestion) == (kind, suggestion)
    assert caught.value.allowed or kind == "duplicate-key"


@pytest.mark.parametrize(
    "written",
    [
        "0 yuan",
        {"normal": {"mean": "1 bn yuan", "sd": "1 bn yuan"}},
        {"table": {"0 yuan": 0.5, "1 yuan": 0.5}},
        {"quantiles": {"p0": "0 yuan", "p100": "1 yuan"}},
    ],
)
def test_sizes_are_above_zero(written: object) -> None:
    with pytest.raises(QuantityError, match="distribution"):
        read_distribution(written, "money")


def test_a_refusal_names_the_part_that_is_wrong() -> None:
    with pytest.raises(ValidationError) as caught:
        TYPES["days"].validate_python({"normal": {"mean": "5 days", "sd": 2}})
    (error,) = caught.value.errors()
    assert (error["type"], error["ctx"]["found"], error["ctx"]["suggestion"]) == ("bare-number", "sd: 2", "2 days")


def test_the_message_of_a_family_lists_its_ways() -> None:
    with pytest.raises(QuantityError) as caught:
        read_distribution({"lognormal": {"mean": "60 days"}}, "duration")
    assert caught.value.allowed == "mean, cv | mean, sd | mean, log_sd | median, log_sd | p10, p90"


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(["5 days", "12%", "1 bn yuan", "0 days", "3 working days"])
)
NAMES = st.sampled_from(
    sorted({name for ways in WAYS.values() for way in ways for name in way} | {"min", "max", "p0", "p0.0", "p10", "p50", "p90", "p100"})
)
BODIES = st.dictionaries(NAMES | st.text(max_size=5) | st.just("2 days") | st.integers(), LEAVES, max_size=4)
WRITTEN = (
    LEAVES
    | BODIES
    | st.dictionaries(st.sampled_from(FAMILIES) | st.text(max_size=5) | st.integers(), BODIES | LEAVES, min_size=1, max_size=2)
)
NUMBERS = st.floats(0, 1e15).map(repr) | st.sampled_from(["0", "1", "1e-30", "1e15"])


@pytest.mark.parametrize("name", TYPES)
@given(value=WRITTEN)
def test_no_text_answers_with_anything_but_a_distribution_or_a_refusal_in_words(name: str, value: object) -> None:
    try:
        read = TYPES[name].validate_python(value)
    except ValidationError as refusal:
        (error,) = refusal.errors()
        assert error["type"] in KINDS
    else:
        assert all(map(math.isfinite, read.parameters))


@given(data=st.data(), dimension=st.sampled_from(["duration", "money", "share", "number"]))
def test_extreme_numbers_give_finite_parameters_or_a_refusal(data: st.DataObject, dimension: Dimension) -> None:
    """Every family by every way, with numbers from 1e-30 to beyond every bound, and perhaps with bounds."""
    units = {"duration": " days", "money": " yuan", "share": "", "number": ""}
    family = data.draw(st.sampled_from(sorted(WAYS)))
    names = data.draw(st.sampled_from(WAYS[family])) | data.draw(st.sets(st.sampled_from(["min", "max"])))
    bare = {"cv", "log_sd", "a", "b", "shape", "stages"}
    body = {name: data.draw(NUMBERS) + ("" if name in bare else units[dimension]) for name in sorted(names)}
    with suppress(QuantityError):
        read = read_distribution({family: body}, dimension)
        assert all(map(math.isfinite, read.parameters))
        assert read.low < read.high
