"""What can go wrong, and the exit code that each fault ends in.

    SimError                    1   a bug of the program, or the root of the others
    ├── InputError              2   the input is wrong: every problem of it, each with its place
    ├── MissingPackageError     2   an optional part of the program is not installed
    ├── UnfinishedError         3   the run could not finish: disk full, no permission, `--out` exists
    ├── BusyError               4   not reproduced, or another process holds what is needed
    └── ReplicationError        1   a replication failed: a bug, with all that replays it

What is told in words is told in English and Chinese. The words of each kind of problem are a table, `wording`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.errors.problem import Language, Place, Problem, Severity, shown

__all__ = [
    "BusyError",
    "InputError",
    "Language",
    "MissingPackageError",
    "Place",
    "Problem",
    "ReplicationError",
    "Severity",
    "SimError",
    "UnfinishedError",
    "shown",
]


class SimError(Exception):
    """A fault told in one sentence, in English and in Chinese (English where there is none)."""

    exit_code = 1

    def __init__(self, english: str, chinese: str = "") -> None:
        super().__init__(english, chinese)
        self.english = english
        self.chinese = chinese or english

    def message(self, language: Language) -> str:
        """The fault in words."""
        return self.chinese if language == "zh" else self.english

    def __str__(self) -> str:
        return self.message("en")


class InputError(SimError):
    """The input is wrong: all its problems, errors and warnings alike, in the order of the file."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        Exception.__init__(self, tuple(problems))
        self.problems = tuple(problems)

    def message(self, language: Language) -> str:
        """Every problem with its line, separated by blank lines."""
        return "\n\n".join(problem.render(language) for problem in self.problems)


class MissingPackageError(SimError):
    """An optional part of the program is wanted, and the package that it needs is not installed."""

    exit_code = 2


class UnfinishedError(SimError):
    """The run could not finish, through no fault of scenario or program; what finished is kept."""

    exit_code = 3


class BusyError(SimError):
    """A result was not reproduced, or another process holds what is needed."""

    exit_code = 4


class ReplicationError(SimError):
    """A replication failed: a bug of the program, never of the scenario."""

    def __init__(self, seed: int, replication: int, cause: BaseException) -> None:
        Exception.__init__(self, seed, replication, cause)
        self.seed = seed
        self.replication = replication
        self.cause = cause

    def replay(self, scenario: str) -> str:
        """The command that runs this replication alone."""
        return f"sim run {scenario} --seed {self.seed} --replication {self.replication}"

    def message(self, language: Language) -> str:
        """Seed, replication and cause, in one line."""
        cause = f"{type(self.cause).__name__}: {shown(str(self.cause))}"
        if language == "zh":
            return f"第 {self.replication} 次重复运行出错（种子 {self.seed}）：{cause}"
        return f"replication {self.replication} of seed {self.seed} failed: {cause}"
