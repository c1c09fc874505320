"""The page of every shipped city, in both languages: its pictures are sound on paper, its HTML is whole."""

import pytest

from sim.page.html import sheet_html
from sim.page.sections import sheet_of
from sim.reports.answer import answer_of
from sim.reports.files import run_files
from sim.reports.kept import kept_forecast
from sim.results.kept import KeptFiles
from sim.scenario.loading import load
from sim.studies.forecast import Precision, forecast, prepare
from tests.acceptance.conftest import ROOT
from tests.plots.conftest import clashes, on_paper
from tests.reports.reading import Reader

CITIES = sorted(file.stem for file in (ROOT / "scenarios").glob("*.yaml") if file.stem != "base")


@pytest.mark.heavy
@pytest.mark.parametrize("city", CITIES)
def test_the_page_of_a_shipped_city_is_sound_in_both_languages(city):
    wanted = Precision(0.05, 6400, 20)
    answer = answer_of(forecast(prepare(load(city), 1), wanted), wanted)
    texts = {name: text if isinstance(text, bytes) else text.encode() for name, text in run_files(answer).items()}
    kept = kept_forecast(KeptFiles({"files": {}, "versions": {"sim": "0"}}, texts))
    for lang in ("en", "zh"):
        sheet = sheet_of(kept, lang)
        for section in sheet.sections:
            for picture in section.pictures:
                assert clashes(on_paper(picture.draw())) == ([], []), (lang, picture.words)
        assert Reader(sheet_html(sheet, lang)).open == []
