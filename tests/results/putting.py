"""A small study and a process that puts its blocks, telling each that is acknowledged: to be killed, or to be run beside others.

`python -m tests.results.putting FOLDER i n POINTS PAUSE [THEN]` is the i-th shard of n; it pauses so many seconds after each
block. At the end it stays, if THEN is `stay`; `fork` also leaves a child behind that outlives it.
"""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from sim.results.study_folder import StudyPlan, open_study

COLUMNS = {"name": "text", "count": "whole", "share": "float", "never": "float"}
ROOT = Path(__file__).parents[2]


def planned(seed=1, points=10, block=3, **more):
    return StudyPlan({"study": {"city": "甲"}, "seed": seed, "versions": {"sim": "1"}, **more}, points, block, COLUMNS)


def table(first, end):
    """What the small study has at these points; every third name and every fifth count is missing, `never` always."""
    points = np.arange(first, end)
    return {
        "name": np.array([None if one % 3 == 1 else f"点{one % 4}" for one in points], dtype=object),
        "count": np.ma.masked_array(points * 2, points % 5 == 0),
        "share": np.where(points % 2, points / 7, np.nan),
        "never": np.full(len(points), np.nan),
    }


def rows(plan, block):
    points = plan.points_of(block)
    return table(points.start, points.stop)


def write(folder, plan, shard=(1, 1), order=1, **options):
    """Do what is missing, in either order; whether the study is complete."""
    with open_study(folder, plan, shard=shard, **options) as writer:
        for block in writer.missing()[::order]:
            writer.put(block, rows(plan, block))
        return writer.finish()


def contents(folder):
    """Every file but the locks."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("lock-")}


def unsound(folder):
    """Files under a block's name whose bytes are not those that it tells."""
    files = folder.glob("points-*.parquet")
    return [path.name for path in files if hashlib.sha256(path.read_bytes()).hexdigest()[:16] != path.name.split(".")[1]]


def started(*arguments, **options):
    """The process, which tells on `stdout`."""
    command = [sys.executable, "-m", "tests.results.putting", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(folder, i, n, points, pause, then="end"):
    plan = planned(points=int(points))
    with open_study(Path(folder), plan, shard=(int(i), int(n)), resume=True) as writer:
        if then == "fork":
            child = os.fork()
            if child == 0:
                time.sleep(60)
                os._exit(0)
            say(f"child {child}")
        say("open")
        for block in writer.missing():
            writer.put(block, rows(plan, block))
            say(f"acknowledged {block}")
            time.sleep(float(pause))
        say("complete" if writer.finish() else "incomplete")
        if then != "end":
            time.sleep(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
