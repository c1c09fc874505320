"""How good was a forecast, once the outcome is known: proper scores of distributions and of events, calibration.

The continuous ranked probability score of a distribution F and an outcome y is the integral of (F(x) - 1{x >= y})^2 (Matheson and
Winkler, 1976); it is in the outcome's unit, and for a sure forecast it is the absolute error. Lower is better. Closed forms: Gneiting and
Raftery (2007), J. American Statistical Association 102; Jordan, Krueger and Lerch (2019), J. Statistical Software 90.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]


def crps_ensemble(ensemble: ArrayLike, outcome: float) -> float:
    """CRPS of the empirical distribution of an ensemble (member,): mean |X - y| - mean |X - X'| / 2. Raises ValueError if it is empty."""
    members = _members(ensemble, 1)
    return float(np.abs(members - outcome).mean() - _spread(members) / len(members) ** 2)


def fair_crps(ensemble: ArrayLike, outcome: float) -> float:
    """CRPS that an ensemble of any size has on average as if it were endless (Ferro, 2014, Quarterly J. R. Meteorological Society 140).

    Pairs of different members only: sum |X - X'| / (2 m (m - 1)). Raises ValueError for fewer than two members.
    """
    members = _members(ensemble, 2)
    return float(np.abs(members - outcome).mean() - _spread(members) / (len(members) * (len(members) - 1)))


def crps_normal(mean: float, sd: float, outcome: float) -> float:
    """CRPS of a normal distribution: sd (z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi)). Raises ValueError unless sd > 0."""
    _positive(sd, "standard deviation")
    z = (outcome - mean) / sd
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return float(sd * (z * (2 * special.ndtr(z) - 1) + 2 * density - 1 / math.sqrt(math.pi)))


def crps_exponential(mean: float, outcome: float) -> float:
    """CRPS of an exponential distribution: |y| - 2 mean (1 - exp(-y / mean)) + mean / 2 for y >= 0. Raises ValueError unless mean > 0."""
    _positive(mean, "mean")
    return abs(outcome) + 2 * mean * math.expm1(-max(outcome, 0.0) / mean) + mean / 2


def crps_uniform(low: float, high: float, outcome: float) -> float:
    """CRPS of a uniform distribution: width (|u - clip(u)| + clip(u)^2 - clip(u) + 1/3). Raises ValueError unless high > low."""
    _positive(high - low, "width")
    place = (outcome - low) / (high - low)
    inside = min(max(place, 0.0), 1.0)
    return (high - low) * (abs(place - inside) + inside**2 - inside + 1 / 3)


def crps_poisson(mean: float, outcome: float) -> float:
    """CRPS of a Poisson distribution (Wei and Held, 2014, Test 23).

    (y - m)(2 F(y) - 1) + 2 m f(y) - m exp(-2 m) (I0(2 m) + I1(2 m)), F and f at the whole part of y. Raises ValueError unless mean > 0.
    """
    _positive(mean, "mean")
    whole = math.floor(outcome)
    below = float(special.pdtr(whole, mean)) if whole >= 0 else 0.0
    mass = math.exp(whole * math.log(mean) - mean - math.lgamma(whole + 1)) if whole >= 0 else 0.0
    bessel = float(special.ive(0, 2 * mean) + special.ive(1, 2 * mean))
    return (outcome - mean) * (2 * below - 1) + 2 * mean * mass - mean * bessel


def brier(probability: float, happened: bool) -> float:
    """Brier score of the forecast of an event: (p - o)^2 (Brier, 1950). Raises ValueError unless 0 <= p <= 1."""
    return (_probability(probability) - happened) ** 2


def log_score(probability: float, happened: bool) -> float:
    """Minus the logarithm of the probability given to what came; infinite if that was none. Raises ValueError unless 0 <= p <= 1."""
    given = _probability(probability) if happened else 1 - _probability(probability)
    return -math.log(given) if given > 0 else math.inf


def pit(ensemble: ArrayLike, outcome: float, u: float) -> float:
    """Probability integral transform of an outcome, uniform on (0, 1) if the forecast is right.

    Ties are spread by the uniform `u`: F(y-) + u (F(y) - F(y-)) (Czado, Gneiting and Held, 2009, Biometrics 65); of an ensemble of m, the
    outcome's place among m + 1 draws of one distribution. Raises ValueError if the ensemble is empty or u is not in [0, 1].
    """
    members = _members(ensemble, 1)
    below, upto = int((members < outcome).sum()), int((members <= outcome).sum())
    return (below + _probability(u) * (upto - below + 1)) / (len(members) + 1)


def coverage(ensembles: ArrayLike, outcomes: ArrayLike, level: float) -> float:
    """Share of outcomes (forecast,) within the central interval of probability `level` of their ensembles (forecast, member).

    Raises ValueError unless the shapes agree and 0 < level < 1.
    """
    forecasts, values = np.asarray(ensembles, dtype=np.float64), np.asarray(outcomes, dtype=np.float64)
    if forecasts.ndim != 2 or values.shape != forecasts.shape[:1] or not len(values) or not 0 < level < 1:
        raise ValueError(f"no coverage of shapes {forecasts.shape} and {values.shape} at level {level}")
    low, high = np.quantile(forecasts, [(1 - level) / 2, (1 + level) / 2], axis=1)
    return float(np.mean((low <= values) & (values <= high)))


def _members(ensemble: ArrayLike, least: int) -> Floats:
    members = np.asarray(ensemble, dtype=np.float64).ravel()
    if len(members) < least or not np.isfinite(members).all():
        raise ValueError(f"an ensemble needs {least} finite members or more")
    return members


def _spread(members: Floats) -> float:
    """Sum of |X - X'| over unordered pairs, from the sorted members: each counts as often as it is above others less below."""
    size = len(members)
    return float(np.sort(members) @ (2 * np.arange(size) - size + 1))


def _positive(value: float, name: str) -> None:
    if not value > 0:
        raise ValueError(f"the {name} must be above zero, not {value}")


def _probability(value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError(f"{value} is no probability")
    return value
