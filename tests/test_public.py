"""The library's face: load, run, read the forecast; the same numbers as the command line."""

import pytest

import sim
from sim.errors import InputError
from tests.cli.conftest import SMALL


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The path of a small city."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_a_city_is_loaded_run_and_read(small):
    outlook = sim.load(small).run(replications=40, seed=3)
    assert set(outlook.goals) == {"investment", "projects"}
    assert 0 <= outlook.joint.low <= outlook.joint.estimate <= outlook.joint.high <= 1
    assert len(outlook.monthly["investment_completed"]["p50"]) == 12
    assert outlook.results.replications == 40
    assert outlook.to_json()["seed"] == 3


def test_a_precision_asked_for_ends_the_run(small):
    assert sim.load(small).run(precision=0.2).results.replications == 400


def test_a_changed_city_is_another_one(small):
    city, easier = sim.load(small), sim.load(small, sets=["goals.investment.value=2 bn yuan"])
    assert (
        easier.run(replications=40).goals["investment"].probability.estimate
        > city.run(replications=40).goals["investment"].probability.estimate
    )


def test_a_wrong_city_is_refused_with_its_problems():
    with pytest.raises(InputError) as fault:
        sim.load("hengyang-2021")
    assert fault.value.problems[0].suggestion == "hengyang-2022"


def test_only_what_is_meant_to_be_used_is_exported():
    assert dir(sim) == ["Case", "Outlook", "__version__", "load"]
    with pytest.raises(AttributeError):
        sim.unknown  # noqa: B018
