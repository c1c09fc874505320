"""Arithmetic of the portfolio: what `rest` comes to, whether lists add up, whether each cohort can exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from sim.errors import InputError, Problem
from sim.scenario.schema import Cohort, PlannedList, Portfolio, Project
from sim.scenario.values.masses import support
from sim.scenario.values.quantities import Quantity

Figure = Literal["count", "total", "plan"]
FIGURES: tuple[Figure, ...] = ("count", "total", "plan")

LEAST_PLAN_SHARE = Fraction(1, 20)
"""The annual plan of a cohort's member is at least this part of what it has left to invest."""


@dataclass(frozen=True)
class Totals:
    """A cohort's figures with `rest` worked out: projects, yuan, and yuan of the annual plan (None: a share of the total, or none)."""

    count: int
    total: int
    plan: int | None


def cohort_totals(portfolio: Portfolio) -> dict[str, Totals]:
    """Each cohort's figures; raises InputError where `rest` cannot be worked out or a list does not add up."""
    totals, problems = reckon(portfolio)
    if any(problem.severity == "error" for problem in problems):
        raise InputError(problems)
    return totals


def reckon(portfolio: Portfolio) -> tuple[dict[str, Totals], list[Problem]]:
    """The figures of each cohort that has them, and what does not add up."""
    problems = [*_stray_rests(portfolio)]
    rests: dict[tuple[str, Figure], int] = {}
    for name, planned in portfolio.lists.items():
        for figure in FIGURES:
            left, found = _rest_of(portfolio, name, planned, figure)
            problems += found
            if left is not None:
                rests[name, figure] = left
    totals = {name: figures for name, cohort in portfolio.cohorts.items() if (figures := _totals(cohort, rests))}
    problems += [problem for name, figures in totals.items() for problem in impossible(name, portfolio.cohorts[name], figures)]
    return totals, problems


def figure_text(figure: Figure, value: int) -> str:
    """A figure as a message shows it."""
    if figure == "count":
        return f"{value} projects"
    return yuan_text(value)


def yuan_text(yuan: int) -> str:
    """Yuan as a scenario would write them."""
    if yuan and abs(yuan) < 10**6:
        return f"{yuan:,} yuan"
    return f"{Quantity(Fraction(yuan, 10**9), 'number')} bn yuan"


# --- Lists


def _stray_rests(portfolio: Portfolio) -> Iterator[Problem]:
    """Cohorts with a `rest` that belong to no list."""
    for name, cohort in portfolio.cohorts.items():
        for figure in FIGURES:
            if _figures(cohort)[figure] == "rest" and cohort.list is None:
                allowed = f"portfolio.cohorts.{name}.list: {', '.join(portfolio.lists)}"
                yield Problem("rest", path=f"portfolio.cohorts.{name}.{figure}", found="rest", allowed=allowed)


def _rest_of(portfolio: Portfolio, name: str, planned: PlannedList, figure: Figure) -> tuple[int | None, list[Problem]]:
    """What a list's stated figure leaves for its one `rest`, or None; and what is wrong with it."""
    members = _members(portfolio, name)
    resting = [path for path, member in members.items() if _figures(member)[figure] == "rest"]
    stated: int | None = getattr(planned, figure)
    problems = [_at(path, figure, "rest", f"portfolio.lists.{name}.{figure}") for path in resting if stated is None]
    problems += [_at(path, figure, f"rest, rest: {resting[0]}, {path}", "rest × 1") for path in resting[1:]]
    if figure == "plan" and resting:
        shared = (path for path, member in members.items() if isinstance(member, Cohort) and member.plan_share is not None)
        problems += [_at(path, figure, f"{path}.plan_share", f"{path}.plan") for path in shared]
    if problems or stated is None:
        return None, problems
    return _left_over(name, figure, stated, members, resting)


def _left_over(
    name: str, figure: Figure, stated: int, members: Mapping[str, Project | Cohort], resting: list[str]
) -> tuple[int | None, list[Problem]]:
    """The stated figure less all that is known, and a list that does not add up."""
    if figure == "plan" and any(isinstance(member, Cohort) and member.plan_share is not None for member in members.values()):
        return None, []
    known = sum(_known(member, figure) for member in members.values())
    path = f"portfolio.lists.{name}.{figure}"
    if resting:
        if known > stated:
            return None, [
                Problem("sum", path=path, found=f"{figure_text(figure, known)} + rest", allowed=f"≤ {figure_text(figure, stated)}")
            ]
        return stated - known, []
    if not members:
        return None, [Problem("empty-list", path=path, found=figure_text(figure, stated), severity="warning")]
    if known == stated:
        return None, []
    found = f"{figure_text(figure, known)} ({_terms(figure, members)})"
    return None, [Problem("sum", path=path, found=found, allowed=figure_text(figure, stated), suggestion=_rest_suggestion(figure, members))]


def _members(portfolio: Portfolio, name: str) -> dict[str, Project | Cohort]:
    """Members of a list by their dotted paths."""
    projects: dict[str, Project | Cohort] = {
        f"portfolio.projects.{key}": project for key, project in portfolio.projects.items() if project.list == name
    }
    return projects | {f"portfolio.cohorts.{key}": cohort for key, cohort in portfolio.cohorts.items() if cohort.list == name}


def _figures(member: Project | Cohort) -> dict[Figure, int | str | None]:
    """A member's figures as written; a listed project counts as one."""
    return {"count": 1 if isinstance(member, Project) else member.count, "total": member.total, "plan": member.plan}


