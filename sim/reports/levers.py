"""The levers of a library or of a scenario: what each changes, from when on, what it costs, which fact names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from sim.errors import Language
from sim.reports.plain import Json
from sim.reports.tables import Heading, Page, Paragraph, joined
from sim.reports.wording import as_told, say, stated
from sim.scenario.schema import Change, Lever
from sim.scenario.schema.levers import Theme
from sim.terms import label


def levers_page(levers: Mapping[str, Lever], lang: Language) -> Page:
    """Levers by theme; those in force first."""
    return told_levers_page(levers_json(levers), lang)


def told_levers_page(levers: Sequence[Json], lang: Language) -> Page:
    """The same of levers as they are told to programs."""
    note = say(
        lang,
        "What a lever does to a number is an assumption: nobody has measured it. At size 2 a factor works twice, an amount is doubled.",
        "措施对数值的影响均为假设，未经实测。力度为2时，倍数作用两次，增量加倍。",
    )
    pages: list[Page] = [[Paragraph(note)]]
    for theme in get_args(Theme):
        chosen = sorted((lever for lever in levers if lever["theme"] == theme), key=lambda lever: (lever["status"], lever["name"]))
        lines = [Paragraph(line) for lever in chosen for line in _lines(lever, lang)]
        pages.append([Heading(label(f"theme.{theme}", lang)), *lines] if lines else [])
    return joined(pages)


def _lines(lever: Json, lang: Language) -> Iterator[str]:
    """A lever: its name, what is told of it, and a line for each change."""
    comma, name = say(lang, ", ", "，"), lever["name"]
    called = lever["title"][lang] if lever["title"] else ""
    title = say(lang, f"{name}: {called}", f"{name}：{called}")
    told = comma.join(_circumstances(lever, lang))
    yield say(lang, f"{title} ({told})", f"{title}（{told}）")
    for path, change in lever["change"].items():
        yield f"  {path} {change_words(change, lang)}"


def _circumstances(lever: Json, lang: Language) -> Iterator[str]:
    yield label(f"lever.{lever['status']}", lang)
    if since := lever["from"]:
        yield say(lang, f"from {since}", f"自{since}起")
    if ramp := lever["ramp_days"]:
        yield say(lang, f"in full after {ramp:g} days", f"{ramp:g}天后全面见效")
    if once := lever["cost_once"]:
        yield say(lang, f"costs {stated(once, 'yuan', lang)} once", f"一次性费用{stated(once, 'yuan', lang)}")
    if a_year := lever["cost_a_year"]:
        yield say(lang, f"{stated(a_year, 'yuan', lang)} a year", f"每年费用{stated(a_year, 'yuan', lang)}")
    if lever["owner"]:
        yield str(lever["owner"][lang])
    if group := lever["group"]:
        yield say(lang, f"one of the group {group}", f"{group}组择一")
    if requires := lever["requires"]:
        yield say(lang, f"needs {', '.join(requires)}", f"须与{'、'.join(requires)}同时采用")
    yield from lever["sources"]


def change_words(change: Json, lang: Language) -> str:
    """What happens to a value."""
    if "times" in change:
        return say(lang, "x ", "×") + f"{100 * change['times']:g}%"
    if "add" in change:
        amount = as_told(str(change["add"]), lang)
        return f"- {amount[1:]}" if amount.startswith("-") else f"+ {amount}"
    value = as_told(str(change["set"]), lang)
    return say(lang, f"becomes {value}", f"改为{value}")


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
