"""The library's face: cities and what can be asked of them, studies and what their points say."""

from __future__ import annotations

from sim.public.cities import Case, Contrast, Outlook, load
from sim.public.sweeps import Study, Sweep, read_sweep, study

__all__ = ["Case", "Contrast", "Outlook", "Study", "Sweep", "load", "read_sweep", "study"]
