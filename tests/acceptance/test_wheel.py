"""A plain install of the wheel runs the main job from an empty folder."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

from tests.acceptance.conftest import ROOT


def test_the_wheel_in_a_new_environment_forecasts_from_an_empty_folder(tmp_path):
    wheels, place, folder = tmp_path / "wheels", tmp_path / "environment", tmp_path / "empty"
    folder.mkdir()
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--outdir", str(wheels), str(ROOT)], check=True, capture_output=True)
    venv.create(place, with_pip=True)
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    (wheel,) = wheels.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"sim/plots/fonts/NotoSansSC-GBK.otf", "sim/plots/fonts/OFL.txt", "sim/page/page.html", "sim/page/page.css"} <= names
    subprocess.run([scripts / "python", "-m", "pip", "install", "-q", str(wheel)], check=True, capture_output=True)
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [scripts / "sim", "run", "hengyang-2022", "--replications", "20", "--json"]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["goals"]["investment"]["value"] == 110_000_000_000
    (kept,) = (folder / "runs").iterdir()
    assert (kept / "manifest.json").is_file()
    where = [scripts / "python", "-c", "import sim; print(sim.__file__)"]
    assert Path(subprocess.check_output(where, cwd=folder, env=variables, text=True).strip()).is_relative_to(place)
