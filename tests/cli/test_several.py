"""run of several scenarios: one table, each kept as it would be alone, all faults told before anything runs."""

import json

import pytest
from rich.cells import cell_len

from sim.engine import kernel
from sim.errors import UnfinishedError
from tests.cli.conftest import SMALL

FEW = ("--replications", "20")


@pytest.fixture
def towns(small, tmp_path):
    """Two files: the small city, and one of half its goal."""
    other = (
        SMALL.replace("A small city", "An easy city").replace("一个小城市", "轻松城市").replace("value: 3 bn yuan", "value: 1.5 bn yuan")
    )
    (tmp_path / "easy.yaml").write_text(other, encoding="utf-8")
    return small, "easy.yaml"


def test_one_table_holds_both_and_each_is_kept_as_it_would_be_alone(sim, towns, tmp_path):
    result = sim("run", *towns, *FEW)
    assert result.exit_code == 0, result.output
    assert "A small city" in result.stdout
    assert "An easy city" in result.stdout
    assert result.stdout.count("all goals") == 2
    folders = sorted((tmp_path / "runs").iterdir())
    assert [folder.name.rpartition("-")[0] for folder in folders] == ["easy", "small"]
    assert result.stderr.count("kept in runs") == 2
    before = {path: path.read_bytes() for folder in folders for path in folder.iterdir()}
    for town in towns:
        sim("run", town, *FEW)
    assert {path: path.read_bytes() for folder in sorted((tmp_path / "runs").iterdir()) for path in folder.iterdir()} == before


def test_programs_get_a_list_of_what_each_alone_gives(sim, towns):
    several = json.loads(sim("run", *towns, *FEW, "--no-save", "--json").stdout)
    assert several == [json.loads(sim("run", town, *FEW, "--no-save", "--json").stdout) for town in towns]
    assert several[1]["goals"]["investment"]["probability"] > several[0]["goals"]["investment"]["probability"]


def test_the_table_speaks_chinese_in_columns_that_line_up(sim, towns):
    text = sim("run", *towns, *FEW, "--no-save", "--lang", "zh").stdout
    assert "轻松城市" in text
    header, rule, *_ = text.splitlines()[text.splitlines()[0].startswith(" ") :]
    assert cell_len(rule) == cell_len(header)


def test_what_is_changed_is_changed_in_all(sim, towns):
    plain, slow = (
        json.loads(sim("run", *towns, *FEW, "--no-save", "--json", *more).stdout)
        for more in ((), ("--override", "few_desks", "--seed", "5"))
    )
    assert [one["seed"] for one in slow] == [5, 5]
    assert all(
        one["stages"]["permit"]["mean_wait_days"] < other["stages"]["permit"]["mean_wait_days"]
        for one, other in zip(plain, slow, strict=True)
    )


@pytest.mark.parametrize("options", [("--replication", "3"), ("--out", "there"), ("--trace",), ("--out", "there", "--trace")])
def test_options_that_are_about_one_scenario_are_refused(sim, towns, tmp_path, options):
    before = sorted(path.name for path in tmp_path.iterdir())
    result = sim("run", *towns, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{' and '.join(option for option in options if option.startswith('--'))}"[:5] in result.stderr
    assert "several scenarios do not go together" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_the_faults_of_all_files_are_told_at_once_before_anything_runs(sim, towns, tmp_path, monkeypatch):
    monkeypatch.setattr(kernel, "simulate_many", lambda *_, **options: pytest.fail("it ran"))
    for town, wrong in zip(towns, ("at: permti", "at: perm"), strict=True):
        text = (tmp_path / town).read_text(encoding="utf-8")
        (tmp_path / f"wrong-{town}").write_text(text.replace("at: permit", wrong), encoding="utf-8")
    result = sim("run", "wrong-small.yaml", towns[1], "wrong-easy.yaml", "nowhere", *FEW)
    assert (result.exit_code, result.stdout) == (2, "")
    for told in ("wrong-small.yaml:", "wrong-easy.yaml:", "found permti", "found perm;", "found nowhere"):
        assert told in result.stderr
    assert not (tmp_path / "runs").exists()


def test_a_fault_of_an_option_names_the_scenario_that_lacks_what_it_names(sim, towns, tmp_path):
    text = SMALL.replace("few_desks", "no_desks")
    (tmp_path / "third.yaml").write_text(text, encoding="utf-8")
    result = sim("run", towns[0], "third.yaml", *FEW, "--override", "few_desks")
    assert result.exit_code == 2
    assert "(third.yaml): there is no such override; found few_desks" in result.stderr
    assert "(small.yaml)" not in result.stderr


def test_a_disk_that_fills_up_does_not_take_the_table_away(sim, towns, tmp_path, monkeypatch):
    from sim.cli import keeping

    save, calls = keeping.save, []

    def full(folder, *more):
        calls.append(folder)
        if len(calls) == 1:
            raise UnfinishedError("the disk is full")
        return save(folder, *more)

    monkeypatch.setattr(keeping, "save", full)
    result = sim("run", *towns, *FEW)
    assert result.exit_code == 3
    assert "An easy city" in result.stdout
    assert "the disk is full" in result.stderr
    assert len(list((tmp_path / "runs").iterdir())) == 1


def test_what_has_finished_is_kept_when_a_later_scenario_fails(sim, towns, tmp_path, monkeypatch):
    for town in towns:
        sim("run", town, "--replications", "1", "--no-save")
    simulate, seen = kernel.simulate_many, []

    def fail(model, draws, **options):
        seen.extend(draws.replications)
        if len(seen) > 2 * 20:  # both readings of the first
            raise ZeroDivisionError("a planted bug")
        return simulate(model, draws, **options)

    monkeypatch.setattr(kernel, "simulate_many", fail)
    result = sim("run", *towns, *FEW)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "run it alone with: sim run easy.yaml --seed 1 --replication 1" in result.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name.startswith("small-")


def test_warnings_are_said_of_each(sim, towns, tmp_path):
    for town in towns:
        text = (tmp_path / town).read_text(encoding="utf-8")
        (tmp_path / town).write_text(text + "pools: {ready_land: {initial: 900 hectares}}\n", encoding="utf-8")
    result = sim("run", *towns, *FEW, "--no-save")
    assert result.exit_code == 0
    assert result.stderr.count("warning") == 2
    strict = sim("run", *towns, *FEW, "--no-save", "--strict")
    assert strict.exit_code == 2
    assert all(town in strict.stderr for town in towns)
