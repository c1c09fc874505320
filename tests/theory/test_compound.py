"""Compound Poisson totals: Panjer, "Recursive evaluation of a family of compound distributions", ASTIN Bulletin 12 (1981).

With sizes X and N of mean m: mean m E[X], variance m E[X^2], third central moment m E[X^3]; the law by Panjer's recursion.
"""

import math

import numpy as np
import pytest
from scipy import stats

from sim.results import measures
from sim.sampling import portfolio
from tests.theory.cases import Metric, by_replication, exact, faults, fresh_seed, run, share

YI = 100_000_000
MEAN_COUNT = 30.0
SIZES = {1: 0.4, 2: 0.35, 5: 0.2, 12: 0.05}
BATCHES = {1: 0.5, 2: 0.3, 4: 0.2}
MOST = 600
"""Units of 100 million to which laws are computed: beyond it there is less than 1e-30."""


def law_of(sizes: dict[int, float]) -> np.ndarray:
    """(amount,) probabilities of a size."""
    return np.array([sizes.get(amount, 0.0) for amount in range(MOST)])


def panjer(mean: float, sizes: np.ndarray) -> np.ndarray:
    """(amount,) probabilities of a compound Poisson total: g_0 = exp(-m (1 - f_0)), n g_n = m sum_j j f_j g_(n - j)."""
    weighted = mean * np.arange(len(sizes)) * sizes
    total = np.zeros(len(sizes))
    total[0] = math.exp(-mean * (1 - sizes[0]))
    for amount in range(1, len(sizes)):
        total[amount] = weighted[1 : amount + 1] @ total[amount - 1 :: -1][:amount] / amount
    return total


def by_transform(mean: float, sizes: np.ndarray) -> np.ndarray:
    """The same by the characteristic function exp(m (phi - 1)), on a circle."""
    return np.fft.irfft(np.exp(mean * (np.fft.rfft(sizes) - 1)), len(sizes))


def moments(name: str, totals, mean: float, raw: tuple[float, float, float]) -> list[Metric]:
    """Mean, variance and third central moment, from the raw moments of a size."""
    off = totals - mean * raw[0]
    return [
        by_replication(f"mean {name}", totals, mean * raw[0]),
        by_replication(f"variance {name}", off**2, mean * raw[1]),
        by_replication(f"third moment {name}", off**3, mean * raw[2]),
    ]


def raw(law: np.ndarray) -> tuple[float, float, float]:
    amounts = np.arange(len(law))
    return float(amounts @ law), float(amounts**2 @ law), float(amounts**3 @ law)


def table_sizes(replications: int, seed: int) -> list[Metric]:
    """Sizes on a lattice: totals can be exactly on the goal."""
    results = run("compound_sums.yaml", replications, seed).results
    invested, contracts = results.outcome("invested") / YI, results.outcome("contracts") / YI
    all_of_them, half = panjer(MEAN_COUNT, law_of(SIZES)), panjer(MEAN_COUNT / 2, law_of(SIZES))
    return [
        *moments("invested", invested, MEAN_COUNT, raw(law_of(SIZES))),
        *moments("contracts", contracts, MEAN_COUNT / 2, raw(law_of(SIZES))),
        by_replication("covariance", (invested - 81) * (contracts - 40.5), MEAN_COUNT / 2 * 14.0),
        share("P(invested >= 80)", results.met("invested"), all_of_them[80:].sum()),
        share("P(invested = 80)", results.met("invested") & ~results.met("more_invested"), all_of_them[80]),
        share("P(invested >= 110)", results.met("much_invested"), all_of_them[110:].sum()),
        share("P(contracts >= 40)", results.met("contracts"), half[40:].sum()),
        share("P(contracts = 40)", results.met("contracts") & ~results.met("more_contracts"), half[40]),
        exact("parts of 100 million", np.abs(invested - np.round(invested)).max(), 0),
    ]


