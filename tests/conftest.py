"""Settings of all tests: generated cases are the same in every run, unless FRESH_CASES asks for new ones."""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("fresh", deadline=None)
settings.load_profile("fresh" if os.environ.get("FRESH_CASES") else "same")
