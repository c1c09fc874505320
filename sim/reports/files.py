"""The files of a run folder: resolved scenario, summary, replications, report in both languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

from sim.reports.answer import Answer
from sim.reports.forecast import forecast_page
from sim.reports.summary_json import Json, forecast_json
from sim.reports.tables import as_text
from sim.results.storage import csv_text, replication_rows

SUMMARY_COLUMNS = (
    "goal", "metric", "basis", "comparator", "value", "unit", "by", "headline", "restates",
    "probability", "low", "high", "p10", "p50", "p90", "mean", "shortfall",
)  # fmt: skip


def run_files(answer: Answer) -> dict[str, str]:
    """Text of each file by its name."""
    summary = forecast_json(answer)
    return {
        "scenario.yaml": yaml.safe_dump(answer.forecast.loaded.tree, allow_unicode=True, sort_keys=False, width=120),
        "summary.json": json_text(summary),
        "summary.csv": csv_text(summary_rows(summary)),
        "replications.csv": csv_text(replication_rows(answer.results)),
        "report.en.txt": as_text(forecast_page(answer, "en")),
        "report.zh.txt": as_text(forecast_page(answer, "zh")),
    }


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
