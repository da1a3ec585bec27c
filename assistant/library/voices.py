"""Reads and checks `voices/`: what is said, how it is put, and what is worth asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from string import Formatter
from typing import Any

from ruamel.yaml.comments import CommentedMap

from assistant.core.errors import DataError
from assistant.dialogue.move import Entry, Example
from assistant.dialogue.prompts import Prompt
from assistant.dialogue.wording import Wording
from assistant.library.yaml_file import line_of, read_yaml, texts_of

PROMPT_KEYS = {"spoken", "sms", "variants"}
EXAMPLE_KEYS = {"say", "intent", "from", "until"}
EXAMPLES_AT_ANY_HOUR = 2
"So many are named at once; they must fit without a topic and at any time."


@dataclass(frozen=True, slots=True)
class Spoken:
    """What `voices/` says of speaking; a fraction of the library, read in a moment."""

    prompts: Mapping[str, Mapping[str, Prompt]]
    wordings: Mapping[str, Wording]
    voices: Mapping[str, Mapping[str, Any]]


def load_spoken(root: Path, languages: tuple[str, ...]) -> Spoken:
    """Read what is said, and how, for these languages; `load` reads the rest as well."""
    folders = {lang: root / "voices" / lang for lang in languages}
    prompts = {lang: _prompts(folder / "prompts.yaml") for lang, folder in folders.items()}
    _mirrored(prompts, languages, root)
    return Spoken(
        prompts=prompts,
        wordings={lang: _wording(folder / "wording.yaml") for lang, folder in folders.items()},
        voices={lang: read_yaml(folder / "voice.yaml") for lang, folder in folders.items()},
    )


def _prompts(path: Path) -> dict[str, Prompt]:
    loaded = read_yaml(path)
    return {str(key): _prompt(path, loaded, str(key)) for key in loaded}


def _prompt(path: Path, loaded: CommentedMap, key: str) -> Prompt:
    body, where = loaded[key], f"{path}:{line_of(loaded, key)}: prompt {key!r}"
    if isinstance(body, str):
        prompt = Prompt(str(body), str(body))
    elif isinstance(body, CommentedMap) and set(body) <= PROMPT_KEYS and body.get("spoken"):
        variants = tuple(texts_of(path, body, "variants")) if "variants" in body else ()
        spoken = str(body["spoken"])
        prompt = Prompt(spoken, str(body.get("sms") or spoken), variants)
    else:
        msg = f"{where} must be one sentence, or 'spoken', 'sms' and 'variants'"
        raise DataError(msg)
    try:
        for form in (prompt.spoken, prompt.sms, *prompt.variants):
            list(Formatter().parse(form))
    except ValueError as error:
        msg = f"{where}: {error}; write each brace pair as {{name}}"
        raise DataError(msg) from error
    return prompt


def moments(path: Path, entries: Mapping[str, Entry]) -> tuple[Example, ...]:
    """What is worth asking, for who does not know how; some of it at any hour."""
    loaded = read_yaml(path)
    found = tuple(_example(path, item, entries) for item in loaded.get("examples") or ())
    always = {
        item.intent
        for item in found
        if (item.since, item.until) == (time.min, time.max) and "{" not in item.say
    }
    if len(always) < EXAMPLES_AT_ANY_HOUR:
        msg = (
            f"{path}:1: needs examples of {EXAMPLES_AT_ANY_HOUR} intents that fit at any hour: "
            "without 'from' and 'until', and without {topic}"
        )
        raise DataError(msg)
    return found


def _example(path: Path, item: Any, entries: Mapping[str, Entry]) -> Example:  # noqa: ANN401  # checked here
    line = item.lc.line + 1 if isinstance(item, CommentedMap) else 1
    where = f"{path}:{line}"
    if not isinstance(item, CommentedMap) or not {"say", "intent"} <= set(item) <= EXAMPLE_KEYS:
        msg = f"{where}: an example has say and intent, perhaps from and until, and nothing else"
        raise DataError(msg)
    if item["intent"] not in entries:
        msg = f"{where}: catalog.yaml has no intent {item['intent']!r}"
        raise DataError(msg)
    if {name for _, name, _, _ in Formatter().parse(str(item["say"])) if name} - {"topic"}:
        msg = f"{where}: only {{topic}} may stand in braces in {item['say']!r}"
        raise DataError(msg)
    try:
        since = time.fromisoformat(str(item.get("from", "00:00")))
        until = time.fromisoformat(str(item["until"])) if "until" in item else time.max
    except ValueError:
        msg = f"{where}: 'from' and 'until' are times of day in quotes, such as \"11:30\""
        raise DataError(msg) from None
    return Example(str(item["say"]), str(item["intent"]), since, until)


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
