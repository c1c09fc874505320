"""The glossary as a page."""

from __future__ import annotations

from sim.errors import Language
from sim.reports.tables import Page, Table
from sim.terms import TERMS

HEADERS = {"en": ("term", "Chinese", "unit", "meaning"), "zh": ("术语", "英文", "单位", "含义")}


def glossary_page(lang: Language) -> Page:
    """Every term with its name in both languages, its unit and its meaning."""
    other: Language = "zh" if lang == "en" else "en"
    rows = tuple((term.label(lang), term.label(other), term.unit, term.meaning(lang)) for term in TERMS)
    return [Table(HEADERS[lang], rows, left=4)]
