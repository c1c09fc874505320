"""`sim show`: what does the scenario say?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sim.cli.options import Request, json_option, takes_scenario
from sim.cli.spoken import spoken_command
from sim.cli.streams import answer, answer_json, answer_page

if TYPE_CHECKING:
    from sim.scenario.loading import Loaded


@spoken_command(
    short_help="What does the scenario say, and on what does it rest?",
    epilog="""\b
Examples:
  sim show hengyang-2022
  sim show hengyang-2022 --provenance
  sim show hengyang-2022 --resolved --origin""",
)
@takes_scenario
@click.option("--resolved", is_flag=True, help="Print the whole scenario as it is run, as YAML.")
@click.option("--origin", is_flag=True, help="Print every value with the file and line that set it.")
@click.option("--provenance", is_flag=True, help="Count the numbers stated, observed, fitted, assumed; list their sources.")
@json_option
def command(request: Request, resolved: bool, origin: bool, provenance: bool, as_json: bool) -> None:
    """What does the scenario say? In short, or in full (--resolved, --origin), or where its numbers come from (--provenance)."""
    loaded = request.load()
    if as_json:
        from sim.reports.scenario import scenario_json

        answer_json(scenario_json(loaded))
        return
    if provenance or not (resolved or origin):
        _show_pages(loaded, request, provenance)
    if origin:
        from sim.reports.scenario import origin_lines

        answer(origin_lines(loaded))
    elif resolved:
        from sim.reports.scenario import resolved_text

        answer(resolved_text(loaded))


def _show_pages(loaded: Loaded, request: Request, provenance: bool) -> None:
    from sim.reports.scenario import provenance_page, scenario_page

    answer_page(provenance_page(loaded, request.lang) if provenance else scenario_page(loaded, request.lang))
