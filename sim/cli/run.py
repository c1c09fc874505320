"""`sim run`: will the goals be reached?"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.options import Request, json_option, takes_scenario
from sim.cli.streams import answer_json, answer_page, notice
from sim.errors import ReplicationError, SimError

if TYPE_CHECKING:
    from sim.reports.answer import Answer
    from sim.results.results import Results
    from sim.scenario.loading import Loaded
    from sim.studies.forecast import Precision, Run


class InterruptedRunError(SimError):
    """The user stopped the run; what had finished is kept."""

    exit_code = 130


@dataclass
class Attempt:
    """A run on its way: where it is to be written, and how far it has come."""

    request: Request
    loaded: Loaded
    seed: int
    precision: Precision
    folder: Path | None
    trace: bool
    run: Run | None = None
    told: dict[str, int] = field(default_factory=dict)
    """What is being done -> replications finished of it."""


@click.command(
    short_help="Will the goals be reached? The forecast.",
    epilog="""\b
Examples:
  sim run hengyang-2022
  sim run hengyang-2022 --replications 100 --set "goals.investment.value=105 bn yuan"
  sim run hengyang-2022 --replication 37
  sim run hengyang-2022 --replications 50 --trace""",
)
@takes_scenario
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
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write, which must not exist; by default runs/<scenario>-<hash>.")
@click.option("--no-save", is_flag=True, help="Write no folder.")
@json_option
def command(
    request: Request,
    seed: int | None,
    replications: int | None,
    replication: int | None,
    trace: bool,
    out: Path | None,
    no_save: bool,
    as_json: bool,
) -> None:
    """Will the goals be reached? Simulates the year many times; prints each goal's probability with its interval, and on what it rests.

    Runs until the probabilities are as precise as the scenario asks for, then writes a folder with the results.
    """
    _refuse_together({"--replication": replication, "--replications": replications})
    if not trace:
        _refuse_together({"--replication": replication, "--out": out})
    _refuse_together({"--no-save": no_save or None, "--out": out})
    _refuse_together({"--no-save": no_save or None, "--trace": trace or None})
    if trace:
        from sim.results.parquet import require_duckdb

        require_duckdb()
    loaded = request.load()
    chosen = loaded.scenario.run.seed if seed is None else seed
    if replication is not None:
        _run_one(request, loaded, chosen, replication, out, trace, as_json)
        return
    attempt = _attempt(request, loaded, chosen, replications, out, no_save, trace)
    result = _finished(attempt)
    _print_all(result, request, as_json)
    if attempt.folder is not None:
        from sim.cli.keeping import keep, kept_words

        notice(kept_words(keep(attempt.folder, result), request.lang))


def _refuse_together(options: dict[str, object]) -> None:
    """Raise a usage error if all of the options are given."""
    if None not in options.values():
        raise click.UsageError(f"{' and '.join(options)} do not go together.")


def _attempt(
    request: Request, loaded: Loaded, seed: int, replications: int | None, out: Path | None, no_save: bool, trace: bool
) -> Attempt:
    """Decide how many replications and where to write; raises UnfinishedError at once if it could not be written."""
    from sim.cli.keeping import target_folder
    from sim.studies.forecast import Precision

    settings = loaded.scenario.run
    precision = Precision(settings.precision, settings.cap, replications or settings.replications)
    wanted = {"precision": [precision.half_width, precision.cap, precision.replications]}
    folder = None if no_save else target_folder(out, loaded, seed, wanted, trace)
    return Attempt(request, loaded, seed, precision, folder, trace)


def _finished(attempt: Attempt) -> Answer:
    """Run it to the end; if it is stopped, keep what has finished and say so."""
    from sim.cli.progress import progress_bar
    from sim.reports.answer import answer_of
    from sim.studies.forecast import forecast, prepare

    try:
        with progress_bar(attempt.request.lang) as show:

            def tell(what: str, done: int, of: int) -> None:
                attempt.told[what] = done
                show(what, done, of)

            attempt.run = prepare(attempt.loaded, attempt.seed, tell, record=attempt.trace)
            return answer_of(forecast(attempt.run, attempt.precision, tell), attempt.precision)
    except ReplicationError as fault:
        raise _failed(attempt, fault) from fault
    except KeyboardInterrupt:
        english, chinese = _keep_unfinished(attempt)
        raise InterruptedRunError(f"interrupted; {english}", f"已中断；{chinese}") from None


def _failed(attempt: Attempt, fault: ReplicationError) -> SimError:
    """The failed replication, the command that runs it alone, and what is kept: one line."""
    english, chinese = _keep_unfinished(attempt)
    request = _failed_request(attempt, fault)
    replay = request.command_line("run", "--seed", str(fault.seed), "--replication", str(fault.replication))
    return SimError(
        f"{fault.message('en')}; run it alone with: {replay} ; {english}",
        f"{fault.message('zh')}；单独重现：{replay} ；{chinese}",
    )


def _failed_request(attempt: Attempt, fault: ReplicationError) -> Request:
    """What was run when a replication failed: another reading than that asked for, if that one had got past it."""
    run = attempt.run
    if run is None or fault.replication > run.done:
        return attempt.request
    others = (name for name in run.loaded.reading_names() if name not in run.loaded.chosen_readings())
    failed = next((name for name in others if attempt.told.get(name, 0) < run.done), None)
    return attempt.request if failed is None else attempt.request.with_reading(failed)


def _keep_unfinished(attempt: Attempt) -> tuple[str, str]:
    """Write the blocks that have finished, and say in English and Chinese what is kept."""
    from sim.cli.keeping import keep
    from sim.errors import UnfinishedError
    from sim.reports.answer import unfinished_answer
    from sim.results.storage import is_complete

    run, folder = attempt.run, attempt.folder
    if run is None or not run.done or folder is None:
        return "nothing was written", "未写入文件"
    if is_complete(folder):
        return f"{folder} still holds an earlier, complete run", f"{folder} 仍为此前完整运行的结果"
    try:
        keep(folder, unfinished_answer(run, attempt.precision))
    except UnfinishedError as fault:
        return fault.message("en"), fault.message("zh")
    return f"{run.done} finished replications are kept in {folder} (incomplete)", f"已完成的{run.done}次模拟保存在 {folder}（不完整）"


def _print_all(result: Answer, request: Request, as_json: bool) -> None:
    """The forecast on standard output."""
    from sim.reports.forecast import forecast_page
    from sim.reports.summary_json import forecast_json

    if as_json:
        answer_json(forecast_json(result))
    else:
        answer_page(forecast_page(result, request.lang))


def _run_one(request: Request, loaded: Loaded, seed: int, replication: int, out: Path | None, trace: bool, as_json: bool) -> None:
    """One replication alone on standard output; it has a folder only for its trace."""
    import numpy as np

    from sim.cli.keeping import keep_one, kept_words, target_folder
    from sim.cli.progress import progress_bar
    from sim.studies.forecast import prepare

    folder = target_folder(out, loaded, seed, {"replication": replication}, trace) if trace else None
    try:
        with progress_bar(request.lang) as tell:
            run = prepare(loaded, seed, tell, record=trace)
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
