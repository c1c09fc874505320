"""Inverse distribution functions by polynomials, against the functions themselves."""

import numpy as np
import pytest
from scipy import special

from sim.sampling.inverses import TOLERANCE, beta_inverse, gamma_inverse

U = (2 * np.random.default_rng(1).integers(0, 2**52, 40_000) + 1) * 2.0**-53
EDGES = np.array([2.0**-53, 2.0**-14, 2.0**-13, 0.25, 0.5 - 2.0**-54, 0.5, 0.5 + 2.0**-53, 0.75, 1 - 2.0**-13, 1 - 2.0**-53])
SHAPES = [(1.4, 1.9), (0.5, 0.5), (1.0, 1.0), (20.0, 3.0), (0.05, 2.0), (2_000.0, 3_000.0)]


@pytest.mark.parametrize(("a", "b"), SHAPES)
def test_a_beta_is_within_the_tolerance(a, b):
    inverse = beta_inverse(a, b)
    for u in (U, EDGES):
        assert np.allclose(inverse.at(u), special.betaincinv(a, b, u), rtol=2 * TOLERANCE, atol=0)


@pytest.mark.parametrize("shape", [0.3, 1.0, 2.0, 50.0])
def test_a_gamma_is_within_the_tolerance(shape):
    inverse = gamma_inverse(shape)
    for u in (U, EDGES):
        assert np.allclose(inverse.at(u), special.gammaincinv(shape, u), rtol=2 * TOLERANCE, atol=0)


@pytest.mark.parametrize(("a", "b"), SHAPES)
def test_tails_are_exact(a, b):
    u = np.array([2.0**-53, 2.0**-20, 2.0**-14, 1 - 2.0**-14, 1 - 2.0**-53])
    assert beta_inverse(a, b).at(u).tolist() == special.betaincinv(a, b, u).tolist()


def test_it_rises():
    u = np.sort(U)
    for inverse in (beta_inverse(1.4, 1.9), gamma_inverse(2.0)):
        assert (np.diff(inverse.at(u)) >= 0).all()


def test_the_shares_that_scenarios_draw_are_all_by_polynomials():
    assert beta_inverse(1.4, 1.9).is_good[:-1].all()


def test_a_number_does_not_depend_on_those_beside_it():
    inverse = beta_inverse(1.4, 1.9)
    assert [float(inverse.at(U[one : one + 1])[0]) for one in range(50)] == inverse.at(U)[:50].tolist()
    assert inverse.at(U[:100].reshape(4, 25)).tolist() == inverse.at(U)[:100].reshape(4, 25).tolist()
