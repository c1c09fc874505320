"""Help is quick to come, and its examples work."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import application
from tests.cli.conftest import ROOT
from tests.cli.test_new import ANSWERS

HEAVY = ["duckdb", "jinja2", "llvmlite", "matplotlib", "numba", "numpy", "pydantic", "rich", "scipy", "simpy", "yaml"]
COMMANDS = list(application.commands)


def modules_after(code, folder=ROOT):
    """Heavy modules that a new interpreter has loaded after running `code`."""
    tail = f"\nimport sys\nprint('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    command, words = [sys.executable, "-c", code + tail], {"text": True, "encoding": "utf-8"}
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, **words)
    return done.stdout.rpartition("LOADED ")[2].strip()


def test_help_of_every_command_loads_nothing_heavy():
    calls = [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)]
    code = f"from sim.cli import application\nfor call in {calls!r}:\n    application(call, standalone_mode=False)"
    assert modules_after(code) == "[]"


def test_the_library_is_light_until_it_is_used():
    assert modules_after("import sim\nassert sim.__version__") == "[]"


@pytest.mark.parametrize("command", ["check", "show", "bridge"])
def test_where_nothing_is_simulated_the_kernels_compiler_is_not_loaded(small, command):
    code = f"from sim.cli import application\napplication([{command!r}, {small!r}], standalone_mode=False)"
    loaded = modules_after(code, Path.cwd())
    assert "pydantic" in loaded
    assert "numba" not in loaded
    assert "llvmlite" not in loaded


def examples():
    """(command, arguments) of each example in the help of each command."""
    for name, command in [("", application), *application.commands.items()]:
        lines = [line.strip() for line in (command.epilog or "").splitlines() if line.strip().startswith("sim ")]
        assert lines, f"no example in the help of {name}"
        yield from (shlex.split(line.partition(">")[0])[1:] for line in lines)


@pytest.mark.parametrize("example", list(examples()), ids=" ".join)
def test_every_example_of_the_help_works(sim, example, tmp_path):
    """A run is shortened to two replications where the example does not say how many; so are answers and the run reported on.

    What is read back is there before; a part of a study has nothing to say yet.
    """
    of_study = example[0] == "discover" or example == ["report", "smoke"]
    if example[0] == "report" and not of_study:
        assert sim("run", *_run_of(example[1])).exit_code == 0
    if of_study:
        assert sim("sweep", "smoke", *(["--out", example[1]] if "/" in example[1] else [])).exit_code == 0
    (tmp_path / "answers.yaml").write_text(ANSWERS, encoding="utf-8")
    shortened = ["--replications", "2"] if example[0] == "run" and not any("--replication" in word for word in example) else []
    result = sim(*example, *shortened)
    assert result.exit_code == 0, result.output
    assert result.stdout or "--shard" in example


def _run_of(reported):
    """The arguments of the run that an example of `sim report` is about."""
    if "/" in reported:
        return ["small.yaml", "--replications", "2", "--out", reported]
    return [reported, "--replications", "2"]


@pytest.mark.parametrize(("typed", "meant"), [(["rum", "x"], "'run'"), (["run", "x", "--replicaton", "3"], "'--replication'")])
def test_a_slip_in_a_command_or_option_is_answered_by_what_was_meant(sim, typed, meant):
    result = sim(*typed)
    assert result.exit_code == 2
    assert meant in result.stderr
