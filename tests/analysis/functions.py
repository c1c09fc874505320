"""Models whose indices are known in closed form, of points (point, factor) in the unit cube."""

import math

import numpy as np

A, B = 7.0, 0.1
ISHIGAMI_FIRST = (0.313905, 0.442411, 0.0)
ISHIGAMI_TOTAL = (0.557589, 0.442411, 0.243684)
ISHIGAMI_VARIANCE = 13.844588
"""Ishigami and Homma (1990); a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2, of which (1 + b pi^4/5)^2/2 is of x1 and a^2/8 of x2."""

G_COEFFICIENTS = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])
G_FIRST = (0.716192, 0.179048, 0.023676, 0.007162, 0.000072, 0.000072, 0.000072, 0.000072)
G_TOTAL = (0.787144, 0.242198, 0.034317, 0.010460, 0.000105, 0.000105, 0.000105, 0.000105)
"""Sobol's G-function: V_i = 1 / (3 (1 + a_i)^2), V = prod(1 + V_i) - 1 (Saltelli and Sobol, 1995)."""


def ishigami(u):
    x = math.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def g_function(u):
    return np.prod((np.abs(4 * u - 2) + G_COEFFICIENTS) / (1 + G_COEFFICIENTS), axis=1)


def g_closed(members):
    """Index of a group of the G-function's factors taken together."""
    parts = 1 / (3 * (1 + G_COEFFICIENTS) ** 2)
    return (np.prod(1 + parts[list(members)]) - 1) / (np.prod(1 + parts) - 1)
