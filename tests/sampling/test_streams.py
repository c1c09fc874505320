"""Addressed chance: the published generator, word for word, and uniforms that know nothing of each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.sampling import streams
from sim.sampling.streams import name_key, philox4x32, uniforms

Z = 4.5
"""Tolerance of every statistical test here, in standard errors."""
REPLICATIONS = np.arange(1, 2001)
NAMES = np.array([name_key("entity", f"continuing-{number}", "duration", "build") for number in range(400)], dtype=np.uint64)


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        # Random123 1.14.0, tests/kat_vectors, the lines `philox4x32 10`
        ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_the_generator_gives_the_published_answers(counter: str, key: str, words: str) -> None:
    low, high = (int(word, 16) for word in key.split())
    first, second, third, fourth = (np.array([int(word, 16)], dtype=np.uint64) for word in counter.split())
    drawn = philox4x32((first, second, third, fourth), high << 32 | low)
    assert " ".join(f"{int(word[0]):08x}" for word in drawn) == words


def test_a_uniform_is_the_first_two_words_of_its_address() -> None:
    # the third published answer: counter words 0 and 1 are the name, 2 the replication, 3 the occurrence, the key is the seed;
    # 0x94fdcceb d16cfe09 without its last 11 bits, the last one left set, over 2^53
    drawn = uniforms(0x299F31D0A4093822, np.array([0x13198A2E]), np.array([0x85A308D3243F6A88], dtype=np.uint64), 0x03707344)
    assert drawn.tolist() == [[((0x94FDCCEBD16CFE09 >> 11) | 1) / 2**53]]


@pytest.mark.parametrize("word", [0, 2**32 - 1])
def test_uniforms_never_reach_zero_or_one(word: int) -> None:
    extreme = streams.unit_interval(np.array([word], dtype=np.uint64), np.array([word], dtype=np.uint64))
    assert extreme.tolist() == [2.0**-53 if word == 0 else 1 - 2.0**-53]


@given(st.integers(0, 2**63 - 1), st.sets(st.integers(0, 2**32 - 1), min_size=1, max_size=5), st.integers(1, 5))
def test_a_uniform_does_not_depend_on_what_else_is_drawn(seed: int, replications: set[int], names: int) -> None:
    numbers = np.array(sorted(replications))
    together = uniforms(seed, numbers, NAMES[:names])
    alone = [[uniforms(seed, numbers[row : row + 1], NAMES[name : name + 1])[0, 0] for name in range(names)] for row in range(len(numbers))]
    assert together.tolist() == alone


def test_a_uniform_does_not_depend_on_the_size_of_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = uniforms(7, REPLICATIONS[:50], NAMES)
    monkeypatch.setattr(streams, "BLOCK", 1000)
    np.testing.assert_array_equal(uniforms(7, REPLICATIONS[:50], NAMES), whole)


def test_nothing_asked_is_nothing_drawn() -> None:
    assert uniforms(1, REPLICATIONS, NAMES[:0]).shape == (2000, 0)
    assert uniforms(1, REPLICATIONS[:0], NAMES).shape == (0, 400)


@pytest.mark.parametrize(("seed", "replication", "occurrence"), [(-1, 0, 0), (2**64, 0, 0), (0, -1, 0), (0, 2**32, 0), (0, 0, 2**32)])
def test_an_address_out_of_range_is_refused(seed: int, replication: int, occurrence: int) -> None:
    with pytest.raises(ValueError, match="no such address"):
        uniforms(seed, np.array([replication]), NAMES, occurrence)


def test_names_are_joined_without_ambiguity() -> None:
    assert len({name_key("a", "bc"), name_key("ab", "c"), name_key("abc"), name_key("a", "b", "c"), name_key("abc", "")}) == 5


def test_a_name_is_one_key_in_every_process() -> None:
    # BLAKE2b with 8 bytes of digest of the nine bytes 01 00 00 00 00 00 00 00 61, as coreutils' `b2sum -l 64` gives it
    assert name_key("a").to_bytes(8, "little").hex() == "b86ff4ec84914880"


def chi_square_z(counts: np.ndarray) -> float:
    """Standard score of Pearson's statistic of equally likely cells (its sd is sqrt(2 (cells - 1)))."""
    expected = counts.sum() / counts.size
    return float((((counts - expected) ** 2 / expected).sum() - (counts.size - 1)) / np.sqrt(2 * (counts.size - 1)))


@pytest.mark.parametrize("zoom", [1, 2**10, 2**20])
def test_uniforms_are_uniform_in_their_high_and_low_bits(zoom: int) -> None:
    drawn = uniforms(1, REPLICATIONS, NAMES) * zoom % 1.0
    assert abs(chi_square_z(np.bincount((drawn * 1024).astype(int).ravel(), minlength=1024))) < Z


def neighbours() -> list[tuple[str, np.ndarray, np.ndarray]]:
    drawn = uniforms(1, REPLICATIONS, NAMES)
    return [
        ("replications", drawn[:-1], drawn[1:]),
        ("names", drawn[:, :-1], drawn[:, 1:]),
        ("occurrences", drawn, uniforms(1, REPLICATIONS, NAMES, 1)),
        ("seeds", drawn, uniforms(2, REPLICATIONS, NAMES)),
        ("seeds far apart", drawn, uniforms(1 + 2**32, REPLICATIONS, NAMES)),
        (
            "numbered keys",
            uniforms(1, REPLICATIONS, np.arange(400, dtype=np.uint64)),
            uniforms(1, REPLICATIONS, np.arange(1, 401, dtype=np.uint64)),
        ),
    ]


@pytest.mark.parametrize(("between", "these", "those"), neighbours())
def test_neighbouring_addresses_are_independent(between: str, these: np.ndarray, those: np.ndarray) -> None:
    correlation = np.corrcoef(these.ravel(), those.ravel())[0, 1]
    assert abs(correlation) * np.sqrt(these.size) < Z, between
    cells = (these * 32).astype(int) * 32 + (those * 32).astype(int)
    assert abs(chi_square_z(np.bincount(cells.ravel(), minlength=1024))) < Z, between


def test_sums_over_a_replication_are_as_wide_as_independence_makes_them() -> None:
    # the sum of 400 uniforms has variance 400 / 12; that of a sample variance of n normal values is 2 / (n - 1) of its square
    variance = uniforms(1, REPLICATIONS, NAMES).sum(axis=1).var(ddof=1)
    assert abs(variance / (400 / 12) - 1) < Z * np.sqrt(2 / 1999)
