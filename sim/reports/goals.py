"""Goals, observations and readings in words."""

from __future__ import annotations

from sim.errors import Language
from sim.reports.wording import Scale, comparison, say, scale_of, stated
from sim.scenario.metrics import METRICS, POOL_UNITS
from sim.scenario.schema import Goal, Observation, Reading, Scenario, Statement
from sim.terms import label


def goal_title(goal: Statement, lang: Language) -> str:
    """What a goal or an observation is called; its metric, with the milestone or stage that it is about, if it has no title of its own."""
    if goal.title:
        return goal.title[lang]
    about = ", ".join(filter(None, (goal.milestone, goal.of, goal.stage, goal.pool, *_selected(goal))))
    metric = label(f"metric.{goal.metric}", lang)
    return say(lang, f"{metric} ({about})", f"{metric}（{about}）") if about else metric


def _selected(goal: Statement) -> list[str]:
    """The names by which it chooses among the projects."""
    return [name for names in goal.where.model_dump().values() for name in names]


def goal_names(scenario: Scenario, lang: Language) -> dict[str, str]:
    """What each goal is called beside the others: its title, or the whole statement where two have one title."""
    titles = {name: goal_title(goal, lang) for name, goal in scenario.goals.items()}
    shared = [*titles.values()]
    return {name: title if shared.count(title) == 1 else goal_words(scenario.goals[name], lang) for name, title in titles.items()}


def goal_words(goal: Goal, lang: Language) -> str:
    """A goal as a statement: `key-project investment: at least 110 bn yuan`, `重点项目完成投资不低于1,100亿元`."""
    title, demand = goal_title(goal, lang), demand_words(goal, lang)
    return (f"{title}: {demand}" if lang == "en" else f"{title}{demand}") + notes_words(goal, lang)


def demand_words(goal: Goal, lang: Language) -> str:
    """What a goal asks for: `at least 110 bn yuan`, `不低于1,100亿元`."""
    unit, than = unit_of(goal), comparison(goal.comparator, lang)
    value = stated(float(goal.value.value), unit, lang)
    if unit == "projects" and lang == "en":
        value = value.removesuffix(" projects")
    return f"{than} {value}" if lang == "en" else f"{than}{value}"


def observation_words(observation: Observation, lang: Language, between: str = "") -> str:
    """What was observed, without its value: `key-project investment (by 2022-06-30)`; `between` stands before the bracket."""
    title, notes = goal_title(observation, lang), notes_words(observation, lang)
    return title + between + notes.lstrip() if between and notes else title + notes


def observed_words(observation: Observation, lang: Language) -> str:
    """What was observed: `101 projects`, or that it lay beyond: `> 30 projects`."""
    side = {"=": "", ">": "> ", "<": "< ", ">=": "≥ ", "<=": "≤ "}[observation.comparator]
    return side + stated(float(observation.value.value), unit_of(observation), lang)


def use_words(observation: Observation, lang: Language) -> str:
    """What an observation is used for."""
    return {"fit": say(lang, "used to fit", "用于拟合"), "test": say(lang, "held out", "留作检验")}[observation.use]


def unit_of(goal: Statement) -> str:
    """The unit of a goal's outcomes; of what a pool holds, the unit in which the goal states it."""
    return METRICS[goal.metric].unit or POOL_UNITS.get(goal.value.dimension, "")


def goal_scale(goal: Statement, lang: Language) -> Scale:
    """The scale on which a goal's outcomes are written, its value's own."""
    return scale_of(unit_of(goal), float(goal.value.value), lang)


def reading_titles(scenario: Scenario, lang: Language) -> dict[str, str]:
    """What each reading of each ambiguous fact is called, by its name on the command line."""
    return {name: reading.title[lang] if reading.title else name for name, (_, reading) in _readings(scenario).items()}


def base_readings(scenario: Scenario) -> set[str]:
    """The readings that the scenario takes for its base, by their names on the command line."""
    return {name for name, (is_base, _) in _readings(scenario).items() if is_base}


def _readings(scenario: Scenario) -> dict[str, tuple[bool, Reading]]:
    """Name -> (is it the base, reading); the fact comes before a dot where two facts have readings of one name."""
    facts = scenario.readings
    every = [(fact, name, reading) for fact, ambiguity in facts.items() for name, reading in ambiguity.readings.items()]
    names = [name for _, name, _ in every]
    return {name if names.count(name) == 1 else f"{fact}.{name}": (facts[fact].base == name, reading) for fact, name, reading in every}


def notes_words(goal: Statement, lang: Language) -> str:
    """Basis and deadline in brackets, where they are not the usual ones."""
    notes = [*_basis(goal, lang), *_deadline(goal, lang)]
    return {"en": f" ({', '.join(notes)})", "zh": f"（{'，'.join(notes)}）"}[lang] if notes else ""


def _basis(goal: Statement, lang: Language) -> list[str]:
    """The basis where it is not the usual one."""
    if goal.basis == "completed":
        return []
    return [{"en": goal.basis, "zh": label(f"basis.{goal.basis}", "zh")}[lang]]


def _deadline(goal: Statement, lang: Language) -> list[str]:
    return [{"en": f"by {goal.by}", "zh": f"截至{goal.by}"}[lang]] if goal.by else []
