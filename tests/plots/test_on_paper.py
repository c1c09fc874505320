"""Every picture in both languages as it stands on paper: no text over another or cut off, no box for a character, no formula."""

import subprocess
import sys

import matplotlib
import pytest
from matplotlib.figure import Figure

from sim.plots.style import FONT, drawable, fitted, svg
from tests.plots.conftest import NAMES, PICTURES, clashes, on_paper


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("picture", PICTURES)
def test_no_text_meets_another_or_the_edge_of_the_picture(picture, names, lang):
    assert clashes(on_paper(PICTURES[picture](lang, NAMES[names]))) == ([], [])


@pytest.mark.parametrize("picture", PICTURES)
def test_every_text_is_of_the_shipped_font_and_no_formula(picture, lang):
    for text in on_paper(PICTURES[picture](lang, NAMES["dollars"])).texts:
        assert text.get_fontproperties().get_file() == str(FONT)
        assert not text.get_parse_math()


@pytest.mark.parametrize("picture", [name for name in PICTURES if not name.startswith("bridge")])
def test_a_dollar_stays_a_dollar(picture, lang):
    assert any("$x$" in text.get_text() for text in on_paper(PICTURES[picture](lang, NAMES["dollars"])).texts)


@pytest.mark.parametrize("picture", PICTURES)
def test_chinese_pictures_have_chinese_words_and_english_ones_none_of_their_own(picture):
    def words(lang):
        return "".join(text.get_text() for text in on_paper(PICTURES[picture](lang, ("A", "B", "C"))).texts)

    assert any("\u4e00" <= character <= "\u9fff" for character in words("zh"))
    assert not any("\u4e00" <= character <= "\u9fff" for character in words("en"))


@pytest.mark.parametrize("picture", PICTURES)
def test_the_same_picture_gives_the_same_bytes(picture, lang):
    first, second = (svg(PICTURES[picture](lang, NAMES["plain"])) for _ in range(2))
    assert first == second
    assert "<dc:date>" not in first


def test_the_settings_of_the_user_neither_change_a_picture_nor_are_changed(lang):
    plain = svg(PICTURES["fan"](lang, NAMES["plain"]))
    with matplotlib.rc_context({"axes.facecolor": "red", "font.size": 40, "svg.fonttype": "none"}):
        before = dict(matplotlib.rcParams)
        assert svg(PICTURES["fan"](lang, NAMES["plain"])) == plain
        assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_drawn_on_the_axes_that_is_given(picture, lang, monkeypatch):
    ax = Figure(layout="constrained").add_subplot()
    module = sys.modules["sim.plots.style"]
    real = module.axes_or_new
    monkeypatch.setattr(module, "axes_or_new", lambda _, *size: real(ax, *size))
    assert PICTURES[picture](lang, NAMES["plain"]) is ax


def test_what_the_font_lacks_becomes_a_sign_or_nothing():
    assert drawable("镕㛃基") == "镕㛃基"
    assert drawable("𠮷") == "〓"
    assert drawable("🏗️") == "〓"
    assert drawable("a\u0301b\x07\u202e\ud800") == "ab 〓"


def test_a_long_name_is_cut_and_says_so():
    assert fitted("short", 20) == "short"
    assert fitted("x" * 200, 20, 2).splitlines() == ["x" * 20, "x" * 18 + "…"]
    assert fitted("项目" * 100, 20, 1) == "项目项目项目项目项…"


def test_nobody_loads_matplotlib_before_a_picture_is_drawn():
    asked = "import sys, sim, sim.reports.figures, sim.page.sections; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip() == "False"


def test_no_picture_needs_a_screen_or_the_state_of_pyplot():
    asked = "import sys, tests.plots.conftest as c; c.PICTURES['fan']('zh', c.NAMES['plain']); print('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip() == "False"
