"""What a text is cut into: letters, words and sounds, each a view of its own.

A view turns a normalised text into terms; its share says how much it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.understanding import sounds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHORTEST_PIECE = 2
LONGEST_PIECE = 5


@dataclass(frozen=True, slots=True)
class View:
    """One side to look at a text from."""

    terms: Callable[[str], list[str]]
    "Normalised text to terms."
    share: float
    "Part of the whole; the shares of a language add up to 1."


def runs(units: Sequence[str], shortest: int, longest: int, joint: str) -> list[str]:
    """All runs of `shortest` to `longest` neighbouring units."""
    count = len(units)
    return [
        joint.join(units[start : start + size])
        for size in range(shortest, longest + 1)
        for start in range(count - size + 1)
    ]


def edges(units: Sequence[str], first: int, last: int, joint: str) -> list[str]:
    """All beginnings of up to `first` units and all ends of up to `last`, told apart by a mark."""
    fronts = [f"<{joint.join(units[:size])}" for size in range(1, first + 1)]
    return fronts + [f"{joint.join(units[-size:])}>" for size in range(1, last + 1)]


@lru_cache(maxsize=32768)
def _word_pieces(word: str) -> tuple[str, ...]:
    return tuple(runs(f" {word} ", SHORTEST_PIECE, LONGEST_PIECE, ""))


def pieces(text: str) -> list[str]:
    """Runs of 2 to 5 letters inside words, word edges included."""
    return [piece for word in text.split() for piece in _word_pieces(word)]


def words(text: str) -> list[str]:
    """Words and pairs of neighbouring words."""
    return runs(text.split(), 1, 2, " ")


def word_edges(text: str) -> list[str]:
    """The first three and last two words: how one asks."""
    return edges(text.split(), 3, 2, " ")


def word_sounds(text: str) -> list[str]:
    """Metaphone keys."""
    return sounds.keys(text)


def word_sound_pairs(text: str) -> list[str]:
    """Metaphone keys and pairs of neighbouring ones."""
    return runs(sounds.keys(text), 1, 2, " ")


def character_edges(text: str) -> list[str]:
    """The first two and last two characters: how one asks."""
    return edges(text, 2, 2, "")


def characters(text: str) -> list[str]:
    """Single characters."""
    return list(text)


def character_pairs(text: str) -> list[str]:
    """Characters and pairs of neighbouring ones."""
    return runs(text, 1, 2, "")


def syllables(text: str) -> list[str]:
    """Merged syllables."""
    return sounds.syllables(text)


def syllable_pairs(text: str) -> list[str]:
    """Merged syllables and pairs of neighbouring ones."""
    return runs(sounds.syllables(text), 1, 2, " ")


VIEWS: dict[str, tuple[View, ...]] = {
    "en": (
        View(pieces, 0.36),
        View(words, 0.24),
        View(word_edges, 0.14),
        View(word_sounds, 0.13),
        View(word_sound_pairs, 0.13),
    ),
    "zh": (
        View(character_pairs, 0.40),
        View(characters, 0.23),
        View(character_edges, 0.15),
        View(syllables, 0.11),
        View(syllable_pairs, 0.11),
    ),
}
