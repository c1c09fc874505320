"""The bridge from plan to goal: as a page of arithmetic, as a few lines of the forecast, and for programs."""

from __future__ import annotations

from sim.analysis.bridge import Bridge, GrowthBridge, PlanBridge, ProjectBridge
from sim.errors import Language
from sim.reports.plain import Json
from sim.reports.summary_json import whole
from sim.reports.tables import Heading, Page, Paragraph, Table, joined
from sim.reports.wording import money_scale, part, percent, say, stated
from sim.scenario.loading import Loaded
from sim.scenario.schema import Scenario
from sim.studies.bridge import bridge_of, goal_for
from sim.terms import label


def bridge_lines(scenario: Scenario, lang: Language) -> Page:
    """The bridge in one line for each goal; nothing for what the scenario has no numbers for."""
    bridge = bridge_of(scenario)
    lines = [
        *(_plan_lines(bridge.plan, lang) if bridge.plan else []),
        *([_growth_line(bridge.growth, lang)] if bridge.growth else []),
        *([_projects_line(bridge.projects, lang)] if bridge.projects else []),
    ]
    heading = Heading(say(lang, "Bridge from plan to goal", label("bridge", "zh")))
    return [heading, *(Paragraph(f"- {line}") for line in lines)] if lines else []


def bridge_page(scenario: Scenario, lang: Language) -> Page:
    """The full arithmetic, and what is missing for the parts that cannot be worked out."""
    bridge = bridge_of(scenario)
    title = scenario.title[lang] if scenario.title else ""
    parts = (
        [Heading(say(lang, f"Bridge from plan to goal: {title}", f"{label('bridge', 'zh')}：{title}"))],
        _plan_table(bridge.plan, lang) if bridge.plan else [],
        _growth_table(bridge.growth, lang) if bridge.growth else [],
        _projects_table(bridge.projects, lang) if bridge.projects else [],
        [Paragraph(reason) for reason in _absent(scenario, bridge, lang)],
    )
    return joined(parts)


def bridge_json(loaded: Loaded) -> Json:
    """The bridge for programs: yuan, counts and fractions."""
    bridge = bridge_of(loaded.scenario)
    return {
        "scenario": loaded.name,
        "investment": _plan_json(bridge.plan) if bridge.plan else None,
        "fai": _growth_json(bridge.growth) if bridge.growth else None,
        "projects": vars(bridge.projects) if bridge.projects else None,
    }


# --- Investment


def _plan_lines(plan: PlanBridge, lang: Language) -> list[str]:
    """76.0 x 131.7% = 100.1, 9.9 missing; and the plan that would be needed."""
    scale = money_scale(float(plan.goal), lang)
    goal, listed = scale.exact(float(plan.goal)), scale.number(float(plan.plan))
    lines = []
    if plan.last_years_completion is not None and plan.at_last_years_rate is not None and plan.missing is not None:
        rate, reached = percent(float(plan.last_years_completion)), scale.words(float(plan.at_last_years_rate))
        gap, english_gap, chinese_gap = scale.number(abs(float(plan.missing))), "missing to", "尚缺"
        if plan.missing <= 0:
            english_gap, chinese_gap = "above", "超出"
        english = f"plan {listed} × last year's completion {rate} = {reached}; {gap} {english_gap} the goal of {goal}"
        lines.append(say(lang, english, f"计划{listed}×上年完成率{rate}＝{reached}；距目标{goal}{chinese_gap}{gap}"))
    needed = percent(float(plan.completion_needed))
    english, chinese = f"the goal needs {needed} of the plan of {listed}", f"目标为计划{listed}的{needed}"
    amounts = {percent(chance, 0): scale.number(amount) for chance, amount in plan.plans_needed.items()}
    if amounts:
        english += ", or a listed plan of " + " or ".join(f"{amount} (P = {chance})" for chance, amount in amounts.items())
        chinese += "；或名单计划须达" + "或".join(f"{amount}（概率{chance}）" for chance, amount in amounts.items())
    return [*lines, say(lang, english, chinese)]


def _plan_table(plan: PlanBridge, lang: Language) -> Page:
    """Listed plan, last year's completion, what is missing, completion and plan needed."""
    scale = money_scale(float(plan.goal), lang)
    rows = [(label("listed_plan", lang), scale.words(float(plan.plan)))]
    if plan.last_years_completion is not None and plan.at_last_years_rate is not None and plan.missing is not None:
        rows.append(("× " + label("last_years_completion", lang), percent(float(plan.last_years_completion))))
        rows.append(("= " + label("at_last_years_completion", lang), scale.words(float(plan.at_last_years_rate))))
    rows.append((label("goal_value", lang), scale.words(float(plan.goal))))
    if plan.missing is not None:
        above = say(lang, "above the goal", "超出目标")
        rows.append((label("missing", lang) if plan.missing > 0 else above, scale.words(abs(float(plan.missing)))))
    rows.append((label("completion_needed", lang), percent(float(plan.completion_needed))))
    rows += _odds_rows(plan, lang)
    return [Table((label("metric.investment", lang), ""), tuple(rows))]


def _odds_rows(plan: PlanBridge, lang: Language) -> list[tuple[str, str]]:
    """What this year's completion is expected to be, and the plan that would do."""
    if plan.odds is None or plan.chance is None:
        return []
    scale = money_scale(float(plan.goal), lang)
    middle = percent(plan.odds.median)
    between = f"{percent(plan.odds.reached_with(0.9), 0)}-{percent(plan.odds.reached_with(0.1), 0)}"
    completion = say(lang, "this year's completion, median (P10-P90)", "今年完成率中位数（P10-P90）")
    alone = say(lang, "chance that the listed plan alone is enough", "仅靠名单计划达成的概率")
    rows = [(completion, say(lang, f"{middle} ({between})", f"{middle}（{between}）")), (alone, part(plan.chance))]
    for chance, amount in plan.plans_needed.items():
        likely = percent(chance, 0)
        rows.append((label("plan_needed", lang) + say(lang, f" for P = {likely}", f"（概率{likely}）"), scale.words(amount)))
    return rows


