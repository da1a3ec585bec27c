"""What `voices/<language>/voice.yaml` says of speaking, and how a text becomes sentences. PURE."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.core.errors import ConfigError, DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST_SENTENCE: Final = 200
"Characters; a longer one is cut at a comma, else at a space, else where it is."

SLOWEST: Final = 0.65
"Words are never said slower than this share of the voice's normal: slower ones are worse heard."

_END: Final = re.compile(
    r"[。！？…]+[\s”’」』）)\"]*|[!?]+[”’\")]*(?=\s|$)\s*|\.+[”’\")]*(?=\s|$)\s*|\n+"
)
_CUT: Final = re.compile(r"[，、；：,;:]|\s")


class Pauses(BaseModel):
    """Milliseconds of silence at the normal rate."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sentence_ms: Annotated[int, Field(ge=0, le=5000)] = 500
    "Between sentences."
    question_ms: Annotated[int, Field(ge=0, le=5000)] = 1000
    "Before a question."


class Voice(BaseModel):
    """One of a language's voices."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    engine: str
    "A name in `synthesisers.ENGINES`."
    voice: str
    "The engine's own id."
    rate: Annotated[float, Field(gt=0)]
    "The rate, in the engine's own units, at which this voice says `per_minute`."


class VoiceSettings(BaseModel):
    """How one language is spoken: the `speaking` section of its voice.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: Literal["character", "word"]
    "What is counted: hanzi and the like, or words between spaces."
    per_minute: Annotated[float, Field(gt=0)]
    "Units a minute at the normal rate, pauses included, whichever voice speaks."
    slow_per_minute: Annotated[float, Field(gt=0)]
    'Units a minute after one "slower".'
    default: str
    "The voice that speaks unless the site or a caller chose another: a name in `voices`."
    voices: Annotated[dict[str, Voice], Field(min_length=1)]
    "By the name the settings use."
    samples: tuple[str, ...] = ()
    "Answers as they are given every day; rates are measured on these."
    pauses: Pauses = Pauses()
    script: str = ""
    "A class of characters that only this language reads, such as `[一-鿿]`."
    abbreviations: tuple[str, ...] = ()
    "Words whose full stop ends no sentence."

    @model_validator(mode="after")
    def _default_is_a_voice(self) -> Self:
        if self.default not in self.voices:
            raise ValueError(f"default: {self.default} is none of {', '.join(self.voices)}")
        return self

    @cached_property
    def script_pattern(self) -> re.Pattern[str] | None:
        """`script` compiled; `None` when it is empty."""
        return re.compile(self.script) if self.script else None

    @property
    def other(self) -> str | None:
        """The voice for a caller who hears the site's badly; `None` when there is but one."""
        return next((name for name in self.voices if name != self.default), None)

    def usually(self, name: str) -> VoiceSettings:
        """The same with `name`, when one is given, as the default. Raises `ConfigError`."""
        if name and name not in self.voices:
            raise ConfigError(
                f"config.yaml: speech.voice: there is no voice {name}; "
                f"use one of {', '.join(self.voices)}"
            )
        return self.model_copy(update={"default": name}) if name else self

    def named(self, name: str | None) -> str:
        """`name` when it is one of these voices, else the default."""
        return name if name in self.voices else self.default


SLOWER: Final = 0.85
'The rate after one "slower", at which `slow_per_minute` is measured.'

PAUSE_SHARE: Final = 0.16
"Share of the time at the normal rate in which nothing is said (measured on both languages)."

PAUSES_FIRST: Final = 1.5
"Pauses grow to this many times their length before words slow down."

PAUSES_MOST: Final = 3.0
"Longer pauses sound like the end."


@dataclass(frozen=True, slots=True)
class Pace:
    """How a rate is reached: pauses grow first, then words slow down."""

    words: float
    "Factor for the rate of the words."
    pauses: float
    "Factor for the length of the pauses."

    @classmethod
    def of(cls, rate: float) -> Pace:
        """The pace for a `rate` of 1 for normal; limited to 0.5 to 2.

        Slower: first the pauses alone, up to `PAUSES_FIRST`; then the words, down to `SLOWEST`;
        then the pauses again. Faster: both together, pauses the more.
        """
        rate = max(0.5, min(2.0, rate))
        said, paused = 1 - PAUSE_SHARE, PAUSE_SHARE
        if rate >= 1:
            pauses = rate**-2.5
            return cls(round(said / (1 / rate - pauses * paused), 3), round(pauses, 3))
        pauses = (1 / rate - said) / paused
        if pauses <= PAUSES_FIRST:
            return cls(1.0, round(pauses, 3))
        words = said / (1 / rate - PAUSES_FIRST * paused)
        if words >= SLOWEST:
            return cls(round(words, 3), PAUSES_FIRST)
        pauses = (1 / rate - said / SLOWEST) / paused
        return cls(SLOWEST, round(min(PAUSES_MOST, pauses), 3))


def voice_settings(section: object, source: str) -> VoiceSettings:
    """Check the `speaking` section of the file `source`; `DataError` names file and key."""
    try:
        settings = VoiceSettings.model_validate(section)
        _ = settings.script_pattern
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(("speaking", *map(str, first["loc"])))
        said = first["msg"].removeprefix("Value error, ")
        raise DataError(f"{source}: {key}: {said}; correct this key") from error
    except re.error as error:
        raise DataError(f"{source}: speaking.script: {error}; give a class like [a-z]") from error
    return settings


def sentences(text: str, abbreviations: tuple[str, ...] = ()) -> Iterator[str]:
    """Cut a text at the ends of its sentences; what holds no letter or digit is left out."""
    clean = "".join(character if character.isprintable() else "\n" for character in text)
    start = 0
    for end in _END.finditer(clean):
        if clean[start : end.end()].rstrip().endswith(abbreviations or ("\0",)):
            continue
        yield from _sayable(clean[start : end.end()])
        start = end.end()
    yield from _sayable(clean[start:])


def is_question(sentence: str) -> bool:
    """Whether a sentence ends as a question."""
    return sentence.rstrip("”’」』）)\"' ").endswith(("?", "？"))


def by_language(
    sentence: str, language: str, voices: Mapping[str, VoiceSettings]
) -> Iterator[tuple[str, str]]:
    """Pairs of language and text: characters only another voice reads go to that voice."""
    start, current = 0, language
    for at, character in enumerate(sentence):
        if not character.isalnum():
            continue
        reader = _reader(character, language, voices)
        if reader != current:
            yield from ((current, part) for part in _sayable(sentence[start:at]))
            start, current = at, reader
    yield from ((current, part) for part in _sayable(sentence[start:]))


def count(text: str, unit: Literal["character", "word"]) -> int:
    """Characters that are letters or digits, or words between spaces."""
    if unit == "word":
        return len(text.split())
    return sum(character.isalnum() for character in text)


def _reader(character: str, language: str, voices: Mapping[str, VoiceSettings]) -> str:
    for other, voice in voices.items():
        pattern = voice.script_pattern
        if other != language and pattern is not None and pattern.match(character):
            return other
    return language


def _sayable(sentence: str) -> Iterator[str]:
    rest = " ".join(sentence.split())
    while len(rest) > LONGEST_SENTENCE:
        cuts = [cut.end() for cut in _CUT.finditer(rest, LONGEST_SENTENCE // 2, LONGEST_SENTENCE)]
        at = cuts[-1] if cuts else LONGEST_SENTENCE
        if any(map(str.isalnum, rest[:at])):
            yield rest[:at].strip()
        rest = rest[at:].strip()
    if any(map(str.isalnum, rest)):
        yield rest
