"""Several forecasts side by side: each goal with its probability, all together, what fails first, how far the half-way is come."""

from __future__ import annotations

from collections.abc import Sequence

from sim.errors import Language
from sim.reports.answer import Told
from sim.reports.forecast import chance_words, provenance_words
from sim.reports.goals import demand_words, goal_title, notes_words
from sim.reports.months import money_goal, pace
from sim.reports.tables import Heading, Page, Paragraph, Table, joined
from sim.reports.wording import percent, say
from sim.terms import label

Row = tuple[str, ...]


def league_page(answers: Sequence[Told], lang: Language) -> Page:
    """One table of all forecasts, in the order in which they were asked for, and what each rests on."""
    names = scenario_names(answers, lang)
    headers = (
        label("scenario", lang),
        label("goal", lang),
        label("goal_value", lang) if lang == "zh" else "value",
        say(lang, "P (95%)", "概率（95%）"),
        say(lang, "pace at\nhalf-way", "半程\n进度"),
    )
    rows = tuple(row for answer, name in zip(answers, names, strict=True) for row in _rows(answer, name, lang))
    footing = [Paragraph(f"{name}{say(lang, ': ', '：')}{_basis(answer, lang)}") for answer, name in zip(answers, names, strict=True)]
    not_tested = label("not_tested", lang)
    return joined(([Table(headers, rows, left=3), *_key(answers, lang)], [*footing, Heading(not_tested[:1].upper() + not_tested[1:])]))


def scenario_names(answers: Sequence[Told], lang: Language) -> list[str]:
    """What each scenario is called beside the others: its title, or its file's name where it has none or shares it."""
    titles = [answer.scenario.title[lang] if answer.scenario.title else answer.results.scenario for answer in answers]
    return [title if titles.count(title) == 1 else answer.results.scenario for title, answer in zip(titles, answers, strict=True)]


def _rows(answer: Told, name: str, lang: Language) -> list[Row]:
    """Each goal, and all together; the scenario is named once."""
    goals, summary, rows = answer.scenario.goals, answer.summary, list[Row]()
    first = summary.first_to_fail if len(answer.results.headline) > 1 else None
    for key, goal in goals.items():
        if goal.restates is not None:
            continue
        aside = "" if goal.headline else say(lang, "\n(not among the joint goals)", "\n（不计入全部目标）")
        title = goal_title(goal, lang) + aside + (say(lang, " *", "*") if key == first else "")
        along = pace(answer) if goal is money_goal(answer.scenario) else None
        demand = demand_words(goal, lang) + ("\n" + notes_words(goal, lang).strip()).rstrip()
        rows.append((title, demand, chance_words(summary.goals[key].probability, lang), "" if along is None else percent(along, 0)))
    if len(answer.results.headline) > 1:
        rows.append((label("joint", lang), "", chance_words(summary.joint, lang), ""))
    rows = rows or [(say(lang, "no goal", "没有目标"), "", "", "")]
    return [(name if number == 0 else "", *row) for number, row in enumerate(rows)]


def _key(answers: Sequence[Told], lang: Language) -> list[Paragraph]:
    """What the marks of the table mean, where they stand."""
    lines = []
    if any(len(answer.results.headline) > 1 for answer in answers):
        lines.append("* " + label("first_to_fail", lang))
    if any(pace(answer) is not None for answer in answers):
        english = "pace at half-way: median half-way to the deadline over the goal's reference curve"
        lines.append(say(lang, english, "半程进度：期限过半时的中位数与目标参照曲线之比"))
    return [Paragraph(line) for line in lines]


def _basis(answer: Told, lang: Language) -> str:
    """Replications, seed, the readings in force, and where the numbers come from."""
    results, chosen = answer.results, answer.chosen_readings
    parts = [say(lang, f"{results.replications} replications, seed {results.seed}", f"模拟{results.replications}次，种子{results.seed}")]
    parts += [say(lang, f"reading {name}", f"理解口径 {name}") for name in chosen]
    parts += [] if answer.complete else [say(lang, "incomplete", "不完整")]
    return say(lang, "; ", "；").join(parts) + say(lang, ". ", "。") + provenance_words(results.provenance, lang)
