"""From a name or a path to a scenario: where files are found, how layers are laid, every fault in one pass."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError, Problem
from sim.scenario.loading import Loaded, load

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).with_name("fixtures")
SMALL = (FIXTURES / "scenarios" / "small.yaml").read_text(encoding="utf-8")
CITY = (ROOT / "scenarios" / "hengyang-2022.yaml").read_text(encoding="utf-8")
BN = 10**9


def saved(folder: Path, text: str | bytes, name: str = "town.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(path: Path | str, **choice: object) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as fault:
        load(path, **choice)  # type: ignore[arg-type]
    return fault.value.problems


def told(path: Path | str, **choice: object) -> list[tuple[str, int]]:
    """Kind and line of each problem, 0 where it has no place."""
    return [(problem.kind, problem.place.line if problem.place else 0) for problem in problems(path, **choice)]


# --- Where files are found


def test_a_shipped_scenario_loads_by_name_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    city = load("hengyang-2022")
    assert city.name == "hengyang-2022"
    assert city.origins["run.horizon"].place.file == "hengyang-2022.yaml"


def test_a_root_of_ones_own_goes_before_the_shipped_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(tmp_path, SMALL, "scenarios/base.yaml")
    (tmp_path / "seeds").mkdir()
    saved(tmp_path, "extends: base\nrun: {seed: 7}\n", "scenarios/town.yaml")
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert load("town").scenario.run.seed == 7
    assert list(load("town").scenario.workflow) == ["build"]
    assert list(load("hengyang-2022").scenario.goals) == ["investment", "investment_growth", "projects", "fai"]


def test_a_path_below_the_working_folder_is_shown_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(tmp_path, SMALL.replace("day 100", "day"), "plans/town.yaml")
    monkeypatch.chdir(tmp_path)
    (problem,) = problems("plans/town.yaml")
    assert str(problem.place) == f"{Path('plans') / 'town.yaml'}:4:33"


@pytest.mark.parametrize(
    "name", ["hengyang-202", "nowhere", "no/where.yaml", "nowhere.yaml", "", ".", "..", "/", "a\x00b", "x" * 5000, "~", "/dev/null"]
)
def test_what_is_not_there_is_told_in_words(name: str) -> None:
    kinds = {problem.kind for problem in problems(name)}
    assert kinds <= {"unknown-scenario", "unreadable", "empty"}


def test_a_mistyped_name_is_told_with_the_nearest(tmp_path: Path) -> None:
    assert [problem.suggestion for problem in problems("hengyang-222")] == ["hengyang-2022"]
    saved(tmp_path, SMALL)
    assert [problem.suggestion for problem in problems(tmp_path / "twon.yaml")] == [str(tmp_path / "town.yaml")]


@pytest.mark.parametrize("extends", ["../outside.yaml", "/etc/passwd", "scenarios/../../outside.yaml", "link.yaml"])
def test_nothing_outside_the_scenarios_own_folder_is_read(tmp_path: Path, extends: str) -> None:
    saved(tmp_path, SMALL, "outside.yaml")
    town = saved(tmp_path, f"extends: {extends}\n", "own/town.yaml")
    (tmp_path / "own" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    assert told(town) == [("outside", 1)]


def test_a_scenario_may_extend_a_file_beside_it(tmp_path: Path) -> None:
    saved(tmp_path, SMALL, "small.yaml")
    town = saved(tmp_path, "extends: small.yaml\nrun: {seed: 7}\n")
    assert load(town).scenario.run.seed == 7


@pytest.mark.parametrize(
    ("extends", "kind"),
    [
        ("5", "type"),
        ("[base]", "type"),
        ("bas", "unknown-scenario"),
        ("bas.yaml", "unreadable"),
        ('"\\0"', "unreadable"),
        ('" "', "unreadable"),
    ],
)
def test_what_cannot_be_extended_is_told_at_its_line(tmp_path: Path, extends: str, kind: str) -> None:
    assert told(saved(tmp_path, f"run: {{}}\nextends: {extends}\n")) == [(kind, 2)]


def test_scenarios_that_extend_each_other_are_named_in_a_circle(tmp_path: Path) -> None:
    saved(tmp_path, "extends: c.yaml\n", "b.yaml")
    saved(tmp_path, "extends: a.yaml\n", "c.yaml")
    (problem,) = problems(saved(tmp_path, "extends: b.yaml\n", "a.yaml"))
    assert problem.kind == "extends-circle"
    assert problem.found == "a.yaml → b.yaml → c.yaml → a.yaml"


def test_a_fault_of_a_fact_is_told_in_the_file_of_the_facts(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES, tmp_path / "root")
    seeds = tmp_path / "root" / "seeds" / "town.yaml"
    seeds.write_text(seeds.read_text(encoding="utf-8").replace("76 bn yuan", "76 bn"), encoding="utf-8")
    town = saved(tmp_path, "extends: small\ngoals: {investment: {value: {fact: town/missing}}}\n", "root/scenarios/town.yaml")
    found = [(problem.kind, Path(problem.place.file).parent.name, problem.place.line) for problem in problems(town) if problem.place]
    assert found[0] == ("unit", "seeds", 7)
    assert {kind for kind, _, _ in found[1:]} == {"fact"}


# --- How layers are laid


LAYERED = (
    SMALL
    + """\
