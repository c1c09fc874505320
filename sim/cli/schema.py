"""`sim schema`: the JSON Schema of scenario files, or of studies, for editors."""

from __future__ import annotations

import click

from sim.cli.spoken import spoken_command
from sim.cli.streams import answer_json


@spoken_command(
    short_help="The JSON Schema of scenario files, for editors.",
    epilog="\b\nExamples:\n  sim schema > scenario.schema.json\n  sim schema study > study.schema.json",
)
@click.argument("kind", type=click.Choice(["scenario", "study"]), default="scenario")
def command(kind: str) -> None:
    """Print the JSON Schema of scenario files, or of studies; editors complete and check with it."""
    if kind == "study":
        from sim.scenario.study.json_schema import study_schema

        answer_json(study_schema())
    else:
        from sim.scenario.json_schema import json_schema

        answer_json(json_schema())
