"""`sim compare`: what does a change do?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from sim.cli.options import Request, json_option, takes_scenario
from sim.cli.several import load_all
from sim.cli.spoken import WrongCallError, spoken_command
from sim.cli.streams import answer_json, answer_page
from sim.errors import ReplicationError, SimError

if TYPE_CHECKING:
    from sim.scenario.loading import Loaded


@spoken_command(
    short_help="What does a change do? Two scenarios on the same luck.",
    epilog="""\b
Examples:
  sim compare hengyang-2022 --lever green_channel=2@2022-03-01
  sim compare hengyang-2022 --without monthly_ranking --replications 100
  sim compare hengyang-2022 --reading 93-outside --replications 50 --json""",
)
@takes_scenario
@click.argument("other", required=False, metavar="[SCENARIO]")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), metavar="N", help="Seed of all chance; by default the first scenario's.")
@click.option("--replications", type=click.IntRange(1, 1_000_000), metavar="N", help="Run each exactly so often, whatever the precision.")
@json_option
def command(request: Request, other: str | None, seed: int | None, replications: int | None, as_json: bool) -> None:
    """What does a change do? Runs two scenarios with the same random numbers; prints what the second has more than the first.

    The first is the scenario as its file has it. The second is the other scenario, or the same one, with what the options change.
    """
    from sim.cli.progress import progress_bar
    from sim.reports.comparison import comparison_json, comparison_page
    from sim.studies.compare import compare
    from sim.studies.forecast import Precision

    a, b = _loaded(request, other)
    settings = a.scenario.run
    precision = Precision(settings.precision, settings.cap, replications or settings.replications)
    try:
        with progress_bar(request.lang) as tell:
            found = compare(a, b, settings.seed if seed is None else seed, precision, tell)
    except ReplicationError as fault:
        raise SimError(fault.message("en"), fault.message("zh")) from fault
    if as_json:
        answer_json(comparison_json(found))
    else:
        answer_page(comparison_page(found, request.lang))


def _loaded(request: Request, other: str | None) -> tuple[Loaded, Loaded]:
    """Both scenarios; the problems of both are told together. Raises InputError, and UsageError where nothing is to be compared."""
    plain = Request(request.scenario, (), (), None, (), (), (), request.lang, request.strict)
    changed = replace(request, scenario=other or request.scenario)
    if changed == plain:
        raise WrongCallError(
            "Nothing is changed: name a second scenario, or what to change (--lever, --without, --set, ...).",
            "没有任何改动：请给出第二个情景，或要改动的内容（--lever、--without、--set 等）。",
        )
    first, second = load_all([plain, changed])
    return first, second
