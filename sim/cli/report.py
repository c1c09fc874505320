"""`sim report`: a run, or a study, as one HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from sim.cli.options import language_option
from sim.cli.spoken import WrongCallError, spoken_command
from sim.cli.streams import answer
from sim.errors import InputError, Language

RUNS = Path("runs")


@spoken_command(
    short_help="A run, or a sweep, as one HTML page, with pictures.",
    epilog="""\b
Examples:
  sim report hengyang-2022
  sim report runs/hengyang-2022-1a2b3c4d5e6f --lang zh --out forecast.html
  sim report smoke""",
)
@click.argument("run", required=False)
@click.option(
    "--out", type=click.Path(path_type=Path), help="File to write, which must not exist; by default report.<language>.html in the run."
)
@click.option("--output", "outputs", multiple=True, metavar="NAME", help="Of a sweep: tell this output; may be repeated.")
@language_option
def command(run: str | None, out: Path | None, outputs: tuple[str, ...], lang: Language) -> None:
    """Write one HTML file of a run or a sweep that was kept: tables and pictures, nothing from outside. Prints where it is.

    RUN is the folder of a run or a sweep, its name in runs/, or a scenario: its newest run; or a study: its newest sweep. Without it, the
    newest run in runs/. Needs the package Jinja2.
    """
    from sim.page.html import require_jinja
    from sim.results.disk import write_file
    from sim.results.storage import refuse_existing
    from sim.results.study_blocks import STUDY

    require_jinja()
    if out is not None:
        refuse_existing(out)
    folder = _folder(run)
    if (folder / STUDY).is_file():
        page = _study_page(folder, outputs, lang)
    elif outputs:
        raise WrongCallError(f"--output: {folder} is a run, not a sweep.", f"--output：{folder} 是一次运行，不是研究结果。")
    else:
        page = _run_page(folder, lang)
    target = out or folder / f"report.{lang}.html"
    write_file(target, page.encode("utf-8", errors="replace"))
    answer(str(target))


def _folder(asked: str | None) -> Path:
    """The folder asked for: of a study that is named so, of a run, or else of the newest sweep of a study. Raises InputError."""
    from sim.reports.sweep.page import find_study_folder, study_folder
    from sim.results.kept import find_run

    if asked is not None and (folder := study_folder(asked, RUNS)):
        return folder
    try:
        return find_run(asked, RUNS)
    except InputError as fault:
        try:
            return find_study_folder(asked or "", RUNS)
        except InputError:
            raise fault from None


def _run_page(folder: Path, lang: Language) -> str:
    from sim.page.html import page_html
    from sim.reports.kept import kept_forecast
    from sim.results.kept import read_run

    return page_html(kept_forecast(read_run(folder)), lang)


def _study_page(folder: Path, outputs: Sequence[str], lang: Language) -> str:
    from sim.page.html import study_html
    from sim.reports.sweep.page import read_study, study_answer
    from sim.results.study_blocks import read_plan

    kept = read_study(folder, outputs)
    return study_html(study_answer(kept.plan, kept.table, outputs), read_plan(folder).identity["versions"], lang)