overrides:
  later: {run: {horizon: day 200}, goals: {investment: {value: 1.2 bn yuan}}}
  larger: {goals: {investment: {value: 1.4 bn yuan, fitted: to a wish}}}
scenarios:
  both: [later, larger]
readings:
  size:
    base: small
    readings:
      small: {}
      large: {change: {portfolio: {projects: {bridge: {total: 3 bn yuan}}}, goals: {investment: {value: 1.6 bn yuan}}}}
  pace:
    base: slow
    readings:
      slow: {}
      fast: {change: {run: {horizon: day 50}}}
"""
)


@pytest.fixture
def layered(tmp_path: Path) -> Path:
    return saved(tmp_path, LAYERED)


def goal(loaded: Loaded) -> float:
    return float(loaded.scenario.goals["investment"].value.value / BN)


def test_overrides_are_laid_left_to_right_then_readings_then_settings(layered: Path) -> None:
    assert goal(load(layered)) == 1.0
    assert goal(load(layered, overrides=["later", "larger"])) == 1.4
    assert goal(load(layered, overrides=["larger", "later"])) == 1.2
    assert goal(load(layered, overrides=["larger"], reading="large")) == 1.6
    assert goal(load(layered, overrides=["larger"], reading="large", sets=["goals.investment.value=1.8 bn yuan"])) == 1.8


def test_a_named_list_of_overrides_is_a_scenario_of_the_file(layered: Path) -> None:
    both = load(layered, scenario_list="both")
    assert goal(both) == 1.4
    assert str(both.scenario.run.horizon) == "day 200"


def test_the_file_as_written_is_the_same_whatever_is_laid_over_it(layered: Path) -> None:
    plain = load(layered)
    changed = load(layered, overrides=["later"], reading=["large", "fast"], sets=["run.seed=5"])
    assert changed.as_written == plain.as_written == plain.scenario
    assert changed.written_tree == plain.tree


def test_each_ambiguous_fact_has_one_reading_in_force(layered: Path) -> None:
    plain = load(layered)
    assert plain.reading_names() == ("small", "large", "slow", "fast")
    assert plain.chosen_readings() == ("small", "slow")
    large = plain.with_reading("large")
    assert large.chosen_readings() == ("large", "slow")
    assert large.with_reading("fast").chosen_readings() == ("large", "fast")
    assert goal(large.with_reading("small")) == 1.0


def test_a_reading_keeps_overrides_and_settings(layered: Path) -> None:
    fast = load(layered, overrides=["larger"], sets=["run.seed=5"]).with_reading("fast")
    assert (goal(fast), fast.scenario.run.seed, str(fast.scenario.run.horizon)) == (1.4, 5, "day 50")


def test_unknown_overrides_readings_and_lists_are_told_with_the_nearest(layered: Path) -> None:
    found = problems(layered, overrides=["latter"], reading="lage", scenario_list="bth")
    assert [(problem.kind, problem.suggestion) for problem in found] == [
        ("unknown-scenario", "both"),
        ("unknown-override", "later"),
        ("unknown-reading", "large"),
    ]


def test_a_number_of_an_override_has_the_kind_that_holds_there(layered: Path) -> None:
    assert load(layered).origins["goals.investment.value"].kind == "assumed"
    assert load(layered, overrides=["larger"]).origins["goals.investment.value"].kind == "fitted"


def test_a_fault_of_an_override_or_reading_is_told_though_it_is_not_applied(tmp_path: Path) -> None:
    text = (
        LAYERED.replace("value: 1.4 bn yuan", "value: 1.4")
        .replace("horizon: day 50", "horizon: soon")
        .replace("total: 3 bn", "total: 1 bn")
    )
    text = text.replace("{total: 1 bn yuan}", "{at: biuld}")
    found = problems(saved(tmp_path, text))
    assert [(problem.kind, problem.path.rpartition(" ")[2]) for problem in found] == [
        ("bare-number", "(larger)"),
        ("unknown-stage", "(large)"),
        ("date", "(fast)"),
    ]


def test_a_kind_above_a_value_of_the_base_does_not_reach_into_it(tmp_path: Path) -> None:
    saved(tmp_path, SMALL, "small.yaml")
    town = load(saved(tmp_path, "extends: small.yaml\nfitted: to nothing\nportfolio: {projects: {bridge: {plan: 0.9 bn yuan}}}\n"))
    kinds = {key: town.origins[f"portfolio.projects.bridge.{key}"].kind for key in ("plan", "total")}
    assert kinds == {"plan": "fitted", "total": "assumed"}


def test_equal_quantities_are_spelt_alike_in_the_resolved_tree(tmp_path: Path) -> None:
    chinese = SMALL.replace("2 bn yuan", "20亿元").replace("value: 1 bn yuan", 'value: "1,000 million yuan"')
    assert load(saved(tmp_path, chinese)).tree == load(saved(tmp_path, SMALL, "b.yaml")).tree


def test_provenance_counts_every_number_once() -> None:
    city = load("hengyang-2022")
    counted = [origin for origin in city.origins.values() if origin.kind]
    assert sum(city.provenance().values()) == len(counted)
    assert city.origins["portfolio.cohorts.later_batches.size"].text.startswith("{lognormal: ")
    assert {origin.fact is not None for origin in counted if origin.kind == "stated"} == {True}
    assert city.origins["run.start"].kind is None


# --- Every fault in one pass


FAULTY = """\
extends: base
tilte: Town
run: {start: 2022-01-01, horizon: 2022-12-31, seed: first}
goals:
  investment: {metric: investments, value: {value: 2 bn yuan, assumed: planned}}
  growth: {metric: investment_growth, value: 30%}
  again: {metric: projects_implemented, value: {value: 2, assumed: both}, restates: gorwth}
