"""What a check found, in words and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.errors import Language, Problem
from sim.reports.forecast import provenance_words
from sim.reports.wording import say
from sim.scenario.loading import Loaded


def check_text(asked: str, loaded: Loaded | None, problems: Sequence[Problem], lang: Language) -> str:
    """Errors, then warnings, then the verdict in one line."""
    errors, warnings = _apart(problems)
    parts = [problem.render(lang) for problem in (*errors, *warnings)]
    return "\n\n".join([*parts, _verdict(asked, loaded, errors, warnings, lang)]) + "\n"


def problems_json(asked: str, loaded: Loaded | None, problems: Sequence[Problem]) -> dict[str, Any]:
    """Errors apart from warnings, with their places."""
    errors, warnings = _apart(problems)
    return {
        "scenario": loaded.name if loaded else asked,
        "ok": loaded is not None,
        "errors": [problem_json(problem) for problem in errors],
        "warnings": [problem_json(problem) for problem in warnings],
        "provenance": loaded.provenance() if loaded else None,
    }


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


def _verdict(asked: str, loaded: Loaded | None, errors: Sequence[Problem], warnings: Sequence[Problem], lang: Language) -> str:
    doubts = {0: say(lang, "no warning", "无警告"), 1: say(lang, "1 warning", "1个警告")}
    doubt = doubts.get(len(warnings), say(lang, f"{len(warnings)} warnings", f"{len(warnings)}个警告"))
    if loaded is None:
        fault = say(lang, "1 error" if len(errors) == 1 else f"{len(errors)} errors", f"{len(errors)}个错误")
        return say(lang, f"{asked}: {fault}, {doubt}", f"{asked}：{fault}，{doubt}")
    numbers = provenance_words(loaded.provenance(), lang)
    return say(lang, f"{loaded.name} is right: {doubt}. {numbers}", f"{loaded.name} 无误：{doubt}。{numbers}")
