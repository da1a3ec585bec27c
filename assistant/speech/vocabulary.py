"""What can be said now, as lists of phrases for a recogniser. PURE.

A closed-grammar engine hears only what it is told, and hears it worse the longer the list: of two
syllables and more, 85 % of 129 Mandarin words are right, 65 % of 1000. Single syllables are its
weak point. So lists are short, ordered by what matters most, and single syllables get in only where
somebody wrote them down on purpose (digits, yes and no, keywords).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

OPEN = "open"
"The vocabulary of an open question; an engine with free speech listens freely instead."
LIMIT = 420
"""Phrases in an open list. A longer list hears each phrase worse, a shorter one lacks the word she
says: of 31 recorded Mandarin words that mean something to us, 14 were heard with 200 phrases, 18
with 420 and 14 with 600. Twice the phrases take about twice the CPU, 25 ms a word here."""
NAMES = 0.1
"Share of an open list that names of the directory have, however many keywords there are."

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_IDEOGRAPH = r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
_IDEOGRAPHS = re.compile(_IDEOGRAPH)
_BETWEEN = re.compile(rf"(?<={_IDEOGRAPH}) +(?={_IDEOGRAPH})")
_SYLLABIC = re.compile(r"[\u3040-\u30ff\uac00-\ud7a3]")
_VOWELS = re.compile(r"[aeiouyà-öø-ÿ]+")
_LONGEST_WORD = 8


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A list a recogniser is taught under a name."""

    name: str
    phrases: tuple[str, ...]
    "Most important first, none twice, written as the language writes them."


def choices(name: str, *groups: Iterable[str]) -> Vocabulary:
    """Everything in `groups`, in order: the answers to a closed question.

    Digits, yes and no, and commands are taken as they stand, single syllables included.
    """
    return Vocabulary(name, distinct(chain.from_iterable(groups)))


def open_vocabulary(
    *,
    asked: Iterable[str] = (),
    names: Iterable[str] = (),
    limit: int = LIMIT,
    name: str = OPEN,
) -> Vocabulary:
    """What may be said to an open question, the `limit` most important phrases of it.

    First the commands and keywords in `asked`, as they stand; then names and aliases of the
    directory of two syllables or more, for which `NAMES` of the list is kept free. Within a kind
    the order is kept, so put what is asked for most first.
    """
    long_names = distinct(phrase for phrase in names if syllables(phrase) > 1)
    kept_free = min(len(long_names), int(limit * NAMES))
    wanted = distinct(asked)[: max(0, limit - kept_free)]
    return Vocabulary(name, distinct(chain(wanted, long_names))[: max(0, limit)])


def distinct(phrases: Iterable[str]) -> tuple[str, ...]:
    """The phrases without punctuation, doubles and empty ones, in order."""
    seen: dict[str, str] = {}
    for phrase in phrases:
        tidy = join(words(phrase))
        if tidy:
            seen.setdefault(tidy.casefold(), tidy)
    return tuple(seen.values())


def words(phrase: str) -> list[str]:
    """The phrase cut at spaces and punctuation; an apostrophe inside a word stays."""
    return [word.replace("’", "'") for word in _WORD.findall(phrase)]


def join(parts: Iterable[str]) -> str:
    """Words as the language writes them: ideographs stand without spaces between them."""
    return _BETWEEN.sub("", " ".join(part for part in parts if part))


def syllables(phrase: str) -> int:
    """About how many syllables a phrase has; exact for Chinese, Japanese kana and Korean."""
    count = len(_IDEOGRAPHS.findall(phrase)) + len(_SYLLABIC.findall(phrase))
    for word in words(phrase.casefold()):
        groups = len(_VOWELS.findall(word))
        silent = groups > 1 and word.endswith("e") and not word.endswith(("le", "ee"))
        count += groups - silent
    return count


def segment(phrase: str, spelling: Callable[[str], str | None]) -> tuple[list[str], int]:
    """Cut a phrase into words a dictionary knows; returns them and how many characters were lost.

    `spelling` gives a word as the dictionary writes it, or `None`. What is written without spaces
    is cut by taking the longest known word each time.
    """
    known: list[str] = []
    lost = 0
    for word in words(phrase):
        whole = spelling(word)
        if whole is not None:
            known.append(whole)
        elif _IDEOGRAPHS.search(word):
            pieces, missing = _longest_match(word, spelling)
            known += pieces
            lost += missing
        else:
            lost += len(word)
    return known, lost


def _longest_match(text: str, spelling: Callable[[str], str | None]) -> tuple[Sequence[str], int]:
    found: list[str] = []
    lost = at = 0
    while at < len(text):
        for length in range(min(_LONGEST_WORD, len(text) - at), 0, -1):
            word = spelling(text[at : at + length])
            if word is not None:
                found.append(word)
                at += length
                break
        else:
            lost += 1
            at += 1
    return found, lost
