"""The glossary has one word for a thing, in both languages."""

import re
import subprocess
import sys
from collections import Counter

import pytest

from sim.terms import TERMS, Term, label, term

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAME_IN_BOTH = {"p10", "p50", "p90", "share"}
GOAL_METRICS = ("investment", "investment_growth", "fai_growth", "projects_implemented", "projects", "waiting_time")
DEFAULT_MILESTONES = ("landed", "permitted", "started", "completed", "entered")


def test_each_id_stands_once() -> None:
    assert [name for name, times in Counter(entry.id for entry in TERMS).items() if times > 1] == []


def test_no_two_terms_share_label_and_meaning() -> None:
    assert len({(entry.en, entry.meaning_en) for entry in TERMS}) == len(TERMS)


@pytest.mark.parametrize("entry", TERMS, ids=lambda entry: entry.id)
def test_a_term_is_whole_in_both_languages(entry: Term) -> None:
    assert all(text == text.strip() != "" for text in (entry.id, entry.en, entry.zh, entry.meaning_en, entry.meaning_zh))
    assert not CHINESE.search(entry.en + entry.meaning_en.replace("亿元", ""))
    assert CHINESE.search(entry.meaning_zh)
    assert CHINESE.search(entry.zh) or entry.id in SAME_IN_BOTH


@pytest.mark.parametrize("entry", TERMS, ids=lambda entry: entry.id)
def test_a_meaning_is_a_sentence(entry: Term) -> None:
    assert entry.meaning_en.endswith(".")
    assert entry.meaning_zh.endswith("。")


@pytest.mark.parametrize(
    "name",
    [f"metric.{metric}" for metric in GOAL_METRICS]
    + [f"milestone.{milestone}" for milestone in DEFAULT_MILESTONES]
    + ["basis.completed", "basis.reported", "basis.counted", "kind.new", "kind.continuing"]
    + [f"provenance.{kind}" for kind in ("stated", "observed", "fitted", "assumed", "target", "plan", "derived", "context")]
    + [f"comparator.{sign}" for sign in (">=", ">", "<=", "<")],
)
def test_the_words_of_the_scenario_language_have_terms(name: str) -> None:
    assert term(name).id == name


STANDARD_WORDS = """
annual investment plan 年度投资计划, completion rate 完成率, key project 重点项目, new start 新开工, continuing 续建, reserve 储备,
investment completed 完成投资, statistical entry 入库纳统, pro-rata progress 序时进度, physical progress 形象进度, serviced land 熟地,
land quota 用地指标, land supply 供地, special bond 专项债券, funds in place 资金到位, fulfilment rate 履约率, start rate 开工率,
production rate 投产率, four certificates 四证, land-then-start 拿地即开工, task force 专班, chain leader 链长, centralised start 集中开工,
monthly review 月度调度, resumption 复工, commissioning 投产, completion 竣工
"""


@pytest.mark.parametrize("words", [words.strip() for words in STANDARD_WORDS.split(",")])
def test_a_standard_word_of_the_field_has_its_standard_translation(words: str) -> None:
    assert words in {f"{entry.en} {entry.zh}" for entry in TERMS}


def test_labels_follow_the_language() -> None:
    assert (label("annual_plan", "en"), label("annual_plan", "zh")) == ("annual investment plan", "年度投资计划")
    assert (label("kind.continuing", "en"), label("kind.continuing", "zh")) == ("continuing", "续建")


def test_investment_completed_and_a_project_completed_are_two_words() -> None:
    assert label("basis.completed", "zh") != label("milestone.completed", "zh")


def test_an_unknown_term_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        label("no_such_term", "en")


def test_the_glossary_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'scipy', 'pydantic', 'matplotlib', 'yaml', 'simpy'}"
    command = f"import sys, sim.terms; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout.strip() == "[]"
