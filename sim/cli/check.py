"""`sim check`: is the file right?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from sim.cli.options import Request, json_option, takes_scenario
from sim.cli.spoken import WrongCallError, spoken_command
from sim.cli.streams import answer, answer_json
from sim.errors import InputError, Problem

if TYPE_CHECKING:
    from sim.scenario.loading import Loaded
    from sim.studies.sweep.plan import Plan


@spoken_command(
    short_help="Is the scenario right? Every problem at once.",
    epilog="\b\nExamples:\n  sim check hengyang-2022\n  sim check smoke",
)
@takes_scenario
@json_option
@click.pass_context
def command(context: click.Context, request: Request, as_json: bool) -> None:
    """Is the scenario right? Prints every problem with its place, what was found, what is allowed. Exit code 2 if there are errors.

    SCENARIO may be a study (see sim sweep), too: then its scenario and its points are checked, and nothing is run.
    """
    from sim.reports.problems import Checked, check_json, check_text
    from sim.scenario.study.loading import names_study

    try:
        right, problems = _study(request) if names_study(request.scenario) else _scenario(request)
    except InputError as fault:
        right, problems = None, fault.problems
    checked = Checked(request.scenario, right, problems)
    if as_json:
        answer_json(check_json(checked))
    else:
        answer(check_text(checked, request.lang))
    if right is None:
        context.exit(InputError.exit_code)


def _scenario(request: Request) -> tuple[Loaded, tuple[Problem, ...]]:
    """The scenario and its warnings; raises InputError."""
    loaded = request.load_quietly()
    return loaded, loaded.warnings


def _study(request: Request) -> tuple[Plan, tuple[Problem, ...]]:
    """What the study is to do, and the warnings of its scenario; raises InputError."""
    from sim.cli.progress import progress_bar
    from sim.studies.sweep.checking import check_study
    from sim.studies.sweep.running import study_named

    if request.changes():
        raise WrongCallError(
            f"{request.scenario} is a study: what it changes in its scenario stands under `with` in its file, not in options.",
            f"{request.scenario} 是研究文件：对情景的改动写在文件的 with 之下，不用选项。",
        )
    study = study_named(request.scenario)
    warnings = study.base.warnings
    if request.strict and warnings:
        raise InputError([replace(warning, severity="error") for warning in warnings])
    with progress_bar(request.lang, "reference") as tell:  # nothing is simulated
        return check_study(study, tell), warnings
