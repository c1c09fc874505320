"""`sim sweep`: which assumptions matter? A study run at all its points, kept block by block."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.options import json_option, language_option
from sim.cli.picture import PictureFile, write_picture
from sim.cli.spoken import WrongCallError, spoken_command
from sim.cli.streams import answer_json, answer_page, notice
from sim.errors import Language

if TYPE_CHECKING:
    from sim.engine.run import Engine
    from sim.results.study_blocks import Shard


class ShardType(click.ParamType):  # type: ignore[type-arg]
    """`i/n`: the i-th of n, from 1."""

    name = "I/N"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Both numbers."""
        if isinstance(value, tuple):
            return value
        number, slash, of = str(value).partition("/")
        if slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of) <= MOST_SHARDS:
            return int(number), int(of)
        raise WrongCallError(
            f"{param.opts[0] if param else 'shard'}: {value!r} is not I/N, such as 1/3.", f"--shard：{value!r} 应写作 I/N，如 1/3。"
        )


MOST_SHARDS = 100_000


@spoken_command(
    short_help="Which assumptions matter? A study at all its points.",
    epilog="""\b
Examples:
  sim sweep smoke
  sim sweep smoke --estimate
  sim sweep smoke --out runs/here --resume
  sim sweep smoke --plot shares.png
  sim sweep smoke --out runs/shared --shard 1/3""",
)
@click.argument("study")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the study; by default runs/study-<study>-<hash>.")
@click.option("--resume", is_flag=True, help="Go on with a folder that is there; what is missing or damaged is computed anew.")
@click.option("--shard", type=ShardType(), metavar="I/N", help="Only the I-th of N parts; all parts write to one folder.")
@click.option("--dask", metavar="ADDRESS", help="Workers of a Dask scheduler, such as tcp://host:8786; local: processes of this machine.")
@click.option("--workers", type=click.IntRange(1, 1_024), metavar="N", help="How many work at once here; by default one a core.")
@click.option("--block", type=click.IntRange(1, 1_000_000), metavar="N", help="Points that are kept together in one file.")
@click.option("--estimate", "only_estimate", is_flag=True, help="Say how long it will take and how much disk, and run nothing.")
@click.option("--yes", is_flag=True, help="Run it however long it takes.")
@click.option("--output", "outputs", multiple=True, metavar="NAME", help="Show this output; may be repeated.")
@click.option(
    "--plot", type=PictureFile(), metavar="FILE", help="Write the picture of the first output shown: a new file, in .png or .svg."
)
@click.option(
    "--engine", type=click.Choice(["kernel", "reference"]), default="kernel", show_default=True,
    help="Which engine simulates: the compiled kernel, or the reference engine; the results are the same.",
)  # fmt: skip
@json_option
@language_option
def command(
    study: str,
    out: Path | None,
    resume: bool,
    shard: Shard | None,
    dask: str | None,
    workers: int | None,
    block: int | None,
    only_estimate: bool,
    yes: bool,
    outputs: tuple[str, ...],
    plot: Path | None,
    engine: Engine,
    as_json: bool,
    lang: Language,
) -> None:
    """Which assumptions matter? Runs a study at every point of its design; prints which factors its outputs rest on, and keeps the points.

    STUDY is a name in scenarios/studies, or the path of a YAML file. Needs the packages of the extra [sweep], for Dask those of [dask].
    What has finished is kept whatever happens; --resume goes on.
    """
    from sim.cli.sweeping import Sweep
    from sim.reports.sweep.page import estimate_page, state_page

    sweep = Sweep(study, out, resume, shard, dask, workers or os.cpu_count() or 1, block, engine, lang)
    sweep.refuse_unknown(outputs)
    if only_estimate:
        estimated = sweep.estimated()
        if as_json:
            answer_json(asdict(estimated))
        else:
            answer_page(estimate_page(estimated, lang))
        return
    complete = sweep.run(yes)
    notice(sweep.kept_words())
    if not complete:
        state = sweep.state()
        answer_json(asdict(state)) if as_json else answer_page(state_page(state, lang))
        return
    found = sweep.answer(outputs)
    if as_json:
        from sim.reports.sweep.as_json import study_json

        answer_json(study_json(found))
    else:
        from sim.reports.sweep.page import study_page

        answer_page(study_page(found, lang))
    if plot is not None:
        from sim.plots.accessors import SweepPlots

        write_picture(plot, lambda: SweepPlots(found).panels(found.judged[0].output, lang=lang))
