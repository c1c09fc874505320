"""`sim discover`: under which conditions is the goal missed?"""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.options import json_option, language_option
from sim.cli.picture import PictureFile, write_picture
from sim.cli.spoken import WrongCallError, spoken_command
from sim.cli.streams import answer_json, answer_page
from sim.errors import Language, SimError

RUNS = Path("runs")


class Amount(click.ParamType):  # type: ignore[type-arg]
    """A quantity with its unit, or a bare number in base units (yuan, mu, days, fractions)."""

    name = "X"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """In base units."""
        from sim.scenario.values.quantities import quantity_of
        from sim.scenario.values.reading import QuantityError

        try:
            return float(quantity_of(value).value)
        except QuantityError:
            option = param.opts[0] if param else ""
            raise WrongCallError(
                f"{option}: {value!r} is no amount, such as 110 bn yuan.", f"{option}：{value!r} 应为数量，如 1,100亿元。"
            ) from None


@spoken_command(
    short_help="Under which conditions is the goal missed?",
    epilog="""\b
Examples:
  sim discover smoke
  sim discover smoke --output goals.investment.outcome --below "110 bn yuan" --plot box.svg""",
)
@click.argument("study")
@click.option("--output", metavar="NAME", help="The output that is looked at; by default all goals together, or the first probability.")
@click.option("--below", type=Amount(), metavar="X", help="Look for points at which it is below X, such as 110 bn yuan, 320 or 50%.")
@click.option("--above", type=Amount(), metavar="X", help="Look for points at which it is above X.")
@click.option(
    "--density", type=click.FloatRange(0, 1, min_open=True), default=0.8, show_default=True, metavar="D",
    help="Share of the points in a box that must be such.",
)  # fmt: skip
@click.option("--plot", type=PictureFile(), metavar="FILE", help="Write the picture of the first box: a new file, in .png or .svg.")
@json_option
@language_option
def command(
    study: str,
    output: str | None,
    below: float | None,
    above: float | None,
    density: float,
    plot: Path | None,
    as_json: bool,
    lang: Language,
) -> None:
    """Under which conditions is the goal missed? Looks in the points of a sweep for boxes in which it mostly is, and says them in words.

    STUDY is the folder of a sweep, its name in runs/, or a study: its newest sweep. By default a goal counts as missed where its
    probability is below one half.
    """
    from sim.reports.sweep.boxes import asked_of, discovery_json, discovery_page
    from sim.reports.sweep.page import kept_study, shown_outputs
    from sim.studies.sweep.judging import find_boxes

    _, kept = kept_study(study, RUNS, [output] if output else [])
    chosen = output or shown_outputs(kept.plan)[0]
    try:
        asked = asked_of(chosen, below, above)
    except SimError as fault:
        raise WrongCallError(f"{fault.message('en')}.", f"{fault.message('zh')}。") from fault
    found = find_boxes(kept.plan, kept.table, chosen, asked.below, asked.above, density)
    if as_json:
        answer_json(discovery_json(kept, asked, found))
    else:
        answer_page(discovery_page(kept, asked, found, lang))
    if plot is not None:
        from sim.plots.accessors import boxes_picture

        write_picture(plot, lambda: boxes_picture(kept, asked, found, lang))
