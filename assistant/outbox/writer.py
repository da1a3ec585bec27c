"""One text, or two: cut at the end of a sentence, signed, numbered by ourselves. Pure.

A network may deliver the parts of a long text out of order or lose one, and an old telephone shows
them apart; so each part is a whole text of one segment of its own (SENIOR 2). Nothing is dropped:
what does not fit into two is handed back, to be sent when she asks for more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.core.segments import segments

MOST = 2
"Texts in answer to one text."
_LEVELS = (
    re.compile(r"(?:[^。？！\n.?!]|[.?!](?!\s|$))*(?:[。？！\n]+|[.?!]+(?:\s+|$)|$)"),
    re.compile(r"[^；，、;,]*(?:[；，、]|[;,]\s*|$)"),
    re.compile(r"[+\d][\d .:/-]*\d\s*|[^\W\d_⺀-鿿]+\s*|\d\s*|.", re.DOTALL),
)
"""Where a text may be parted, from the best place to the worst: sentences and lines, clauses, words
and single characters. A number is never torn."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent now, and what is left."""

    parts: tuple[str, ...]
    "One or two texts, each of one segment, signature included."
    rest: str = ""
    "Unsigned; sent when she asks for more."


def written(text: str, signature: str, more: str) -> Letter:
    """`text` as one signed segment, or as two numbered ones; `more` tells how to get the rest."""
    whole = signature + text.strip()
    if _fits(whole):
        return Letter((whole,))
    heads = [f"{signature}({number}/{MOST}) " for number in range(1, MOST + 1)]
    first, left = _filled(heads[0], text.strip(), "")
    second, rest = _filled(heads[1], left, "")
    if rest:
        second, rest = _filled(heads[1], left, more)
    return Letter((first, second) if second != heads[1] else (first,), rest)


def _filled(head: str, text: str, tail: str) -> tuple[str, str]:
    """As much of `text` as fits between `head` and `tail`, well parted; and what is left."""
    taken = ""
    for pieces in _LEVELS:
        for piece in _pieces(pieces, text[len(taken) :]):
            if not _fits(head + (taken + piece).rstrip() + tail):
                break
            taken += piece
        if taken.strip():
            break
    return head + taken.rstrip() + tail, text[len(taken) :].lstrip()


def _pieces(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    return (found.group() for found in pattern.finditer(text) if found.group())


def _fits(text: str) -> bool:
    return segments(text).parts == 1
