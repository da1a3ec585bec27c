"""Words of residents as staff read them: pinyin under Chinese, turns under their talk. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from pypinyin import Style, lazy_pinyin

from assistant.desk.masking import hidden

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from assistant.core.turn import Channel
    from assistant.memory.hearings import Hearing

_HAN: Final = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Guess:
    """One way of hearing what she said."""

    text: str
    language: str
    "Chinese for words with something Chinese in them, else the language it was heard in."
    pinyin: str
    "Empty for words with nothing Chinese."
    percent: int | None
    "How sure the line was, 0 to 100; `None` for what was written."


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of the line's."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """One turn: the best guess first; no guess where a key was pressed."""

    heard: tuple[Guess, ...]
    answered: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class ReadTalk:
    """One call, or the texts that followed each other."""

    channel: Channel
    began: datetime
    turns: tuple[ReadTurn, ...]


def pinyin(words: str) -> str:
    """Syllables with tone marks, the rest as it is; empty for words with nothing Chinese."""
    if _HAN.search(words) is None:
        return ""
    return " ".join(" ".join(lazy_pinyin(words, style=Style.TONE)).split())


def talks(hearings: Iterable[Hearing], contact: str) -> tuple[ReadTalk, ...]:
    """Turns in the order in which they were said, under the talk that each belongs to.

    Her number, `contact`, is masked wherever it was said: it is shown for a reason only.
    """
    found = []
    for _, group in groupby(hearings, key=lambda one: one.conversation_id):
        ours = tuple(group)
        found.append(
            ReadTalk(ours[0].channel, ours[0].at, tuple(_turn(one, contact) for one in ours))
        )
    return tuple(found)


def _turn(hearing: Hearing, contact: str) -> ReadTurn:
    answered = hearing.exchange.answered
    said = tuple(Said(hidden(one.text, contact), one.language) for one in answered)
    return ReadTurn(tuple(_guesses(hearing, contact)), said)


def _guesses(hearing: Hearing, contact: str) -> Iterator[Guess]:
    heard = hearing.exchange.heard
    if heard is None:
        return
    said = ((heard.text, heard.confidence), *((o.text, o.confidence) for o in heard.alternatives))
    for words, confidence in said:
        text = hidden(words, contact)
        percent = None if hearing.channel == "sms" else round(100 * confidence)
        read = pinyin(text)
        yield Guess(text, "zh" if read else heard.language, read, percent)
