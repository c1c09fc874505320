"""The glossary: one word for a thing, with its unit, in English and Chinese; every label that is shown comes from here.

The words stand in ``terms.csv`` beside this file. Values of the scenario language carry the name of their key:
``metric.investment``, ``basis.counted``, ``milestone.started``, ``kind.new``, ``provenance.assumed``, ``comparator.>=``, ``sector.parks``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from sim.errors import Language


@dataclass(frozen=True)
class Term:
    """A word of the field: name, unit (empty if it has none), label and meaning in both languages."""

    id: str
    unit: str
    en: str
    zh: str
    meaning_en: str
    meaning_zh: str

    def label(self, lang: Language) -> str:
        """What it is called in a language."""
        return {"en": self.en, "zh": self.zh}[lang]

    def meaning(self, lang: Language) -> str:
        """What it means, in one sentence."""
        return {"en": self.meaning_en, "zh": self.meaning_zh}[lang]


def term(name: str) -> Term:
    """Look a term up by its id; raises KeyError if there is none."""
    return _BY_ID[name]


def label(name: str, lang: Language) -> str:
    """What the term of this id is called in a language; raises KeyError if there is none."""
    return term(name).label(lang)


def _read(path: Path) -> tuple[Term, ...]:
    with path.open(encoding="utf-8", newline="") as rows:
        return tuple(Term(**row) for row in csv.DictReader(rows))


TERMS: tuple[Term, ...] = _read(Path(__file__).with_name("terms.csv"))
_BY_ID = {entry.id: entry for entry in TERMS}
