"""Answers: read one by one or from a file, as the scenario language reads its quantities; every problem of a file at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fractions import Fraction
from math import ceil

from sim.calendar import COVERED_YEARS
from sim.errors import Language, Place, Problem, shown
from sim.scenario.faults import found_text
from sim.scenario.files.document import Broken, Node, read_document
from sim.scenario.files.ledger import decoded
from sim.scenario.starting.questions import EXAMPLES, GROUPS, Question, questions
from sim.scenario.values.instants import read_instant
from sim.scenario.values.quantities import Quantity, QuantityError, quantity_of, read_quantity, read_whole
from sim.scenario.values.units import ALLOWED
from sim.scenario.values.words import read_words

YEAR = re.compile(r"(\d{4})年?", re.ASCII)
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How a file begins that PowerShell has written."""
SPARE = Fraction(5, 4)
"""Later projects offered for each that is missing to the goal: a fifth drops out or starts too late, as assumed for Hengyang 2022."""


@dataclass(frozen=True)
class Answer:
    """An answer as a scenario would hold it, and as a number: yuan, projects, mu, a fraction, a year; 0 for names and dates."""

    text: str
    number: Fraction = Fraction(0)
    place: Place | None = None
    is_offered: bool = False
    """Whether it was offered, not told."""


Answers = dict[str, Answer]
"""By the key of the question; those that are not answered are not in it."""


# --- One answer


def read_answer(question: Question, written: object, answers: Mapping[str, Answer]) -> Answer:
    """An answer as it was written; raises QuantityError."""
    if isinstance(written, dict | tuple | bool):
        raise QuantityError("type", found_text(written), question.example("en"))
    return READERS[question.reads](written, answers)


def _name(written: object, _: Mapping[str, Answer]) -> Answer:
    text = read_words(str(written).strip()).en
    if not text.isprintable():
        raise QuantityError("words", written, "text")
    return Answer(text)


def _year(written: object, _: Mapping[str, Answer]) -> Answer:
    match = YEAR.fullmatch(_tidy(written))
    allowed = f"{COVERED_YEARS[0]} … {COVERED_YEARS[-1]}"
    if match is None or int(match.group(1)) not in COVERED_YEARS:
        raise QuantityError("range" if match else "number", written, allowed)
    return Answer(match.group(1), Fraction(match.group(1)))


def _date(written: object, answers: Mapping[str, Answer]) -> Answer:
    try:
        date = read_instant(written).date
    except QuantityError as fault:
        suggestion = "" if fault.suggestion.startswith("day") else fault.suggestion
        raise QuantityError(fault.kind, fault.found, fault.allowed.removesuffix(", day 12"), suggestion) from None
    if date is None:
        raise QuantityError("date", written, EXAMPLES["date"])
    year = answers.get("year")
    if year is not None and date.year != year.number:
        raise QuantityError("range", written, f"{year.text}-01-01 … {year.text}-12-31")
    return Answer(date.isoformat())


def _money(written: object, _: Mapping[str, Answer]) -> Answer:
    return _above_zero(written, read_whole(written, "money"), "> 0 yuan")


def _count(written: object, _: Mapping[str, Answer]) -> Answer:
    return _above_zero(written, read_whole(written, "count"), "≥ 1")


def _area(written: object, _: Mapping[str, Answer]) -> Answer:
    return Answer(_tidy(written), Fraction(read_whole(written, "area")))


def _growth(written: object, _: Mapping[str, Answer]) -> Answer:
    return _share(written, 1)


def _completion(written: object, _: Mapping[str, Answer]) -> Answer:
    return _above_zero(written, _share(written, 3).number, "> 0%")


def _share(written: object, most: int) -> Answer:
    """A share; one without its sign that would be more than `most` was more likely meant as a percentage."""
    value = read_quantity(written, "share").value
    if value > most and quantity_of(written).dimension == "number":
        raise QuantityError("range", written, ALLOWED["share"], f"{_tidy(written)}%")
    return Answer(_tidy(written), value)


def _above_zero(written: object, value: int | Fraction, allowed: str) -> Answer:
    if value <= 0:
        raise QuantityError("range", written, allowed)
    return Answer(_tidy(written), Fraction(value))


def _tidy(written: object) -> str:
    """What was written, in half-width characters."""
    return " ".join(unicodedata.normalize("NFKC", str(written)).split())


READERS: dict[str, Callable[[object, Mapping[str, Answer]], Answer]] = {
    "name": _name,
    "year": _year,
    "date": _date,
    "money": _money,
    "count": _count,
    "area": _area,
    "growth": _growth,
    "completion": _completion,
}


# --- What is offered where there is no answer


def default_of(key: str, answers: Mapping[str, Answer], lang: Language) -> str:
    """The answer offered to a question, by those that there are; empty if there is none."""
    match key:
        case "city.en" | "city.zh":
            other = answers.get("city.zh" if key == "city.en" else "city.en")
            return other.text if other else ""
        case "new.start" if "year" in answers:
            return f"{answers['year'].text}-03-01"
        case "later.count" if {"goal.projects", "list.count"} <= answers.keys():
            missing = answers["goal.projects"].number - answers["list.count"].number
            return str(ceil(SPARE * missing)) if missing > 0 else ""
        case "later.mean":
            of = "new" if {"new.count", "new.total"} <= answers.keys() else "list"
            if {f"{of}.count", f"{of}.total"} <= answers.keys():
                return money_text(_rounded(answers[f"{of}.total"].number / answers[f"{of}.count"].number), lang)
    return ""


