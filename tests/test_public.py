"""The library's face: load, run, read the forecast; the same numbers as the command line."""

import doctest
import inspect
import sys

import pytest

import sim
from sim import public
from sim.errors import InputError, MissingPackageError
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
    assert dir(sim) == ["Case", "Contrast", "Outlook", "Study", "Sweep", "__version__", "load", "read_sweep", "study"]
    with pytest.raises(AttributeError):
        sim.unknown  # noqa: B018


# --- Examples


def documented():
    """Every public name of the face, and every public attribute of its classes."""
    for name in ("Case", "Contrast", "Outlook", "Study", "Sweep", "load", "read_sweep", "study"):
        thing = getattr(sim, name)
        yield name, thing
        for key, value in vars(thing).items() if inspect.isclass(thing) else ():
            if not key.startswith("_") and (callable(value) or isinstance(value, property)):
                yield f"{name}.{key}", value


EXAMPLES = {
    test.name: test
    for module in (public.cities, public.sweeps)
    for test in doctest.DocTestFinder().find(module, "public", extraglobs={"sim": sim})
    if test.examples
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_holds(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(EXAMPLES[name])
    assert runner.summarize(verbose=False).failed == 0


def test_every_public_name_is_told_and_shown():
    untold = [name for name, thing in documented() if not inspect.getdoc(thing)]
    unshown = {name for name, _ in documented()} - {name.removeprefix("public.") for name in EXAMPLES}
    assert untold == []
    # shown in the example of the class, or of `Case.sweep` and the guide on sweeps
    assert unshown == {
        "Case.scenario",
        *(f"Contrast.{name}" for name in ("differences", "inputs", "page", "plot", "to_json")),
        *(f"Sweep.{name}" for name in ("page", "plot", "to_json")),
    }


# --- Changes and comparisons


def test_a_change_gives_another_city_and_leaves_this_one(small):
    city = sim.load(small)
    fewer = city.with_override("few_desks").with_reading("ready").with_values({"run.seed": 5, "goals.projects.value": "8 projects"})
    assert city.loaded.choice.overrides == ()
    assert repr(fewer) == "<Case small, few_desks, ready, run.seed=5, goals.projects.value=8 projects>"
    assert fewer.scenario.run.seed == 5
    assert fewer.scenario.pools["permit_desk"].capacity == 1
    assert fewer.run(replications=10).results.seed == 5


def test_a_value_may_be_a_structure_and_a_date(small):
    city = sim.load(small).with_values({"pools.permit_desk.capacity": {"2022-01-01": 3, "2022-06-01": 4}})
    assert list(city.scenario.pools["permit_desk"].capacity.values()) == [3, 4]


def test_levers_are_taken_and_dropped_and_told_where_they_do_not_fit(small):
    city = sim.load(small).with_lever("green_channel", size=2, from_="2022-03-01")
    assert city.loaded.choice.levers == ("green_channel=2@2022-03-01",)
    with pytest.raises(InputError, match="green_chanel"):
        sim.load(small).with_lever("green_chanel")
    with pytest.raises(InputError, match="in force"):
        sim.load(small).without("green_channel")


def test_a_city_is_compared_with_another(small):
    city = sim.load(small)
    contrast = city.with_override("few_desks").compare(city, replications=40)
    assert contrast["goals.investment.outcome"].high < 0
    assert [one.path for one in contrast.inputs] == ["pools.permit_desk.capacity"]
    assert contrast.to_json()["metrics"]["goals.investment.outcome"]["real"] is True
    assert "What the change does" in str(contrast)
    assert repr(contrast) == "<Contrast small less small: 40 replications, seed 1>"


def test_printed_they_are_the_pages_of_the_command_line(small):
    city = sim.load(small)
    assert str(city).startswith("A small city")
    assert "40 replications, seed 1" in str(city.run(replications=40))


def test_projects_by_owner(small):
    projects = sim.load(small).run(replications=40).projects
    assert set(projects) == {"going", "new"}
    assert projects["going"].on_site == 6
    assert projects["going"].quantiles["p10"] <= projects["going"].mean <= projects["going"].quantiles["p90"]


def test_results_under_names_say_their_units(small):
    data = sim.load(small).run(replications=40).to_xarray()
    assert dict(data.sizes) == {"replication": 40, "goal": 2, "month": 12, "stage": 5, "pool": 2, "project": 2}
    assert data.unit.sel(goal="projects") == "projects"
    assert all("units" in array.attrs for name, array in data.data_vars.items() if name != "met")
    assert float(data.project_investment.sum("project")[0]) == float(data.investment_completed.isel(month=-1)[0])


def test_without_xarray_it_is_told_what_to_install(small, monkeypatch):
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(MissingPackageError, match="pip install"):
        sim.load(small).run(replications=2).to_xarray()
