"""`--plot FILE`: the picture of a study as a file, told before any work where it cannot be, and after it where there is none."""

import pytest

PNG = b"\x89PNG"
STUDY = """\
title: {en: Small, zh: 小}
scenario: ./small.yaml
seed: 1
factors:
  desks: {path: pools.permit_desk.capacity, range: [1, 4], assumed: an example}
  channel: {lever: green_channel, values: [0, 1, 2], assumed: an example}
  ready: {reading: ready}
design: {one_way: {}}
replications: 4
"""


@pytest.fixture
def study(sim, tmp_path):
    """A study of the small city, by its path."""
    (tmp_path / "tiny.yaml").write_text(STUDY, encoding="utf-8")
    return "./tiny.yaml"


@pytest.mark.parametrize(("name", "begins"), [("a.png", PNG), ("a.SVG", b"<?xml")])
def test_a_sweep_has_its_picture_in_a_file(sim, study, tmp_path, name, begins):
    result = sim("sweep", study, "--plot", name, "--output", "goals.investment.outcome")
    assert result.exit_code == 0, result.output
    assert "One at a time" in result.stdout
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_boxes_have_their_picture(sim, tmp_path):
    assert sim("sweep", "smoke").exit_code == 0
    asked = ("discover", "smoke", "--output", "goals.investment.outcome", "--below", "110 bn yuan")
    assert sim(*asked, "--plot", "box.svg").exit_code == 0
    assert (tmp_path / "box.svg").read_bytes().startswith(b"<?xml")
    result = sim("discover", "smoke", "--above", "0.99", "--plot", "none.svg")
    assert result.exit_code == 3
    assert "no picture is written: All points are alike" in result.stderr
    assert not (tmp_path / "none.svg").exists()


@pytest.mark.parametrize("command", ["sweep", "discover"])
def test_a_file_that_cannot_be_is_refused_before_any_work(sim, tmp_path, command):
    (tmp_path / "there.png").write_bytes(b"")
    for name, code, words in (("x.gif", 2, "neither in .png nor in .svg"), ("there.png", 3, "--plot needs a new name")):
        result = sim(command, "smoke", "--plot", name)
        assert result.exit_code == code
        assert words in result.stderr
    assert not (tmp_path / "runs").exists()