def _plan_json(plan: PlanBridge) -> Json:
    exactly = {
        "plan": plan.plan,
        "last_years_completion": plan.last_years_completion,
        "at_last_years_completion": plan.at_last_years_rate,
        "goal": plan.goal,
        "missing": plan.missing,
        "completion_needed": plan.completion_needed,
    }
    return {
        **{name: None if value is None else whole(value) for name, value in exactly.items()},
        "completion": {"median": plan.odds.median, "log_sd": plan.odds.log_sd} if plan.odds else None,
        "probability_by_plan_alone": plan.chance,
        "plan_needed": {repr(chance): amount for chance, amount in plan.plans_needed.items()},
    }


# --- FAI


def _growth_line(growth: GrowthBridge, lang: Language) -> str:
    """12% of FAI growth needs the rest to grow by 2.2%."""
    goal, key = stated(float(growth.goal), "fraction", lang), percent(float(growth.key_growth), 0)
    rest, at_prior = percent(float(growth.rest_needed)), percent(float(growth.rest_needed_at_prior))
    passed = percent(float(growth.pass_through), 0)
    english = (
        f"FAI growth of {goal} needs the rest of FAI to grow by {rest} if key projects grow by {key} "
        f"({at_prior} if {passed} of that arrives in FAI)"
    )
    chinese = f"固定资产投资增长{goal}：重点项目增长{key}时，其余投资须增长{rest}（若传导{passed}，须{at_prior}）"
    return say(lang, english, chinese)


def _growth_table(growth: GrowthBridge, lang: Language) -> Page:
    key = say(lang, "growth of key projects at their goal", "重点项目达标时的增速")
    share = say(lang, "part of key projects in last year's FAI", "重点项目占上年固定资产投资比重")
    needed, passing = label("rest_growth_needed", lang), percent(float(growth.pass_through), 0)
    rows = (
        (label("goal_value", lang), percent(float(growth.goal))),
        (key, percent(float(growth.key_growth))),
        (share, percent(float(growth.key_share))),
        (needed, percent(float(growth.rest_needed))),
        (needed + say(lang, f" if {passing} arrives in FAI", f"（传导{passing}）"), percent(float(growth.rest_needed_at_prior))),
    )
    return [Table((label("metric.fai_growth", lang), ""), rows)]


def _growth_json(growth: GrowthBridge) -> Json:
    return {name: float(value) for name, value in vars(growth).items()}


# --- Projects


def _projects_line(projects: ProjectBridge, lang: Language) -> str:
    """53 projects missing to 320."""
    gap, english_gap, chinese_gap = abs(projects.missing), "missing to", "尚缺"
    if projects.missing <= 0:
        english_gap, chinese_gap = "above", "超出"
    english = f"projects: {projects.listed} listed, {gap} {english_gap} the goal of {projects.goal}"
    return say(lang, english, f"项目：已列{projects.listed}个，距目标{projects.goal}个{chinese_gap}{gap}个")


def _projects_table(projects: ProjectBridge, lang: Language) -> Page:
    last = label("missing", lang) if projects.missing > 0 else say(lang, "above the goal", "超出目标")
    rows = (
        (say(lang, "listed on 1 January", "年初已列"), str(projects.listed)),
        (label("goal_value", lang), str(projects.goal)),
        (last, str(abs(projects.missing))),
    )
    return [Table((label("metric.projects_implemented", lang), ""), rows)]


# --- What is not there

ABSENT = {
    "no plan": (
        "No annual plan is listed on 1 January, so there is nothing to bridge from.",
        "年初名单没有年度计划，无从算起。",
    ),
    "no last year": (
        "Last year's completion is not given (assumptions.last_year.completion).",
        "未给出上年完成率（assumptions.last_year.completion）。",
    ),
    "no prior": (
        "No prior of completion is given (uncertain.completion), so the plan needed cannot be worked out.",
        "未给出完成率先验（uncertain.completion），无法推算所需计划。",
    ),
    "no base of growth": (
        "The FAI part needs an investment goal, last year's investment (assumptions.last_year.investment) and uncertain.fai.",
        "固定资产投资部分需要投资目标、上年完成投资（assumptions.last_year.investment）和 uncertain.fai。",
    ),
    "no projects": ("No project is listed on 1 January.", "年初没有列入的项目。"),
}


def _absent(scenario: Scenario, bridge: Bridge, lang: Language) -> list[str]:
    """Why a part could not be worked out."""
    parts = {
        "investment": ("no plan", bridge.plan),
        "fai_growth": ("no base of growth", bridge.growth),
        "projects_implemented": ("no projects", bridge.projects),
    }
    reasons = [
        _no_goal(metric, lang) if goal_for(scenario, metric) is None else say(lang, *ABSENT[reason])
        for metric, (reason, part) in parts.items()
        if part is None
    ]
    if bridge.plan and bridge.plan.last_years_completion is None:
        reasons.append(say(lang, *ABSENT["no last year"]))
    if bridge.plan and bridge.plan.odds is None:
        reasons.append(say(lang, *ABSENT["no prior"]))
    return reasons


def _no_goal(metric: str, lang: Language) -> str:
    name = label(f"metric.{metric}", lang)
    return say(lang, f"There is no goal for: {name}.", f"没有设定目标：{name}。")
