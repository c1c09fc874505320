"""`sim report`: a run as one HTML page."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.options import language_option
from sim.cli.spoken import spoken_command
from sim.cli.streams import answer
from sim.errors import Language

RUNS = Path("runs")


@spoken_command(
    short_help="A run as one HTML page, with pictures.",
    epilog="""\b
Examples:
  sim report hengyang-2022
  sim report runs/hengyang-2022-1a2b3c4d5e6f --lang zh --out forecast.html""",
)
@click.argument("run", required=False)
@click.option(
    "--out", type=click.Path(path_type=Path), help="File to write, which must not exist; by default report.<language>.html in the run."
)
@language_option
def command(run: str | None, out: Path | None, lang: Language) -> None:
    """Write one HTML file of a run that was kept: tables and pictures, nothing from outside. Prints where it is.

    RUN is the folder of a run, its name in runs/, or a scenario: its newest run. Without it, the newest run in runs/.
    Needs the package Jinja2.
    """
    from sim.page.html import page_html, require_jinja
    from sim.reports.kept import kept_forecast
    from sim.results.disk import write_file
    from sim.results.kept import find_run, read_run
    from sim.results.storage import refuse_existing

    require_jinja()
    if out is not None:
        refuse_existing(out)
    folder = find_run(run, RUNS)
    page = page_html(kept_forecast(read_run(folder)), lang)
    target = out or folder / f"report.{lang}.html"
    write_file(target, page.encode("utf-8", errors="replace"))
    answer(str(target))
