"""What a scenario says: in short, in full, and where each of its values comes from."""

from __future__ import annotations

from pathlib import PurePath

import yaml

from sim.errors import Language
from sim.reports.forecast import provenance_words
from sim.reports.goals import goal_words, observation_words, observed_words, use_words
from sim.reports.plain import Json
from sim.reports.tables import Heading, Page, Paragraph, Table, joined
from sim.reports.wording import money_scale, named, say, stated
from sim.scenario.assessing import Origin
from sim.scenario.loading import Loaded
from sim.scenario.schema import Member, Portfolio, Scenario, Servers, Stock
from sim.scenario.totals import cohort_totals
from sim.terms import label

Row = tuple[str, str, int | None, int | None]
"""Name, projects, yuan in total, yuan of annual plan."""


def scenario_page(loaded: Loaded, lang: Language) -> Page:
    """The scenario in short."""
    scenario = loaded.scenario
    parts: tuple[Page, ...] = (
        _title(loaded, lang),
        _goals(scenario, lang),
        _observations(scenario, lang),
        _portfolio(scenario, lang),
        _process(scenario, lang),
        _choices(scenario, lang),
        [Paragraph(provenance_words(loaded.provenance(), lang))],
    )
    return joined(parts)


def provenance_page(loaded: Loaded, lang: Language) -> Page:
    """How many numbers are of each kind, and every assumed one with its reason."""
    headers = label("provenance", lang), say(lang, "numbers", "个数")
    counts = tuple((label(f"provenance.{kind}", lang), str(count)) for kind, count in loaded.provenance().items())
    groups = (_of_kind(loaded, kind, lang) for kind in loaded.provenance())
    return joined(([Table(headers, counts)], *groups))


def _of_kind(loaded: Loaded, kind: str, lang: Language) -> Page:
    """The numbers of a kind, each with its source."""
    numbers = [(path, origin) for path, origin in loaded.origins.items() if origin.kind == kind]
    heading = Heading(label(f"provenance.{kind}", lang))
    lines = (f"{path} = {origin.text}: {origin.fact or origin.source}" for path, origin in numbers)
    return [heading, *(Paragraph(line) for line in lines)] if numbers else []


def origin_lines(loaded: Loaded) -> str:
    """Every value with the file and line that set it: path = value, then its place and kind."""
    lines = []
    for path, origin in loaded.origins.items():
        kind = f" ({origin.kind}{': ' + origin.fact if origin.fact else ''})" if origin.kind else ""
        lines.append(f"{path} = {origin.text}  # {origin.place.file}:{origin.place.line}{kind}")
    return "\n".join(lines) + "\n"


def resolved_text(loaded: Loaded) -> str:
    """The whole scenario as it is run, as YAML in one canonical spelling."""
    return str(yaml.safe_dump(dict(loaded.tree), allow_unicode=True, sort_keys=False, width=120))


def scenario_json(loaded: Loaded) -> Json:
    """The resolved scenario, and where each of its values comes from."""
    origins = {
        path: {"value": origin.text, "kind": origin.kind, "source": origin.source, "fact": origin.fact, **_position(origin)}
        for path, origin in loaded.origins.items()
    }
    return {"scenario": loaded.name, "resolved": dict(loaded.tree), "origins": origins, "provenance": loaded.provenance()}


def _position(origin: Origin) -> Json:
    """The file by its name alone, and the line."""
    return {"file": PurePath(origin.place.file).name, "line": origin.place.line}


def _title(loaded: Loaded, lang: Language) -> Page:
    run = loaded.scenario.run
    title = loaded.scenario.title
    span = f"{run.start} - {run.horizon}" if run.start else str(run.horizon)
    return [Heading(title[lang] if title else loaded.name), Paragraph(span)]


def _goals(scenario: Scenario, lang: Language) -> Page:
    """Each goal as a statement."""
    same = say(lang, " - the same goal in other words", "——同一目标的另一说法")
    lines = [goal_words(goal, lang) + (same if goal.restates else "") for goal in scenario.goals.values()]
    return [Heading(say(lang, "Goals", "目标")), *(Paragraph(f"- {line}") for line in lines)] if lines else []


