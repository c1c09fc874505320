"""Optional packages: imported only where they are used, and asked for in words where they are not installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sim.errors import MissingPackageError

DISTRIBUTION = "investment-target-sim"


def optional_module(name: str, extra: str, english: str, chinese: str) -> Any:
    """A module of an optional package; raises MissingPackageError where it cannot be imported.

    `extra` is the extra of our own distribution that brings it; the two phrases say what needs which package, without a full stop.
    """
    try:
        return import_module(name)
    except ImportError as fault:
        command = f'pip install "{DISTRIBUTION}[{extra}]"'
        raise MissingPackageError(f"{english}; install it with: {command}", f"{chinese}；安装命令：{command}") from fault


def salib(module: str) -> Any:
    """A module of SALib, `sample.sobol` for instance; loading it takes a second. Raises MissingPackageError without the extra `sweep`."""
    return optional_module(f"SALib.{module}", "sweep", "sensitivity indices need the package SALib", "敏感性指标需要软件包 SALib")
