"""`--plot FILE`: the picture of an answer, written to a file beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.spoken import WrongCallError
from sim.errors import SimError, UnfinishedError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SUFFIXES = (".png", ".svg")


class PictureFile(click.ParamType):  # type: ignore[type-arg]
    """A file that is not there yet, of a name that says what kind of picture it is to be."""

    name = "FILE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Its path. Raises UnfinishedError where there is something of that name."""
        from sim.results.storage import refuse_existing, refuse_unwritable

        target = Path(str(value))
        if target.suffix.lower() not in SUFFIXES:
            raise WrongCallError(f"--plot: {target} ends neither in .png nor in .svg.", f"--plot：{target} 应以 .png 或 .svg 结尾。")
        refuse_existing(target, "--plot")
        refuse_unwritable(target)
        return target


def write_picture(target: Path, draw: Callable[[], Axes]) -> None:
    """Draw, and write the file whole. Raises UnfinishedError where there is nothing to draw, or the file cannot be written."""
    from sim.plots.style import png, svg
    from sim.results.disk import write_file

    try:
        ax = draw()
    except SimError as fault:
        english, chinese = (fault.message(lang) for lang in ("en", "zh"))
        raise UnfinishedError(f"no picture is written: {english}", f"未写入图片：{chinese}") from fault
    write_file(target, png(ax) if target.suffix.lower() == ".png" else svg(ax).encode())
