"""One utterance, fully read: language, danger, intent, slots.

The only thing the conversation asks of this room. Which part to look at when it misunderstood:
the wrong language → `language`, the wrong intent → `matcher` and the example files, a wrong time
or number → `times`, `numbers`, a missed or false alarm → `safety`, two wishes made one → `clauses`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.core.intent import Match, Reading, Slots
from assistant.core.turn import Hypothesis, Utterance
from assistant.understanding.clauses import clauses, denied
from assistant.understanding.codes import find_word
from assistant.understanding.language import detect
from assistant.understanding.nicknames import introduction
from assistant.understanding.slots import read_slots
from assistant.understanding.text_words import TextWords
from assistant.understanding.times.alone import is_time_only

if TYPE_CHECKING:
    from assistant.core.ports import ServiceFinder
    from assistant.understanding.agreement import Agreement
    from assistant.understanding.marks import Marks
    from assistant.understanding.matcher import IntentMatcher
    from assistant.understanding.remarks import Remarks
    from assistant.understanding.safety import SafetyDetector

SAFETY_PREFIX = "safety."
SURE_DANGER = 0.75
"Below this even strong words get the one-question check before an alarm is raised."
SURE_EAR = 0.65
"""A closed-grammar ear is never surer than 0.6 and takes harmless words for danger (好 for 跳楼):
what it hears gets the check too."""
FAINT, PLAIN_WISH = 0.55, 0.7
"""Danger fainter than the first is let go where an everyday wish is as sure as the second: on our
tables no danger is lost by it, and one in ten false offers goes."""
ONE_MATTER = ("callback.verify", "learn.scam")
"The second says no more than the first: who asks whether it was us asks whether it was a swindler."
MARGIN = 0.1
"A clause is a wish of its own only where it passes the threshold by this much: half sentences lie."


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads utterances in every language of the site."""

    matchers: Mapping[str, IntentMatcher]
    "By language."
    safety: SafetyDetector
    agreement: Mapping[str, Agreement]
    "By language."
    with_problem: frozenset[str] = frozenset()
    "Intents whose `problem` slot is the text itself, kept as said."
    remarks: Mapping[str, Remarks] = field(default_factory=dict)
    "By language."
    text_words: TextWords = field(default_factory=TextWords)
    case_words: tuple[str, ...] = ()
    "Of every language."
    marks: Mapping[str, Marks] = field(default_factory=dict)
    "By language."

    def read(
        self, utterance: Utterance, language: str, now: datetime, finder: ServiceFinder
    ) -> Reading:
        """Everything understood about `utterance`; `language` is the conversation's own."""
        spoken_in = self._language(utterance, language)
        danger = self.safety.detect(
            utterance.text, spoken_in, utterance.confidence, utterance.alternatives
        )
        unsure_ear = utterance.confidence < SURE_EAR
        if danger is not None and (unsure_ear or danger.score < SURE_DANGER):
            danger = replace(danger, urgency="possible")
        wanted, second = self._wishes(utterance.text, spoken_in, finder)
        match = self._match(replace(utterance, text=wanted), spoken_in)
        if danger is not None and danger.score < FAINT and _plain_wish(match):
            danger = None
        elif danger is None and self.safety.rules_out(utterance.text, spoken_in):
            match = _without_danger(match, self.matchers[spoken_in].threshold)
        slots = self._slots(wanted, spoken_in, now, finder)
        if match.intent in self.with_problem:
            slots = replace(slots, problem=utterance.text)
        if slots.case is None:
            about_case = match.accepted and match.intent == "case.status"
            case = find_word(utterance.text, self.case_words, within=about_case)
            slots = replace(slots, case=case)
        agrees = self.agreement[spoken_in].read(utterance.text)
        remark = self.remarks[spoken_in].read(utterance.text) if spoken_in in self.remarks else None
        return Reading(
            spoken_in,
            match,
            slots,
            danger,
            wanted,
            agrees,
            second,
            remark,
            word=self.text_words.read(utterance.text),
            automatic=self.text_words.looks_automatic(utterance.text),
            introduction=introduction(utterance.text, spoken_in),
            mark=self.marks[spoken_in].read(utterance.text) if spoken_in in self.marks else None,
            only_time=slots.time is not None and is_time_only(utterance.text, spoken_in),
        )

    def learn(self, examples: Sequence[tuple[str, str]], language: str) -> Reader:
        """A reader that knows more examples, each a text and its intent; this one stays as it is.

        It may go on reading meanwhile. Learning takes seconds: to be called from a worker thread,
        never from the event loop. Raises `KeyError` for a language the line does not speak.
        """
        texts, intents = [text for text, _ in examples], [intent for _, intent in examples]
        matcher = copy.deepcopy(self.matchers[language]).add_many(texts, intents)
        return replace(self, matchers={**self.matchers, language: matcher})

    def _language(self, utterance: Utterance, language: str) -> str:
        written_in = detect(utterance.text)
        if written_in is not None and written_in in self.matchers:
            return written_in
        return language if language in self.matchers else utterance.language

    def _match(self, utterance: Utterance, language: str) -> Match:
        matcher = self.matchers[language]
        if not utterance.alternatives:
            return matcher.match(utterance.text)
        best = Hypothesis(utterance.text, utterance.confidence)
        return matcher.match_hypotheses((best, *utterance.alternatives))

    def _slots(self, text: str, language: str, now: datetime, finder: ServiceFinder) -> Slots:
        return read_slots(text, language, now, finder)

    def _wishes(self, text: str, language: str, finder: ServiceFinder) -> tuple[str, str | None]:
        """The words of the first wish, and those of a second one if there is a second."""
        parts = clauses(text, language)
        if len(parts) < 2:  # noqa: PLR2004 - one clause is one wish
            return text, None
        wanted = [part for part in parts if not denied(part, language)]
        if wanted and len(wanted) < len(parts):
            return " ".join(wanted), None
        sure = [(part, match) for part in wanted if (match := self._sure(part, language))]
        for place, (first, one) in enumerate(sure):
            for second, other in sure[place + 1 :]:
                if self._apart(first, one, second, other, language, finder):
                    return first, None if (one.intent, other.intent) == ONE_MATTER else second
        return text, None

    def _sure(self, clause: str, language: str) -> Match | None:
        """What a clause means by itself, if that is beyond doubt and more than talk."""
        matcher = self.matchers[language]
        match = matcher.match(clause)
        if match.intent is None or match.intent.split(".")[0] in {"talk", "safety"}:
            return None
        return match if match.score >= min(1.0, matcher.threshold + MARGIN) else None

    def _apart(
        self,
        first: str,
        one: Match,
        second: str,
        other: Match,
        language: str,
        finder: ServiceFinder,
    ) -> bool:
        """Whether two sure clauses are two wishes, and not one told in two breaths."""
        names = [{hit.service for hit in finder.find(part, language)} for part in (first, second)]
        elsewhere = bool(names[0] and names[1]) and not names[0] & names[1]
        if "service.find" in {one.intent, other.intent}:
            return elsewhere
        return elsewhere or one.intent != other.intent


def _plain_wish(match: Match) -> bool:
    """Whether the words clearly want something everyday."""
    everyday = match.intent is not None and not match.intent.startswith(SAFETY_PREFIX)
    return everyday and match.accepted and match.score >= PLAIN_WISH


def _without_danger(match: Match, threshold: float) -> Match:
    """The match with the intents of danger struck out; the next best then stands for itself."""
    left = [other for other in match.alternatives if not other.intent.startswith(SAFETY_PREFIX)]
    if len(left) == len(match.alternatives):
        return match
    if not left:
        return replace(match, accepted=False)
    return Match(left[0].intent, left[0].score, left[0].score >= threshold, left)
