"""Addressed chance: a uniform is a pure function of (seed, replication, stable name, occurrence), never "the next one".

The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11, 2011, section
3.2 and table 2), a counter-based generator that turns an address into random bits without any state.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from sim.model import machine_code

Keys = NDArray[np.uint64]
Words = NDArray[np.uint64]
"""32-bit words, each held in 64 bits so that products of two do not overflow."""

ROUNDS = 10
MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
"""The golden ratio and the square root of three less one, as fractions of 2^32."""
LOW_WORD, WORD_BITS = np.uint64(0xFFFFFFFF), np.uint64(32)
BLOCK = 32_768
"""Uniforms made at a time, so that what is worked on stays in the processor's cache."""


def name_key(*parts: str) -> int:
    """64-bit key of a stable name; its parts are joined by their lengths, so that ("a", "bc") and ("ab", "c") differ."""
    digest = blake2b(digest_size=8)
    for part in parts:
        encoded = part.encode("utf-8")
        digest.update(len(encoded).to_bytes(8, "little") + encoded)
    return int.from_bytes(digest.digest(), "little")


def entity_keys(names: tuple[str, ...], *purpose: str) -> NDArray[np.uint64]:
    """(entity,) keys of entities' stable names for one purpose."""
    return keys_of("entity", names, *purpose)


@lru_cache(maxsize=256)
def keys_of(kind: str, names: tuple[str, ...], *purpose: str) -> NDArray[np.uint64]:
    """(name,) keys of the names of one kind, for one purpose."""
    keys = np.array([name_key(kind, name, *purpose) for name in names], dtype=np.uint64)
    keys.setflags(write=False)
    return keys


@lru_cache(maxsize=64)
def numbered(name: str, count: int) -> tuple[str, ...]:
    """Stable names of what stands under one name: name#0, name#1, ..."""
    return tuple(f"{name}#{number}" for number in range(count))


def numbered_keys(kind: str, name: str, count: int) -> NDArray[np.uint64]:
    """(count,) keys of what is numbered under a name."""
    return _first_keys(kind, name, rounded_up(count))[:count]


@lru_cache(maxsize=64)
def _first_keys(kind: str, name: str, count: int) -> NDArray[np.uint64]:
    return np.array([name_key(kind, name, str(number)) for number in range(count)], dtype=np.uint64)


def rounded_up(count: int) -> int:
    """The next power of two, at least 64: so few numbers of names are asked for that they can be kept."""
    return int(max(64, 2 ** math.ceil(math.log2(max(count, 1)))))


def uniforms(
    seed: int, replications: NDArray[np.int64], keys: NDArray[np.uint64], occurrence: int | NDArray[np.int64] = 0
) -> NDArray[np.float64]:
    """(replication, key) uniforms strictly inside (0, 1), odd multiples of 2^-53; an occurrence for all keys, or one for each.

    Raises ValueError unless the seed is in [0, 2^64), replications and occurrence in [0, 2^32).
    """
    numbers, times = (np.atleast_1d(values).astype(np.uint64) for values in (replications, occurrence))
    if not (0 <= seed < 2**64 and all(values.max(initial=0) < 2**32 for values in (numbers, times))):  # what is below 0 is large as a word
        raise ValueError(f"no such address: seed {seed}, occurrence {occurrence}, replications {replications}")
    names = np.ascontiguousarray(keys, dtype=np.uint64)
    drawn = np.empty((len(numbers), len(names)))
    if fill := machine_code.loop("fill_uniforms"):
        words, each = np.array([seed & 0xFFFFFFFF, seed >> 32], dtype=np.uint64), np.ascontiguousarray(np.broadcast_to(times, names.shape))
        fill(names, each, numbers, words, drawn.reshape(-1), len(numbers), len(names))
        return drawn
    for rows in _blocks(len(numbers), len(names)):
        counter = (names & LOW_WORD, names >> WORD_BITS, numbers[rows, None], times)
        low, high, _, _ = philox4x32(counter, seed)
        drawn[rows] = unit_interval(low, high)
    return drawn


def uniforms_at(
    seed: int, replications: NDArray[np.int64], keys: NDArray[np.uint64], occurrences: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(n,) uniforms as `uniforms` has them, of n addresses apart."""
    counter = (keys & LOW_WORD, keys >> WORD_BITS, replications.astype(np.uint64), occurrences.astype(np.uint64))
    low, high, _, _ = philox4x32(counter, seed)
    return unit_interval(low, high)


def unit_interval(low: Words, high: Words) -> NDArray[np.float64]:
    """52 of the 64 random bits as a fraction, half a step from 0 and from 1: (2 k + 1) / 2^53."""
    bits = (high << WORD_BITS) | low
    return ((bits >> np.uint64(11)) | np.uint64(1)).astype(np.float64) * 2.0**-53


def philox4x32(counter: tuple[Words, Words, Words, Words], key: int) -> tuple[Words, Words, Words, Words]:
    """Four random words for each counter of four words (arrays that broadcast together) under a key of 64 bits."""
    first, second, third, fourth = counter
    low, high = key & 0xFFFFFFFF, key >> 32
    for _ in range(ROUNDS):
        left, right = first * MULTIPLIERS[0], third * MULTIPLIERS[1]
        first, second = (right >> WORD_BITS) ^ second ^ np.uint64(low), right & LOW_WORD
        third, fourth = (left >> WORD_BITS) ^ fourth ^ np.uint64(high), left & LOW_WORD
        low, high = (low + KEY_STEPS[0]) & 0xFFFFFFFF, (high + KEY_STEPS[1]) & 0xFFFFFFFF
    return first, second, third, fourth


def _blocks(rows: int, columns: int) -> Iterator[slice]:
    """Slices of the rows, of about BLOCK elements each."""
    step = max(1, BLOCK // max(columns, 1))
    return (slice(start, start + step) for start in range(0, rows, step))
