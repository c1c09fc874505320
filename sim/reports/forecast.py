"""The forecast on screen: will the goals be reached, what fails first, under which reading, on which way, resting on what."""

from __future__ import annotations

from collections.abc import Mapping

from sim.analysis.attainment import Probability
from sim.analysis.summary import GoalSummary
from sim.errors import Language
from sim.reports.answer import Told, half_width
from sim.reports.bridge import bridge_lines
from sim.reports.goals import base_readings, goal_names, goal_scale, goal_words, reading_titles
from sim.reports.months import months_page
from sim.reports.observations import observations_page
from sim.reports.tables import Heading, Page, Paragraph, Table, joined
from sim.reports.wording import chance, part, percent, say
from sim.scenario.schema import Goal
from sim.terms import label


def forecast_page(answer: Told, lang: Language) -> Page:
    """The whole page, in the order in which a planner asks."""
    parts = (
        title_page(answer, lang),
        goals_page(answer, lang),
        readings_page(answer, lang),
        months_page(answer, lang),
        observations_page(answer, lang),
        bridge_lines(answer.scenario, lang),
        footing_page(answer, lang),
    )
    return joined(parts)


def chance_words(probability: Probability, lang: Language) -> str:
    """A probability with its interval."""
    return chance(probability.estimate, probability.low, probability.high, lang)


def title_page(answer: Told, lang: Language) -> Page:
    """What was run."""
    scenario, results = answer.scenario, answer.results
    title = scenario.title[lang] if scenario.title else results.scenario
    horizon = say(lang, f"to {scenario.run.horizon}", f"至{scenario.run.horizon}")
    counts = say(lang, f"{results.replications} replications, seed {results.seed}", f"模拟{results.replications}次，种子{results.seed}")
    unfinished = [] if answer.complete else [Heading(say(lang, "INCOMPLETE: the run was stopped", "不完整：运行中途停止"))]
    return [Heading(f"{title} ({horizon})" if lang == "en" else f"{title}（{horizon}）"), *unfinished, Paragraph(counts)]


def goals_page(answer: Told, lang: Language) -> Page:
    """Each goal in words with its probability and outcomes, all together, and the first to fail."""
    if not answer.scenario.goals:
        return [Paragraph(say(lang, "The scenario states no goal.", "情景中没有目标。"))]
    shortfall = label("shortfall", lang).replace(" ", "\n")
    headers = label("goal", lang), say(lang, "P (95%)", "概率（95%）"), *(label(name, lang) for name in ("p10", "p50", "p90")), shortfall
    rows = [row for name, goal in answer.scenario.goals.items() if goal.restates is None for row in _goal_rows(answer, name, goal, lang)]
    if len(answer.results.headline) > 1:
        rows.append((label("joint", lang), chance_words(answer.summary.joint, lang), "", "", "", ""))
    return [Table(headers, tuple(rows)), *_first_to_fail(answer, lang)]


def _goal_rows(answer: Told, name: str, goal: Goal, lang: Language) -> list[tuple[str, ...]]:
    """A goal's row, and one for each goal that says the same in other words, with outcomes but no probability of its own."""
    summary = answer.summary.goals[name]
    aside = "" if goal.headline else say(lang, " (not among the joint goals)", "（不计入全部目标）")
    rows = [(goal_words(goal, lang) + aside, chance_words(summary.probability, lang), *_outcomes(summary, goal, lang))]
    for other, restating in answer.scenario.goals.items():
        if restating.restates == name:
            same = say(lang, "(same goal)", "（同一目标）")
            rows.append(("= " + goal_words(restating, lang), same, *_outcomes(answer.summary.goals[other], restating, lang)))
    return rows


def _outcomes(summary: GoalSummary, goal: Goal, lang: Language) -> tuple[str, ...]:
    """P10, P50, P90 and the mean shortfall on the goal's own scale."""
    scale = goal_scale(goal, lang)
    return tuple(scale.number(amount) for amount in (*(summary.quantiles[name] for name in ("p10", "p50", "p90")), summary.shortfall))


def _first_to_fail(answer: Told, lang: Language) -> Page:
    """The goal of the lowest probability, and how often each goal alone is missed."""
    first = answer.summary.first_to_fail
    if first is None or len(answer.results.headline) < 2:
        return []
    names = goal_names(answer.scenario, lang)
    alone = {name: part(share) for name in answer.results.headline if (share := answer.summary.goals[name].missed_alone) is not None}
    if first not in alone:
        return [Paragraph(say(lang, f"Least likely: {names[first]}.", f"达成概率最低：{names[first]}。"))]
    others = [f"{names[name]} {share}" for name, share in alone.items() if name != first]
    english = f"First to fail: {names[first]}. Of the years that miss a goal, {alone[first]} miss this one alone ({', '.join(others)})."
    chinese = f"{label('first_to_fail', 'zh')}：{names[first]}。有目标落空的年份中，仅它一项落空的占{alone[first]}（{'，'.join(others)}）。"
    return [Paragraph(say(lang, english, chinese))]