def _observations(scenario: Scenario, lang: Language) -> Page:
    """Each observation with its value and use."""
    lines = []
    for one in scenario.observations.values():
        words, value = observation_words(one, lang), observed_words(one, lang)
        lines.append(say(lang, f"- {words}: {value}, {use_words(one, lang)}", f"- {words}：{value}，{use_words(one, lang)}"))
    return [Heading(say(lang, "Observations", "观测值")), *map(Paragraph, lines)] if lines else []


def _portfolio(scenario: Scenario, lang: Language) -> Page:
    """Lists, each with its listed projects and cohorts below it, and what is on no list."""
    portfolio = scenario.portfolio
    names = [*portfolio.lists, None] if portfolio.lists else [None]
    rows = [row for name in names for row in _rows(portfolio, name, lang)]
    if not rows:
        return []
    scale = money_scale(max(total or 0 for _, _, total, _ in rows), lang)
    unit = "\n" + scale.suffix.strip()
    headers = label("project_list", lang), label("count", lang), label("total_investment", lang) + unit, label("annual_plan", lang) + unit
    cells = [tuple("" if amount is None else scale.number(amount) for amount in row[2:]) for row in rows]
    return [Table(headers, tuple((row[0], row[1], *cell) for row, cell in zip(rows, cells, strict=True)))]


def _rows(portfolio: Portfolio, name: str | None, lang: Language) -> list[Row]:
    """A list and its members with their figures; None stands for what is on no list."""
    totals = cohort_totals(portfolio)
    members: list[tuple[str, Member, int, int, int | None]] = [
        (key, project, 1, project.total, project.plan) for key, project in portfolio.projects.items()
    ]
    members += [(key, cohort, totals[key].count, totals[key].total, totals[key].plan) for key, cohort in portfolio.cohorts.items()]
    rows: list[Row] = [
        ("  " + named(member.title, key, lang), str(count), total, plan)
        for key, member, count, total, plan in members
        if member.list == name
    ]
    if name is None:
        return rows
    planned = portfolio.lists[name]
    return [(named(planned.title, name, lang), "" if planned.count is None else str(planned.count), planned.total, planned.plan), *rows]


def _process(scenario: Scenario, lang: Language) -> Page:
    """Stages and what they need."""
    stages = " > ".join(named(stage.title, name, lang) for name, stage in scenario.workflow.items())
    pools = [f"{named(pool.title, name, lang)} {_size(pool, lang)}" for name, pool in scenario.pools.items()]
    parts = ((label("stage", lang), stages), (label("resource_pool", lang), "; ".join(pools)))
    return [Paragraph(name[:1].upper() + name[1:] + say(lang, ": ", "：") + text) for name, text in parts if text]


def _choices(scenario: Scenario, lang: Language) -> Page:
    """Readings, overrides and named lists of them."""
    lines = []
    for name, ambiguity in scenario.readings.items():
        question = named(ambiguity.title, name, lang)
        readings = [
            f"{key}{'*' if key == ambiguity.base else ''} ({named(item.title, key, lang)})" for key, item in ambiguity.readings.items()
        ]
        lines.append(f"--reading: {question} {', '.join(readings)}; {say(lang, '* is the base', '* 为基准')}")
    if scenario.overrides:
        lines.append("--override: " + ", ".join(scenario.overrides))
    if scenario.scenarios:
        lines.append("--scenario: " + ", ".join(scenario.scenarios))
    return [Paragraph(line) for line in lines]


def _size(pool: Servers | Stock, lang: Language) -> str:
    """How many servers there are, or how much is in stock at the start."""
    if isinstance(pool, Servers):
        return str(pool.capacity)
    return stated(float(pool.initial.value), {"money": "yuan", "area": "mu"}.get(pool.initial.dimension, "number"), lang)
