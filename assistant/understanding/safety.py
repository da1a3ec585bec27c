"""Words that may mean danger: tuned to miss nothing, checked by one question before anything happens.

Three witnesses are heard. *Cues* are phrases of danger with what takes them back: denial, the past,
imagination, hearsay, lessons, service words and figures of speech (`intents/<lang>/_safety.yaml`).
*Sounds* find cues that a recogniser or a thumb got wrong. *Likeness* compares the whole wording with
the example sentences. A strong cue is enough by itself; a possible one needs the likeness. An
uncertain recognition lowers the bar. Nothing here reads files or raises for a resident's words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.core.intent import Safety
from assistant.core.turn import Hypothesis
from assistant.understanding import sounds
from assistant.understanding.danger_model import DangerModel
from assistant.understanding.language import plain

MAX_CHARACTERS = 400
"The end of a longer text is read: what is wrong comes last."
BAR = 0.0
"Evidence from which danger is offered: wording alone must be well on the side of the examples."
STRONG_CUE = 0.85
POSSIBLE_CUE = 0.3
VEIL = 1.3
REQUEST = 0.35
CALMED = 0.3
DOUBT = 0.25
"What each witness adds to or takes from the likeness (-1 to 1), set on the made-up utterances."
WORDING_ONLY = 0.15
TOO_SHORT = 0.3
SHORT = 4
"Characters, or English words."
UNSURE = 0.5
"Recognition confidence below which single words of danger are believed."
BLANK = "　"
"Stands where harmless words were; no pattern matches it."

_PAUSE = re.compile(r"[^\w\s']+")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


@dataclass(frozen=True, slots=True)
class Cues:
    """The table of one language, compiled."""

    harmless: re.Pattern[str] | None
    veils: re.Pattern[str] | None
    denials: re.Pattern[str] | None
    present: re.Pattern[str] | None
    strong: Mapping[str, re.Pattern[str]]
    possible: Mapping[str, re.Pattern[str]]
    cries: Mapping[str, str]
    "Word of danger to intent."
    sounds: tuple[tuple[tuple[str, ...], str], ...]
    "Merged syllables of a phrase, and its intent."
    requests: re.Pattern[str] | None
    calm: tuple[str, ...]
    slips: re.Pattern[str] | None
    meant: Mapping[str, str]


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
        simple = _simple(text, language)
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
            heard = self._one(other.text, language, min(other.confidence, confidence))
            if heard is not None:
                return Safety(heard.intent, "possible", heard.score * 0.9)
        return None

    def _one(self, text: str, language: str, confidence: float) -> Safety | None:
        table = self._cues.get(language)
        if table is None:
            return None
        simple = _simple(text[-MAX_CHARACTERS:], language)
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
        likeness, resembled = self._models[language].score(kept.replace(BLANK, ","))
        strong = _hits(kept, table.strong, table.denials)
        hinted = _hits(kept, table.possible, table.denials) or _heard(kept, table)
        if BLANK in kept:
            likeness -= CALMED
            if _is_short(kept, language):
                # What is left around a figure of speech is too little to judge by.
                likeness = min(likeness, -CALMED)
        evidence = likeness + _framed(kept, table)
        evidence += STRONG_CUE if strong else POSSIBLE_CUE if hinted else 0.0
        if confidence < UNSURE:
            cried = _cries(kept, table, language)
            hinted = hinted or dict.fromkeys(cried, 1)
            evidence += DOUBT + (STRONG_CUE if cried and not strong else 0.0)
        if not strong and not hinted:
            # Wording alone has to be clear, and there must be enough of it.
            evidence -= WORDING_ONLY + (TOO_SHORT if _is_short(kept, language) else 0.0)
        if evidence <= BAR:
            return None
        intent = _closest(strong or hinted, resembled)
        score = min(1.0, 0.5 + evidence / 2)
        urgent = bool(strong) and confidence >= UNSURE
        return Safety(intent, "strong" if urgent else "possible", score)


def compile_cues(language: str, table: Mapping[str, Any]) -> Cues:
    """The content of a `_safety.yaml` as compiled patterns; missing keys are empty."""
    cues = table.get("cues", {})
    slips = {str(slip): str(meant) for slip, meant in table.get("slips", {}).items()}
    return Cues(
        harmless=_pattern(table.get("harmless", ()), language),
        veils=_pattern(table.get("veils", ()), language),
        denials=_pattern(table.get("denials", ()), language),
        present=_pattern(table.get("present", ()), language),
        strong=_patterns(cues, "strong", language),
        possible=_patterns(cues, "possible", language),
        cries={
            _simple(str(word), language): intent
            for intent, words in table.get("cries", {}).items()
            for word in words
        },
        sounds=tuple(
            (tuple(sounds.syllables(_simple(str(phrase), language))), intent)
            for intent, phrases in table.get("sounds", {}).items()
            for phrase in phrases
        ),
        requests=_pattern(table.get("requests", ()), language),
        calm=tuple(str(text) for text in table.get("calm", ())),
        slips=_pattern([re.escape(slip) for slip in slips], language),
        meant=slips,
    )


def _patterns(
    cues: Mapping[str, Mapping[str, Sequence[str]]], strength: str, language: str
) -> dict[str, re.Pattern[str]]:
    found = {}
    for intent, by_strength in cues.items():
        pattern = _pattern(by_strength.get(strength, ()), language)
        if pattern:
            found[intent] = pattern
    return found


def _pattern(parts: Sequence[str], language: str) -> re.Pattern[str] | None:
    if not parts:
        return None
    joined = "|".join(f"(?:{part})" for part in parts)
    return re.compile(joined if language == "zh" else rf"(?<!\w)(?:{joined})(?!\w)")


def _simple(text: str, language: str) -> str:
    """Plain form with commas for pauses; no spaces in Chinese, no apostrophes in English."""
    folded = _PAUSE.sub(",", _APOSTROPHE.sub("", plain(text)))
    if language == "zh":
        return re.sub(
            r"[\s,]+", lambda gap: "," if "," in gap.group() or len(gap.group()) else "", folded
        )
    return " ".join(folded.replace(",", " , ").split())


def _framed(text: str, table: Cues) -> float:
    """What the frame of the sentence takes away: past, imagined or told of; a plain request."""
    taken = 0.0
    if table.veils and table.veils.search(text):
        lifted = table.present and table.present.search(text)
        taken -= 0.0 if lifted else VEIL
    if table.requests and table.requests.search(text):
        taken -= REQUEST
    return taken


def _hits(
    text: str, patterns: Mapping[str, re.Pattern[str]], denials: re.Pattern[str] | None
) -> dict[str, int]:
    """Intents whose cues stand undenied in `text`, with the characters they cover."""
    found: dict[str, int] = {}
    for intent, pattern in patterns.items():
        for hit in pattern.finditer(text):
            if denials and denials.search(text[: hit.start()]):
                continue
            found[intent] = found.get(intent, 0) + len(hit.group())
    return found


def _is_short(text: str, language: str) -> bool:
    left = text.replace(BLANK, " ").replace(",", " ")
    return len("".join(left.split()) if language == "zh" else left.split()) <= SHORT


def _heard(text: str, table: Cues) -> dict[str, int]:
    said = sounds.syllables(text.replace(",", ""))
    found: dict[str, int] = {}
    for phrase, intent in table.sounds:
        width = len(phrase)
        if any(tuple(said[at : at + width]) == phrase for at in range(len(said) - width + 1)):
            found[intent] = found.get(intent, 0) + width
    return found


def _closest(found: Mapping[str, int], resembled: str) -> str:
    if not found or resembled in found:
        return resembled
    return max(found, key=lambda intent: (found[intent], intent))


def _cries(text: str, table: Cues, language: str) -> set[str]:
    return {intent for word, intent in table.cries.items() if _contains(text, word, language)}


def _contains(text: str, word: str, language: str) -> bool:
    if language == "zh":
        return word in text
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
