"""`sim run` of several scenarios: all are looked at first, each is run and kept as it would be alone, one table is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.cli.attempt import Attempt, begin, finished
from sim.cli.options import Request
from sim.cli.streams import answer_json, answer_page, notice
from sim.errors import InputError, Problem, UnfinishedError

if TYPE_CHECKING:
    from sim.engine.run import Engine
    from sim.reports.answer import Answer
    from sim.scenario.loading import Loaded


def run_several(
    requests: Sequence[Request], seed: int | None, replications: int | None, no_save: bool, as_json: bool, engine: Engine
) -> None:
    """The table on standard output. Raises InputError with the problems of all files before anything is run."""
    every = load_all(requests)
    attempts = [
        begin(request, loaded, loaded.scenario.run.seed if seed is None else seed, replications, None, no_save, False, engine)
        for request, loaded in zip(requests, every, strict=True)
    ]
    answers, unwritten = [], []
    for attempt in attempts:
        answers.append(finished(attempt))
        unwritten += _kept(attempt, answers[-1])
    _print_table(answers, requests[0], as_json)
    if unwritten:
        raise unwritten[0]


def load_all(requests: Sequence[Request]) -> list[Loaded]:
    """Every scenario; its warnings are said aloud once it is known that all can be run. Raises InputError with the problems of all."""
    every, problems = [], []
    for request in requests:
        try:
            every.append(request.load_quietly())
        except InputError as fault:
            problems += [_named(problem, request.scenario) for problem in fault.problems]
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    for warning in dict.fromkeys(problem for loaded in every for problem in loaded.warnings):
        notice(warning.render(requests[0].lang))
    return every


def _named(problem: Problem, scenario: str) -> Problem:
    """A problem of an option names the scenario that it is about: it stands in no file."""
    if problem.kind == "unknown-scenario" or (problem.place is not None and not problem.place.file.startswith("--")):
        return problem
    return replace(problem, path=f"{problem.path} ({scenario})".strip())


def _kept(attempt: Attempt, answer: Answer) -> list[UnfinishedError]:
    """Write a run's folder; what goes wrong is told when the table has been printed."""
    from sim.cli.keeping import keep, kept_words

    if attempt.folder is None:
        return []
    try:
        notice(kept_words(keep(attempt.folder, answer), attempt.request.lang))
    except UnfinishedError as fault:
        return [fault]
    return []


def _print_table(answers: Sequence[Answer], request: Request, as_json: bool) -> None:
    from sim.reports.league import league_page
    from sim.reports.summary_json import forecast_json

    if as_json:
        answer_json([forecast_json(answer) for answer in answers])
    else:
        answer_page(league_page(answers, request.lang))
