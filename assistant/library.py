"""Reads and checks `intents/` and `voices/`; the only reader of those trees.

Whatever is wrong stops the start with file, line and remedy (`DataError`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from string import Formatter
from typing import Any, get_args

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from assistant.core.errors import DataError
from assistant.core.intent import TextWord
from assistant.core.values import Localised
from assistant.dialogue.actions import ACTIONS
from assistant.dialogue.move import Entry, Example
from assistant.dialogue.prompts import Prompt
from assistant.dialogue.wording import Wording

SECTIONS = ("spoken", "written", "keywords")
APART = {"_common", "_outside", "_safety", "_texts", "_case_words"}
"Files of a language that are no intent's."
IMPORTANCE = ("required", "usual", "optional")
PROMPT_KEYS = {"spoken", "sms", "variants"}
EXAMPLE_KEYS = {"say", "intent", "from", "until"}
EXAMPLES_AT_ANY_HOUR = 2
"So many are named at once; they must fit without a topic and at any time."
TEXT_KEYS = (*get_args(TextWord), "automatic")
COMMON_KEYS = (
    "fillers",
    "politeness",
    "numbers",
    "confusable",
    "particles",
    "yes",
    "no",
    "wrong",
    "age",
    "whenever",
    "call_over",
    "keep_nothing",
    "somebody",
    "for_me",
    "no_more",
    "last_month",
    "how_done",
    "own_matter",
    "i_vote",
    "no_vote",
    "safe_word",
    "not_known",
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


def load(root: Path, languages: tuple[str, ...]) -> Library:
    """Read both trees below `root` for these languages, first the community's own."""
    entries = _catalog(root / "intents" / "catalog.yaml")
    examples = {lang: _examples(root / "intents" / lang, entries) for lang in languages}
    said = load_spoken(root, languages)
    return Library(
        entries=entries,
        examples=examples,
        common={lang: _common(root / "intents" / lang / "_common.yaml") for lang in languages},
        danger={lang: read_yaml(root / "intents" / lang / "_safety.yaml") for lang in languages},
        outside={lang: _outside(root / "intents" / lang / "_outside.yaml") for lang in languages},
        texts={lang: _text_words(root / "intents" / lang / "_texts.yaml") for lang in languages},
        case_words={
            lang: _distinct_words(root / "intents" / lang / "_case_words.yaml")
            for lang in languages
        },
        safe_words={
            lang: _distinct_words(root / "voices" / lang / "safe_words.yaml") for lang in languages
        },
        prompts=said.prompts,
        moments={
            lang: _moments(root / "voices" / lang / "moments.yaml", entries) for lang in languages
        },
        wordings=said.wordings,
        voices=said.voices,
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
    slots = tuple(str(name) for name in body.get("slots") or ())
    return Entry(intent, action, body.get("field"), importance, Localised(example), slots)


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


def _distinct_words(path: Path) -> tuple[str, ...]:
    words = tuple(_texts(path, read_yaml(path), "words"))
    twice = sorted({word for word in words if words.count(word) > 1})
    if twice or not words:
        why = f"{twice[0]!r} stands twice" if twice else "there are none"
        msg = f"{path}:1: needs words, each once; {why}"
        raise DataError(msg)
    return words


def _text_words(path: Path) -> dict[str, tuple[str, ...]]:
    loaded = read_yaml(path)
    for key in loaded:
        if key not in TEXT_KEYS:
            msg = f"{path}:{_line(loaded, key)}: unknown key {key!r}; use {', '.join(TEXT_KEYS)}"
            raise DataError(msg)
    for key in TEXT_KEYS:
        if key not in loaded:
            msg = f"{path}:1: the key {key!r} is missing; write [] where there is no such word"
            raise DataError(msg)
    return {key: tuple(_texts(path, loaded, key)) for key in TEXT_KEYS}


def _prompts(path: Path) -> dict[str, Prompt]:
    loaded = read_yaml(path)
    return {str(key): _prompt(path, loaded, str(key)) for key in loaded}


def _prompt(path: Path, loaded: CommentedMap, key: str) -> Prompt:
    body, where = loaded[key], f"{path}:{_line(loaded, key)}: prompt {key!r}"
    if isinstance(body, str):
        prompt = Prompt(str(body), str(body))
    elif isinstance(body, CommentedMap) and set(body) <= PROMPT_KEYS and body.get("spoken"):
        variants = tuple(_texts(path, body, "variants")) if "variants" in body else ()
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


def _moments(path: Path, entries: Mapping[str, Entry]) -> tuple[Example, ...]:
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
