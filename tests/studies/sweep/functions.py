"""Functions in place of a city, on the same path as a city: axes, points, blocks, store, analysis. Their indices are known."""

import math
from dataclasses import dataclass, replace

import numpy as np

from sim.sampling.streams import uniforms
from sim.scenario.study.axes import Axis
from sim.scenario.study.loading import LoadedStudy, study_of
from sim.scenario.study.schema import Study
from sim.studies.sweep.answering import Job
from sim.studies.sweep.plan import plan_of
from sim.studies.sweep.points import points_of
from sim.studies.sweep.running import Prepared

A, B = 7.0, 0.1
"""Ishigami's constants."""
G = (0.0, 1.0, 4.5, 9.0, 99.0)
"""Sobol's: a factor matters less, the larger its constant."""


def ishigami(x):
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 on (-pi, pi)^3 (Ishigami and Homma, 1990)."""
    return math.sin(x[0]) + A * math.sin(x[1]) ** 2 + B * x[2] ** 4 * math.sin(x[0])


def ishigami_indices():
    """First and total order, in closed form."""
    first = 0.5 * (1 + B * math.pi**4 / 5) ** 2
    second, both = A**2 / 8, B**2 * math.pi**8 * (1 / 18 - 1 / 50)
    whole = first + second + both
    return [first / whole, second / whole, 0.0], [(first + both) / whole, second / whole, both / whole], whole


def g_function(x):
    """Product of (|4 x - 2| + a) / (1 + a) on the unit cube (Saltelli and Sobol, 1995)."""
    return math.prod((abs(4 * value - 2) + a) / (1 + a) for value, a in zip(x, G, strict=True))


def g_indices():
    """First and total order, in closed form: of V = prod(1 + v) - 1, v = 1/3 / (1 + a)^2."""
    parts = [1 / 3 / (1 + a) ** 2 for a in G]
    whole = math.prod(1 + part for part in parts) - 1
    return [part / whole for part in parts], [part * (whole + 1) / (1 + part) / whole for part in parts], whole


@dataclass(frozen=True)
class Function:
    """Answers points by a function, plus noise of a point's own or of the replications, of standard deviation `noise`."""

    function: object
    noise: float = 0.0
    fails: tuple[float, ...] = ()

    def at(self, values):
        expected = self.function(values)

        def answer(numbers):
            u = uniforms(11, numbers, np.array([1], dtype=np.uint64))[:, 0]
            spread = self.noise * math.sqrt(12) * (u - 0.5)  # uniform: mean 0, standard deviation `noise`
            return {"y": expected + spread}

        return answer


def prepared(base, function, count, ends, design, seed=1, replications=1, noise=0.0):
    """A study of a function, ready to be run; `base` is any loaded scenario, which is never run."""
    told = {f"x{number}": {"path": "run.seed", "range": (1, 2)} for number in range(1, count + 1)}
    text = {"scenario": base.name, "seed": seed, "factors": told, "design": design, "replications": replications}
    study = study_of(base, Study.model_validate(text, strict=True), "function")
    axes = tuple(Axis(axis.name, "path", axis.name, "number", "assumed", low=ends[0], high=ends[1]) for axis in study.axes)
    study = replace(study, axes=axes)
    assert isinstance(study, LoadedStudy)
    points = points_of(study)
    plan = replace(plan_of(study, points, ("y",)), axes=axes)
    reference = points.values[0] if plan.design == "one_way" else None
    return Prepared(study, points, plan, Job(Function(function, noise), axes, ("y",), seed, replications, plan.own, reference))
