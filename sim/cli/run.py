"""`sim run`: will the goals be reached?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.attempt import begin, finished
from sim.cli.options import Request, json_option, takes_scenario
from sim.cli.spoken import WrongCallError, spoken_command
from sim.cli.streams import answer_json, answer_page, notice
from sim.errors import ReplicationError, SimError

if TYPE_CHECKING:
    from sim.engine.run import Engine
    from sim.reports.answer import Answer
    from sim.results.results import Results
    from sim.scenario.loading import Loaded


@spoken_command(
    short_help="Will the goals be reached? The forecast.",
    epilog="""\b
Examples:
  sim run hengyang-2022
  sim run hengyang-2022 --replications 100 --set "goals.investment.value=105 bn yuan"
  sim run hengyang-2022 --replication 37
  sim run hengyang-2022 --replications 50 --trace
  sim run hengyang-2022 foshan-2021 --replications 50""",
)
@takes_scenario
@click.argument("others", nargs=-1, metavar="[SCENARIO]...")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), metavar="N", help="Seed of all chance; by default the scenario's.")
@click.option("--replications", type=click.IntRange(1, 1_000_000), metavar="N", help="Run exactly so many, whatever the precision.")
@click.option(
    "--replication", type=click.IntRange(1, 2**32 - 1), metavar="K",
    help="Run only this one (numbered from 1), print it; a folder is written only with --trace.",
)  # fmt: skip
@click.option(
    "--trace", is_flag=True,
    help="Keep in the folder also what became of every project: entities.parquet and stages.parquet. Needs the package duckdb.",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(["kernel", "reference"]), default="kernel", show_default=True,
    help="Which engine simulates: the compiled kernel, or the reference engine; the results are the same.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write, which must not exist; by default runs/<scenario>-<hash>.")
@click.option("--no-save", is_flag=True, help="Write no folder.")
@json_option
def command(
    request: Request,
    others: tuple[str, ...],
    seed: int | None,
    replications: int | None,
    replication: int | None,
    trace: bool,
    engine: Engine,
    out: Path | None,
    no_save: bool,
    as_json: bool,
) -> None:
    """Will the goals be reached? Simulates the year many times; prints each goal's probability with its interval, and on what it rests.

    Runs until the probabilities are as precise as the scenario asks for, then writes a folder with the results. Of several scenarios
    it prints one table; what is changed is changed in all of them, and each has a folder of its own.
    """
    if others:
        _refuse_of_several({"--replication": replication, "--out": out, "--trace": trace or None})
    _refuse_together({"--replication": replication, "--replications": replications})
    if not trace:
        _refuse_together({"--replication": replication, "--out": out})
    _refuse_together({"--no-save": no_save or None, "--out": out})
    _refuse_together({"--no-save": no_save or None, "--trace": trace or None})
    if trace:
        from sim.results.parquet import require_duckdb

        require_duckdb()
    if others:
        from sim.cli.several import run_several

        run_several([request, *(replace(request, scenario=name) for name in others)], seed, replications, no_save, as_json, engine)
        return
    loaded = request.load()
    chosen = loaded.scenario.run.seed if seed is None else seed
    if replication is not None:
        _run_one(request, loaded, chosen, replication, out, trace, as_json, engine)
        return
    attempt = begin(request, loaded, chosen, replications, out, no_save, trace, engine)
    result = finished(attempt)
    _print_all(result, request, as_json)
    if attempt.folder is not None:
        from sim.cli.keeping import keep, kept_words

        notice(kept_words(keep(attempt.folder, result), request.lang))


def _refuse_together(options: dict[str, object]) -> None:
    """Raise a usage error if all of the options are given."""
    if None not in options.values():
        raise WrongCallError(f"{' and '.join(options)} do not go together.", f"{'与'.join(options)}不能同时使用。")


def _refuse_of_several(options: dict[str, object]) -> None:
    """Raise a usage error if one of the options is given: it is about one scenario."""
    given = [option for option, value in options.items() if value is not None]
    if given:
        raise WrongCallError(f"{' and '.join(given)} and several scenarios do not go together.", f"{'、'.join(given)}不能用于多个情景。")


def _print_all(result: Answer, request: Request, as_json: bool) -> None:
    """The forecast on standard output."""
    from sim.reports.forecast import forecast_page
    from sim.reports.summary_json import forecast_json

    if as_json:
        answer_json(forecast_json(result))
    else:
        answer_page(forecast_page(result, request.lang))


def _run_one(
    request: Request, loaded: Loaded, seed: int, replication: int, out: Path | None, trace: bool, as_json: bool, engine: Engine
) -> None:
    """One replication alone on standard output; it has a folder only for its trace."""
    import numpy as np

    from sim.cli.keeping import keep_one, kept_words, target_folder
    from sim.cli.progress import progress_bar
    from sim.studies.forecast import prepare

    folder = target_folder(out, loaded, seed, {"replication": replication}, trace) if trace else None
    try:
        with progress_bar(request.lang, engine) as tell:
            run = prepare(loaded, seed, tell, trace, engine)
            run.add(np.array([replication], dtype=np.int64), tell, "run", 1)
    except ReplicationError as fault:
        raise SimError(fault.message("en"), fault.message("zh")) from fault
    results = run.results()
    _print_one(results, loaded, request, as_json)
    if folder is not None:
        notice(kept_words(keep_one(folder, loaded, results), request.lang))


def _print_one(results: Results, loaded: Loaded, request: Request, as_json: bool) -> None:
    """What became of one replication."""
    from sim.reports.replication import replication_page
    from sim.reports.summary_json import replication_json

    if as_json:
        answer_json(replication_json(results))
    else:
        answer_page(replication_page(loaded.scenario, results, request.lang))
