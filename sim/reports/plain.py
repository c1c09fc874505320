"""Results as plain data for JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

Json = dict[str, Any]


def plain(value: Any) -> Any:
    """Data classes, mappings and sequences as plain data; what is not a number is null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [plain(child) for child in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
