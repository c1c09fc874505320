"""A run on its way: begun, brought to its end, or stopped with what has finished kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.options import Request
from sim.errors import ReplicationError, SimError

if TYPE_CHECKING:
    from sim.engine.run import Engine
    from sim.reports.answer import Answer
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
    engine: Engine = "kernel"
    run: Run | None = None
    told: dict[str, int] = field(default_factory=dict)
    """What is being done -> replications finished of it."""


def begin(
    request: Request,
    loaded: Loaded,
    seed: int,
    replications: int | None,
    out: Path | None,
    no_save: bool,
    trace: bool,
    engine: Engine = "kernel",
) -> Attempt:
    """Decide how many replications and where to write; raises UnfinishedError at once if it could not be written."""
    from sim.cli.keeping import target_folder
    from sim.studies.forecast import Precision

    settings = loaded.scenario.run
    precision = Precision(settings.precision, settings.cap, replications or settings.replications)
    wanted = {"precision": [precision.half_width, precision.cap, precision.replications]}
    folder = None if no_save else target_folder(out, loaded, seed, wanted, trace)
    return Attempt(request, loaded, seed, precision, folder, trace, engine)


def finished(attempt: Attempt) -> Answer:
    """Run it to the end; if it is stopped, keep what has finished and say so."""
    from sim.cli.progress import progress_bar
    from sim.reports.answer import answer_of
    from sim.studies.forecast import forecast, prepare

    try:
        with progress_bar(attempt.request.lang, attempt.engine) as show:

            def tell(what: str, done: int, of: int) -> None:
                attempt.told[what] = done
                show(what, done, of)

            attempt.run = prepare(attempt.loaded, attempt.seed, tell, attempt.trace, attempt.engine)
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
    engine = () if attempt.engine == "kernel" else ("--engine", attempt.engine)
    replay = request.command_line("run", "--seed", str(fault.seed), "--replication", str(fault.replication), *engine)
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
