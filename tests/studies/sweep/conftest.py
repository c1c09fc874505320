"""A study of the small city, on the command line."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from sim.cli import application
from tests.cli.conftest import process as apart
from tests.cli.conftest import sim, small, started

__all__ = ["apart", "sim", "small", "started"]

STUDY = """\
title: {en: A small study, zh: 一项小研究}
scenario: ./small.yaml
seed: 3
factors:
  desks: {owner: permit office, path: pools.permit_desk.capacity, range: [1, 6]}
  plan: {path: portfolio.lists.all.plan, range: [2.2 bn yuan, 2.8 bn yuan]}
  ready: {reading: ready}
  green: {lever: green_channel, range: [0, 2]}
design: {latin_hypercube: {points: 40}}
replications: 4
"""


@pytest.fixture
def process(small):
    """`sim` with these arguments in this process, told as one of its own would be: that takes a second to begin."""

    def run(*arguments, **more):
        result = CliRunner().invoke(application, arguments, env=more)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return SimpleNamespace(returncode=result.exit_code, stdout=result.stdout_bytes, stderr=result.stderr_bytes)

    return run


@pytest.fixture
def small_study(small, tmp_path):
    """The path of the study, in the current folder, beside its city."""
    (tmp_path / "small-study.yaml").write_text(STUDY, encoding="utf-8")
    return "small-study.yaml"
