"""`sim terms`: the glossary."""

from __future__ import annotations

from sim.cli.options import json_option, language_option
from sim.cli.spoken import spoken_command
from sim.cli.streams import answer_json, answer_page
from sim.errors import Language


@spoken_command(short_help="The glossary, in English and Chinese.", epilog="\b\nExample:\n  sim terms --lang zh")
@json_option
@language_option
def command(as_json: bool, lang: Language) -> None:
    """Print the glossary: one word for a thing, its unit and meaning."""
    from dataclasses import asdict

    from sim.reports.glossary import glossary_page
    from sim.terms import TERMS

    if as_json:
        answer_json([asdict(term) for term in TERMS])
    else:
        answer_page(glossary_page(lang))
