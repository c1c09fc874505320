"""Who asks in Chinese is answered in Chinese: help, wrong calls, pages; and no text of the program has only English."""

import ast
import re
from pathlib import Path

import pytest

import sim
from sim.cli import application
from sim.cli.chinese import HELP, chinese_fault
from sim.columns import columns, wrapped

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PROSE = re.compile(r"\b[A-Za-z]{2,} [a-z]{2,}\b")
"""Two English words in a row."""
COMMANDS = [[], *([name] for name in application.commands)]
SOURCES = sorted(Path(sim.__file__).parent.rglob("*.py"))
PAIRED = {"say": (1, 2), "SimError": (0, 1), "UnfinishedError": (0, 1), "WrongCallError": (0, 1), "NoTerminalError": (0, 1)}
"""Function -> the places of its English and Chinese argument."""


def flat(text):
    return " ".join(text.split())


def told():
    """Every help text."""
    for command in (application, *application.commands.values()):
        yield flat(command.help)
        if command is not application:
            yield flat(command.short_help)
        yield from (flat(option.help) for option in command.params if getattr(option, "help", None))


def test_every_help_text_has_its_chinese_and_no_other_does():
    assert set(told()) | {"Show this message and exit."} == set(HELP)
    assert [text for text in HELP.values() if not CHINESE.search(text) or PROSE.search(re.sub(r"（见 .*?）|sim \w+", "", text))] == []


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_is_chinese_within_eighty_columns(sim, monkeypatch, command):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    result = sim(*command, "--help")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("用法：")
    assert [line for line in lines if columns(line) > 80 and not line.startswith("  sim ")] == []
    text = "\n".join(line for line in lines[1:] if not line.startswith("  sim "))
    assert "示例：" in text
    assert PROSE.findall(re.sub("sim levers|sim sweep", "", text)) == []
    asked = application.get_command(None, command[0]) if command else application
    assert {option for one in asked.params for option in one.opts if option.startswith("--")} <= set(re.findall(r"--[\w-]+", text))


def test_the_language_may_be_asked_for(sim):
    assert sim("terms", "--lang", "zh", "--help").stdout.startswith("用法：")
    assert sim("terms", "--lang", "en", "--help").stdout.startswith("Usage: ")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (["rum"], "没有命令 rum。是否指 run？"),
        (["--bar"], "没有选项 --bar。"),
        (["run", "x", "--foo"], "没有选项 --foo。是否指 --out？"),
        (["run"], "缺少参数 SCENARIO。"),
        (["run", "x", "--seed", "abc"], "--seed 的值无效：abc 不是有效的整数。"),
        (["run", "x", "--replications", "0"], "--replications 的值无效：0 不在范围 1<=x<=1000000 之内。"),
        (["run", "x", "--engine", "steam"], "--engine 的值无效：steam 不在可选值之内：'kernel'、'reference'。"),
        (["run", "x", "--seed"], "选项 --seed 需要一个值。"),
        (["run", "x", "--strict=1"], "选项 --strict 不带值。"),
        (["report", "a", "b"], "多余的参数：b。"),
        (["run", "x", "--replication", "1", "--replications", "2"], "--replication与--replications不能同时使用。"),
        (["run", "x", "y", "--trace"], "--trace不能用于多个情景。"),
        (["compare", "hengyang-2022"], "没有任何改动：请给出第二个情景，或要改动的内容（--lever、--without、--set 等）。"),
        (["new", "x", "--answers"], "--answers与NAME不能同时使用。"),
        (["new"], "缺少参数 NAME。"),
    ],
)
def test_a_wrong_call_is_told_in_chinese(sim, monkeypatch, call, words):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    result = sim(*call)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == f"错误：{words}"
    assert all(CHINESE.search(line) for line in result.stderr.splitlines() if line)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert not CHINESE.search(sim(*call).stderr)


def test_a_fault_that_is_not_known_stands_as_it_is():
    assert chinese_fault("Something new.") == "Something new."


def test_lines_break_between_characters_but_not_before_a_closing_nor_behind_an_opening_mark():
    assert wrapped("目标能否完成？看（概率）。", 10) == ["目标能否完", "成？看（概", "率）。"]
    assert wrapped("a few words 与汉字", 8) == ["a few", "words 与", "汉字"]


def strings(node):
    """The fixed parts of a text in the source, joined; None where there are none, or a term, whose Chinese is in the glossary."""
    if any(isinstance(part, ast.Call) and getattr(part.func, "id", "") == "label" for part in ast.walk(node)):
        return None
    parts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return "".join(parts) if parts else None


def pairs(sources):
    """(place, English, Chinese) of every text that these sources have in both languages."""
    for name, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            place = f"{name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Dict):
                keys = {key.value: value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)}
                if {"en", "zh"} <= set(keys):
                    yield place, strings(keys["en"]), strings(keys["zh"])
            elif isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                first, second = PAIRED.get(called, (0, 99))
                if second < len(node.args):
                    yield place, strings(node.args[first]), strings(node.args[second])


def lacking(found):
    """Places whose Chinese is none, or whose English is Chinese."""
    words = re.compile(r"[A-Za-z]{3,}")
    none = [place for place, english, text in found if text is not None and words.search(english or "") and not CHINESE.search(text)]
    return none + [place for place, english, _ in found if CHINESE.search(english or "")]


def test_every_text_of_the_program_has_its_chinese():
    found = list(pairs({str(path): path.read_text(encoding="utf-8") for path in SOURCES}))
    assert len(found) > 200
    assert lacking(found) == []


@pytest.mark.parametrize(
    "source",
    [
        'say(lang, f"{n} projects wait", f"{n} projects wait")',
        '{"en": "interrupted", "zh": "interrupted"}[lang]',
        'raise SimError("no such run", f"no such run: {name}")',
        'say(lang, "项目", "项目")',
    ],
)
def test_a_text_without_chinese_is_found(source):
    assert lacking(list(pairs({"planted.py": source}))) == ["planted.py:1"]


@pytest.mark.parametrize(
    "call",
    [
        ("run", "hengyang-2022", "--replications", "2", "--no-save"),
        ("run", "hengyang-2022", "--replication", "2"),
        ("run", "hengyang-2022", "foshan-2021", "--replications", "2", "--no-save"),
        ("compare", "hengyang-2022", "--replications", "2", "--lever", "green_channel=2"),
        ("check", "hengyang-2022"),
        ("bridge", "shenyang-2023"),
        ("show", "hengyang-2022"),
        ("levers",),
        ("levers", "zhaoqing-2023"),
    ],
    ids=" ".join,
)
def test_an_answer_in_chinese_has_no_english_words_in_a_row(sim, call):
    result = sim(*call, "--lang", "zh")
    assert result.exit_code == 0, result.stderr
    assert [line for line in result.stdout.splitlines() if PROSE.search(line)] == []
