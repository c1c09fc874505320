"""Commands that speak the language of who asks: their help, and what they say of a wrong call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, Any

import click

from sim.cli.chinese import chinese_fault, chinese_help
from sim.cli.streams import notice, spoken_language
from sim.columns import columns, wrapped

WIDTH, COLUMN = 78, 29


class WrongCallError(click.UsageError):
    """A wrong call that the program itself finds, in both languages."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.chinese = chinese


class ChineseFaultError(click.UsageError):
    """A wrong call, told in Chinese."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Write it to standard error, after how the command is called."""
        if self.ctx is not None:
            notice(f"{_usage(self.ctx.command, self.ctx)}\n运行“{self.ctx.command_path} --help”查看说明。\n")
        notice(f"错误：{self.message}")


@contextmanager
def told_in(language: Callable[[click.Context | None], str]) -> Iterator[None]:
    """Wrong calls are told in that language, which may depend on their context."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:  # no fault: it is the help
        raise
    except click.UsageError as fault:
        if language(fault.ctx) != "zh" or isinstance(fault, ChineseFaultError):
            raise
        words = fault.chinese if isinstance(fault, WrongCallError) else chinese_fault(fault.format_message())
        raise ChineseFaultError(words, fault.ctx) from fault


class Spoken(click.Command):
    """A command whose help is Chinese where the answer would be."""

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help."""
        if spoken_language(context) == "zh":
            formatter.write("\n".join(_help(self, context)) + "\n")
        else:
            super().format_help(context, formatter)


spoken_command = partial(click.command, cls=Spoken)


def _help(command: click.Command, context: click.Context) -> Iterator[str]:
    """The lines of a command's Chinese help."""
    yield _usage(command, context)
    for paragraph in chinese_help(command.help or "").split("\n\n"):
        yield ""
        yield from (f"  {line}" for line in wrapped(paragraph, WIDTH - 2))
    yield from ("", "选项：")
    for option in command.get_params(context):
        if isinstance(option, click.Option) and (record := option.get_help_record(context)):
            yield from _row(record[0], chinese_help(option.help or "") + _bounds(record[1]))
    if isinstance(command, click.Group):
        yield from ("", "命令：")
        for name, one in command.commands.items():
            yield from _row(name, chinese_help(one.short_help or ""))
    examples = [line.strip() for line in (command.epilog or "").splitlines() if line.strip().startswith("sim ")]
    yield from ("", "示例：", *(f"  {line}" for line in examples))


def _usage(command: click.Command, context: click.Context) -> str:
    words = " ".join(command.collect_usage_pieces(context))
    for english, chinese in (("[OPTIONS]", "[选项]"), ("COMMAND [ARGS]...", "命令 [参数]...")):
        words = words.replace(english, chinese)
    return f"用法：{context.command_path} {words}"


def _bounds(text: str) -> str:
    """The default and range that click puts behind an option's help."""
    found = re.search(r"\s*\[([^\[\]]*(?:default|<)[^\[\]]*)\]$", text)
    return f"[{found[1].replace('default: ', '默认：')}]" if found else ""


def _row(name: str, text: str) -> Iterator[str]:
    """A name and what it means beside it, or below it where it is long."""
    lines = wrapped(text, WIDTH - COLUMN)
    beside = columns(name) <= COLUMN - 4
    yield f"  {name}" + (" " * (COLUMN - 2 - columns(name)) + lines[0] if beside else "")
    yield from (" " * COLUMN + line for line in lines[beside:])
