"""Reads and checks `intents/`: what residents may want, and how they say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from assistant.core.errors import DataError
from assistant.core.intent import REMARK_CUES, TextWord
from assistant.core.values import Localised
from assistant.dialogue.actions import ACTIONS
from assistant.dialogue.move import Entry
from assistant.library.yaml_file import line_of, read_yaml, texts_of

SECTIONS = ("spoken", "written", "keywords")
APART = {"_common", "_outside", "_safety", "_texts", "_case_words"}
"Files of a language that are no intent's."
IMPORTANCE = ("required", "usual", "optional")
TEXT_KEYS = (*get_args(TextWord), "automatic")
COMMON_KEYS = (
    "fillers",
    "politeness",
    "numbers",
    "confusable",
    "particles",
    "yes",
    "no",
    *REMARK_CUES,
    "marks",
)


@dataclass(frozen=True, slots=True)
class Examples:
    """How people say one intent in one language."""

    spoken: tuple[str, ...]
    written: tuple[str, ...]
    keywords: tuple[str, ...] = ()

    def all(self) -> tuple[str, ...]:
        """Every wording, each once, in file order."""
        return tuple(dict.fromkeys((*self.spoken, *self.written, *self.keywords)))


def catalog(path: Path) -> dict[str, Entry]:
    """Every intent with what it leads to."""
    loaded = read_yaml(path)
    entries = {}
    for intent, body in loaded.items():
        where = f"{path}:{line_of(loaded, intent)}: intent {intent!r}"
        if not isinstance(body, Mapping):
            msg = f"{where} must be a mapping with action, slots, importance and example"
            raise DataError(msg)
        unknown = set(body) - {"action", "field", "slots", "importance", "example"}
        if unknown:
            msg = f"{where} has the unknown key {min(unknown)!r}; remove it"
            raise DataError(msg)
        entries[str(intent)] = _entry(str(intent), body, where)
    return entries


def _entry(intent: str, body: Mapping[str, Any], where: str) -> Entry:
    action, importance = body.get("action"), body.get("importance", "usual")
    if action not in ACTIONS:
        msg = f"{where} names the action {action!r}, which is none of {', '.join(sorted(ACTIONS))}"
        raise DataError(msg)
    if importance not in IMPORTANCE:
        msg = f"{where}: importance {importance!r} is none of {', '.join(IMPORTANCE)}"
        raise DataError(msg)
    example = tuple((str(k), str(v)) for k, v in (body.get("example") or {}).items())
    slots = tuple(str(name) for name in body.get("slots") or ())
    return Entry(intent, action, body.get("field"), importance, Localised(example), slots)


def examples(folder: Path, entries: Mapping[str, Entry]) -> dict[str, Examples]:
    """How people say each intent of the catalog in one language; none is missing, none is over."""
    found = {}
    for intent in entries:
        found[intent] = _intent_file(folder / f"{intent}.yaml")
    strangers = {path.stem for path in folder.glob("*.yaml")} - set(entries) - APART
    if strangers:
        name = min(strangers)
        msg = f"{folder / name}.yaml: catalog.yaml has no such intent; add it or remove the file"
        raise DataError(msg)
    return found


def _intent_file(path: Path) -> Examples:
    loaded = read_yaml(path)
    for key in loaded:
        if key not in SECTIONS:
            msg = f"{path}:{line_of(loaded, key)}: unknown key {key!r}; use {', '.join(SECTIONS)}"
            raise DataError(msg)
    parts = {key: tuple(texts_of(path, loaded, key)) for key in SECTIONS}
    if not parts["spoken"]:
        msg = f"{path}:1: needs at least one example under 'spoken'"
        raise DataError(msg)
    return Examples(parts["spoken"], parts["written"], parts["keywords"])


def common(path: Path) -> Mapping[str, Any]:
    """The lists every language needs, none of them missing."""
    loaded = read_yaml(path)
    for key in COMMON_KEYS:
        if key not in loaded:
            msg = f"{path}:1: the key {key!r} is missing"
            raise DataError(msg)
    return loaded


def outside(path: Path) -> tuple[str, ...]:
    """Sentences that belong to none of our intents."""
    loaded = read_yaml(path)
    return tuple(texts_of(path, loaded, "examples"))


def distinct_words(path: Path) -> tuple[str, ...]:
    """A list of words, each once."""
    words = tuple(texts_of(path, read_yaml(path), "words"))
    twice = sorted({word for word in words if words.count(word) > 1})
    if twice or not words:
        why = f"{twice[0]!r} stands twice" if twice else "there are none"
        msg = f"{path}:1: needs words, each once; {why}"
        raise DataError(msg)
    return words


def text_words(path: Path) -> dict[str, tuple[str, ...]]:
    """Words that are a whole text and command something, by command."""
    loaded = read_yaml(path)
    for key in loaded:
        if key not in TEXT_KEYS:
            msg = f"{path}:{line_of(loaded, key)}: unknown key {key!r}; use {', '.join(TEXT_KEYS)}"
            raise DataError(msg)
    for key in TEXT_KEYS:
        if key not in loaded:
            msg = f"{path}:1: the key {key!r} is missing; write [] where there is no such word"
            raise DataError(msg)
    return {key: tuple(texts_of(path, loaded, key)) for key in TEXT_KEYS}
