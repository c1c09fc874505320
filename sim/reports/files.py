"""The files of a run folder: resolved scenario, summary, replications, report in both languages, and the trace where it was kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

from sim.reports.answer import Answer
from sim.reports.forecast import forecast_page
from sim.reports.plain import Json
from sim.reports.replication import replication_page
from sim.reports.summary_json import forecast_json, replication_json
from sim.reports.tables import as_text
from sim.results.results import Results
from sim.results.storage import csv_text, replication_rows
from sim.results.trace_tables import trace_files
from sim.scenario.loading import Loaded

SUMMARY_COLUMNS = (
    "goal", "metric", "basis", "comparator", "value", "unit", "by", "headline", "restates",
    "probability", "low", "high", "p10", "p50", "p90", "mean", "shortfall",
)  # fmt: skip
OBSERVATION_COLUMNS = ("observation", "use", "metric", "basis", "comparator", "value", "unit", "by", "mean", "p10", "p50", "p90", "error")


def run_files(answer: Answer) -> dict[str, str | bytes]:
    """Text or bytes of each file of a run by its name."""
    summary = forecast_json(answer)
    return {
        "scenario.yaml": scenario_text(answer.forecast.loaded),
        "summary.json": json_text(summary),
        "summary.csv": csv_text(summary_rows(summary)),
        "replications.csv": csv_text(replication_rows(answer.results)),
        "report.en.txt": as_text(forecast_page(answer, "en")),
        "report.zh.txt": as_text(forecast_page(answer, "zh")),
        **({"observations.csv": csv_text(observation_rows(summary))} if answer.scenario.observations else {}),
        **trace_files(answer.results.record),
    }


def replication_files(loaded: Loaded, results: Results) -> dict[str, str | bytes]:
    """Text or bytes of each file of one replication alone by its name."""
    return {
        "scenario.yaml": scenario_text(loaded),
        "replication.json": json_text(replication_json(results)),
        "replications.csv": csv_text(replication_rows(results)),
        "report.en.txt": as_text(replication_page(loaded.scenario, results, "en")),
        "report.zh.txt": as_text(replication_page(loaded.scenario, results, "zh")),
        **trace_files(results.record),
    }


def scenario_text(loaded: Loaded) -> str:
    """The resolved scenario as YAML."""
    return yaml.safe_dump(loaded.tree, allow_unicode=True, sort_keys=False, width=120)


def json_text(content: object) -> str:
    """Strict JSON."""
    return json.dumps(content, indent=2, allow_nan=False) + "\n"


def summary_rows(summary: Json) -> Iterator[list[Any]]:
    """One row a goal, then that of all together."""
    yield list(SUMMARY_COLUMNS)
    for name, goal in summary["goals"].items():
        low, high = goal["interval"]
        row = {**goal, **goal["quantiles"], "goal": name, "low": low, "high": high}
        yield [row[column] for column in SUMMARY_COLUMNS]
    low, high = summary["joint"]["interval"]
    joint = {"goal": "joint", "probability": summary["joint"]["probability"], "low": low, "high": high}
    yield [joint.get(column) for column in SUMMARY_COLUMNS]


def observation_rows(summary: Json) -> Iterator[list[Any]]:
    """One row an observation."""
    yield list(OBSERVATION_COLUMNS)
    for name, observation in summary["observations"].items():
        row = {**observation, **observation["quantiles"], "observation": name}
        yield [row[column] for column in OBSERVATION_COLUMNS]
