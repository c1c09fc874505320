"""Laying trees over each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.files.document import Node, read_text
from sim.scenario.files.merging import merge, merge_all
from sim.scenario.shape import ANYTHING, Shape, scenario_shape


def node(text: str, name: str = "a.yaml") -> Node:
    root, problems = read_text(text, name)
    assert problems == []
    assert root is not None
    return root


def merged(under: str, over: str, shape: Shape = ANYTHING) -> object:
    return merge(node(under), node(over), shape).plain()


@pytest.mark.parametrize(
    ("under", "over", "result"),
    [
        ("{a: 1, b: 2}", "{b: 3, c: 4}", {"a": 1, "b": 3, "c": 4}),
        ("{a: {b: 1, c: 2}}", "{a: {c: 3}}", {"a": {"b": 1, "c": 3}}),
        ("{a: {b: 1}}", "{a: 2}", {"a": 2}),
        ("{a: 2}", "{a: {b: 1}}", {"a": {"b": 1}}),
        ("{a: [1, 2]}", "{a: [3]}", {"a": (3,)}),
        ("{a: [{name: x, b: 1, c: 1}, {name: y}]}", "{a: [{name: x, b: 2}, {name: z}]}",
         {"a": ({"name": "x", "b": 2, "c": 1}, {"name": "y"}, {"name": "z"})}),
        ("{a: 1, b: 2}", "{a: null}", {"b": 2}),
        ("{a: {b: 1}}", "{a: {b: null}}", {"a": {}}),
    ],
)  # fmt: skip
def test_mappings_merge_deeply_named_lists_by_name_and_null_deletes(under: str, over: str, result: object) -> None:
    assert merged(under, over) == result


def test_a_distribution_replaces_another_as_a_whole() -> None:
    under = "workflow: {permit: {duration: {lognormal: {mean: 25 days, cv: 0.6}}}}"
    over = "workflow: {permit: {duration: {lognormal: {mean: 5 days, log_sd: 1}}}}"
    assert merged(under, over, scenario_shape()) == {"workflow": {"permit": {"duration": {"lognormal": {"mean": "5 days", "log_sd": 1}}}}}


def test_a_pool_of_another_kind_replaces_the_one_below() -> None:
    under = "pools: {land: {kind: stock, initial: 5 mu}}"
    assert merged(under, "pools: {land: {kind: servers, capacity: 3}}", scenario_shape()) == {
        "pools": {"land": {"kind": "servers", "capacity": 3}}
    }
    assert merged(under, "pools: {land: {initial: 6 mu}}", scenario_shape()) == {"pools": {"land": {"kind": "stock", "initial": "6 mu"}}}


def test_each_value_keeps_the_place_where_it_was_said() -> None:
    tree = merge(node("{a: {b: 1, c: 2}}", "base.yaml"), node("a:\n  c: 3", "town.yaml"))
    assert [str(leaf.place) for _, leaf in tree.leaves()] == ["base.yaml:1:9", "town.yaml:2:6"]


TREES = st.recursive(
    st.integers() | st.none(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3) | st.lists(inner, max_size=2)
)


def built(value: object) -> Node:
    place = node("a: 1").place
    if isinstance(value, dict):
        return Node({key: built(child) for key, child in value.items()}, place)
    return Node([built(child) for child in value] if isinstance(value, list) else value, place)


@given(TREES, TREES)
def test_laying_a_tree_over_another_twice_changes_nothing_more(one: object, two: object) -> None:
    under, over = built(one), built(two)
    once = merge(under, over)
    assert merge(once, over).plain() == once.plain()
    assert merge(under, under).plain() == under.plain()


def test_layers_are_laid_from_the_bottom_up() -> None:
    layers = [node("{a: 1, b: 1, c: 1}"), node("{b: 2, c: 2}"), node("{c: 3}")]
    assert merge_all(layers, ANYTHING).plain() == {"a": 1, "b": 2, "c": 3}
