"""The command line in a folder of its own, with a small city that runs in a second."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import application

ROOT = Path(__file__).resolve().parents[2]
SMALL = """\
extends: base
title: {en: A small city, zh: 一个小城市}
assumed: a made-up city
run: {start: 2022-01-01, horizon: 2022-12-31}
goals:
  investment: {metric: investment, value: 3 bn yuan}
  projects: {metric: projects_implemented, value: 9 projects}
portfolio:
  lists:
    all: {count: 10, total: 8 bn yuan, plan: 2.4 bn yuan}
  cohorts:
    going:
      list: all
      kind: continuing
      count: 6
      total: 5 bn yuan
      plan: 1.5 bn yuan
      at: build
      done: [enter_statistics]
      invested_share: 40%
    new: {list: all, count: rest, total: rest, plan: rest, planned_start: 2022-03-01, at: permit}
readings:
  ready:
    title: {en: are the new ones ready?, zh: 新开工项目是否就绪}
    base: unready
    readings:
      unready: {title: {en: they lack the permit, zh: 尚无许可}}
      ready: {title: {en: they have the permit, zh: 已有许可}, change: {portfolio: {cohorts: {new: {at: start}}}}}
overrides:
  few_desks:
    assumed: a thought experiment
    pools: {permit_desk: {capacity: 1}}
scenarios:
  slow: [few_desks]
"""


@pytest.fixture
def small(tmp_path, monkeypatch, cache):
    """The small city in an empty current folder; its name on the command line."""
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return "small.yaml"


@pytest.fixture
def sim(small):
    """`sim` with these arguments, in this process."""
    return lambda *arguments: CliRunner().invoke(application, arguments)


def variables(cache, **more):
    """The surroundings of a process of its own."""
    return os.environ | {"XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | more


@pytest.fixture
def process(small, cache):
    """`sim` with these arguments, as a process of its own; its output as bytes."""

    def run(*arguments, **more):
        command = [sys.executable, "-m", "sim", *arguments]
        return subprocess.run(command, env=variables(cache, **more), capture_output=True, timeout=120, check=False)

    return run


@pytest.fixture
def started(small, cache):
    """`sim` with these arguments as a process that is still running."""
    running = []

    def start(*arguments, **more):
        command = [sys.executable, "-m", "sim", *arguments]
        running.append(subprocess.Popen(command, env=variables(cache, **more), stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        return running[-1]

    yield start
    for child in running:
        child.kill()
        child.communicate()
