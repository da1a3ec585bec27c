"""How much is said before the line asks whether to go on, and where a long text is parted. PURE.

An older listener keeps 45 characters or 35 words (issue figures from SENIOR 1.2: about 15 s).
Chinese characters and words of other languages count against the same measure, so that a mixed
sentence is measured fairly and a further language needs nothing here.
"""

from __future__ import annotations

import re

MOST_CHARACTERS, MOST_WORDS = 45, 35
PIECE = 0.76
"Share of a breath that a piece of a parted text fills at most: a caution still fits beside it."

_COUNTED = re.compile(r"[㐀-鿿]|[^\W_㐀-鿿]+(?:['’-][^\W_㐀-鿿]+)*")
_ENDS = (r"(?<=[。？！])|(?<=[.?!])\s+", r"(?<=；)|(?<=;)\s+", r"(?<=[，、])|(?<=,)\s+")
"From the strongest to the weakest place to part a text; a weaker one only where it must be."


def breath(text: str) -> float:
    """How much of one breath `text` takes: 1 is 45 characters or 35 words."""
    found: list[str] = _COUNTED.findall(text)
    characters = sum("㐀" <= item <= "鿿" for item in found)
    return characters / MOST_CHARACTERS + (len(found) - characters) / MOST_WORDS


def parted(text: str, *, sentences_only: bool = False) -> tuple[str, ...]:
    """`text` in pieces of at most `PIECE` of a breath, each a sentence; whole if it fits in one.

    A stretch without any punctuation is never torn, however long it is; with `sentences_only`
    nor is a sentence, so that a telephone number in it stays whole.
    """
    if breath(text) <= 1:
        return (text,)
    ends = _ENDS[:1] if sentences_only else _ENDS
    return tuple(_closed(piece) for piece in _packed(_parts(text, ends)))


def _parts(text: str, ends: tuple[str, ...]) -> list[str]:
    """Stretches of at most `PIECE`, parted no more weakly than needed."""
    if breath(text) <= PIECE or not ends:
        return [text]
    found = [part.strip() for part in re.split(ends[0], text) if part.strip()]
    return [piece for part in found for piece in _packed(_parts(part, ends[1:]))]


def _packed(parts: list[str]) -> list[str]:
    """Neighbours joined again as far as they fit together."""
    packed: list[str] = []
    for part in parts:
        joined = _joined(packed[-1], part) if packed else part
        if packed and breath(joined) <= PIECE:
            packed[-1] = joined
        else:
            packed.append(part)
    return packed


def _joined(first: str, second: str) -> str:
    return f"{first} {second}" if first[-1:].isascii() else first + second


def _closed(piece: str) -> str:
    """A piece ends as a sentence does."""
    bare = piece.rstrip("，、；,; ")
    if bare[-1:] in "。？！.?!":
        return bare
    return bare + ("。" if "㐀" <= bare[-1:] <= "鿿" else ".")
