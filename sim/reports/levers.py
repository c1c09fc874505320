"""The levers of a library or of a scenario: what each changes, from when on, what it costs, which fact names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from sim.errors import Language
from sim.reports.summary_json import Json
from sim.reports.tables import Heading, Page, Paragraph, joined
from sim.reports.wording import say, stated
from sim.scenario.schema import Change, Lever
from sim.scenario.schema.levers import Theme
from sim.terms import label


def levers_page(levers: Mapping[str, Lever], lang: Language) -> Page:
    """Levers by theme; those in force first."""
    note = say(
        lang,
        "What a lever does to a number is an assumption: nobody has measured it. At size 2 a factor works twice, an amount is doubled.",
        "措施对数值的影响均为假设，未经实测。力度为2时，倍数作用两次，增量加倍。",
    )
    pages: list[Page] = [[Paragraph(note)]]
    for theme in get_args(Theme):
        chosen = sorted((lever.status, name) for name, lever in levers.items() if lever.theme == theme)
        lines = [Paragraph(line) for _, name in chosen for line in _lines(name, levers[name], lang)]
        pages.append([Heading(label(f"theme.{theme}", lang)), *lines] if lines else [])
    return joined(pages)


def _lines(name: str, lever: Lever, lang: Language) -> Iterator[str]:
    """A lever: its name, what is told of it, and a line for each change."""
    comma = say(lang, ", ", "，")
    title = say(lang, f"{name}: {_title(lever, lang)}", f"{name}：{_title(lever, lang)}")
    yield f"{title} ({comma.join(_circumstances(lever, lang))})"
    for path, change in lever.change.items():
        yield f"  {path} {change_words(change, lang)}"


def _title(lever: Lever, lang: Language) -> str:
    return lever.title[lang] if lever.title else ""


def _circumstances(lever: Lever, lang: Language) -> Iterator[str]:
    yield label(f"lever.{lever.status}", lang)
    if lever.since:
        yield say(lang, f"from {lever.since}", f"自{lever.since}起")
    if lever.ramp:
        yield say(lang, f"in full after {lever.ramp:g} days", f"{lever.ramp:g}天后全面见效")
    if lever.cost.once:
        yield say(lang, f"costs {stated(lever.cost.once, 'yuan', lang)} once", f"一次性费用{stated(lever.cost.once, 'yuan', lang)}")
    if lever.cost.a_year:
        yield say(lang, f"{stated(lever.cost.a_year, 'yuan', lang)} a year", f"每年费用{stated(lever.cost.a_year, 'yuan', lang)}")
    if lever.owner:
        yield lever.owner[lang]
    if lever.group:
        yield say(lang, f"one of the group {lever.group}", f"{lever.group}组择一")
    if lever.requires:
        yield say(lang, f"needs {', '.join(lever.requires)}", f"须与{'、'.join(lever.requires)}同时采用")
    yield from lever.sources


def change_words(change: Change, lang: Language) -> str:
    """What happens to a value."""
    if change.times is not None:
        return f"x {100 * change.times:g}%"
    if change.add is not None:
        return f"+ {_told(change.add)}"
    return say(lang, f"becomes {_told(change.set)}", f"改为{_told(change.set)}")


def _told(value: Any) -> str:
    """A plain value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_told(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_told, value)) + "]"
    return str(value)


def levers_json(levers: Mapping[str, Lever]) -> list[Json]:
    """Levers for programs: yuan, days."""
    return [
        {
            "name": name,
            "title": {"en": lever.title.en, "zh": lever.title.zh} if lever.title else None,
            "theme": lever.theme,
            "status": lever.status,
            "from": str(lever.since) if lever.since else None,
            "ramp_days": lever.ramp,
            "size": lever.size,
            "largest": lever.largest,
            "cost_once": lever.cost.once,
            "cost_a_year": lever.cost.a_year,
            "owner": {"en": lever.owner.en, "zh": lever.owner.zh} if lever.owner else None,
            "sources": list(lever.sources),
            "group": lever.group,
            "requires": list(lever.requires),
            "moves": lever.moves.model_dump(mode="json", exclude_defaults=True) if lever.moves else None,
            "change": {path: _change_json(change) for path, change in lever.change.items()},
        }
        for name, lever in levers.items()
    ]


def _change_json(change: Change) -> Json:
    told = {"set": change.set, "add": change.add, "times": change.times, "without": change.without}
    return {key: value if isinstance(value, int | float) else _told(value) for key, value in told.items() if value is not None}
