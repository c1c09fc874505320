"""What goes where: the answer alone on standard output, no colours in a file, no crash on a console that lacks a character."""

import json
import locale

import pytest

from sim.cli import streams
from tests.cli.conftest import SMALL


@pytest.fixture
def told(monkeypatch):
    """The language that these variables lead to, and none other."""

    def language(**variables):
        for name in streams.LANGUAGE_VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return streams.default_language()

    return language


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.GBK"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "", "LC_ALL": ""}, "en"),
    ],
)
def test_the_language_is_that_of_the_locale(told, variables, language):
    assert told(**variables) == language


def test_windows_tells_its_language_by_its_locale(told, monkeypatch):
    monkeypatch.setattr(streams.sys, "platform", "win32")
    monkeypatch.setattr(locale, "getlocale", lambda: ("Chinese (Simplified)_China", "936"))
    assert told() == "zh"
    assert told(LANG="en_US") == "en"


@pytest.mark.parametrize("command", ["check", "show", "bridge", "run"])
@pytest.mark.parametrize("encoding", ["gbk", "latin-1"])
def test_a_console_that_lacks_characters_gets_an_answer_all_the_same(process, small, command, encoding):
    options = ("--replications", "5", "--no-save") if command == "run" else ()
    done = process(command, small, "--lang", "zh", *options, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr.decode(encoding)
    text = done.stdout.decode(encoding)
    assert ("?" in text) == (encoding == "latin-1")


def test_a_gbk_console_shows_a_name_that_it_lacks_with_a_question_mark(process, small, tmp_path):
    (tmp_path / small).write_text(SMALL.replace("一个小城市", "𠮷城 🏗"), encoding="utf-8")
    done = process("show", small, "--lang", "zh", PYTHONIOENCODING="gbk")
    assert done.returncode == 0
    assert "?城 ?" in done.stdout.decode("gbk")


def test_json_is_the_same_bytes_on_every_console(process, small):
    answers = [process("show", small, "--json", PYTHONIOENCODING=encoding).stdout for encoding in ("utf-8", "gbk", "ascii")]
    assert answers[0] == answers[1] == answers[2]
    assert json.loads(answers[0])["resolved"]["title"]["zh"] == "一个小城市"


def test_no_colours_and_no_progress_where_there_is_no_terminal(process, small):
    done = process("run", small, "--replications", "5", "--no-save", FORCE_COLOR="1", COLUMNS="40", TERM="xterm-256color")
    assert b"\x1b" not in done.stdout + done.stderr
    assert done.stderr == b""


def test_a_reader_that_leaves_early_causes_no_traceback(started, small):
    child = started("terms")
    child.stdout.close()
    assert b"Traceback" not in child.stderr.read()
