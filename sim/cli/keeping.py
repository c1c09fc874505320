"""Where a run is kept: `runs/<scenario>-<hash>` under the current folder, or the folder asked for."""

from __future__ import annotations

from pathlib import Path

from sim import __version__
from sim.errors import Language
from sim.reports.answer import Answer
from sim.reports.files import run_files
from sim.reports.wording import say
from sim.results.storage import folder_name, refuse_existing, refuse_unwritable, save, versions
from sim.scenario.loading import Loaded
from sim.studies.forecast import Precision


def target_folder(out: Path | None, loaded: Loaded, seed: int, precision: Precision) -> Path:
    """The folder to write; raises UnfinishedError if it must not or cannot be written."""
    if out is not None:
        refuse_existing(out)
    inputs = {
        "versions": versions(__version__),
        "tree": loaded.tree,
        "written": loaded.written_tree,
        "seed": seed,
        "precision": [precision.half_width, precision.cap, precision.replications],
    }
    folder = out or Path("runs") / folder_name(loaded.name, inputs)
    refuse_unwritable(folder)
    return folder


def keep(folder: Path, result: Answer) -> Path:
    """Write the run folder. Raises UnfinishedError, leaving nothing half-written."""
    results = result.results
    identity = {
        "scenario": results.scenario,
        "seed": results.seed,
        "replications": results.replications,
        "engine": results.engine,
        "complete": result.complete,
        "versions": versions(__version__),
    }
    return save(folder, run_files(result), identity)


def kept_words(folder: Path, lang: Language) -> str:
    """That the run is kept, and where."""
    return say(lang, f"kept in {folder}", f"结果保存在 {folder}")
