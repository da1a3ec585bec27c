"""One utterance, fully read: language, danger, intent, slots.

The only thing the conversation asks of this room. Which part to look at when it misunderstood:
the wrong language → `language`, the wrong intent → `matcher` and the example files, a wrong time
or number → `times`, `numbers`, a missed or false alarm → `safety`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.core.intent import Match, Reading, Slots
from assistant.core.turn import Hypothesis, Utterance
from assistant.understanding.language import detect
from assistant.understanding.slots import read_slots

if TYPE_CHECKING:
    from assistant.core.ports import ServiceFinder
    from assistant.understanding.matcher import IntentMatcher
    from assistant.understanding.safety import SafetyDetector

SAFETY_PREFIX = "safety."


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads utterances in every language of the site."""

    matchers: Mapping[str, IntentMatcher]
    "By language."
    safety: SafetyDetector
    with_problem: frozenset[str] = frozenset()
    "Intents whose `problem` slot is the text itself, kept as said."

    def read(
        self, utterance: Utterance, language: str, now: datetime, finder: ServiceFinder
    ) -> Reading:
        """Everything understood about `utterance`; `language` is the conversation's own."""
        spoken_in = self._language(utterance, language)
        match = self._match(utterance, spoken_in)
        slots = self._slots(utterance.text, spoken_in, now, finder, match)
        danger = self.safety.detect(
            utterance.text, spoken_in, utterance.confidence, utterance.alternatives
        )
        return Reading(spoken_in, match, slots, danger)

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

    def _slots(
        self, text: str, language: str, now: datetime, finder: ServiceFinder, match: Match
    ) -> Slots:
        slots = read_slots(text, language, now, finder)
        if match.intent in self.with_problem:
            return replace(slots, problem=text)
        return slots
