"""Progress on standard error: a bar with the time left, on a terminal only, and only for what takes more than two seconds.

Whether the kernel can be had here is said wherever standard error goes.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from sim.cli.streams import notice
from sim.errors import Language

if TYPE_CHECKING:
    from sim.engine.run import Engine

PATIENCE_SECONDS = 2.0
DOING = {
    "kappa": {"en": "fitting κ", "zh": "拟合κ"},
    "run": {"en": "replications", "zh": "模拟"},
    "check": {"en": "checking points", "zh": "检查设计点"},
    "points": {"en": "points", "zh": "设计点"},
}
COMPILING = {
    "en": "compiling the simulator's kernel, once for this version: about ten seconds",
    "zh": "正在编译仿真内核（每个版本仅一次）：约十秒",
}
WITHOUT = {
    "en": "the kernel cannot be used here; the reference engine gives the same results, more slowly",
    "zh": "此处无法使用编译内核；改用参考引擎，结果相同，速度较慢",
}
READING = {"en": "reading {}", "zh": "理解口径 {}"}
Tell = Callable[[str, int, int], None]


class LateProgress(Progress):
    """A bar that appears only once its time has come."""

    began = math.inf

    def get_renderables(self) -> Iterable[RenderableType]:
        """Nothing at first, then the bar."""
        if time.monotonic() - self.began > PATIENCE_SECONDS:
            yield from super().get_renderables()


class Speed(ProgressColumn):
    """So many a second."""

    def render(self, task: Task) -> Text:
        """Nothing before it is known."""
        return Text("" if task.speed is None else f"{task.speed:,.1f}/s")


@contextmanager
def progress_bar(lang: Language, engine: Engine = "kernel") -> Iterator[Tell]:
    """A function to be told what is being done, how much of it is done, and of how much."""
    seen = sys.stderr.isatty()
    if engine == "kernel":
        tell_of_kernel(lang, seen)
    if not seen:
        from sim.studies.forecast import silent

        yield silent
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Speed(), TimeRemainingColumn()
    with LateProgress(*columns, console=Console(stderr=True), transient=True) as bar:
        bar.began = time.monotonic()
        task = bar.add_task("...", total=None)

        def tell(what: str, done: int, of: int) -> None:
            words = doing(what, lang)
            if words != bar.tasks[task].description or done < bar.tasks[task].completed:
                bar.reset(task, total=of, description=words)
            bar.update(task, completed=done, total=of)

        yield tell


def doing(what: str, lang: Language) -> str:
    """What is being done, in words; what is not known by name is a reading."""
    return DOING[what][lang] if what in DOING else READING[lang].format(what)


def tell_of_kernel(lang: Language, waits: bool) -> None:
    """Have the kernel ready; say before if it must be compiled, to one who waits for it, and after, once, if it cannot be had, to all."""
    from sim.engine import kernel

    if waits and not kernel.is_kept():
        notice(COMPILING[lang])
    told = click.get_current_context().meta
    if not kernel.is_sound() and not told.get("sim.without_kernel"):
        told["sim.without_kernel"] = True
        notice(WITHOUT[lang])
