"""Answers into the text of a scenario: `scenario.template` holds its lines, each kept for a language or with an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files

from sim.errors import Language
from sim.scenario.starting.answers import Answer, money_text

TOLD = {"en": "told by the bureau", "zh": "本单位填报"}
"""The source of a number that was asked for."""
COMMENT = "##"
PLACE = re.compile(r"<([a-z_.]+)>")
PLAIN = re.compile(r"\d[\w.%+ /-]*")
"""Text that YAML reads as it stands, between braces, too."""


def scenario_text(answers: Mapping[str, Answer], lang: Language) -> str:
    """The scenario of these answers, with its comments in a language."""
    words = {key: _scalar(answer.text) for key, answer in answers.items()} | _made(answers, lang)
    kept = {lang, *answers, *_parts(answers)}
    return "".join(f"{PLACE.sub(lambda match: words[match.group(1)], line)}\n" for line in _template_lines(kept))


def _template_lines(kept: set[str]) -> list[str]:
    """The lines of the template for which all that they ask for is there."""
    text = files(__package__).joinpath("scenario.template").read_text(encoding="utf-8")
    lines = [line.partition("|") for line in text.splitlines() if not line.startswith(COMMENT)]
    return [line.removeprefix(" ") for conditions, _, line in lines if all(_holds(one, kept) for one in conditions.split())]


def _holds(condition: str, kept: set[str]) -> bool:
    return (condition.removeprefix("!") in kept) != condition.startswith("!")


def _parts(answers: Mapping[str, Answer]) -> set[str]:
    """Blocks of the template that stand for several questions."""
    counts = [answers[key].number for key in ("list.count", "new.count") if key in answers]
    parts = {
        "continuing": len(counts) < 2 or counts[0] != counts[1],
        "pools": bool({"desks", "land.ready"} & answers.keys()),
        "later.count.offered": "later.count" in answers and answers["later.count"].is_offered,
        "later.mean.offered": "later.mean" in answers and answers["later.mean"].is_offered,
        "last_year": bool({"last_year.investment", "last_year.completion"} & answers.keys()),
    }
    return {name for name, there in parts.items() if there}


def _made(answers: Mapping[str, Answer], lang: Language) -> dict[str, str]:
    """What is put together from several answers, and what no question asks."""
    names = {language: answers[f"city.{language}"].text for language in ("en", "zh")}
    year = answers["year"].text
    made = {
        "told": TOLD[lang],
        "city": names[lang],
        "title.en": _quoted(f"{names['en']} {year}, key projects"),
        "title.zh": _quoted(f"{names['zh']}{year}年重点项目"),
    }
    if "later.count" in answers:
        made["later.each"] = answers["later.mean"].text
        made["later.total"] = _scalar(money_text(int(answers["later.count"].number * answers["later.mean"].number), lang))
    return made


def _scalar(text: str) -> str:
    """Text as YAML holds it."""
    return text if PLAIN.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
