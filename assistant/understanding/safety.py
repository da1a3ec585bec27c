"""Words that may mean danger: tuned to miss nothing, checked by one question before anything else.

Three witnesses are heard. *Cues* are phrases of danger, with what takes them back: denial, the
past, imagination, hearsay, lessons, service words, figures of speech (`intents/<lang>/_safety.yaml`
holds them all). *Sounds* find cues that a recogniser or a thumb got wrong. *Likeness* compares the
whole wording with the example sentences. They are added up; an uncertain recognition lowers the
bar. Nothing here reads files or raises for a resident's words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.core.intent import Safety
from assistant.core.turn import Hypothesis
from assistant.understanding.danger_cues import (
    BLANK,
    Cues,
    compile_cues,
    cries_in,
    heard,
    hits,
    simplify,
)
from assistant.understanding.danger_model import DangerModel

MAX_CHARACTERS = 400
"The end of a longer text is read: what is wrong comes last."
BAR = -0.02
"""Evidence above which danger is offered. The likeness runs from about -1 (everyday) to 1 (an
example of danger); what follows is added or taken away. The sizes are near those that a logistic
regression gives 3,700 examples that neither the cues nor the model had seen: cues that weigh more
find what they were written for and call everything near it danger."""
STRONG_CUE = 0.35
CUED_CLASS = 0.2
"Added to the likeness of the class that the most telling cue belongs to."
VEIL = 1.0
"Past, imagined, told of, a lesson, over."
PRESENT = 0.15
"Said to be happening now."
REQUEST = 0.15
"Said as a request or a question for information."
DOUBT = 0.25
"The recogniser was unsure: lowers the bar."
CRY = 0.6
"A single word of danger in an utterance of which the recogniser was unsure."
TOO_SHORT = 0.6
"No cue, and too few words to judge by."
FAR = 0.3
"""So far below the bar, an intent of danger that the matcher finds is not believed either; nor just
below it where words that only look like danger were blanked out, since the matcher sees those."""
SHORT = 4
"Few words: characters in Chinese, words in English."
REST = 7
"Few words left around what was blanked out."
SECOND_HAND = 0.9
"How far danger in another hypothesis is believed."
UNSURE = 0.5
"Recognition confidence below which single words of danger are believed."


class SafetyDetector:
    """Finds danger in what a resident said or texted, in every language it was given.

    `examples` are the sentences of the `safety.*` intents and `everyday` those of all others, by
    language; `cues` is the content of each `intents/<lang>/_safety.yaml`. Without cues only the
    likeness to the examples speaks, and recall is lower.
    """

    def __init__(
        self,
        examples: Mapping[str, Mapping[str, Sequence[str]]],
        everyday: Mapping[str, Sequence[str]],
        cues: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self._cues = {
            language: compile_cues(language, (cues or {}).get(language, {}))
            for language in examples
        }
        self._models = {
            language: DangerModel(
                language,
                {
                    intent: [self._kept(text, language) for text in texts]
                    for intent, texts in by_intent.items()
                },
                [
                    self._kept(text, language)
                    for text in (*everyday.get(language, ()), *self._cues[language].calm)
                ],
                self._cues[language].kinds,
            )
            for language, by_intent in examples.items()
        }

    def _kept(self, text: str, language: str) -> str:
        table = self._cues[language]
        simple = table.mended(simplify(text, language))
        return table.harmless.sub(",", simple) if table.harmless else simple

    def detect(
        self,
        text: str,
        language: str,
        confidence: float = 1.0,
        alternatives: Sequence[Hypothesis] = (),
    ) -> Safety | None:
        """The danger in `text`, or `None`.

        `confidence` is the recogniser's, 0 to 1; `alternatives` are its other hypotheses, which
        count where the best one shows no danger and they are nearly as likely.
        """
        found = self._one(text, language, confidence)
        if found is not None:
            return found
        for other in alternatives:
            if other.confidence < confidence - UNSURE:
                continue
            likely = self._one(other.text, language, min(other.confidence, confidence))
            if likely is not None:
                return Safety(likely.intent, "possible", likely.score * SECOND_HAND)
        return None

    def _one(self, text: str, language: str, confidence: float) -> Safety | None:
        table = self._cues.get(language)
        if table is None:
            return None
        simple = simplify(text[-MAX_CHARACTERS:], language)
        if not simple.strip(" ,"):
            return None
        simple = table.mended(simple)
        cry = table.cries.get(
            simple.replace(",", " ").strip() if language == "en" else simple.replace(",", "")
        )
        if cry:
            return Safety(cry, "strong" if confidence >= UNSURE else "possible", 1.0)
        return self._weigh(simple, language, table, confidence)

    def rules_out(self, text: str, language: str) -> bool:
        """Whether so little speaks for danger that whoever likens `text` to danger is mistaken."""
        table = self._cues.get(language)
        if table is None:
            return False
        simple = table.mended(simplify(text[-MAX_CHARACTERS:], language))
        kept = _blanked(simple, table)
        bar = BAR if BLANK in kept else BAR - FAR
        return self._evidence(kept, language, table, {})[0] <= bar

    def _weigh(self, simple: str, language: str, table: Cues, confidence: float) -> Safety | None:
        kept = _blanked(simple, table)
        unsure = confidence < UNSURE
        cried = dict.fromkeys(cries_in(kept, table, language), 1) if unsure else {}
        evidence, strong, hinted, resembled = self._evidence(kept, language, table, cried)
        if unsure:
            evidence += DOUBT + (CRY if cried and not strong else 0.0)
        if evidence <= BAR:
            return None
        urgent = bool(strong) and not unsure
        score = min(1.0, 0.5 + (evidence - BAR) / 2)
        intent = _closest(strong or hinted, resembled)
        return Safety(intent, "strong" if urgent else "possible", score)

    def _evidence(
        self, kept: str, language: str, table: Cues, cried: dict[str, int]
    ) -> tuple[float, dict[str, int], dict[str, int], dict[str, float]]:
        """What speaks for danger, the strong and the weaker cues, the likeness to each class."""
        strong = hits(kept, table.strong, table.denials)
        hinted = hits(kept, table.possible, table.denials) or heard(kept, table) or cried
        likeness, resembled = self._models[language].score(kept.replace(BLANK, ","))
        evidence = likeness + _framed(kept, table)
        if strong:
            evidence += STRONG_CUE
        elif not hinted and _is_short(kept, language):
            evidence -= TOO_SHORT
        return evidence, strong, hinted, resembled


def _blanked(simple: str, table: Cues) -> str:
    """The text with a blank where words only look like danger."""
    return table.harmless.sub(BLANK, simple) if table.harmless else simple


def _framed(text: str, table: Cues) -> float:
    """What the frame adds or takes away: now; past, imagined or told of; a plain request."""
    present = bool(table.present and table.present.search(text))
    veiled = bool(table.veils and table.veils.search(text)) and not present
    asked = bool(table.requests and table.requests.search(text))
    return PRESENT * present - VEIL * veiled - REQUEST * asked


def _is_short(text: str, language: str) -> bool:
    left = text.replace(BLANK, " ").replace(",", " ").split()
    few = REST if language == "zh" and BLANK in text else SHORT
    return len("".join(left) if language == "zh" else left) <= few


def _closest(found: Mapping[str, int], resembled: Mapping[str, float]) -> str:
    """The class of danger: what the wording resembles, with a word for the class its cues name."""
    named = max(found, key=lambda intent: (found[intent], intent), default="")
    weighed = {
        intent: likeness + (CUED_CLASS if intent == named else 0.0)
        for intent, likeness in resembled.items()
    }
    return max(weighed, key=lambda intent: (weighed[intent], intent), default=named)
