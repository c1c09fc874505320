"""The product as its users run it: a process of its own, in a folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sim_run(tmp_path, cache) -> Callable[..., subprocess.CompletedProcess]:
    """`sim` with these arguments, by default in an empty folder."""

    def run(*arguments: str, folder: Path = tmp_path, **environment: str) -> subprocess.CompletedProcess:
        variables = os.environ | {"XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | environment
        variables.pop("LOCALAPPDATA", None)
        command = [sys.executable, "-m", "sim", *arguments]
        return subprocess.run(
            command, cwd=folder, env=variables, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False
        )

    return run


@pytest.fixture
def answer(sim_run) -> Callable[..., dict]:
    """The JSON of a command that succeeds."""

    def run(*arguments: str, **options) -> dict:
        done = sim_run(*arguments, "--json", **options)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
