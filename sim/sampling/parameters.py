"""Parameters of a scenario that are uncertain: each is drawn once per replication."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from sim.sampling.streams import name_key, uniforms
from sim.sampling.variates import quantile
from sim.scenario.values.distributions import Distribution
from sim.scenario.values.quantities import Quantity


def draw_parameters(priors: Mapping[str, Distribution], seed: int, replication: int) -> dict[str, Quantity]:
    """Dotted path -> value in one replication; a prior of its own uniform each."""
    keys = np.array([name_key("parameter", path) for path in priors], dtype=np.uint64)
    u = uniforms(seed, np.array([replication]), keys)[0]
    values = [float(quantile(prior, u[number : number + 1])[0]) for number, prior in enumerate(priors.values())]
    return {
        path: Quantity(Fraction(value), prior.dimension, prior.working) for (path, prior), value in zip(priors.items(), values, strict=True)
    }
