"""`sim check`: is the file right?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sim.cli.options import Request, json_option, takes_scenario
from sim.cli.spoken import spoken_command
from sim.cli.streams import answer, answer_json
from sim.errors import InputError, Problem

if TYPE_CHECKING:
    from sim.scenario.loading import Loaded


@spoken_command(short_help="Is the scenario right? Every problem at once.", epilog="\b\nExample:\n  sim check hengyang-2022")
@takes_scenario
@json_option
@click.pass_context
def command(context: click.Context, request: Request, as_json: bool) -> None:
    """Is the scenario right? Prints every problem with its place, what was found, what is allowed. Exit code 2 if there are errors."""
    from sim.reports.problems import check_text, problems_json

    loaded, problems = _looked_at(request)
    if as_json:
        answer_json(problems_json(request.scenario, loaded, problems))
    else:
        answer(check_text(request.scenario, loaded, problems, request.lang))
    if loaded is None:
        context.exit(InputError.exit_code)


def _looked_at(request: Request) -> tuple[Loaded | None, tuple[Problem, ...]]:
    """The scenario if it can be used, and all its problems."""
    try:
        loaded = request.load_quietly()
    except InputError as fault:
        return None, fault.problems
    return loaded, loaded.warnings
