"""`sim new`: a scenario of one's own city, from the ten figures that a bureau has at hand."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.options import language_option
from sim.cli.spoken import WrongCallError, spoken_command
from sim.cli.streams import answer
from sim.errors import InputError, Language, Problem, SimError, UnfinishedError

if TYPE_CHECKING:
    from sim.scenario.starting.answers import Answers
    from sim.scenario.starting.fitting import Misfit


class NoTerminalError(SimError):
    """Nobody can be asked."""

    exit_code = 2


@spoken_command(
    short_help="A scenario of your own city, from ten figures.",
    epilog="""\b
Examples:
  sim new --answers > answers.yaml
  sim new my-city --from answers.yaml""",
)
@click.argument("name", required=False)
@click.option("--from", "source", type=click.Path(path_type=Path), help="Take the answers from this file in place of asking.")
@click.option("--answers", "is_empty", is_flag=True, help="Print a file of answers to be filled in, and nothing else.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write, which must not exist; by default NAME.yaml.")
@language_option
def command(name: str | None, source: Path | None, is_empty: bool, out: Path | None, lang: Language) -> None:
    """A scenario of your own city. Asks for the ten figures that a bureau has at hand (goal, list, new starts, last year), and for a few
    more that may be left out; then writes NAME.yaml, which runs at once, with a comment on every default that is to be replaced.
    """
    if is_empty:
        _write_empty_answers(name, source, out, lang)
        return
    target = _target(name, out)
    _refuse(target)
    draft = Draft(target, lang)
    _put(target, draft.text(_answers(source, draft)))
    answer({"en": f"{target} is written. Next: sim run {target}", "zh": f"已写入 {target}。下一步：sim run {target}"}[lang])


class Draft:
    """The scenario to be written, judged before it is."""

    def __init__(self, target: Path, lang: Language) -> None:
        self.target = target
        self.lang = lang

    def text(self, answers: Answers) -> str:
        """The scenario of these answers."""
        from sim.scenario.starting.filling import scenario_text

        return scenario_text(answers, self.lang)

    def misfits(self, answers: Answers) -> list[Misfit]:
        """What does not fit together in it; it is judged where it will stand, as that decides what it extends."""
        from sim.scenario.starting.fitting import misfits

        with _beside(self.target, self.text(answers)) as draft:
            return misfits(draft, answers, self.lang)


def _answers(source: Path | None, draft: Draft) -> Answers:
    """The answers of a file or of the user, which fit together."""
    if source is not None:
        return _answers_of_file(source, draft)
    if not _is_at_terminal():
        raise NoTerminalError(
            "there is no terminal to ask at: give a file of answers, --from answers.yaml (sim new --answers prints an empty one)",
            "没有可供提问的终端：请用 --from answers.yaml 给出答卷（sim new --answers 输出空白答卷）",
        )
    from sim.cli.asking import answers_by_asking

    return answers_by_asking(draft.lang, draft.misfits)


def _answers_of_file(source: Path, draft: Draft) -> Answers:
    """The answers of a file; raises InputError with all its problems."""
    from sim.scenario.files.folders import FileProblemError, placed, read_bytes, shown_path
    from sim.scenario.starting.answers import read_answers

    try:
        content = read_bytes(source)
    except FileProblemError as fault:
        raise InputError([placed(fault, None)]) from None
    answers, problems = read_answers(content, shown_path(source), draft.lang)
    if all(problem.kind == "unknown-key" for problem in problems):
        problems += [misfit.problem for misfit in draft.misfits(answers)]
    if problems:
        raise InputError(sorted(problems, key=lambda problem: (problem.place.line, problem.place.column) if problem.place else (0, 0)))
    return answers


def _is_at_terminal() -> bool:
    """Whether there is someone to ask."""
    return sys.stdin.isatty()


def _write_empty_answers(name: str | None, source: Path | None, out: Path | None, lang: Language) -> None:
    """The empty answers on standard output, or in a file."""
    from sim.scenario.starting.questions import empty_answers

    if name is not None or source is not None:
        other = "--from" if name is None else "NAME"
        raise WrongCallError(f"--answers and {other} do not go together.", f"--answers与{other}不能同时使用。")
    if out is None:
        answer(empty_answers(lang))
        return
    _refuse(out)
    _put(out, empty_answers(lang))
    answer({"en": f"{out} is written; fill it in", "zh": f"已写入 {out}，请填写"}[lang])


# --- The file


def _target(name: str | None, out: Path | None) -> Path:
    """The file to write; raises InputError where NAME is no name."""
    from sim.scenario.files.folders import SUFFIXES, is_name

    if name is None and out is None:
        raise WrongCallError("Missing argument 'NAME'.", "缺少参数 NAME。")
    if name is not None and not is_name(name):
        suggestion = Path(name).stem if name.lower().endswith(SUFFIXES) else ""
        raise InputError([Problem("name", path="NAME", found=name, allowed="1 … 80 × (a-z, A-Z, 0-9, 汉字, _, -)", suggestion=suggestion)])
    return out or Path(f"{name}.yaml")


def _refuse(target: Path) -> None:
    """Raise UnfinishedError, before anything is asked, if the file is there already or could not be written."""
    from sim.results.storage import refuse_existing

    refuse_existing(target)
    with _beside(target, ""):
        pass


def _put(target: Path, text: str) -> None:
    """Write the file whole or not at all, over no other."""
    from sim.results.storage import refuse_existing

    with _beside(target, text) as draft:
        refuse_existing(target)
        draft.rename(target)


@contextmanager
def _beside(target: Path, text: str) -> Iterator[Path]:
    """A file with this text beside the target, taken away again unless it is given another name; raises UnfinishedError."""
    draft = target.with_name(f".{target.name}-{os.getpid()}.draft")
    try:
        try:
            draft.write_text(text, encoding="utf-8", newline="\n")
            yield draft
        finally:
            draft.unlink(missing_ok=True)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise UnfinishedError(f"{target} could not be written: {reason}", f"未能写入 {target}：{reason}") from fault
