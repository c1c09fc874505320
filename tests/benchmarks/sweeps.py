"""A sweep of Hengyang 2022, 50 replications a point: points a second, processor time a point with one worker and with two, memory.

`python -m tests.benchmarks.sweeps [POINTS]` runs so many points (10,000) with two workers and a fifth of them with one; exit code 1 where
a point costs more than 1.15 times as much with two, or all processes together hold more than 600 MB. With `memory` in place of a number it
runs 1,000 and 100,000 points of a small city, and says how much memory either takes.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from sim.scenario.files.folders import packaged_folder
from tests.cli.conftest import SMALL
from tests.studies.sweep.conftest import STUDY

POINTS, FEWER = 10_000, 5
MOST_RATIO, MOST_MEGABYTES = 1.15, 600
POLL_SECONDS = 0.5


class Cost(NamedTuple):
    """Of a sweep with all its processes."""

    wall: float
    seconds: float
    megabytes: float


def held(process):
    """Megabytes that a process and its children hold together; what they share counts once."""
    try:
        tasks = Path(f"/proc/{process}/task").iterdir()
        children = {child for task in tasks for child in (task / "children").read_text().split()}
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:  # it has ended
        return 0.0
    own = next((int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")), 0)
    return own / 1024 + sum(held(child) for child in children)


def cost(folder, study, workers):
    """Of a sweep from its first to its last byte; kappa and kernel are in the cache."""
    command = [
        sys.executable,
        "-m",
        "sim",
        "sweep",
        study,
        "--out",
        f"out-{workers}-{time.monotonic_ns()}",
        "--workers",
        str(workers),
        "--yes",
    ]
    before, began, most = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic(), 0.0
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        most = max(most, held(process.pid))
        time.sleep(POLL_SECONDS)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.monotonic() - began, used, most)


def hengyang(folder, points):
    """A study of that many points, the shipped one laid anew; its name."""
    text = (packaged_folder() / "scenarios" / "studies" / "hengyang-2022.yaml").read_text(encoding="utf-8")
    name = f"points-{points}.yaml"
    (folder / name).write_text(text.replace("saltelli: {base: 128}", f"latin_hypercube: {{points: {points}}}"), encoding="utf-8")
    return name


def speed(folder, points):
    """Whether both limits are kept."""
    cost(folder, hengyang(folder, 20), 1)  # fills the caches
    one, two = cost(folder, hengyang(folder, points // FEWER), 1), cost(folder, hengyang(folder, points), 2)
    ratio = (two.seconds / points) / (one.seconds / (points // FEWER))
    print(f"{points:,} points x 50 replications, two workers: {two.wall:.0f} s, {points / two.wall:.1f} points/s, {two.megabytes:.0f} MB")  # noqa: T201 - the measurement is what the command is for
    print(f"{points // FEWER:,} points, one worker: {one.wall:.0f} s, {points // FEWER / one.wall:.1f} points/s, {one.megabytes:.0f} MB")  # noqa: T201 - the measurement is what the command is for
    print(f"a point: {1000 * two.seconds / points:.1f} ms of processor time with two, ratio {ratio:.2f} (limit {MOST_RATIO})")  # noqa: T201 - the measurement is what the command is for
    print(f"10^6 points would take {1e6 * two.wall / points / 3600:.1f} h")  # noqa: T201 - the measurement is what the command is for
    return ratio <= MOST_RATIO and two.megabytes <= MOST_MEGABYTES


def memory(folder):
    """Whether a hundred times as many points of a small city keep to the limit."""
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    found = []
    for points in (1_000, 100_000):
        text = STUDY.replace("points: 40", f"points: {points}").replace("replications: 4", "replications: 1")
        (folder / f"small-{points}.yaml").write_text(text, encoding="utf-8")
        found.append(cost(folder, f"small-{points}.yaml", 2))
        print(f"{points:,} points of a small city: {found[-1].wall:.0f} s, {found[-1].megabytes:.0f} MB")  # noqa: T201 - the measurement is what the command is for
    return found[1].megabytes <= MOST_MEGABYTES


def main(asked):
    """The exit code."""
    with tempfile.TemporaryDirectory() as name:
        kept = memory(Path(name)) if asked[:1] == ["memory"] else speed(Path(name), int(asked[0]) if asked else POINTS)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
