"""Titles in two languages."""

import pytest

from sim.scenario.values.reading import QuantityError
from sim.scenario.values.words import Words, read_words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("permit", Words("permit", "permit")),
        ({"en": "permit", "zh": "许可"}, Words("permit", "许可")),
        ({"zh": "许可"}, Words("许可", "许可")),
        ({"en": "permit"}, Words("permit", "permit")),
        (Words("a", "甲"), Words("a", "甲")),
    ],
)
def test_a_title_in_one_language_serves_for_both(value: object, words: Words) -> None:
    assert read_words(value) == words
    assert (words["en"], words["zh"]) == (words.en, words.zh)


@pytest.mark.parametrize("value", [None, 2022, True, [], {}, {"de": "Titel"}, {"en": 3}, {"en": ""}, "", "x" * 201])
def test_what_is_no_title_is_refused(value: object) -> None:
    with pytest.raises(QuantityError, match="words"):
        read_words(value)