def readings_page(answer: Told, lang: Language) -> Page:
    """The probabilities under each reading of what the source leaves open."""
    if not answer.readings:
        return []
    scenario = answer.scenario
    titles, base, chosen = reading_titles(scenario, lang), base_readings(scenario), answer.chosen_readings
    questions = [ambiguity.title[lang] if ambiguity.title else name for name, ambiguity in scenario.readings.items()]
    names = goal_names(scenario, lang)
    notes = {name: _reading_note(name, base, chosen, lang) for name in answer.readings}
    headers = label("goal", lang), *(titles[name] + notes[name] for name in answer.readings)
    rows = [
        (names[goal], *(_chance_of(summary.goals.get(goal), lang) for summary in answer.readings.values()))
        for goal in answer.results.headline
    ]
    if len(rows) > 1:
        rows.append((label("joint", lang), *(chance_words(summary.joint, lang) for summary in answer.readings.values())))
    heading = say(lang, "The source can be read in more than one way: ", "来源可作不同理解：") + "; ".join(questions)
    return [Heading(heading), Table(headers, tuple(rows))]


def _chance_of(goal: GoalSummary | None, lang: Language) -> str:
    """The probability of a goal under a reading, which may not set it."""
    return chance_words(goal.probability, lang) if goal else ""


def _reading_note(name: str, base: set[str], chosen: tuple[str, ...], lang: Language) -> str:
    """Whether a reading is the base, and whether it is the one shown above."""
    notes = [say(lang, "base", "基准")] if name in base else []
    if name in chosen and name not in base:
        notes.append(say(lang, "shown above", "即上文"))
    return say(lang, f"\n({', '.join(notes)})", f"\n（{'，'.join(notes)}）") if notes else ""


def footing_page(answer: Told, lang: Language) -> Page:
    """What it all rests on."""
    lines = [provenance_words(answer.results.provenance, lang), *_kappa(answer, lang), _stopping(answer, lang)]
    return [*(Paragraph(line) for line in lines), Heading(label("not_tested", lang)[:1].upper() + label("not_tested", lang)[1:])]


def provenance_words(counts: Mapping[str, int], lang: Language) -> str:
    """How many of a scenario's numbers are stated, observed, fitted, assumed."""
    total = sum(counts.values())
    kinds = [
        say(
            lang,
            f"{counts.get(kind, 0)} {label(f'provenance.{kind}', lang)}",
            f"{label(f'provenance.{kind}', lang)}{counts.get(kind, 0)}个",
        )
        for kind in ("stated", "observed", "fitted", "assumed")
    ]
    part = percent(counts.get("assumed", 0) / max(total, 1), 0)
    return say(lang, f"Of {total} numbers {', '.join(kinds)} ({part})", f"{total}个数值中：{'，'.join(kinds)}（占{part}）")


def _kappa(answer: Told, lang: Language) -> list[str]:
    """The fitted factor on plans, with the completion drawn and realised."""
    fit = answer.results.kappa
    if fit is None:
        return []
    drawn, realised = percent(fit.drawn), percent(fit.realised)
    english = f"κ = {fit.kappa:.3f} (fitted, {fit.replications} replications): mean completion of plans drawn {drawn}, realised {realised}"
    chinese = f"κ = {fit.kappa:.3f}（拟合，模拟{fit.replications}次）：年度计划完成率平均抽样{drawn}，实现{realised}"
    if not fit.reached:
        english += "; the plans cannot come to it, whatever the factor"
        chinese += "；无论取何系数，计划都达不到该完成率"
    return [say(lang, english, chinese)]


def _stopping(answer: Told, lang: Language) -> str:
    """Whether the run is as precise as asked for."""
    count, half, asked = answer.results.replications, percent(half_width(answer)), percent(answer.precision.half_width)
    if answer.precision.replications is not None:
        return say(lang, f"{count} replications as asked for; widest half-width {half}", f"按要求模拟{count}次；最大半宽{half}")
    if half_width(answer) <= answer.precision.half_width:
        english = f"Precise enough after {count} replications: widest half-width {half}, asked for {asked}"
        return say(lang, english, f"模拟{count}次后达到精度：最大半宽{half}，要求{asked}")
    english = f"Not as precise as asked for: widest half-width {half} after {count} replications (the cap), asked for {asked}"
    return say(lang, english, f"未达到要求的精度：模拟{count}次（上限）后最大半宽{half}，要求{asked}")
