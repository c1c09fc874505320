"""What is asked for a new scenario, as data (`questions.yaml`), and the empty answers that can be filled in."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby

from sim.calendar import COVERED_YEARS
from sim.errors import Language
from sim.errors.wording import PHRASES
from sim.scenario.files.document import read_document
from sim.scenario.values.units import ALLOWED

EXAMPLES = {
    "name": "Rivertown, 江城",
    "year": f"{COVERED_YEARS[0]} … {COVERED_YEARS[-1]}",
    "date": "2022-06-30, 2022年6月30日",
    "money": ALLOWED["money"],
    "count": ALLOWED["count"],
    "growth": ALLOWED["share"],
    "completion": ALLOWED["share"],
    "area": ALLOWED["area"],
}
"""How an answer is read -> what it looks like."""
GROUPS = ("city", "goal", "last_year", "list", "new", "later", "land")
"""Keys of a file of answers that hold several."""
HEAD = {
    "en": """\
# Answers for `sim new`. Write a number after each colon, with its unit; what may be left out can stay empty. Then:
#   sim new my-city --from answers.yaml
""",
    "zh": """\
# sim new 的答卷。请在各冒号后填写，数值须带单位；可不填的留空即可。填好后运行：
#   sim new my-city --from answers.yaml
""",
}
NOTES = {
    "en": {
        "needed": "",
        "needed_with": " (needed for {question.needed_with})",
        "only_with": " (only with {question.only_with})",
        "optional": " (may be left out)",
    },
    "zh": {
        "needed": "",
        "needed_with": "（填 {question.needed_with} 时必填）",
        "only_with": "（与 {question.only_with} 一并填写）",
        "optional": "（可不填）",
    },
}
"""What is said behind a question of each weight."""


@dataclass(frozen=True)
class Question:
    """One question: its key in a file of answers, how the answer is read, when it is needed, its words in both languages."""

    key: str
    reads: str
    label: Mapping[str, str]
    why: Mapping[str, str]
    needed: bool = False
    needed_with: str = ""
    """Needed if the question of this key is answered."""
    only_with: str = ""
    """Without meaning unless the question of this key is answered."""

    @property
    def group(self) -> str:
        """The mapping in which it stands in a file of answers, or its own name."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """Its key there."""
        return self.key.rpartition(".")[2]

    @property
    def weight(self) -> str:
        """When it is to be answered: a key of `NOTES`."""
        if self.needed_with:
            return "needed_with"
        return "only_with" if self.only_with else "needed" if self.needed else "optional"

    def is_open(self, answered: Collection[str]) -> bool:
        """Whether it has a meaning beside what has been answered."""
        return not self.only_with or self.only_with in answered

    def is_needed(self, answered: Collection[str]) -> bool:
        """Whether a scenario cannot do without its answer."""
        return self.is_open(answered) and (self.needed or self.needed_with in answered)

    def example(self, lang: Language) -> str:
        """What an answer looks like."""
        return PHRASES.get(EXAMPLES[self.reads], EXAMPLES[self.reads]) if lang == "zh" else EXAMPLES[self.reads]


@functools.cache
def questions() -> tuple[Question, ...]:
    """All questions, in the order in which they are asked."""
    root, _ = read_document(files(__package__).joinpath("questions.yaml").read_bytes(), "questions.yaml")
    told = root.plain() if root else {}
    return tuple(Question(key, **fields) for key, fields in told.items())


def in_order(lang: Language) -> list[Question]:
    """All questions, the city's name in the language of the one who answers first."""
    return sorted(questions(), key=lambda question: question.key != f"city.{lang}")


def empty_answers(lang: Language) -> str:
    """A file of answers to be filled in, every question with its explanation."""
    parts = [HEAD[lang]]
    for group, asked in groupby(questions(), key=lambda question: question.group):
        lines = [line for question in asked for line in _lines(question, lang)]
        parts.append("\n".join([f"{group}:", *(f"  {line}" for line in lines)] if group in GROUPS else lines) + "\n")
    return "\n".join(parts)


def _lines(question: Question, lang: Language) -> list[str]:
    """One question as lines of the empty answers."""
    comments = [question.label[lang] + NOTES[lang][question.weight].format(question=question), *question.why[lang].splitlines()]
    return [*(f"# {comment}" for comment in comments), f"# {question.example(lang)}", f"{question.name}:"]
