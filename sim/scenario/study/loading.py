"""From a name or a path to a study that can be run: its file, its scenario, and all that is wrong with either, at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import InputError, Problem, shown
from sim.scenario.faults import Fault, problems_of
from sim.scenario.files.document import BROKEN, Node, read_document
from sim.scenario.files.folders import (
    FileProblemError,
    Folders,
    find_scenario,
    is_name,
    packaged_folder,
    placed,
    read_bytes,
    root_of,
    shown_path,
)
from sim.scenario.files.kinds import STUDY_KEYS, is_no_study, is_study
from sim.scenario.files.setting import on_one_line
from sim.scenario.loading import Loaded, load
from sim.scenario.shape import shape_of_model
from sim.scenario.study.axes import Axis
from sim.scenario.study.reading import read_axes
from sim.scenario.study.schema import DESIGNS, MOST_POINTS, Study
from sim.scenario.study.table import Rows, read_points

STUDIES = "studies"
OutputsOf = Callable[[Loaded], Sequence[str]]
"""What a run of a scenario measures, by name."""
STAND_IN: dict[str, Any] = {"design": {"one_way": {}}}


@dataclass(frozen=True, eq=False)
class LoadedStudy:
    """A study whose file holds no error, with its scenario; its points are not yet judged."""

    name: str
    study: Study
    base: Loaded
    """The scenario as it is at every point but for the factors."""
    axes: tuple[Axis, ...]
    table: Rows = ()
    """Of the file of points, where the design is one."""
    root: Node | None = field(default=None, repr=False)
    """The file as read; None of a study made in Python."""

    @property
    def design(self) -> str:
        """Which design it is."""
        return next(name for name in DESIGNS if getattr(self.study.design, name) is not None)

    def problem_at(self, problem: Problem, axis: Axis | None, path: str) -> Problem:
        """A problem of a point, told at the factor's line, or at the design's where several factors make it."""
        keys = ("factors", axis.name) if axis else ("design",)
        node = self.root.within(keys) if self.root else None
        return replace(problem, place=node.start if node else None, path=path)

    def unknown_outputs(self, names: Sequence[str], known: Sequence[str]) -> list[Problem]:
        """The problem of each output that there is not, at its place."""
        problems = []
        for name in (name for name in names if name not in known):
            told = list(self.study.outputs or ())
            node = self.root.within(("outputs", told.index(name))) if self.root and name in told else None
            close = get_close_matches(name[:80], known, 3, 0.5)
            allowed = ", ".join(close or known[:12])
            problems.append(
                Problem("unknown-output", node.pointed if node else None, "outputs", shown(name), allowed, close[0] if close else "")
            )
        return problems


def load_study(name_or_path: str | Path, outputs_of: OutputsOf | None = None) -> LoadedStudy:
    """Read a study and its scenario; raises InputError with every problem of both, of outputs only where it is said which there are."""
    try:
        path, folders = find_study(name_or_path)
        content = read_bytes(path)
    except FileProblemError as fault:
        raise InputError([placed(fault, None)]) from None
    root, problems = read_document(content, shown_path(path))
    if root is None or root.value is BROKEN:
        raise InputError(problems)
    if root.mapping is None:
        raise InputError([*problems, Problem("type", root.place, found=shown(root.plain()), allowed="a mapping")])
    if is_no_study(root):
        raise InputError([*problems, Problem("is-no-study", root.place, found=shown(path.name), allowed=", ".join(STUDY_KEYS))])
    study, faults = _validated(root.plain(), root)
    problems += [fault.problem for fault in faults]
    sound = study or _without_faults(root, faults)
    try:
        if sound is None:
            raise InputError(problems)
        base = _base(sound, root, path, folders, problems)
        return _judged(path.stem, sound, base, root, path, problems, outputs_of)
    except InputError as fault:
        raise InputError(sorted(fault.problems, key=partial(_rank, root.place.file))) from None


def _rank(file: str, problem: Problem) -> tuple[bool, int, int]:
    """Problems of the study stand first, by line and column; those of its scenario stay in their order."""
    place = problem.place
    return (False, place.line, place.column) if place is not None and place.file == file else (True, 0, 0)


def study_of(base: Loaded, study: Study, name: str) -> LoadedStudy:
    """A study made in Python, of a scenario that is loaded; raises InputError with every problem of it."""
    return _judged(name, study, base, None, Path(), [])


def _judged(
    name: str, study: Study, base: Loaded, root: Node | None, path: Path, problems: list[Problem], outputs_of: OutputsOf | None = None
) -> LoadedStudy:
    """The study with its axes; raises InputError where something is wrong with it."""
    axes, faults = read_axes(study, base, root)
    problems = [*problems, *faults, *_of_design(study, root, len(axes))]
    table: Rows = ()
    if study.design.table is not None and len(axes) == len(study.factors):
        table, found = read_points(study.design.table.file, path, axes, root)
        problems += found
    loaded = LoadedStudy(name, study, base, axes, table, root)
    if outputs_of is not None and study.outputs is not None:
        problems += loaded.unknown_outputs(study.outputs, outputs_of(base))
    if problems:
        raise InputError(problems)
    return loaded


def _validated(plain: Any, root: Node) -> tuple[Study | None, list[Fault]]:
    """The study of a tree, or its faults."""
    try:
        return Study.model_validate(plain, strict=True), []
    except ValidationError as error:
        return None, problems_of(error.errors(include_url=False, include_input=False), root, shape_of_model(Study))


def _without_faults(root: Node, faults: Sequence[Fault]) -> Study | None:
    """The study without the factors and blocks that are at fault, so that all else is judged in the same pass; None where little is left.

    In place of a faulty design stands one of which nothing can be wrong.
    """
    left = {name: value for name, value in root.plain().items() if name not in {fault.path[0] for fault in faults} - {"factors"}}
    left = STAND_IN | left
    if isinstance(left.get("factors"), dict):
        faulty = {fault.path[1] for fault in faults if fault.path[0] == "factors" and len(fault.path) > 1}
        left["factors"] = {name: factor for name, factor in left["factors"].items() if name not in faulty}
    return _validated(left, root)[0]


def _base(study: Study, root: Node, path: Path, folders: Folders, problems: Sequence[Problem]) -> Loaded:
    """The scenario of a study; raises InputError with its problems and those found before."""
    try:
        file = folders.scenario(study.scenario) if is_name(study.scenario) else folders.beside(study.scenario, path)
        return load_chosen(file, study)
    except FileProblemError as fault:
        node = root.within(("scenario",)) or root
        raise InputError([*problems, placed(fault, node.pointed, "scenario")]) from None
    except InputError as fault:
        raise InputError([*problems, *fault.problems]) from None


def load_chosen(file: str | Path, study: Study) -> Loaded:
    """A scenario with what the study changes in it everywhere; raises InputError."""
    changed = study.with_
    sets = [f"{name}={on_one_line(value)}" for name, value in changed.set.items()]
    return load(file, overrides=changed.overrides, sets=sets, reading=changed.readings, levers=changed.levers, without=changed.without)


def _of_design(study: Study, root: Node | None, factors: int) -> list[Problem]:
    """What is wrong with the design by itself."""
    node = (root.within(("design",)) or root) if root else None
    chosen = [name for name in DESIGNS if getattr(study.design, name) is not None]
    place = node.start if node else None
    if len(chosen) != 1:
        return [Problem("one-of", place, "design", ", ".join(chosen), ", ".join(DESIGNS))]
    design = study.design
    problems = []
    if design.saltelli is not None and design.saltelli.base.bit_count() != 1:
        base, near = design.saltelli.base, 1 << (design.saltelli.base.bit_length() - 1)
        at = _at(root, ("design", "saltelli", "base"))
        problems.append(Problem("power-of-two", at, "design.saltelli.base", str(base), suggestion=f"{near}, {2 * near}"))
    if design.grid is not None and factors:
        points = 1
        for factor in study.factors.values():
            points *= len(factor.values) if factor.values else design.grid.levels if factor.path or factor.lever else 2
        if points > MOST_POINTS:
            problems.append(Problem("too-many-points", place, "design.grid", f"{points:,}", f"≤ {MOST_POINTS:,}"))
    return problems


def _at(root: Node | None, path: tuple[str, ...]) -> Any:
    """The place of a value, None of a study made in Python."""
    node = root.within(path) if root else None
    return node.pointed if node else None


# --- Where studies are


def find_study(name_or_path: str | Path) -> tuple[Path, Folders]:
    """The file of a study and the folders that it may read from; raises FileProblemError."""
    text = str(name_or_path)
    if isinstance(name_or_path, str) and is_name(text):
        folders = study_folders()
        for folder in folders:
            path = folder / "scenarios" / STUDIES / f"{text}.yaml"
            if path.is_file() and folders.allows(path):
                return path, folders
        names = study_names(folders)
        raise FileProblemError("unknown-study", text, ", ".join(names), next(iter(get_close_matches(text[:80], names, 1, 0.5)), ""))
    path = Path(name_or_path)
    root_folder = root_of(path.absolute().parent)
    return path, Folders(root_folder or path.absolute().parent, packaged_folder(), has_root=root_folder is not None)


def names_study(name_or_path: str) -> bool:
    """Whether a name is a study's and no scenario's, or a path leads to what is meant as a study."""
    try:
        root, _ = read_document(read_bytes(find_scenario(name_or_path)[0]), name_or_path)
    except FileProblemError:
        return is_name(name_or_path) and name_or_path in study_names(study_folders())
    return root is not None and is_study(root)


def study_folders() -> Folders:
    """The folders in which a study's name is looked for."""
    packaged = packaged_folder()
    return Folders(root_of(Path.cwd()) or packaged, packaged)


def study_names(folders: Iterable[Path]) -> list[str]:
    """Names of all studies that can be named."""
    return sorted({path.stem for folder in folders for path in (folder / "scenarios" / STUDIES).glob("*.yaml")})
