"""YAML with positions: what is read, what stays text, where each fault is, and that no bytes whatever raise."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.files.document import DEEPEST, LARGEST_FILE, MOST_NODES, Node, read_document, read_text


def root(text: str) -> Node:
    node, problems = read_text(text, "town.yaml")
    assert problems == []
    assert node is not None
    return node


def faults(text: str) -> list[tuple[str, int, int]]:
    """Kind, line and column of each problem."""
    return [(problem.kind, problem.place.line, problem.place.column) for problem in read_text(text, "town.yaml")[1] if problem.place]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *(("5", 5), ("-12", -12), ("0", 0), ("1.5", 1.5), ("-.5", -0.5), ("1e3", 1000.0), ("true", True), ("false", False), ("~", None)),
        *(("null", None), ("", None), ("no", "no"), ("yes", "yes"), ("on", "on"), ("True", "True"), ("12:30", "12:30")),
        *(("2022-06-30", "2022-06-30"), ("110 bn yuan", "110 bn yuan"), ("1,000", "1,000"), ("0734", "0734"), ("0x1F", "0x1F")),
        *(("1_000", "1_000"), (".inf", ".inf"), (".nan", ".nan"), ("1e999", "1e999"), ("９", "９"), ('"5"', "5"), ("'true'", "true")),
        ("9" * 41, "9" * 41),
    ],
)
def test_only_plain_numbers_truth_and_null_are_more_than_text(written: str, value: object) -> None:
    found = root(f"a: {written}").value["a"].value
    assert found == value
    assert type(found) is type(value)


def test_keys_are_text_even_where_they_look_like_numbers_or_dates() -> None:
    assert list(root("1: a\n2022-04-15: b\ntrue: c\nnull: d\n").value) == ["1", "2022-04-15", "true", "null"]


def test_each_value_and_key_knows_its_line_and_column_counted_in_characters() -> None:
    node = root("标题: {en: a, zh: 中文}\n目标:\n  - 5\n")
    chinese = node.within(("标题", "zh"))
    assert chinese is not None
    assert chinese.key_place is not None
    assert (chinese.place.line, chinese.place.column, chinese.key_place.column) == (1, 17, 13)
    assert chinese.place.text == "标题: {en: a, zh: 中文}"
    item = node.within(("目标", 0))
    assert item is not None
    assert (item.place.line, item.place.column) == (3, 5)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_may_on_any_system(ending: str) -> None:
    node = root(ending.join(["a: 1", "b: 2", ""]))
    assert (node.value["b"].place.line, node.value["b"].place.text) == (2, "b: 2")


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    node, problems = read_document("a: 1".encode("utf-8-sig"), "town.yaml")
    assert problems == []
    assert node is not None
    assert node.value["a"].place.column == 4


def test_aliases_are_followed() -> None:
    assert root("a: &x {b: 1}\nc: *x\nd: &x 2\ne: *x\n").plain() == {"a": {"b": 1}, "c": {"b": 1}, "d": 2, "e": 2}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\nb: 2\na: 3\n", [("duplicate-key", 3, 1)]),
        ("a: !!str 1\n", [("tag", 1, 4)]),
        ("a: !!python/object:os.system {}\nb: ! x", [("tag", 1, 4), ("tag", 2, 4)]),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", [("merge-key", 3, 3)]),
        ("a: 1\n? [b]\n: 2\n", [("name", 2, 3)]),
        ("a: b: c\n", [("syntax", 1, 5)]),
        ("a:\n\t- 1\n", [("syntax", 2, 1)]),
        ("a: 'b\n", [("syntax", 1, 4)]),
        ("a: *b\n", [("syntax", 1, 4)]),
        ("a: &b [*b]\n", [("syntax", 1, 8)]),
        ("a: 1\n---\nb: 2\n", [("syntax", 2, 1)]),
        ("a: 1\nb: \x00\n", [("syntax", 2, 4)]),
        ("a: \ud800\n", [("syntax", 1, 4)]),
        ("a: \x1b[31m\n", [("syntax", 1, 4)]),
        ("[" * (DEEPEST + 1), [("depth", 1, DEEPEST + 1)]),
        ("- " * 1_000_000, [("depth", 1, 2 * DEEPEST + 1)]),
        ("{a: 1,500 mu, b: 2}", [("number", 1, 5)]),
        ("{a: {b: 12,000}}", [("number", 1, 9)]),
        ("a: [750 mu, 3,000 mu]", [("number", 1, 13)]),
        ("a: [1,000,000 yuan, 2,000 yuan]", [("number", 1, 5), ("number", 1, 21)]),
        ("a: [1,000]", [("number", 1, 5)]),
        ("a: [10, 1,200]", [("number", 1, 9)]),
        ("a: 1\na: 2\nb: !x 3\nc: }\n", [("duplicate-key", 2, 1), ("tag", 3, 4), ("syntax", 4, 4)]),
    ],
)
def test_each_fault_is_told_where_it_stands(text: str, found: list[tuple[str, int, int]]) -> None:
    assert faults(text) == found


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("[100,200,300]", (100, 200, 300)),
        ("[10, 200, 300]", (10, 200, 300)),
        ("[1,2000]", (1, 2000)),
        ('["3,000 mu", 4]', ("3,000 mu", 4)),
        ("[1.5,250, 3]", (1.5, 250, 3)),
        ("[a1000,200 mu]", ("a1000", "200 mu")),
        ("[]", ()),
    ],
)
def test_commas_between_numbers_cut_none(monkeypatch: pytest.MonkeyPatch, loader: str, text: str, items: tuple[object, ...]) -> None:
    monkeypatch.setattr(yaml, "CSafeLoader", getattr(yaml, loader))
    assert root(f"a: {text}").plain() == {"a": items}


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_a_number_in_a_list_that_a_comma_has_cut_is_told_with_its_quotes(monkeypatch: pytest.MonkeyPatch, loader: str) -> None:
    monkeypatch.setattr(yaml, "CSafeLoader", getattr(yaml, loader))
    _, (problem,) = read_document(b"a: [1, 12,345,678 yuan]", "town.yaml")
    assert (problem.found, problem.suggestion) == ("12,345,678 yuan", '"12,345,678 yuan"')


KEYS = "keys exactly below each other, each with its colon"


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize(
    ("text", "place", "found", "allowed"),
    [
        ("a: [1, 2\nb: 3\n", (1, 4), "[", "commas between its items, and a closing bracket"),
        ("a: {b: 1\nc: {d: 2}\n", (1, 4), "{", "commas between its items, and a closing bracket"),
        ("a: [1, 2\n", (1, 4), "[", "commas between its items, and a closing bracket"),
        ("a: [1 2}", (1, 8), "}", "a comma, or the closing bracket"),
        ("a: {b: 1}}", (1, 10), "}", "as many brackets closed as opened"),
        ("a: }", (1, 4), "}", "a value"),
        ("x:\n  a: 1\n   b: 2\n", (3, 5), ":", KEYS),
        ("x:\n  a: 1\n c: 2\n", (3, 2), "c", KEYS),
        ("a: 1\n- x\n", (2, 1), "-", KEYS),
        ("a: note: this\n", (1, 8), ":", 'quotes around text that contains ": "'),
        ("a: @x", (1, 4), "@", "quotes around text that begins so"),
        ("a:\n\tb: 1", (2, 1), "a tab", "spaces"),
        ("a: |x", (1, 5), "x", "the text from the next line on"),
        ("a: 'x\n", (1, 4), "the end of the file", "a closing quote"),
    ],
)
def test_a_fault_of_syntax_says_what_stands_there_and_what_helps(
    monkeypatch: pytest.MonkeyPatch, loader: str, text: str, place: tuple[int, int], found: str, allowed: str
) -> None:
    monkeypatch.setattr(yaml, "CSafeLoader", getattr(yaml, loader))
    (problem,) = read_text(text, "town.yaml")[1]
    assert problem.place is not None
    assert ((problem.place.line, problem.place.column), problem.found, problem.allowed) == (place, found, allowed)
    assert allowed not in problem.render("zh")
    assert found not in ("a tab", "the end of the file") or found not in problem.render("zh")


def test_a_quoted_merge_key_is_a_key() -> None:
    assert root('"<<": 1').plain() == {"<<": 1}


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
    assert MOST_NODES < 10**6
    assert [kind for kind, _, _ in faults(bomb)] == ["too-large"]


def test_deep_aliases_count_as_deep() -> None:
    ladder = "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, DEEPEST))
    assert [kind for kind, _, _ in faults(ladder)] == ["depth"]


def test_a_file_of_more_than_two_megabytes_is_not_read() -> None:
    node, problems = read_document(b"a" * (LARGEST_FILE + 1), "town.yaml")
    assert node is None
    assert [problem.kind for problem in problems] == ["too-large"]


def test_bytes_that_are_no_utf_8_are_told_where_they_stand() -> None:
    node, problems = read_document("a: 1\nb: 中".encode("gbk"), "town.yaml")
    assert node is None
    assert [(problem.kind, str(problem.place)) for problem in problems] == [("encoding", "town.yaml:2:4")]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# only this\n", b"null\n", b"\xef\xbb\xbf"])
def test_a_file_without_anything_is_empty(content: bytes) -> None:
    assert [problem.kind for problem in read_document(content, "town.yaml")[1]] == ["empty"]


@given(st.binary(max_size=200))
def test_no_bytes_raise(content: bytes) -> None:
    node, problems = read_document(content, "town.yaml")
    assert node is not None or problems


YAML_LIKE = st.text(alphabet="ab1 :-[]{}&*!|>'\"%@`#,?\n\t<=~.\\中\u2028\x85", max_size=80)


def refused(text: str) -> bool:
    """Whether PyYAML's own composer refuses a text; anchors may be named again, as YAML 1.2 says."""
    try:
        yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as fault:
        return "duplicate anchor" not in str(fault)
    return False


@given(YAML_LIKE)
def test_no_text_like_yaml_raises_and_what_yaml_refuses_is_refused(text: str) -> None:
    node, problems = read_document(text.encode(), "town.yaml")
    assert node is not None or problems
    assert problems or not refused(text)
    for problem in problems:
        assert problem.place is not None
        assert problem.place.line >= 1
        assert problem.render("en")
        assert problem.render("zh")


TEXT = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=20)


def tuples(value: object) -> object:
    """A tree with tuples for lists and without null values of keys, as nodes give it."""
    if isinstance(value, dict):
        return {key: tuples(child) for key, child in value.items() if child is not None}
    return tuple(map(tuples, value)) if isinstance(value, list) else value


@given(st.dictionaries(TEXT, TREES, min_size=1, max_size=4))
def test_what_is_written_as_json_is_read_back(tree: dict[str, object]) -> None:
    node, problems = read_document(json.dumps(tree, ensure_ascii=False).encode(), "town.yaml")
    assert problems == []
    assert node is not None
    assert node.plain() == tuples(tree)
