"""Judges a study's points before the first run: every one of a small design, else every end of every factor and a thousand points."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from sim.errors import InputError, Problem
from sim.scenario.study.axes import Axis
from sim.scenario.study.loading import LoadedStudy
from sim.studies.sweep.plan import Plan, plan_of
from sim.studies.sweep.points import Floats, choice_at, ends_of, points_of, told_at
from sim.studies.sweep.running import output_names

ALL_UP_TO = 10_000
DRAWN = 1_000
ENOUGH = 20
"""Problems that are told."""


def check_study(study: LoadedStudy, progress: Callable[[str, int, int], None]) -> Plan:
    """What the study is to do; raises InputError with all that is wrong with its points."""
    points, names = points_of(study), output_names(study)
    check_points(study, points.values, progress)
    return plan_of(study, points, names)


def check_points(study: LoadedStudy, values: Floats, progress: Callable[[str, int, int], None]) -> None:
    """Raise InputError with what is wrong at the points (point, factor), told at the factor or, where several make it, at the design."""
    problems = _of_ends(study)
    if not problems:
        chosen = chosen_points(len(values), study.study.seed)
        for done, number in enumerate(chosen, 1):
            problems += _once(_at(study, values[number], int(number)), problems)
            progress("check", done, len(chosen))
            if len(problems) >= ENOUGH:
                break
    if problems:
        raise InputError(problems[:ENOUGH])


def chosen_points(points: int, seed: int) -> list[int]:
    """Numbers, from 0, of the points that are judged."""
    if points <= ALL_UP_TO:
        return list(range(points))
    return sorted(np.random.default_rng(seed).choice(points, DRAWN, replace=False).tolist())


def _of_ends(study: LoadedStudy) -> list[Problem]:
    """What is wrong with each factor alone at its ends."""
    problems: list[Problem] = []
    for axis in study.axes:
        for value in ends_of(axis):
            text = axis.text(value)
            try:
                study.base.chosen(axis.put(text, study.base.choice))
            except InputError as fault:
                told = [study.problem_at(problem, axis, f"factors.{axis.name}={text}") for problem in _errors(fault)]
                problems += _once(told, problems)
    return problems


def _at(study: LoadedStudy, values: Floats, number: int) -> list[Problem]:
    """What is wrong at a point."""
    try:
        study.base.chosen(choice_at(study.axes, values, study.base.choice))
    except InputError as fault:
        where = ", ".join(f"{name}={text}" for name, text in told_at(study.axes, values).items())
        return [study.problem_at(problem, _axis_of(study, problem), f"point {number + 1} ({where})") for problem in _errors(fault)]
    return []


def _axis_of(study: LoadedStudy, problem: Problem) -> Axis | None:
    """The factor at whose value a problem was told, where it is one's."""
    text = problem.place.text if problem.place else ""
    return next((axis for axis in study.axes if text.startswith((f"{axis.where}=", f"{axis.where}@"))), None)


def _errors(fault: InputError) -> Iterator[Problem]:
    yield from (problem for problem in fault.problems if problem.severity == "error")


def _once(found: list[Problem], known: list[Problem]) -> list[Problem]:
    """Problems that are not known yet, whatever the point."""
    seen = {(problem.kind, problem.place) for problem in known}
    fresh = []
    for problem in found:
        if (problem.kind, problem.place) not in seen:
            seen.add((problem.kind, problem.place))
            fresh.append(problem)
    return fresh
