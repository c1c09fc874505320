"""The main job on the shipped scenario: what a planner may rely on."""

import csv
import json
import shutil

import pytest

from tests.acceptance.conftest import ROOT

RUN = ("run", "hengyang-2022", "--lang", "en")
FEW = ("--replications", "60", "--no-save")


@pytest.fixture
def own_root(tmp_path):
    """A copy of scenarios/ and seeds/ that a test may change."""
    for name in ("scenarios", "seeds"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def test_a_city_that_did_worse_last_year_has_more_to_make_up(own_root, sim_run):
    seeds = own_root / "seeds" / "hengyang.yaml"
    before = sim_run("bridge", "hengyang-2022", "--lang", "en", folder=own_root).stdout
    text = seeds.read_text(encoding="utf-8")
    assert text.count("value: 131.7%") == 1
    seeds.write_text(text.replace("value: 131.7%", "value: 120.0%"), encoding="utf-8")
    after = sim_run("bridge", "hengyang-2022", "--lang", "en", folder=own_root).stdout
    for printed, figures in ((before, ("131.7%", "100.1", "9.9", "85.7", "92.4", "2.2%", "53")), (after, ("120.0%", "91.2", "18.8"))):
        for figure in figures:
            assert figure in printed
    assert "100.1" not in after


def test_the_probability_falls_as_the_goal_rises(answer):
    probabilities = []
    for goal in (70, 110, 150):
        told = answer(*RUN, *FEW, "--set", f"goals.investment.value={goal} bn yuan")
        probabilities.append(told["goals"]["investment"]["probability"])
    assert probabilities[0] > probabilities[1] > probabilities[2]


def test_another_seed_gives_other_quantiles_of_the_same_city(answer):
    one, two = (answer(*RUN, *FEW, "--seed", seed) for seed in ("1", "2"))
    assert one["goals"]["investment"]["quantiles"] != two["goals"]["investment"]["quantiles"]
    assert one["kappa"] == two["kappa"], "kappa belongs to the scenario, not to the seed"
    # P50 of 60 replications with sd 7 bn: standard error 1.25 x 7 / sqrt(60) = 1.1 bn each
    assert abs(one["goals"]["investment"]["quantiles"]["p50"] - two["goals"]["investment"]["quantiles"]["p50"]) < 4.5 * 1.6e9


def test_the_same_seed_gives_the_same_bytes_anywhere(sim_run, tmp_path):
    other = tmp_path / "elsewhere"
    other.mkdir()
    runs = [
        sim_run(*RUN, *FEW, "--json", PYTHONHASHSEED="1"),
        sim_run(*RUN, *FEW, "--json", PYTHONHASHSEED="2", folder=other),
        sim_run(*RUN, *FEW, "--json", folder=ROOT),
    ]
    assert len({run.stdout for run in runs}) == 1
    assert runs[0].returncode == 0


def test_replication_37_alone_is_replication_37_of_the_run(answer, sim_run, tmp_path):
    assert sim_run(*RUN, "--replications", "60", "--out", "kept").returncode == 0
    with (tmp_path / "kept" / "replications.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["replication"] == "37")
    alone = answer(*RUN, "--replication", "37")
    for goal, told in alone["goals"].items():
        assert (float(row[f"{goal} outcome"]), row[f"{goal} met"]) == (told["outcome"], str(told["met"]).lower())
    assert [float(row[f"investment 2022-{month:02d}"]) for month in range(1, 13)] == alone["monthly"]["investment_completed"]


def test_the_json_holds_what_programs_read(answer):
    told = answer(*RUN, *FEW)
    parts = "scenario seed replications engine goals joint first_to_fail readings monthly provenance"
    assert set(parts.split()) <= set(told)
    goal = told["goals"]["investment"]
    assert {"metric", "basis", "comparator", "value", "unit", "by"} <= set(goal)
    assert {"probability", "interval", "quantiles", "mean", "shortfall"} <= set(goal)
    assert goal["value"] == 110_000_000_000
    assert told["replications"] == 60
    low, high = goal["interval"]
    assert low <= goal["probability"] <= high
    assert told["first_to_fail"] in told["goals"]
    assert set(told["readings"]) == {"93-inside", "93-outside"}
    assert told["readings"]["93-inside"]["goals"]["investment"]["probability"] == goal["probability"]
    assert len(told["monthly"]["investment_completed"]["p50"]) == 12
    text = json.dumps(told)
    assert str(ROOT) not in text


def test_restated_growth_is_shown_and_not_counted_again(answer):
    told = answer(*RUN, *FEW)
    growth = told["goals"]["investment_growth"]
    assert growth["restates"] == "investment"
    assert growth["probability"] == told["goals"]["investment"]["probability"]
    without = answer(*RUN, *FEW, "--set", "goals.investment_growth=null")
    assert without["joint"] == told["joint"]


def test_no_ready_land_or_one_permit_desk_costs_starts_and_money(answer):
    free = answer(*RUN, *FEW)
    held_back = {
        "no land": answer(*RUN, *FEW, "--set", "pools.ready_land.initial=0 mu", "--set", "pools.ready_land.tranches=null"),
        "one desk": answer(*RUN, *FEW, "--set", "pools.permit_desk.capacity=1"),
    }
    for told in held_back.values():
        assert told["monthly"]["projects_started"]["p50"][-1] < free["monthly"]["projects_started"]["p50"][-1]
        assert told["goals"]["investment"]["quantiles"]["p50"] < free["goals"]["investment"]["quantiles"]["p50"]
