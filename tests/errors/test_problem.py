"""Problems in words: place, sentence, source line, caret."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import Place, Problem, shown
from sim.errors.wording import KINDS, PHRASES

ROOM = Path(__file__).parents[2] / "sim"


def test_a_problem_names_place_path_fault_what_was_found_what_is_allowed_and_what_was_meant() -> None:
    problem = Problem("unit", Place("city.yaml", 3, 10), "goals.investment.value", "110 bn", "110 bn yuan, 1,100亿元", "110 bn yuan")
    assert problem.render("en") == (
        "city.yaml:3:10 goals.investment.value: the unit does not belong here; found 110 bn; "
        "allowed: 110 bn yuan, 1,100亿元; did you mean 110 bn yuan?"
    )
    assert problem.render("zh") == (
        "city.yaml:3:10 goals.investment.value：单位不对；实际为 110 bn；允许：110 bn yuan, 1,100亿元；是否想写 110 bn yuan？"
    )


def test_a_warning_says_so() -> None:
    problem = Problem("money-scale", path="goals.a", severity="warning")
    assert problem.render("en").startswith("goals.a: warning: ")
    assert problem.render("zh").startswith("goals.a：警告：")


def test_the_caret_stands_under_its_column() -> None:
    _, line, caret = Problem("unit", Place("a.yaml", 1, 8, "total: 110 bn")).render("en").split("\n")
    assert line.index("110") == caret.index("^")


def test_the_caret_stands_right_under_wide_chinese_characters() -> None:
    """Two columns for each of the three characters before it, one for colon and blank."""
    _, line, caret = Problem("unit", Place("a.yaml", 1, 6, "总投资: 110 bn")).render("en").split("\n")
    indent = len(line) - len(line.lstrip())
    assert caret == " " * (indent + 3 * 2 + 2) + "^"


def test_of_a_long_line_the_part_around_the_caret_is_shown() -> None:
    text = "a" * 5000 + "X" + "b" * 5000
    _, line, caret = Problem("unit", Place("a.yaml", 1, 5001, text)).render("en").split("\n")
    assert len(line) < 200
    assert line[caret.index("^")] == "X"


def test_a_column_beyond_the_line_is_its_end() -> None:
    _, line, caret = Problem("unit", Place("a.yaml", 1, 99, "abc")).render("en").split("\n")
    assert caret.index("^") == len(line)


def test_nothing_in_a_message_can_steer_a_terminal() -> None:
    problem = Problem(
        "unit", Place("a\x1b[2J.yaml", 1, 1, "x: \x1b[31m"), "p\x07", "\x1b]0;title\x07", "\x9b", "\u202e", arguments={"a": "\x1b"}
    )
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", problem.render("en"))


def test_an_argument_stands_in_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    words = type(KINDS["unit"])("{name} is odd", "{name} 有误")
    monkeypatch.setitem(KINDS, "odd", words)
    assert Problem("odd", arguments={"name": "Anna"}).message("zh") == "Anna 有误"


def test_problems_can_be_gathered_in_a_set() -> None:
    assert len({Problem("unit", arguments={"a": "b"}), Problem("unit", arguments={"a": "b"})}) == 1


@given(
    st.recursive(
        st.none() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_value_is_shown_in_one_short_line(value: object) -> None:
    text = shown(value)
    assert len(text) <= 80
    assert "\n" not in text


def test_a_number_longer_than_python_prints_is_shown_by_its_type() -> None:
    assert shown([10**5000]) == "list"


def test_every_kind_and_phrase_is_worded_in_both_languages() -> None:
    for kind, words in KINDS.items():
        assert words.en, kind
        assert re.search(r"[\u4e00-\u9fff]", words.zh), kind
    assert all(re.search(r"[\u4e00-\u9fff]|^true", chinese) for chinese in PHRASES.values())


def test_every_kind_that_the_program_tells_is_in_the_table() -> None:
    told = re.compile(r"""(?:\bProblem\(|\bQuantityError\(|\bunknown\()\s*"([a-z-]+)\"""")
    kinds = {kind for path in ROOM.rglob("*.py") for kind in told.findall(path.read_text(encoding="utf-8"))}
    assert len(kinds) > 25
    assert kinds - KINDS.keys() == set()
