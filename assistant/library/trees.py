"""Both trees together, checked against each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.dialogue.move import Entry, Example
from assistant.dialogue.prompts import Prompt
from assistant.dialogue.wording import Wording
from assistant.library.intents import (
    Examples,
    catalog,
    common,
    distinct_words,
    examples,
    outside,
    text_words,
)
from assistant.library.voices import load_spoken, moments
from assistant.library.yaml_file import read_yaml


@dataclass(frozen=True, slots=True)
class Library:
    """Everything under `intents/` and `voices/`, checked."""

    entries: Mapping[str, Entry]
    examples: Mapping[str, Mapping[str, Examples]]
    "By language, then intent."
    common: Mapping[str, Mapping[str, Any]]
    "`_common.yaml` by language: fillers, politeness, number words."
    danger: Mapping[str, Mapping[str, Any]]
    "`_safety.yaml` by language: what danger sounds like; checked by the detector."
    outside: Mapping[str, tuple[str, ...]]
    "`_outside.yaml` by language: what belongs to none of our intents."
    texts: Mapping[str, Mapping[str, tuple[str, ...]]]
    "`_texts.yaml` by language: words that are a whole text and command something."
    case_words: Mapping[str, tuple[str, ...]]
    "`_case_words.yaml` by language: what stands for a case code."
    safe_words: Mapping[str, tuple[str, ...]]
    "`safe_words.yaml` by language: what staff say first when they ring back."
    prompts: Mapping[str, Mapping[str, Prompt]]
    moments: Mapping[str, tuple[Example, ...]]
    "`moments.yaml` by language: what is worth asking, for who does not know how."
    wordings: Mapping[str, Wording]
    voices: Mapping[str, Mapping[str, Any]]
    "`voice.yaml` by language."


def load(root: Path, languages: tuple[str, ...]) -> Library:
    """Read both trees below `root` for these languages, first the community's own."""
    entries = catalog(root / "intents" / "catalog.yaml")
    told = {lang: examples(root / "intents" / lang, entries) for lang in languages}
    said = load_spoken(root, languages)
    return Library(
        entries=entries,
        examples=told,
        common={lang: common(root / "intents" / lang / "_common.yaml") for lang in languages},
        danger={lang: read_yaml(root / "intents" / lang / "_safety.yaml") for lang in languages},
        outside={lang: outside(root / "intents" / lang / "_outside.yaml") for lang in languages},
        texts={lang: text_words(root / "intents" / lang / "_texts.yaml") for lang in languages},
        case_words={
            lang: distinct_words(root / "intents" / lang / "_case_words.yaml") for lang in languages
        },
        safe_words={
            lang: distinct_words(root / "voices" / lang / "safe_words.yaml") for lang in languages
        },
        prompts=said.prompts,
        moments={
            lang: moments(root / "voices" / lang / "moments.yaml", entries) for lang in languages
        },
        wordings=said.wordings,
        voices=said.voices,
    )