def _rounded(yuan: Fraction) -> int:
    """Three digits of a sum of money."""
    digits = len(str(int(yuan)))
    step = int("1" + "0" * max(digits - 3, 0))
    return max(round(yuan / step) * step, 1)


def money_text(yuan: int, lang: Language) -> str:
    """A sum of money as a scenario would hold it."""
    divisor, unit = {"en": (10**9, " bn yuan"), "zh": (10**8, "亿元")}[lang]
    return str(Quantity(Fraction(yuan, divisor), "number")) + unit


# --- A file of answers


def read_answers(content: bytes, name: str, lang: Language) -> tuple[Answers, list[Problem]]:
    """The answers of a file, what is offered in place of those that are missing, and all its problems."""
    text = content.decode("utf-16", errors="replace") if content.startswith(UTF_16) else decoded(content)
    if text is None:
        return {}, [Problem("encoding", Place(name, 1, 1), allowed="UTF-8, GBK, GB18030")]
    root, problems = read_document(text.encode(errors="replace"), name)
    if root is None or isinstance(root.value, Broken):
        return {}, problems
    sheet = Sheet(lang, root, problems)
    if root.mapping is None:
        sheet.report("type", root, found=found_text(root.plain()), allowed="a mapping")
        return {}, problems
    sheet.read(root.mapping)
    return sheet.answers, problems


@dataclass
class Sheet:
    """Reads the nodes of a file of answers."""

    lang: Language
    root: Node
    problems: list[Problem]
    answers: Answers = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    """Key of a question -> what stands there."""
    faulty: set[str] = field(default_factory=set)
    """Keys of which enough has been said."""

    def read(self, mapping: Mapping[str, Node]) -> None:
        """Read all answers, then look what is missing."""
        self._find(mapping, "")
        for question in questions():
            node = self.nodes.get(question.key)
            if node is not None and node.value is not None:
                self._answer(question, node)
        for question in questions():
            if question.key not in self.answers and question.is_open(self.answers):
                self._default(question)
        for question in questions():
            self._miss(question)

    def report(self, kind: str, node: Node, path: str = "", found: str = "", allowed: str = "", suggestion: str = "") -> None:
        """Add a problem; of a key at the key, of a value at the value."""
        place = node.start if kind in {"unknown-key", "missing-key"} else node.pointed
        self.problems.append(Problem(kind, place, path, found, allowed, suggestion))

    def _find(self, mapping: Mapping[str, Node], group: str) -> None:
        """The nodes of the questions; keys that are none are told."""
        known = list(dict.fromkeys(_part(question, group) for question in questions() if not group or question.group == group))
        for key, node in mapping.items():
            path = f"{group}.{key}" if group else key
            if key not in known:
                close = get_close_matches(key[:80], known, n=1, cutoff=0.5)
                self.report("unknown-key", node, path, shown(key), ", ".join(known), close[0] if close else "")
            elif group or key not in GROUPS:
                self.nodes[path] = node
            elif node.mapping is not None:
                self._find(node.mapping, key)
            elif node.value is not None:
                self.faulty |= {question.key for question in questions() if question.group == key}
                if not isinstance(node.value, Broken):
                    self.report("type", node, path, found_text(node.plain()), "a mapping")

    def _answer(self, question: Question, node: Node) -> None:
        """Read one answer."""
        if any(isinstance(leaf.value, Broken) for _, leaf in node.leaves()):
            self.faulty.add(question.key)
            return
        try:
            answer = read_answer(question, node.plain(), self.answers)
        except QuantityError as fault:
            self.faulty.add(question.key)
            self.report(fault.kind, node, question.key, fault.found, fault.allowed, fault.suggestion)
            return
        self.answers[question.key] = replace(answer, place=node.pointed)

    def _default(self, question: Question) -> None:
        """Take what is offered."""
        offered = default_of(question.key, self.answers, self.lang)
        if offered and question.key not in self.faulty:
            answer = read_answer(question, offered, self.answers)
            self.answers[question.key] = replace(answer, place=self._nearest(question.key).start, is_offered=True)

    def _miss(self, question: Question) -> None:
        """Tell an answer that is needed and not there."""
        told = {*self.answers, *self.faulty}
        if question.key in told and not question.is_open(told):
            self._missing(question.only_with)
        named = question.key != "city.en" or "city.zh" in told
        if question.key not in told and (question.is_needed(told) or not named):
            self._missing(question.key)

    def _missing(self, key: str) -> None:
        if key not in self.faulty:
            self.faulty.add(key)
            question = next(one for one in questions() if one.key == key)
            self.report("missing-key", self._nearest(key), key, allowed=question.example("en"))

    def _nearest(self, key: str) -> Node:
        """The node of an answer, or of what it would stand in."""
        return self.nodes.get(key) or self.root.within((key.partition(".")[0],)) or self.root


def _part(question: Question, group: str) -> str:
    return question.name if group else question.group
