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
BAR = 0.0
"""Evidence above which danger is offered. The likeness runs from about -1 (everyday) to 1 (an
example of danger); what follows is added or taken away, set on tests/language/safety_*.tsv."""
STRONG_CUE = 0.85
POSSIBLE_CUE = 0.3
VEIL = 1.5
"Past, imagined, told of, a lesson, over."
REQUEST = 0.35
"Said as a request or a question for information."
CALMED = 0.3
"A service word or figure of speech was blanked out."
DOUBT = 0.25
"The recogniser was unsure: lowers the bar."
WORDING_ONLY = 0.15
"No cue at all: the likeness alone must be clear."
TOO_SHORT = 0.3
"No cue, and too few words to judge by."
SHORT = 4
"Few words: characters in Chinese, words in English."
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
            )
            for language, by_intent in examples.items()
        }

    def _kept(self, text: str, language: str) -> str:
        harmless = self._cues[language].harmless
        simple = simplify(text, language)
        return harmless.sub(",", simple) if harmless else simple

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
        if table.slips:
            simple = table.slips.sub(lambda slip: table.meant[slip.group()], simple)
        cry = table.cries.get(
            simple.replace(",", " ").strip() if language == "en" else simple.replace(",", "")
        )
        if cry:
            return Safety(cry, "strong" if confidence >= UNSURE else "possible", 1.0)
        return self._weigh(simple, language, table, confidence)

    def _weigh(self, simple: str, language: str, table: Cues, confidence: float) -> Safety | None:
        kept = table.harmless.sub(BLANK, simple) if table.harmless else simple
        strong = hits(kept, table.strong, table.denials)
        hinted = hits(kept, table.possible, table.denials) or heard(kept, table)
        evidence, resembled = self._likeness(kept, language)
        evidence += _framed(kept, table)
        if confidence < UNSURE:
            cried = dict.fromkeys(cries_in(kept, table, language), 1)
            hinted = hinted or cried
            evidence += DOUBT + (STRONG_CUE if cried and not strong else 0.0)
        if strong:
            evidence += STRONG_CUE
        elif hinted:
            evidence += POSSIBLE_CUE
        else:
            evidence -= WORDING_ONLY + (TOO_SHORT if _is_short(kept, language) else 0.0)
        if evidence <= BAR:
            return None
        urgent = bool(strong) and confidence >= UNSURE
        score = min(1.0, 0.5 + evidence / 2)
        intent = _closest(strong or hinted, resembled)
        return Safety(intent, "strong" if urgent else "possible", score)

    def _likeness(self, kept: str, language: str) -> tuple[float, str]:
        likeness, resembled = self._models[language].score(kept.replace(BLANK, ","))
        if BLANK not in kept:
            return likeness, resembled
        if _is_short(kept, language):
            # What is left around a figure of speech is too little to judge by.
            return min(likeness - CALMED, -CALMED), resembled
        return likeness - CALMED, resembled


def _framed(text: str, table: Cues) -> float:
    """What the frame of the sentence takes away: past, imagined or told of; a plain request."""
    taken = 0.0
    if table.veils and table.veils.search(text):
        lifted = table.present and table.present.search(text)
        taken -= 0.0 if lifted else VEIL
    if table.requests and table.requests.search(text):
        taken -= REQUEST
    return taken


def _is_short(text: str, language: str) -> bool:
    left = text.replace(BLANK, " ").replace(",", " ")
    return len("".join(left.split()) if language == "zh" else left.split()) <= SHORT


def _closest(found: Mapping[str, int], resembled: str) -> str:
    if not found or resembled in found:
        return resembled
    return max(found, key=lambda intent: (found[intent], intent))
