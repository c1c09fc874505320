"""From plan to goal as a waterfall: the listed plan, what last year's completion makes of it, what is still missing, the goal."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from sim.analysis.bridge import PlanBridge
from sim.errors import Language
from sim.plots import style
from sim.reports.wording import Scale, money_scale, percent, say
from sim.terms import label

NAME_COLUMNS = 13


@dataclass(frozen=True)
class _Bar:
    name: str
    start: float
    end: float
    colour: str
    words: str


def bridge(plan: PlanBridge, lang: Language, ax: Axes | None = None) -> Axes:
    """Draw the arithmetic in yuan on `ax`, or on a figure of its own. Returns the Axes."""
    ax = style.axes_or_new(ax)
    scale = money_scale(float(plan.goal), lang)
    bars = _bars(plan, scale, lang)
    for place, bar in enumerate(bars):
        low, high = sorted((bar.start, bar.end))
        ax.bar(place, high - low, bottom=low, width=0.62, color=bar.colour, edgecolor=style.BLACK, linewidth=0.6)
        style.written(ax, place, high, bar.words, points_above=2, ha="center", va="bottom")
        if place:
            level = bars[place - 1].end
            ax.plot([place - 1 + 0.31, place - 0.31], [level, level], color=style.GREY, linewidth=0.8)
    top = max(max(bar.start, bar.end) for bar in bars)
    style.amounts_along_y(ax, 0.0, top * 1.2, scale)
    style.words_along_x(ax, range(len(bars)), [style.fitted(bar.name, NAME_COLUMNS, 3) for bar in bars])
    ax.grid(visible=False)
    ax.set_xlim(-0.6, len(bars) - 0.4)
    title = say(lang, "Bridge from plan to goal", label("bridge", "zh"))
    style.titled(ax, f"{title}{say(lang, ', ', '，')}{scale.suffix.strip()}")
    return ax


def _bars(plan: PlanBridge, scale: Scale, lang: Language) -> list[_Bar]:
    """Each from where it starts to where it ends, in yuan."""
    listed, goal = float(plan.plan), float(plan.goal)
    first = _Bar(label("listed_plan", lang), 0.0, listed, style.BLUE, scale.number(listed))
    last = _Bar(label("goal_value", lang), 0.0, goal, style.GREY, scale.number(goal))
    if plan.at_last_years_rate is None or plan.last_years_completion is None or plan.missing is None:
        needed = f"× {percent(float(plan.completion_needed))}"
        return [first, _Bar(label("completion_needed", lang), listed, goal, style.ORANGE, needed), last]
    reached, missing = float(plan.at_last_years_rate), float(plan.missing)
    rate = f"× {percent(float(plan.last_years_completion))}\n= {scale.number(reached)}"
    name = label("missing", lang) if missing > 0 else say(lang, "above the goal", "超出目标")
    gap = _Bar(name, reached, goal, style.ORANGE if missing > 0 else style.GREEN, scale.number(abs(missing)))
    return [first, _Bar(label("at_last_years_completion", lang), listed, reached, style.SKY, rate), gap, last]