def _known(member: Project | Cohort, figure: Figure) -> int:
    """A member's part of a figure; nothing for a `rest`, and for no plan."""
    value = _figures(member)[figure]
    return value if isinstance(value, int) else 0


def _terms(figure: Figure, members: Mapping[str, Project | Cohort]) -> str:
    """The terms of a sum, the first few by name."""
    names = [f"{path.rpartition('.')[2]} {figure_text(figure, _known(member, figure))}" for path, member in members.items()]
    return " + ".join(names[:4]) + (" + …" if len(names) > 4 else "")


def _rest_suggestion(figure: Figure, members: Mapping[str, Project | Cohort]) -> str:
    cohort = next((path for path, member in members.items() if isinstance(member, Cohort)), None)
    return f"{cohort}.{figure}: rest" if cohort else ""


def _at(path: str, figure: Figure, found: str, allowed: str) -> Problem:
    return Problem("rest", path=f"{path}.{figure}", found=found, allowed=allowed)


def _totals(cohort: Cohort, rests: Mapping[tuple[str, Figure], int]) -> Totals | None:
    """A cohort's figures, or None where one of them cannot be worked out."""
    count, total, plan = (
        rests.get((cohort.list or "", figure), value) if value == "rest" else value for figure, value in _figures(cohort).items()
    )
    if not isinstance(count, int) or not isinstance(total, int) or isinstance(plan, str):
        return None
    return Totals(count, total, plan)


# --- Cohorts


def impossible(name: str, cohort: Cohort, figures: Totals) -> Iterator[Problem]:
    """Why no projects can have a cohort's figures: sizes, sectors, or the annual plan do not fit its count and total."""
    path = f"portfolio.cohorts.{name}"
    if figures.count < 1:
        yield Problem("impossible-cohort", path=f"{path}.count", found=figure_text("count", figures.count), allowed="≥ 1")
        return
    yield from _impossible_sizes(path, cohort, figures)
    yield from _impossible_plan(path, cohort, figures)


def _impossible_sizes(path: str, cohort: Cohort, figures: Totals) -> Iterator[Problem]:
    if figures.total == 0 and cohort.size is None:
        return
    low, high = (max(cohort.size.low, 0.0), cohort.size.high) if cohort.size else (0.0, float("inf"))
    for sector, count, total in segments(cohort, figures):
        where = f"{path}.sectors.{sector}" if sector else f"{path}.size"
        least = max(Fraction(low), Fraction(1)) * count
        if total < least:
            found = f"{count} × {yuan_text(round(max(low, 1)))} > {yuan_text(round(total))}"
            yield Problem("impossible-cohort", path=where, found=found, allowed=f"{count} × min ≤ {yuan_text(round(total))}")
        elif count * high < total:
            found = f"{count} × {yuan_text(round(high))} < {yuan_text(round(total))}"
            yield Problem("impossible-cohort", path=where, found=found, allowed=f"{count} × max ≥ {yuan_text(round(total))}")


def segments(cohort: Cohort, figures: Totals) -> list[tuple[str, int, Fraction]]:
    """(sector, projects, yuan) of each sector that has a project; counts by largest remainder, the money of the others shared out."""
    if not cohort.sectors:
        return [("", figures.count, Fraction(figures.total))]
    counts = _whole_counts([Fraction(share.count) for share in cohort.sectors.values()], figures.count)
    taken = [(name, count, Fraction(share.total)) for (name, share), count in zip(cohort.sectors.items(), counts, strict=True) if count]
    whole = sum((share for _, _, share in taken), Fraction(0)) or Fraction(1)
    return [(name, count, share / whole * figures.total) for name, count, share in taken]


def _whole_counts(shares: Iterable[Fraction], count: int) -> list[int]:
    """Whole counts nearest to `shares` of `count` which they add up to: what is left over goes to the largest remainders, ties by index."""
    parts = list(shares)
    whole = sum(parts) or Fraction(1)
    exact = [share / whole * count for share in parts]
    counts = [int(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda index: counts[index] - exact[index])
    for index in order[: count - sum(counts)]:
        counts[index] += 1
    return counts


def _impossible_plan(path: str, cohort: Cohort, figures: Totals) -> Iterator[Problem]:
    if cohort.plan is not None and cohort.plan_share is not None:
        yield Problem("plan", path=f"{path}.plan_share", found="plan, plan_share", allowed="plan | plan_share")
    if figures.plan is None:
        return
    if figures.plan > figures.total:
        yield Problem("plan", path=f"{path}.plan", found=yuan_text(figures.plan), allowed=f"≤ {yuan_text(figures.total)}")
    left = figures.total * (1 - _least_invested(cohort))
    least = LEAST_PLAN_SHARE * left
    if figures.plan < least:
        allowed = f"≥ 5% × {yuan_text(round(left))} = {yuan_text(-(-least.numerator // least.denominator))}"
        yield Problem("impossible-cohort", path=f"{path}.plan", found=yuan_text(figures.plan), allowed=allowed)


def _least_invested(cohort: Cohort) -> Fraction:
    """The least share that a member may have invested before the start."""
    if cohort.invested_share is None:
        return Fraction(0)
    least, _ = support(cohort.invested_share.family, cohort.invested_share.parameters)
    return min(max(Fraction(max(least, cohort.invested_share.low, 0.0)), Fraction(0)), Fraction(1))
