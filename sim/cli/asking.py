"""The questions of `sim new` at a terminal: asked one by one, a wrong answer told and asked again, until all fit together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import click

from sim.cli.streams import notice
from sim.errors import Language, Problem
from sim.scenario.starting.answers import Answer, Answers, default_of, read_answer
from sim.scenario.starting.fitting import Misfit
from sim.scenario.starting.questions import Question, in_order
from sim.scenario.values.quantities import QuantityError

LEFT_OUT = "-"
"""Typed to leave a question out for which there is an offer or an earlier answer."""
WORDS = {
    "en": {
        "intro": "Ten figures of your city make a first scenario; what else is asked may be left out.\n"
        "Ctrl-C stops, and nothing is written.",
        "offered": "Enter: {}",
        "before": "Enter keeps {}",
        "optional": "Enter leaves it out",
        "or not": "; - leaves it out",
        "misfit": "These answers do not fit together yet:",
    },
    "zh": {
        "intro": "根据本市的十个数字生成初步情景；其余问题可不填。\n按 Ctrl-C 退出，不写入任何文件。",
        "offered": "直接回车：{}",
        "before": "直接回车保留：{}",
        "optional": "直接回车表示不填",
        "or not": "；输入 - 表示不填",
        "misfit": "以下各项尚不一致：",
    },
}
"""What is said beside the questions."""


@dataclass
class Interview:
    """Questions and answers so far."""

    lang: Language
    answers: Answers = field(default_factory=dict)

    def ask(self, keys: Collection[str]) -> None:
        """Ask the questions of these keys, and others that are needed by then; what has lost its meaning is dropped."""
        asked = in_order(self.lang)
        for number, question in enumerate(asked, start=1):
            if not question.is_open(self.answers):
                self.answers.pop(question.key, None)
            elif question.key in keys or (question.is_needed(self.answers) and question.key not in self.answers):
                self._say(question, f"[{number}/{len(asked)}] ")
                self._answer(question)

    def tell(self, misfits: Sequence[Misfit]) -> None:
        """Say what does not fit together, in the words of the questions."""
        notice("\n" + WORDS[self.lang]["misfit"])
        for misfit in misfits:
            notice(f"  {self._named(misfit.problem.path)}{'：' if self.lang == 'zh' else ': '}{self._sentence(misfit.problem)}")

    def _say(self, question: Question, number: str) -> None:
        why = "\n".join(f"  {line}" for line in question.why[self.lang].splitlines())
        notice(f"\n{number}{question.label[self.lang]}\n{why}\n  {question.example(self.lang)}")

    def _answer(self, question: Question) -> None:
        """Ask until there is an answer, or none is needed."""
        before = self.answers.get(question.key)
        offered = before.text if before else default_of(question.key, self.answers, self.lang)
        is_needed = question.is_needed(self.answers) or question.reads == "name"
        while True:
            hint = self._hint(before, offered, is_needed)
            written = click.prompt(hint, default="", show_default=False, prompt_suffix="> ", err=True).strip()
            if written == LEFT_OUT and not is_needed:
                self.answers.pop(question.key, None)
                return
            if not written and (before or not (offered or is_needed)):
                return
            problem = self._take(question, written, offered)
            if problem is None:
                return
            notice(f"  {problem.sentence(self.lang)}")

    def _take(self, question: Question, written: str, offered: str) -> Problem | None:
        """Keep an answer, or what is offered for an empty one; the problem of one that cannot be read."""
        if not (written or offered):
            return Problem("empty", allowed=question.example("en"))
        try:
            answer = read_answer(question, written or offered, self.answers)
        except QuantityError as fault:
            return Problem(fault.kind, found=fault.found, allowed=fault.allowed, suggestion=fault.suggestion)
        self.answers[question.key] = Answer(answer.text, answer.number, is_offered=not written)
        return None

    def _hint(self, before: Answer | None, offered: str, is_needed: bool) -> str:
        """What an empty answer means."""
        words = WORDS[self.lang]
        if not offered:
            hint = "" if is_needed else words["optional"]
        else:
            hint = words["before" if before else "offered"].format(offered) + ("" if is_needed else words["or not"])
        return f"  ({hint}) " if hint else "  "

    def _sentence(self, problem: Problem) -> str:
        """A problem whose keys are told by the labels of their questions."""
        text = problem.sentence(self.lang)
        for question in in_order(self.lang):
            if "." in question.key:
                text = text.replace(question.key, question.label[self.lang])
        return text

    def _named(self, key: str) -> str:
        return next((question.label[self.lang] for question in in_order(self.lang) if question.key == key), key)


def answers_by_asking(lang: Language, misfits: Callable[[Answers], Sequence[Misfit]]) -> Answers:
    """Answers of one who sits at the terminal, once they fit together. Raises KeyboardInterrupt if the user stops."""
    interview = Interview(lang)
    notice(WORDS[lang]["intro"])
    try:
        interview.ask({question.key for question in in_order(lang)})
        while found := misfits(interview.answers):
            interview.tell(found)
            interview.ask({key for misfit in found for key in misfit.keys})
    except click.Abort:
        notice("")
        raise KeyboardInterrupt from None
    return interview.answers
