"""What a forecast costs: CPU seconds and memory of the whole command, kappa included."""

import json
import os
import subprocess
import sys

import pytest

from tests.acceptance.conftest import ROOT

CPU_SECONDS, MEGABYTES = 90, 500

MEASURED = """
import resource, subprocess, sys, json
done = subprocess.run([sys.executable, "-m", "sim", *sys.argv[1:]], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"code": done.returncode, "cpu": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measures by the operating system's own accounting of child processes")
def test_400_replications_with_kappa_fitted_anew_stay_within_their_budget(tmp_path):
    variables = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", MEASURED, "run", "hengyang-2022", "--replications", "400", "--no-save"]
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=True)
    used = json.loads(done.stdout)
    assert used["code"] == 0
    assert used["cpu"] <= CPU_SECONDS, used
    assert used["megabytes"] <= MEGABYTES, used
