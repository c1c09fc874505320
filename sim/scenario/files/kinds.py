"""Which kind of file a tree was read from: a scenario's, or a study's of one."""

from __future__ import annotations

from sim.scenario.files.document import Node

STUDY_KEYS = ("scenario", "factors", "design")
"""Keys that every study has, and no scenario."""


def is_study(root: Node) -> bool:
    """Whether a file is meant as a study, one of its keys perhaps mistyped."""
    return sum(key in STUDY_KEYS for key in root.mapping or ()) > 1


def is_no_study(root: Node) -> bool:
    """Whether a file has nothing that makes a study."""
    return not any(key in STUDY_KEYS for key in root.mapping or ())
