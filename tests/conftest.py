"""Settings of all tests: generated cases are the same in every run, unless FRESH_CASES asks for new ones; one cache for all processes."""

import os

import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("fresh", deadline=None)
settings.load_profile("fresh" if os.environ.get("FRESH_CASES") else "same")


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """A cache folder for the whole run, all its processes, so that a scenario's kappa is fitted once."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "cache"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _no_cache_of_the_user(cache):
    """Tests neither read nor fill the cache of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        patch.setenv("LOCALAPPDATA", str(cache))
        yield


@pytest.fixture
def reference_engine(monkeypatch):
    """For a test that plants a fault in a rule, an array or the reference engine, which compiled code would not know of."""
    monkeypatch.setattr("sim.engine.kernel.is_sound", lambda: False)
    monkeypatch.setattr("sim.model.machine_code._KEPT", {})
