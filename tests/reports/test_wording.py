"""Numbers in words: units a planner uses, probabilities that claim no more than they know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.reports.wording import as_told, chance, money, money_scale, scale_of, stated


@pytest.mark.parametrize(
    ("yuan", "english", "chinese"),
    [
        (110_000_000_000, "110 bn yuan", "1,100亿元"),
        (76_000_000_000, "76 bn yuan", "760亿元"),
        (9_908_000_000, "9.908 bn yuan", "99.08亿元"),
        (50_000_000, "50 million yuan", "0.5亿元"),
        (1_200_000_000_000, "1,200 bn yuan", "12,000亿元"),
        (0, "0 yuan", "0元"),
    ],
)
def test_stated_money_is_written_as_shortly_as_it_can_be(yuan, english, chinese):
    assert stated(yuan, "yuan", "en") == english
    assert stated(yuan, "yuan", "zh") == chinese


def test_both_languages_show_money_to_the_same_step_at_a_citys_size():
    """0.1 bn yuan is 1亿元."""
    assert money(100_092_000_000, "en") == "100.1 bn yuan"
    assert money(100_092_000_000, "zh") == "1,001亿元"


def test_outcomes_are_written_on_the_scale_of_their_goal():
    scale = money_scale(110e9, "en")
    assert [scale.number(value) for value in (9.9e9, 0, -0.01e9, 104.26e9)] == ["9.9", "0.0", "0.0", "104.3"]


@pytest.mark.parametrize(
    ("told", "chinese"),
    [
        ("13 projects", "13个"),
        ("6.2 bn yuan", "62亿元"),
        ("-10 days", "-10天"),
        ("20 working days", "20个工作日"),
        ("1500 mu", "1,500亩"),
        ("2.5 per week", "0.357143个/天"),
        ("85%", "85%"),
        ("0.4", "0.4"),
        ("2022-04-01", "2022-04-01"),
        ("none", "none"),
    ],
)
def test_a_value_is_told_in_the_readers_units(told, chinese):
    assert (as_told(told, "en"), as_told(told, "zh")) == (told, chinese)


def test_other_units_have_their_words_in_both_languages():
    assert [stated(320, "projects", "en"), stated(320, "projects", "zh")] == ["320 projects", "320个"]
    assert [stated(0.12, "fraction", "en"), stated(0.12, "fraction", "zh")] == ["12%", "12%"]
    assert [stated(2022, "mu", "en"), stated(2022, "mu", "zh")] == ["2,022 mu", "2,022亩"]
    assert [stated(45, "days", "en"), stated(45, "days", "zh")] == ["45 days", "45天"]
    assert scale_of("fraction", 0.12, "en").words(0.0217) == "2.2%"


@pytest.mark.parametrize(
    ("estimate", "low", "high", "words"),
    [
        (0.62, 0.57, 0.67, "62% (57-67)"),
        (0.0, 0.0, 0.0092, "<1% (at most 1)"),
        (1.0, 0.9908, 1.0, ">99% (at least 99)"),
        (1.0, 0.692, 1.0, ">69% (at least 69)"),
        (0.0025, 0.0001, 0.0138, "<1% (<1 to 1)"),
        (0.9975, 0.9862, 0.9999, ">99% (99 to >99)"),
        (0.5, 0.499, 0.501, "50.0% (49.9-50.1)"),
    ],
)
def test_a_probability_never_claims_more_than_its_interval_supports(estimate, low, high, words):
    assert chance(estimate, low, high, "en") == words


def test_a_probability_in_chinese_has_chinese_brackets():
    assert chance(0.62, 0.57, 0.67, "zh") == "62%（57-67）"


shares = st.floats(0, 1)


@given(st.tuples(shares, shares, shares).map(sorted))
def test_no_probability_is_ever_shown_as_nothing_or_as_certain(ends):
    low, estimate, high = ends
    words = chance(estimate, low, high, "en").replace("(", " ").replace(")", " ").replace("-", " ").split()
    numbers = [word.removesuffix("%") for word in words]
    assert not {"0", "0.0", "100", "100.0"} & set(numbers)
