"""Inverse distribution functions that are dear to compute (beta, gamma), as polynomials piece by piece.

With x = u below one half and x = 1 - u above it, every octave of x has `PIECES` pieces, each with a polynomial of degree 7 through the
function's values at Chebyshev's nodes. A piece that misses the function between its nodes by more than `TOLERANCE` of its value is not
used, nor is any beyond the last octave: there, so in all tails, the function itself is computed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

OCTAVES, PIECE_BITS, DEGREE = 12, 4, 7
PIECES = 2**PIECE_BITS
TOLERANCE = 2.0**-45
"""Of the value: three parts in a hundred million million."""
SHIFT = np.int64(52 - PIECE_BITS)
NODES = np.cos(np.pi * (np.arange(DEGREE + 1) + 0.5) / (DEGREE + 1))
BETWEEN = np.array([-1.0, -0.7, -0.1, 0.3, 0.9, 1.0])


@dataclass(frozen=True, eq=False)
class Inverse:
    """Such a function by its pieces, those of u below one half first."""

    exactly: Callable[[Floats], Floats]
    coefficients: Floats
    """(power, piece) of a place in [-1, 1] within a piece."""
    is_good: NDArray[np.bool_]
    """(piece,); the last one stands for what lies beyond the pieces."""

    def at(self, u: Floats) -> Floats:
        """The function at `u` in (0, 1), of any shape."""
        upper = u > 0.5
        x = np.where(upper, 1.0 - u, u)
        x = np.where(x < 0.5, x, 0.5 - 2.0**-54)  # one half itself lies at the end of the last piece
        bits = x.view(np.int64) >> SHIFT
        piece = bits - FIRST
        piece = np.where(piece >= 0, piece + upper * (OCTAVES * PIECES), 2 * OCTAVES * PIECES)
        left = (bits << SHIFT).view(np.float64)
        place = (x - left) / (((bits + 1) << SHIFT).view(np.float64) - left) * 2.0 - 1.0
        value: Floats = self.coefficients[DEGREE][piece]
        for power in range(DEGREE - 1, -1, -1):
            value *= place
            value += self.coefficients[power][piece]
        rest = ~self.is_good[piece]
        if rest.any():
            value[rest] = self.exactly(u[rest])
        return value


FIRST = int(np.array(2.0 ** -(OCTAVES + 1)).view(np.int64) >> SHIFT)
"""The bits that number the first piece."""


@lru_cache(maxsize=64)
def beta_inverse(a: float, b: float) -> Inverse:
    """Of the beta distribution on (0, 1)."""
    return _pieces(lambda u: np.asarray(special.betaincinv(a, b, u), dtype=np.float64))


@lru_cache(maxsize=64)
def gamma_inverse(shape: float) -> Inverse:
    """Of the gamma distribution with scale 1."""
    return _pieces(lambda u: np.asarray(special.gammaincinv(shape, u), dtype=np.float64))


def _pieces(exactly: Callable[[Floats], Floats]) -> Inverse:
    """A function's pieces."""
    left = (np.arange(FIRST, FIRST + OCTAVES * PIECES + 1, dtype=np.int64) << SHIFT).view(np.float64)

    def values(places: Floats) -> Floats:
        """(place, piece) of the function."""
        x = left[:-1] + np.diff(left) * ((places[:, None] + 1.0) / 2.0)
        return exactly(np.concatenate([x, 1.0 - x], axis=1))

    middle = values(np.zeros(1))
    with np.errstate(all="ignore"):  # what is no number is of no piece that is used
        coefficients = np.linalg.solve(np.vander(NODES, increasing=True), values(NODES) - middle)
        coefficients[0] += middle[0]
        wanted, found = values(BETWEEN), np.vander(BETWEEN, DEGREE + 1, increasing=True) @ coefficients
        is_good = (np.abs(found - wanted) <= TOLERANCE * np.abs(wanted)).all(axis=0)
    return Inverse(exactly, np.pad(np.where(is_good, coefficients, 0.0), ((0, 0), (0, 1))), np.append(is_good, False))
