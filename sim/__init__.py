"""A simulator of a city's yearly investment goals: key projects, land and construction, replicated many times.

    import sim
    city = sim.load("hengyang-2022")
    outlook = city.run()
    outlook.goals["investment"].probability

Nothing heavy is imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sim.version import __version__ as __version__

if TYPE_CHECKING:
    from sim.public import Case, Contrast, Outlook, Study, Sweep, load, read_sweep, study

__all__ = ["Case", "Contrast", "Outlook", "Study", "Sweep", "__version__", "load", "read_sweep", "study"]


def __getattr__(name: str) -> object:
    """Import the public face when one of its names is first used."""
    if name in __all__:
        return getattr(import_module("sim.public"), name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
