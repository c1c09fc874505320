"""What the README shows works as printed."""

import re
import subprocess
import sys

from tests.acceptance.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The first fenced block of a language."""
    return re.search(rf"```{language}\n(.*?)```", README, re.DOTALL).group(1)


def test_the_readmes_own_city_is_right_and_forecasts(tmp_path, sim_run, answer):
    (tmp_path / "my-city.yaml").write_text(block("yaml"), encoding="utf-8")
    checked = sim_run("check", "my-city.yaml", "--strict")
    assert checked.returncode == 0, checked.stderr
    told = answer("run", "my-city.yaml", "--replications", "20", "--no-save")
    assert told["goals"]["investment"]["value"] == 35_000_000_000


def test_the_readmes_python_runs(tmp_path, cache):
    done = subprocess.run([sys.executable, "-c", block("python")], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Probability(estimate=" in done.stdout


def test_the_readmes_study_in_python_runs(tmp_path, cache):
    (study,) = (text for text in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "city.sweep" in text)
    done = subprocess.run([sys.executable, "-c", study], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Estimate(value=" in done.stdout


def test_the_readmes_trace_is_written_and_asked(tmp_path, sim_run):
    (command,) = re.findall(r"/sim (run .*--trace.*)", README)
    done = sim_run(*command.split())
    assert done.returncode == 0, done.stderr
    (question,) = (text for text in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "duckdb" in text)
    asked = subprocess.run([sys.executable, "-c", question], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
    assert asked.returncode == 0, asked.stderr
    assert "avg(waited_ready_land)" in asked.stdout


def test_continuous_integration_runs_the_readmes_test_command_word_for_word():
    fences = re.findall(r"^```(\w*)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    commands = [line.strip() for language, text in fences if not language for line in text.splitlines()]
    (tests,) = [command for command in commands if "pytest" in command]
    assert tests in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
