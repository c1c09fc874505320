"""`sim levers`: what can the city do?"""

from __future__ import annotations

import click

from sim.cli.options import json_option, language_option
from sim.cli.spoken import spoken_command
from sim.cli.streams import answer_json, answer_page
from sim.errors import Language


@spoken_command(
    short_help="What can the city do? The levers, and what each changes.",
    epilog="""\b
Examples:
  sim levers
  sim levers hengyang-2022
  sim run hengyang-2022 --lever green_channel=2@2022-03-01
  sim run hengyang-2022 --without problem_lists""",
)
@click.argument("scenario", required=False)
@json_option
@language_option
def command(scenario: str | None, as_json: bool, lang: Language) -> None:
    """The levers of the library, or those that fit a scenario: what each changes, from when on, at what cost, and which fact names it."""
    from sim.reports.levers import levers_json, levers_page
    from sim.scenario.loading import levers_that_fit, library_levers, load

    levers = library_levers() if scenario is None else levers_that_fit(load(scenario))
    if as_json:
        answer_json(levers_json(levers))
    else:
        answer_page(levers_page(levers, lang))
