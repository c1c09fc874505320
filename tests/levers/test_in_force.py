"""Levers in force of the shipped scenarios: dropped, each moves what it is to; on top it is refused; named, it changes nothing."""

import re

import numpy as np
import pytest
import yaml

from sim.errors import InputError
from sim.scenario.files.folders import packaged_folder
from sim.scenario.loading import load
from tests.levers.probing import CITIES, effects, in_force, outcomes

IN_FORCE = [(city, name) for city in CITIES for name in in_force(load(city))]
REPLICATIONS, FEW = 400, 40
LARGE = "zhaoqing-2023", ("four_certificates", "one_enterprise_one_policy", "lead_regions")
"""A city, and levers of it whose effects are seen in few replications."""


@pytest.mark.heavy
@pytest.mark.parametrize("city", sorted({city for city, _ in IN_FORCE}))
def test_without_it_every_lever_in_force_moves_its_metric_as_it_says(city):
    weak = [str(effect) for effect in effects(city, REPLICATIONS) if effect.errors <= 3]
    assert weak == []


def test_without_it_a_lever_in_force_moves_its_metric_as_it_says():
    city, names = LARGE
    weak = [str(effect) for effect in effects(city, FEW, names) if effect.errors <= 3]
    assert weak == []


@pytest.mark.parametrize(("city", "name"), IN_FORCE)
def test_a_lever_in_force_is_not_taken_on_top(city, name):
    with pytest.raises(InputError) as refused:
        load(city, levers=[name])
    assert [problem.kind for problem in refused.value.problems if problem.severity == "error"] == ["lever-in-force"]


@pytest.mark.parametrize("city", CITIES)
def test_every_lever_that_a_city_names_can_be_taken_or_dropped(city):
    written = load(city)
    for name, lever in written.scenario.levers.items():
        choice = {"without": [name]} if lever.status == "in_force" else {"levers": [name]}
        changed = load(city, **choice)
        moved = {key for key in changed.tree if changed.tree[key] != written.tree.get(key)}
        assert moved
        assert moved <= {path.partition(".")[0] for path in lever.change}


@pytest.mark.parametrize("city", CITIES)
def test_the_levers_that_a_city_names_change_no_forecast(city, tmp_path):
    folder = packaged_folder() / "scenarios"
    text = re.sub(r"(?ms)^levers:.*?(?=^\S|\Z)", "", (folder / f"{city}.yaml").read_text(encoding="utf-8"))
    assert "levers" not in yaml.safe_load(text)
    path = tmp_path / f"{city}.yaml"
    path.write_text(text, encoding="utf-8")
    named, bare = load(city), load(path)
    assert {key: value for key, value in named.tree.items() if key != "levers"} == bare.tree
    found, alone = outcomes(named, 1.0, 5), outcomes(bare, 1.0, 5)
    assert found.keys() == alone.keys()
    for goal, values in found.items():
        np.testing.assert_array_equal(values, alone[goal])
