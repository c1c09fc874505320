"""Where a run is kept: `runs/<scenario>-<hash>` under the current folder, or the folder asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.errors import Language
from sim.reports.answer import Answer
from sim.reports.files import replication_files, run_files
from sim.reports.wording import say
from sim.results.results import Results
from sim.results.storage import folder_name, refuse_existing, refuse_unwritable, save, versions
from sim.scenario.loading import Loaded


def target_folder(out: Path | None, loaded: Loaded, seed: int, replications: Mapping[str, object], trace: bool) -> Path:
    """The folder to write; raises UnfinishedError if it must not or cannot be written.

    `replications` says which are to be run. A run with its trace has a folder of its own, so that the same run without it, later, does
    not take the trace away.
    """
    if out is not None:
        refuse_existing(out)
    inputs = {
        "versions": used_versions(trace),
        "tree": loaded.tree,
        "written": loaded.written_tree,
        "seed": seed,
        **replications,
    }
    folder = out or Path("runs") / folder_name(loaded.name, inputs)
    refuse_unwritable(folder)
    return folder


def keep(folder: Path, result: Answer) -> Path:
    """Write the run folder. Raises UnfinishedError, leaving nothing half-written."""
    results = result.results
    numbers = {"replications": results.replications, "engine": results.engine, "complete": result.complete}
    return save(folder, run_files(result), _identity(results, numbers))


def keep_one(folder: Path, loaded: Loaded, results: Results) -> Path:
    """Write the folder of one replication alone. Raises UnfinishedError, leaving nothing half-written."""
    numbers = {"replication": int(results.measures.replications[0]), "engine": results.engine, "complete": True}
    return save(folder, replication_files(loaded, results), _identity(results, numbers))


def used_versions(trace: bool) -> dict[str, str]:
    """Versions of all that the bytes of a run folder depend on."""
    return versions(*(("duckdb",) if trace else ()))


def _identity(results: Results, numbers: Mapping[str, object]) -> dict[str, object]:
    """What the manifest says of a run."""
    return {
        "scenario": results.scenario,
        "seed": results.seed,
        **numbers,
        "versions": used_versions(results.record is not None),
    }


def kept_words(folder: Path, lang: Language) -> str:
    """That the run is kept, and where."""
    return say(lang, f"kept in {folder}", f"结果保存在 {folder}")
