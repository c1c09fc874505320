"""A city is data: no line of the program knows one, but for the examples of its help and of its docstrings."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CITIES = sorted({path.stem.partition("-")[0] for path in (ROOT / "scenarios").glob("*-*.yaml")})
CHINESE = ("衡阳", "佛山", "肇庆", "巴中", "沈阳")
NAMES = re.compile("|".join([*CITIES, *CHINESE]), re.IGNORECASE)
EXAMPLE = re.compile(r"^\s*(?:\x08|Examples?:|sim (?:check|show|bridge|run|compare|report|levers|new) .*|)\s*$")


def texts(path):
    """Every text of a program file that is no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    return [
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    ]


def test_there_are_cities_to_look_for():
    assert len(CITIES) == len(CHINESE) == 5


@pytest.mark.parametrize("path", sorted((ROOT / "sim").rglob("*.py")), ids=lambda path: path.name)
def test_no_text_of_the_program_names_a_city_outside_an_example(path):
    named = [line for text in texts(path) for line in text.splitlines() if NAMES.search(line)]
    assert [line for line in named if not EXAMPLE.match(line)] == []


def test_no_data_of_the_program_names_a_city():
    files = (path for path in (ROOT / "sim").rglob("*") if path.is_file() and "_data" not in path.parts)
    data = [path for path in files if path.suffix not in {".py", ".pyc", ".otf"}]
    assert [path.name for path in data if NAMES.search(path.read_text(encoding="utf-8"))] == []
