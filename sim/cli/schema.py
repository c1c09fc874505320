"""`sim schema`: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

from sim.cli.spoken import spoken_command
from sim.cli.streams import answer_json


@spoken_command(short_help="The JSON Schema of scenario files, for editors.", epilog="\b\nExample:\n  sim schema > scenario.schema.json")
def command() -> None:
    """Print the JSON Schema of scenario files; editors complete and check with it."""
    from sim.scenario.json_schema import json_schema

    answer_json(json_schema())
