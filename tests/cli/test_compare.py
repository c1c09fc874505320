"""`sim compare` as a user has it."""

import json
import re

import pytest

FEW = ("--replications", "40")


def test_an_option_changes_the_second(sim, small):
    found = sim("compare", small, "--override", "few_desks", *FEW)
    assert found.exit_code == 0
    assert "A: A small city\nB: A small city --override few_desks\n40 replications of each, seed 1" in found.stdout
    assert "pools.permit_desk.capacity" in found.stdout
    assert "construction permit" in found.stdout
    assert "Not yet tested against history" in found.stdout


def test_the_same_in_chinese(sim, small):
    text = sim("compare", small, "--override", "few_desks", *FEW, "--lang", "zh").stdout
    assert "A: 一个小城市\nB: 一个小城市 --override few_desks\n各模拟40次，种子1" in text
    assert "变动的输入" in text


def test_for_programs(sim, small):
    found = json.loads(sim("compare", small, "--override", "few_desks", *FEW, "--json").stdout)
    assert found["replications"] == 40
    one = found["metrics"]["goals.investment.outcome"]
    assert one["difference"] == pytest.approx(one["b"] - one["a"])
    assert one["interval"][0] <= one["difference"] <= one["interval"][1] < 0
    assert one["real"] is True
    (changed,) = found["inputs"]
    assert changed["path"] == "pools.permit_desk.capacity"
    assert changed["b"] == {
        "value": "1",
        "kind": "assumed",
        "source": "a thought experiment",
        "fact": None,
        "file": "small.yaml",
        "line": 32,
    }
    alone = json.loads(sim("run", small, *FEW, "--json").stdout)
    assert alone["goals"]["investment"]["mean"] == one["a"]
    assert alone["goals"]["investment"]["probability"] == found["metrics"]["goals.investment.probability"]["a"]


def test_it_is_the_same_bytes_whatever_the_order_of_sets(process, small):
    told = [process("compare", small, "--override", "few_desks", *FEW, "--json", PYTHONHASHSEED=seed).stdout for seed in ("1", "2", "3")]
    assert told[0] == told[1] == told[2] != b""


def test_probabilities_come_with_their_intervals(sim, small):
    text = sim("compare", small, "--override", "few_desks", *FEW).stdout
    chance = re.search(r"projects implemented +(\S+ \(.*?\)) +(\S+ \(.*?\))", text)
    assert chance
    assert chance[1] in sim("run", small, *FEW, "--no-save").stdout
    assert chance[2] in sim("run", small, "--override", "few_desks", *FEW, "--no-save").stdout


def test_what_is_wrong_with_both_is_told_at_once(sim, small, tmp_path):
    for name in ("one.yaml", "two.yaml"):
        text = (tmp_path / small).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("count: 10", "cuont: 10"), encoding="utf-8")
    found = sim("compare", "one.yaml", "two.yaml")
    assert found.exit_code == 2
    assert "one.yaml:" in found.stderr
    assert "two.yaml:" in found.stderr


def test_two_files(sim, small, tmp_path):
    (tmp_path / "other.yaml").write_text((tmp_path / small).read_text(encoding="utf-8"), encoding="utf-8")
    text = sim("compare", small, "other.yaml", *FEW).stdout
    assert "Nothing: both say the same." in text
    assert "none at all" in text
    assert "real difference" not in text


def test_nothing_to_compare_is_refused(sim, small):
    found = sim("compare", small)
    assert found.exit_code == 2
    assert "Nothing is changed" in found.stderr


def test_what_is_wrong_with_the_second_is_told(sim, small):
    found = sim("compare", small, "--override", "few_desk")
    assert found.exit_code == 2
    assert "few_desks" in found.stderr
