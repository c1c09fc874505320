"""The user's own cache folder for this program: what costs time to make again, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Where it is; it need not be there, nor can it always be written."""
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "investment-target-sim"
