"""What the commands say, and where: the answer on standard output, everything else on standard error; and in which language."""

from __future__ import annotations

import io
import json
import locale
import os
import sys
from typing import TYPE_CHECKING

import click

from sim.errors import Language, UnfinishedError

if TYPE_CHECKING:
    from sim.reports.tables import Page

LANGUAGE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def accept_every_character() -> None:
    """Let consoles that lack a character show a question mark in its place."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def answer(text: str) -> None:
    """Write the answer of a command. Raises UnfinishedError if it cannot be written, say to a full disk."""
    try:
        click.echo(text, nl=not text.endswith("\n"))
    except BrokenPipeError:
        raise
    except OSError as fault:
        _give_up_on_output()
        reason = fault.strerror or type(fault).__name__
        raise UnfinishedError(f"the answer could not be written: {reason}", f"未能写出结果：{reason}") from fault


def answer_page(page: Page) -> None:
    """Write a page as plain text of 80 columns."""
    from sim.reports.tables import as_text

    answer(as_text(page))


def answer_json(content: object) -> None:
    """Write an answer for programs: strict JSON in ASCII, the same bytes on every console."""
    answer(json.dumps(content, indent=2, allow_nan=False))


def notice(text: str) -> None:
    """Say something that is not the answer."""
    click.echo(text, err=True)


def default_language() -> Language:
    """Chinese where the surroundings are, else English."""
    named = next((os.environ[name] for name in LANGUAGE_VARIABLES if os.environ.get(name)), None)
    if named is None and sys.platform == "win32":
        named = locale.getlocale()[0]
    return "zh" if (named or "").lower().startswith(("zh", "chinese")) else "en"


def spoken_language(context: click.Context) -> Language:
    """The language that the command was asked for, as far as its options have been read."""
    chosen: Language = context.meta.get("sim.language") or default_language()
    return chosen


def _give_up_on_output() -> None:
    """Point standard output at nothing, so that the interpreter does not fail again when it flushes."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, sys.stdout.fileno())
    except (OSError, ValueError):  # not a file: nothing left to flush
        return
    finally:
        os.close(nothing)
