"""The table of danger cues of one language, compiled, and what it finds in an utterance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import opencc

from assistant.understanding import sounds
from assistant.understanding.danger_kinds import Kinds
from assistant.understanding.language import plain

BLANK = "　"
"Stands where harmless words were; no cue holds it."

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
    "Slip or word of dialect to the word meant."
    kinds: Kinds

    def mended(self, text: str) -> str:
        """A plain text with its slips and words of dialect put as cues and examples have them."""
        return self.slips.sub(lambda slip: self.meant[slip.group()], text) if self.slips else text


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
            simplify(str(word), language): intent
            for intent, words in table.get("cries", {}).items()
            for word in words
        },
        sounds=tuple(
            (tuple(sounds.syllables(simplify(str(phrase), language))), intent)
            for intent, phrases in table.get("sounds", {}).items()
            for phrase in phrases
        ),
        requests=_pattern(table.get("requests", ()), language),
        calm=tuple(str(text) for text in table.get("calm", ())),
        slips=_pattern([re.escape(slip) for slip in _longest_first(slips)], language),
        meant=slips,
        kinds=Kinds(language, table.get("kinds", {})),
    )


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))


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


@lru_cache(maxsize=1)
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def simplify(text: str, language: str) -> str:
    """Plain form with commas for pauses; no spaces in Chinese, no apostrophes in English."""
    folded = _PAUSE.sub(",", _APOSTROPHE.sub("", plain(text)))
    if language == "zh":
        return re.sub(r"[\s,]+", ",", _to_simplified().convert(folded))
    return " ".join(folded.replace(",", " , ").split())


def hits(
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


def heard(text: str, table: Cues) -> dict[str, int]:
    """Intents whose phrases are in `text` by their sound, with the syllables they cover."""
    said = sounds.syllables(text.replace(",", ""))
    found: dict[str, int] = {}
    for phrase, intent in table.sounds:
        width = len(phrase)
        if any(tuple(said[at : at + width]) == phrase for at in range(len(said) - width + 1)):
            found[intent] = found.get(intent, 0) + width
    return found


def cries_in(text: str, table: Cues, language: str) -> set[str]:
    """Intents of which a single word of danger stands anywhere in `text`."""
    return {intent for word, intent in table.cries.items() if _contains(text, word, language)}


def _contains(text: str, word: str, language: str) -> bool:
    if language == "zh":
        return word in text
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
