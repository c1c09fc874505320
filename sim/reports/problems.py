"""What a check found, in words and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.errors import Language, Problem
from sim.reports.forecast import provenance_words
from sim.reports.sweep.page import plan_words
from sim.reports.wording import say
from sim.scenario.loading import Loaded
from sim.studies.sweep.plan import Plan


@dataclass(frozen=True, eq=False)
class Checked:
    """What a check found of a file."""

    asked: str
    right: Loaded | Plan | None
    """The scenario, or what the study is to do; None where there is an error."""
    problems: tuple[Problem, ...]


def check_text(checked: Checked, lang: Language) -> str:
    """Errors, then warnings, then the verdict in one line."""
    errors, warnings = _apart(checked.problems)
    parts = [problem.render(lang) for problem in (*errors, *warnings)]
    return "\n\n".join([*parts, _verdict(checked, errors, warnings, lang)]) + "\n"


def check_json(checked: Checked) -> dict[str, Any]:
    """Errors apart from warnings, with their places."""
    errors, warnings = _apart(checked.problems)
    right = checked.right
    told = {
        "ok": right is not None,
        "errors": [problem_json(problem) for problem in errors],
        "warnings": [problem_json(problem) for problem in warnings],
    }
    if isinstance(right, Plan):
        return {"study": right.study, "scenario": right.scenario, **told, "design": right.design, "points": right.points}
    return {"scenario": right.name if right else checked.asked, **told, "provenance": right.provenance() if right else None}


def problem_json(problem: Problem) -> dict[str, Any]:
    """One problem; the words are English."""
    place = problem.place
    return {
        "kind": problem.kind,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "path": problem.path,
        "message": problem.message("en"),
        "found": problem.found,
        "allowed": problem.allowed,
        "suggestion": problem.suggestion,
    }


def _apart(problems: Sequence[Problem]) -> tuple[list[Problem], list[Problem]]:
    """Errors and warnings."""
    errors = [problem for problem in problems if problem.severity == "error"]
    return errors, [problem for problem in problems if problem.severity != "error"]


def _verdict(checked: Checked, errors: Sequence[Problem], warnings: Sequence[Problem], lang: Language) -> str:
    doubts = {0: say(lang, "no warning", "无警告"), 1: say(lang, "1 warning", "1个警告")}
    doubt = doubts.get(len(warnings), say(lang, f"{len(warnings)} warnings", f"{len(warnings)}个警告"))
    right = checked.right
    if right is None:
        fault = say(lang, "1 error" if len(errors) == 1 else f"{len(errors)} errors", f"{len(errors)}个错误")
        return say(lang, f"{checked.asked}: {fault}, {doubt}", f"{checked.asked}：{fault}，{doubt}")
    if isinstance(right, Plan):
        name, about = right.study, plan_words(right, lang)
    else:
        name, about = right.name, provenance_words(right.provenance(), lang)
    return say(lang, f"{name} is right: {doubt}. {about}", f"{name} 无误：{doubt}。{about}")
