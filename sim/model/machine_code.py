"""Inner loops of the draws and the measures as machine code: none before the kernel is compiled, and none where there is no compiler.

Each stands in for what arrays do as well, and comes to the same bits; so nothing but time depends on when it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

_KEPT: dict[str, Callable[..., None]] = {}


def loop(name: str) -> Callable[..., None] | None:
    """The compiled loop of that name, if there is one."""
    return _KEPT.get(name)


def in_use() -> Mapping[str, Callable[..., None]]:
    """All compiled loops that there are now."""
    return dict(_KEPT)


def use(loops: Mapping[str, Callable[..., None]]) -> None:
    """Let these be the compiled loops from now on."""
    _KEPT.clear()
    _KEPT.update(loops)
