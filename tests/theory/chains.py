"""What theory knows beside a mean: its standard error, from Markov chains and from laws of counts."""

import math
from collections.abc import Callable, Hashable, Mapping

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import spsolve

from tests.theory.cases import Metric, Z

State = Hashable


class Chain:
    """A Markov chain in continuous time in its long run, from a state and the rates out of each (those it reaches, breadth first)."""

    def __init__(self, first: State, ways: Callable[[State], Mapping[State, float]]) -> None:
        number, self.states, moves = {first: 0}, [first], []
        for state in self.states:
            for target, rate in ways(state).items():
                if rate > 0:
                    if target not in number:
                        number[target] = len(self.states)
                        self.states.append(target)
                    moves.append((number[state], number[target], rate))
        start, end, rates = (np.array(column) for column in zip(*moves, strict=True))
        size = len(self.states)
        out = np.bincount(start, rates, size)
        self.rates = csr_matrix((rates, (start, end)), (size, size)) - csr_matrix((out, (range(size), range(size))), (size, size))
        balance = self.rates.T.tolil()
        balance[0] = 1.0
        self.chance = spsolve(balance.tocsc(), np.eye(1, size)[0])

    def over(self, payoff: Callable[[State], float]) -> tuple[float, float]:
        """Mean of a function of the state, and the variance of its average over a long time, times that time.

        2 x sum of p (f - m) g, where g solves Poisson's equation Q g = m - f (Whitt, "Asymptotic formulas for Markov processes with
        applications to simulation", Operations Research 40, 1992).
        """
        values = np.array([payoff(state) for state in self.states], dtype=float)
        mean = float(self.chance @ values)
        equation, right = self.rates.tolil(), mean - values
        equation[0], right[0] = self.chance, 0.0
        return mean, float(2 * self.chance @ ((values - mean) * spsolve(equation.tocsc(), right)))


def over_time(name: str, averages, days: float, known: tuple[float, float], slack: float = 0.0) -> list[Metric]:
    """Averages over `days` in independent replications against `Chain.over`; and that they spread as theory has it, within a factor 3."""
    averages = np.asarray(averages, dtype=float)
    mean, variance = known
    tolerance = Z * math.sqrt(variance / days / len(averages)) + slack
    spread = math.log(averages.var(ddof=1) * days / variance) if averages.var(ddof=1) > 0 else -math.inf
    return [Metric(name, float(averages.mean()), mean, tolerance), Metric(f"log spread of {name}", spread, 0.0, math.log(3))]


def drawn(name: str, values, mean: float, variance: float, slack: float = 0.0) -> Metric:
    """The mean of independent draws from a law whose variance is known."""
    values = np.asarray(values, dtype=float)
    return Metric(name, float(values.mean()), mean, Z * math.sqrt(variance / len(values)) + slack)


def by_law(name: str, values, chance: np.ndarray) -> list[Metric]:
    """Mean and variance of independent draws from a law on 0, 1, 2, ..."""
    values, n = np.asarray(values, dtype=float), np.arange(len(chance))
    mean = float(chance @ n)
    variance, fourth = float(chance @ (n - mean) ** 2), float(chance @ (n - mean) ** 4)
    tolerance = Z * math.sqrt(max(fourth - variance**2, 0.0) / len(values))
    return [drawn(name, values, mean, variance), Metric(f"variance of {name}", float(((values - mean) ** 2).mean()), variance, tolerance)]


def together(name: str, one, other, mean: tuple[float, float], covariance: float, variance: tuple[float, float]) -> Metric:
    """The covariance of two counts with known means, nearly normal: its variance is (v1 v2 + c^2) / R."""
    product = (np.asarray(one, dtype=float) - mean[0]) * (np.asarray(other, dtype=float) - mean[1])
    spread = math.sqrt((variance[0] * variance[1] + covariance**2) / len(product))
    return Metric(name, float(product.mean()), covariance, Z * spread)
