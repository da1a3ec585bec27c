"""Reads and checks `intents/` and `voices/`; the only reader of those trees.

Whatever is wrong stops the start with file, line and remedy (`DataError`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from assistant.core.errors import DataError
from assistant.core.values import Localised
from assistant.dialogue.actions import ACTIONS
from assistant.dialogue.move import Entry
from assistant.dialogue.prompts import Prompt
from assistant.dialogue.wording import Wording

SECTIONS = ("spoken", "written", "keywords")
APART = {"_common", "_outside", "_safety"}
"Files of a language that are no intent's."
IMPORTANCE = ("required", "usual", "optional")
COMMON_KEYS = ("fillers", "politeness", "numbers", "confusable", "particles", "yes", "no")


@dataclass(frozen=True, slots=True)
class Examples:
    """How people say one intent in one language."""

    spoken: tuple[str, ...]
    written: tuple[str, ...]
    keywords: tuple[str, ...] = ()

    def all(self) -> tuple[str, ...]:
        """Every wording, each once, in file order."""
        return tuple(dict.fromkeys((*self.spoken, *self.written, *self.keywords)))


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
    prompts: Mapping[str, Mapping[str, Prompt]]
    wordings: Mapping[str, Wording]
    voices: Mapping[str, Mapping[str, Any]]
    "`voice.yaml` by language."
    recordings: Path
    "Folder holding `<language>/recordings`."


def load(root: Path, languages: tuple[str, ...]) -> Library:
    """Read both trees below `root` for these languages, first the community's own."""
    entries = _catalog(root / "intents" / "catalog.yaml")
    examples = {lang: _examples(root / "intents" / lang, entries) for lang in languages}
    prompts = {lang: _prompts(root / "voices" / lang / "prompts.yaml") for lang in languages}
    _mirrored(prompts, languages, root)
    return Library(
        entries=entries,
        examples=examples,
        common={lang: _common(root / "intents" / lang / "_common.yaml") for lang in languages},
        danger={lang: read_yaml(root / "intents" / lang / "_safety.yaml") for lang in languages},
        outside={lang: _outside(root / "intents" / lang / "_outside.yaml") for lang in languages},
        prompts=prompts,
        wordings={lang: _wording(root / "voices" / lang / "wording.yaml") for lang in languages},
        voices={lang: read_yaml(root / "voices" / lang / "voice.yaml") for lang in languages},
        recordings=root / "voices",
    )


def read_yaml(path: Path) -> CommentedMap:
    """A YAML mapping with line numbers; `DataError` names the file, the line and the remedy."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        msg = f"{path}: this file is missing; every language needs it"
        raise DataError(msg) from None
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read as UTF-8 text ({type(error).__name__})"
        raise DataError(msg) from error
    try:
        loaded = YAML().load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problem = getattr(error, "problem", None) or "is not valid YAML"
        msg = f"{path}:{line}: {problem}; mend this line"
        raise DataError(msg) from error
    if not isinstance(loaded, CommentedMap):
        msg = f"{path}:1: must hold keys with values, as the other files do"
        raise DataError(msg)
    return loaded


def _line(loaded: CommentedMap, key: str) -> int:
    position = loaded.lc.data.get(key) if loaded.lc.data else None
    return int(position[0]) + 1 if position else 1


def _catalog(path: Path) -> dict[str, Entry]:
    loaded = read_yaml(path)
    entries = {}
    for intent, body in loaded.items():
        where = f"{path}:{_line(loaded, intent)}: intent {intent!r}"
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
    return Entry(intent, action, body.get("field"), importance, Localised(example))


def _examples(folder: Path, entries: Mapping[str, Entry]) -> dict[str, Examples]:
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
            msg = f"{path}:{_line(loaded, key)}: unknown key {key!r}; use {', '.join(SECTIONS)}"
            raise DataError(msg)
    parts = {key: tuple(_texts(path, loaded, key)) for key in SECTIONS}
    if not parts["spoken"]:
        msg = f"{path}:1: needs at least one example under 'spoken'"
        raise DataError(msg)
    return Examples(parts["spoken"], parts["written"], parts["keywords"])


def _texts(path: Path, loaded: CommentedMap, key: str) -> Iterator[str]:
    items = loaded.get(key) or []
    if not isinstance(items, list):
        msg = f"{path}:{_line(loaded, key)}: {key!r} must be a list of sentences"
        raise DataError(msg)
    for number, item in enumerate(items):
        if not isinstance(item, str) or not item.strip():
            line = items.lc.data[number][0] + 1 if hasattr(items, "lc") else _line(loaded, key)
            msg = f"{path}:{line}: {item!r} is not a sentence; put it in quotes"
            raise DataError(msg)
        yield str(item).strip()


def _common(path: Path) -> Mapping[str, Any]:
    loaded = read_yaml(path)
    for key in COMMON_KEYS:
        if key not in loaded:
            msg = f"{path}:1: the key {key!r} is missing"
            raise DataError(msg)
    return loaded


def _outside(path: Path) -> tuple[str, ...]:
    loaded = read_yaml(path)
    return tuple(_texts(path, loaded, "examples"))


def _prompts(path: Path) -> dict[str, Prompt]:
    loaded = read_yaml(path)
    return {str(key): _prompt(path, loaded, str(key)) for key in loaded}


def _prompt(path: Path, loaded: CommentedMap, key: str) -> Prompt:
    body, where = loaded[key], f"{path}:{_line(loaded, key)}: prompt {key!r}"
    if isinstance(body, str):
        prompt = Prompt(str(body), str(body))
    elif isinstance(body, Mapping) and set(body) <= {"spoken", "sms"} and body.get("spoken"):
        prompt = Prompt(str(body["spoken"]), str(body.get("sms") or body["spoken"]))
    else:
        msg = f"{where} must be one sentence, or 'spoken' and 'sms'"
        raise DataError(msg)
    try:
        list(Formatter().parse(prompt.spoken + prompt.sms))
    except ValueError as error:
        msg = f"{where}: {error}; write each brace pair as {{name}}"
        raise DataError(msg) from error
    return prompt


def _mirrored(
    prompts: Mapping[str, Mapping[str, Prompt]], languages: tuple[str, ...], root: Path
) -> None:
    own = prompts[languages[0]]
    for lang in languages[1:]:
        missing = sorted(set(own) ^ set(prompts[lang]))
        if missing:
            msg = (
                f"{root / 'voices' / lang / 'prompts.yaml'}: prompt {missing[0]!r} stands in one "
                f"language only; write it in {languages[0]} and in {lang}"
            )
            raise DataError(msg)


def _wording(path: Path) -> Wording:
    loaded = read_yaml(path)
    try:
        return Wording(loaded)
    except DataError as error:
        msg = f"{path}: {error}"
        raise DataError(msg) from error
