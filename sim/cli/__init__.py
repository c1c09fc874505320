"""The command line: one file a command; what is heavy is imported when a command runs, never for its help."""

from __future__ import annotations

import gc
from typing import Any

import click

from sim.cli import bridge, check, compare, discover, levers, new, report, run, schema, show, sweep, terms
from sim.cli.spoken import Spoken, told_in
from sim.cli.streams import accept_every_character, default_language, notice, spoken_language
from sim.errors import SimError
from sim.version import __version__

INTERRUPTED = 130
SELDOM = (100_000, 20, 100)
"""Thresholds of the garbage collector: a command makes many objects that stay, and little garbage in circles."""


class Application(Spoken, click.Group):
    """All commands; a fault that the program knows ends in one clear message and its exit code, any other stays loud."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Commands in the order in which they are used."""
        return list(self.commands)

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        """Read the words before the command."""
        with told_in(lambda _: default_language()):
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, context: click.Context) -> object:
        """Run a command."""
        try:
            with told_in(lambda found: spoken_language(found or context)):
                return super().invoke(context)
        except SimError as fault:
            notice(fault.message(spoken_language(context)))
            context.exit(fault.exit_code)
        except KeyboardInterrupt:
            notice({"en": "interrupted", "zh": "已中断"}[spoken_language(context)])
            context.exit(INTERRUPTED)


@click.group(
    cls=Application,
    commands={"new": new.command, "check": check.command, "show": show.command, "bridge": bridge.command,
              "run": run.command, "compare": compare.command, "sweep": sweep.command,
              "discover": discover.command, "report": report.command, "levers": levers.command,
              "schema": schema.command, "terms": terms.command},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nExample:\n  sim run hengyang-2022 --replications 50",
)  # fmt: skip
@click.version_option(__version__, prog_name="sim")
def application() -> None:
    """Will a city reach its investment goals this year? Simulates key projects, land and construction from a scenario file."""


def main() -> None:
    """Entry point of `sim`."""
    accept_every_character()
    gc.set_threshold(*SELDOM)
    application(prog_name="sim")
