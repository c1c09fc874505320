"""`sim bridge`: how can the plan become the goal?"""

from __future__ import annotations

from sim.cli.options import Request, json_option, takes_scenario
from sim.cli.spoken import spoken_command
from sim.cli.streams import answer_json, answer_page


@spoken_command(short_help="How can the plan become the goal? Without simulation.", epilog="\b\nExample:\n  sim bridge hengyang-2022")
@takes_scenario
@json_option
def command(request: Request, as_json: bool) -> None:
    """How can the plan become the goal? The arithmetic from the lists' plan to the goals, without any simulation."""
    from sim.reports.bridge import bridge_json, bridge_page

    loaded = request.load()
    if as_json:
        answer_json(bridge_json(loaded))
    else:
        answer_page(bridge_page(loaded.scenario, request.lang))
