"""What the page of a study tells: what its outputs come to, which factors they rest on, where the goals are missed, what was varied."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sim.analysis.discovery import DENSITY
from sim.analysis.quantities import is_chance
from sim.errors import Language
from sim.page.sections import Picture, Section, Sheet
from sim.reports.sweep.boxes import asked_of, discovery_page
from sim.reports.sweep.figures import boxes_of
from sim.reports.sweep.indices import judged_page
from sim.reports.sweep.page import failures_page, outputs_page, ranges_page, shown_outputs, title_page
from sim.reports.sweep.words import StudyAnswer, output_title, parts_of
from sim.reports.tables import Heading
from sim.reports.wording import say
from sim.studies.sweep.judging import Judged, find_boxes
from sim.terms import label


def study_sheet(answer: StudyAnswer, versions: Mapping[str, str], lang: Language) -> Sheet:
    """The page of a study; sections of which there is nothing to tell are left out. `versions` are the programs that made it."""
    first, *others = title_page(answer, lang)
    sections = (
        Section([*others, *outputs_page(answer, lang)]),
        *(_output(answer, judged, lang) for judged in answer.judged),
        _boxes(answer, lang),
        Section(failures_page(answer, lang)),
        Section(ranges_page(answer, lang)),
    )
    plan, comma, untested = answer.plan, say(lang, ", ", "，"), label("not_tested", lang)
    made = say(lang, f"{answer.done:,} points, seed {plan.seed}", f"{answer.done:,}个点，种子{plan.seed}")
    programs = comma.join(f"{name} {version}" for name, version in versions.items())
    return Sheet(
        title=first.text if isinstance(first, Heading) else "",
        notice=untested[:1].upper() + untested[1:],
        sections=[section for section in sections if section.blocks],
        footer=[f"{plan.study}{comma}{plan.scenario}{comma}{made}", programs],
    )


def _output(answer: StudyAnswer, judged: Judged, lang: Language) -> Section:
    """Which factors an output rests on; assumptions, levers and readings have pictures apart."""
    from sim.plots.rows import part_words
    from sim.plots.study import panel_of

    pictures = []
    for part in parts_of(answer.plan.axes):
        if panel := panel_of(answer, judged, part, lang):
            words = f"{output_title(answer, judged.output, lang)}{say(lang, ': ', '：')}{part_words(part, lang)}"
            pictures.append(Picture(words, partial(panel.draw, None)))
    return Section(judged_page(answer, judged, lang), pictures, "beside" if len(pictures) == 1 else "below")


def _boxes(answer: StudyAnswer, lang: Language) -> Section:
    """Under which conditions the first probability is below one half; of designs whose points spread over all factors at once."""
    from sim.plots.boxes import boxes

    output = shown_outputs(answer.plan)[0]
    if answer.plan.design == "one_way" or not is_chance(output):
        return Section([])
    asked = asked_of(output, None, None)
    found = find_boxes(answer.plan, answer.table, asked.output, asked.below, asked.above, DENSITY)
    shown = boxes_of(answer, asked, found, lang)
    _, *told = discovery_page(answer, asked, found, lang)
    heading = say(lang, "Under which conditions is it missed?", "在什么条件下未能达成？")
    return Section([Heading(heading), *told], [Picture(heading, partial(boxes, shown, lang))] if shown else [])
