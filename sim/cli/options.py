"""Options that commands share: which scenario, what is changed in it, in which language the answer is given."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from sim.cli.streams import default_language, notice
from sim.errors import InputError, Language

if TYPE_CHECKING:
    from sim.scenario.loading import Loaded

Command = Callable[..., None]


@dataclass(frozen=True)
class Request:
    """A scenario, what is changed in it, and how the answer is given."""

    scenario: str
    sets: tuple[str, ...]
    overrides: tuple[str, ...]
    scenario_list: str | None
    readings: tuple[str, ...]
    levers: tuple[str, ...]
    without: tuple[str, ...]
    lang: Language
    strict: bool

    def load(self) -> Loaded:
        """The scenario as asked for; its warnings are said aloud, or are errors if asked for strictly. Raises InputError."""
        loaded = self.load_quietly()
        for warning in loaded.warnings:
            notice(warning.render(self.lang))
        return loaded

    def load_quietly(self) -> Loaded:
        """The scenario as asked for, its warnings kept within."""
        from sim.scenario.loading import load

        loaded = load(
            self.scenario,
            overrides=self.overrides,
            sets=self.sets,
            reading=self.readings,
            scenario_list=self.scenario_list,
            levers=self.levers,
            without=self.without,
        )
        if self.strict and loaded.warnings:
            raise InputError([replace(warning, severity="error") for warning in loaded.warnings])
        return loaded

    def with_reading(self, reading: str) -> Request:
        """The same, under another reading of one ambiguous fact."""
        return replace(self, readings=(*self.readings, reading))

    def command_line(self, command: str, *more: str) -> str:
        """The command that asks for this again, quoted for the shell."""
        words = ["sim", command, self.scenario]
        words += [word for pair in self.changes() for word in pair] + list(more)
        return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)

    def changes(self) -> list[tuple[str, str]]:
        """Each option that changes the scenario, with its value."""
        lists = () if self.scenario_list is None else (self.scenario_list,)
        given = {"--scenario": lists, "--override": self.overrides, "--reading": self.readings}
        given |= {"--lever": self.levers, "--without": self.without, "--set": self.sets}
        return [(option, value) for option, values in given.items() for value in values]


def _remember_language(context: click.Context, _: click.Parameter, value: Language | None) -> Language:
    """Keep the language where faults find it, too."""
    chosen = value or default_language()
    context.meta["sim.language"] = chosen
    return chosen


language_option = click.option(
    "--lang", type=click.Choice(["en", "zh"]), callback=_remember_language, is_eager=True,
    help="Language of the answer; by default that of the locale.",
)  # fmt: skip

json_option = click.option("--json", "as_json", is_flag=True, help="Answer for programs: JSON in yuan, mu, fractions.")

SCENARIO_OPTIONS = (
    click.argument("scenario"),
    click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change one value; may be repeated."),
    click.option("--override", "overrides", multiple=True, metavar="NAME", help="Apply a named override; may be repeated."),
    click.option("--scenario", "scenario_list", metavar="NAME", help="Apply a named list of overrides."),
    click.option("--reading", "readings", multiple=True, metavar="NAME", help="Read an ambiguous fact this way; may be repeated."),
    click.option(
        "--lever",
        "levers",
        multiple=True,
        metavar="NAME[=SIZE][@DATE]",
        help="Take a lever (see sim levers); may be repeated.",
    ),
    click.option("--without", multiple=True, metavar="NAME", help="Drop a lever that is in force; may be repeated."),
    click.option("--strict", is_flag=True, help="Take warnings for errors."),
    language_option,
)


def takes_scenario(function: Command) -> Command:
    """Give a command the options that choose a scenario; it receives them as one Request."""

    @wraps(function)
    def call(**options: Any) -> None:
        chosen = {name: options.pop(name) for name in Request.__dataclass_fields__}
        function(Request(**chosen), **options)

    decorated: Command = call
    for option in reversed(SCENARIO_OPTIONS):
        decorated = option(decorated)
    return decorated