workflow:
  inspect: {after: [bulid], duration: {value: 3 months, assumed: slow}}
  review: {after: inspect}
pools:
  permit_desk: {capacity: {value: 3, observed: counted, assumed: guessed}}
pools: {}
portfolio:
  assumed: an example
  lists: {year: {count: 3, total: 5 bn yuan}}
  projects:
    bridge: {list: year, total: 3 bn yuan, plan: 4 bn yuan, at: build}
    school: {list: year, total: {fact: hengyang/hq_base_totl}, plan: 1 bn yuan}
    road: {title: 5, total: 1, list: yaer, planned_start: 2022-02-30}
"""


def test_all_faults_of_a_file_are_told_in_one_pass_in_the_order_of_its_lines(tmp_path: Path) -> None:
    assert told(saved(tmp_path, FAULTY)) == [
        ("unknown-key", 2),
        ("type", 3),
        ("choice", 5),
        ("prior", 6),
        ("provenance", 6),
        ("unknown-goal", 7),
        ("unknown-stage", 9),
        ("unit", 9),
        ("type", 10),
        ("two-kinds", 12),
        ("duplicate-key", 13),
        ("plan", 18),
        ("unknown-fact", 19),
        ("words", 20),
        ("bare-number", 20),
        ("unknown-list", 20),
        ("date", 20),
    ]


def test_a_doubt_is_a_warning_and_the_scenario_loads(tmp_path: Path) -> None:
    text = SMALL + "pools: {land: {kind: stock, initial: 20 acres}}\n"
    assert [(problem.kind, problem.suggestion, problem.severity) for problem in load(saved(tmp_path, text)).warnings] == [
        ("area-unit", "20 mu", "warning")
    ]


def test_a_missing_base_value_is_told_where_the_mapping_is_said(tmp_path: Path) -> None:
    (problem,) = problems(saved(tmp_path, SMALL.replace("{metric: investment, value: 1 bn yuan}", "{metric: investment}")))
    assert (problem.kind, problem.path, problem.place and problem.place.line) == ("missing-key", "goals.investment.value", 6)


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("workflow", "s{n}: {{}}"),
        ("overrides", "o{n}: {{run: {{seed: {n}}}}}"),
        ("pools", "p{n}: {{kind: servers, capacity: 1}}"),
    ],
)
def test_a_block_of_thousands_is_refused_before_it_is_checked(tmp_path: Path, block: str, line: str) -> None:
    text = SMALL.replace("workflow:\n", "") if block == "workflow" else SMALL
    text = text.replace("  build: {spends: true, milestone: built}\n", "") if block == "workflow" else text
    text += f"{block}:\n" + "".join(f"  {line.format(n=n)}\n" for n in range(3_000))
    assert [kind for kind, _ in told(saved(tmp_path, text))] == ["too-large"]


def test_an_unknown_key_is_told_though_it_has_no_value(tmp_path: Path) -> None:
    text = SMALL.replace("value: 1 bn yuan}", "value: 1 bn yuan, basi: }") + "calenders:\n"
    assert told(saved(tmp_path, text)) == [("unknown-key", 6), ("unknown-key", 12)]


# --- Whatever the file is, it loads or is refused in words


def settle(path: Path) -> None:
    """Load a file; a refusal must be told in both languages."""
    try:
        load(path)
    except InputError as fault:
        told = fault
    else:
        return
    assert told.problems
    assert told.message("en")
    assert told.message("zh")


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workshop")


@given(st.binary(max_size=100))
def test_no_bytes_raise(workshop: Path, content: bytes) -> None:
    settle(saved(workshop, content))


WORDS = """
run goals portfolio workflow pools calendars assumptions uncertain readings overrides scenarios title value fact assumed base change
projects cohorts lists count total plan at duration needs kind capacity initial start horizon metric after extends ledger 2022-01-01
"""
KEYS = st.sampled_from(WORDS.split())
VALUES = st.sampled_from(
    [
        "rest",
        "day 5",
        "2022-01-01",
        "5 bn yuan",
        "12%",
        "investment",
        "stock",
        "servers",
        "build",
        "town/plan",
        "…",
        "",
        "-1",
        "5 mu",
        "a.b",
    ]
)
SCALARS = VALUES | st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats(allow_nan=False, allow_infinity=False)
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=25)


@given(st.dictionaries(KEYS, TREES, max_size=5), st.booleans())
def test_no_tree_of_the_languages_own_words_raises(workshop: Path, tree: dict[str, object], on_small: bool) -> None:
    saved(workshop, SMALL, "small.yaml")
    if on_small:
        tree["extends"] = "small.yaml"
    settle(saved(workshop, json.dumps(tree, ensure_ascii=False)))


@pytest.mark.parametrize("seed", range(60))
def test_no_edit_of_a_sound_file_raises(workshop: Path, seed: int) -> None:
    """Characters deleted, inserted, copied and whole lines exchanged."""
    chance = random.Random(seed)
    text = list(chance.choice([SMALL, CITY, LAYERED]))
    for _ in range(chance.randint(1, 4)):
        at, other = chance.randrange(len(text)), chance.randrange(len(text))
        match chance.randrange(4):
            case 0:
                del text[at : at + chance.randint(1, 8)]
            case 1:
                text[at:at] = chance.choice(
                    ['"', "'", ": ", "\n", "\t", "[", "}", "&a ", "*a", "!!x ", "- ", "#", "\x00", "\ufeff", "% ", "9" * 50]
                )
            case 2:
                text[at:at] = text[other : other + chance.randint(1, 40)]
            case _:
                text[at], text[other] = text[other], text[at]
    settle(saved(workshop, "".join(text)))