def batches(replications: int, seed: int) -> list[Metric]:
    """Arrivals in batches: the sum of a batch is a size itself, with the probability generating function B(X(z))."""
    batch = "intake.comers.batch={table: {'1': 0.5, '2': 0.3, '4': 0.2}}"
    results = run("compound_sums.yaml", replications, seed, [batch, "intake.comers.rate=0.2 per day"]).results
    invested, one, power, summed = results.outcome("invested") / YI, law_of(SIZES), np.eye(1, MOST)[0], np.zeros(MOST)
    for count in range(1, 5):
        power = np.convolve(power, one)[:MOST]
        summed += BATCHES.get(count, 0.0) * power
    law = panjer(MEAN_COUNT / 2, summed)
    return [
        *moments("invested in batches", invested, MEAN_COUNT / 2, raw(summed)),
        share("P(invested >= 80 in batches)", results.met("invested"), law[80:].sum()),
    ]


def lognormal_sizes(replications: int, seed: int) -> list[Metric]:
    """Sizes of mean 2.7 and a coefficient of variation of 1; the law by rounding sizes to 0.02, on a circle of 655."""
    size = "intake.comers.total={lognormal: {mean: 2.7亿元, cv: 1}}"
    results = run("compound_sums.yaml", replications, seed, [size]).results
    invested, step = results.outcome("invested") / YI, 0.02
    sigma = math.sqrt(math.log(2))
    edges = np.maximum((np.arange(2**15 + 1) - 0.5) * step, 0)
    law = by_transform(MEAN_COUNT, np.diff(stats.lognorm(sigma, scale=2.7 / math.sqrt(2)).cdf(edges)))
    first, last = round(80 / step), round(110 / step)
    return [
        *moments("invested, lognormal", invested, MEAN_COUNT, (2.7, 2.7**2 * 2, 2.7**3 * 8))[:2],
        share("P(invested >= 80, lognormal)", results.met("invested"), law[first + 1 :].sum() + law[first] / 2),
        share("P(invested >= 110, lognormal)", results.met("much_invested"), law[last + 1 :].sum() + law[last] / 2),
    ]


CASES = {
    "sizes of a table": (table_sizes, 1500, 20_000),
    "batches": (batches, 800, 10_000),
    "lognormal sizes": (lognormal_sizes, 800, 10_000),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_compound_total_is_as_theory_has_it(kind):
    case, replications, _ = CASES[kind]
    assert faults(case(replications, 305)) == []


@pytest.mark.heavy
@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("seed", [305, None], ids=["fixed", "fresh"])
def test_a_compound_total_is_as_theory_has_it_at_full_size(kind, seed):
    case, _, replications = CASES[kind]
    seed = seed or fresh_seed()
    assert faults(case(replications, seed)) == [], f"seed {seed}"


def test_recursion_and_transform_agree_on_the_law():
    assert panjer(MEAN_COUNT, law_of(SIZES)) == pytest.approx(by_transform(MEAN_COUNT, law_of(SIZES)), abs=1e-13)
    assert panjer(MEAN_COUNT, law_of(SIZES)).sum() == pytest.approx(1, abs=1e-12)


def test_projects_of_one_size_are_caught(monkeypatch):
    """A planted fault: all projects of a replication have the size of the first."""
    right = portfolio.uniforms

    def shared(seed, replications, keys, *occurrence):
        return np.broadcast_to(right(seed, replications, keys[:1]), (len(replications), len(keys)))

    monkeypatch.setattr(portfolio, "uniforms", shared)
    found = " ".join(faults(table_sizes(300, 305)))
    assert "variance invested" in found
    assert "mean invested" not in found


def test_a_total_on_the_goal_that_is_taken_for_more_is_caught(monkeypatch):
    monkeypatch.setitem(measures.COMPARE, ">", np.greater_equal)
    found = " ".join(faults(table_sizes(1500, 305)))
    assert "P(invested = 80)" in found
    assert "P(contracts = 40)" in found


def test_a_batch_that_counts_for_one_is_caught(monkeypatch):
    from sim.sampling import arrivals

    monkeypatch.setattr(arrivals, "_batched", lambda stream, ticks, seed, replications: ticks)
    assert "mean invested in batches" in " ".join(faults(batches(100, 305)))
