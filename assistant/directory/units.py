"""A text as units that can be compared: Chinese characters, and words of other scripts. Pure.

Every unit keeps its place in the text, so that what was found can be told in the resident's words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import islice

from assistant.directory.everyday import CHINESE, ENGLISH
from assistant.directory.sound import consonants, heard, is_hanzi, syllable

LONGEST = 120
"Units looked at: nobody names a service later than that in one breath."
LONGEST_TEXT = 1000
"Characters looked at."
_UNIT = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:['’][^\W_\u3400-\u9fff]+)*")
_LONGEST_EVERYDAY = max(map(len, CHINESE))


@dataclass(frozen=True, slots=True)
class Unit:
    """A character or word."""

    surface: str
    "As written, small letters, full-width signs made plain; English without plural."
    plain: str
    "Toneless syllable; of a word its surface."
    sound: str
    "With confusions merged (see `sound`)."
    start: int
    end: int
    "Where it stands in the text."

    @property
    def hanzi(self) -> bool:
        """Whether it is a Chinese character."""
        return is_hanzi(self.surface[0])


def units(text: str) -> tuple[Unit, ...]:
    """The units of a text, at most `LONGEST`; signs are left out."""
    found: list[Unit] = []
    for match in islice(_UNIT.finditer(text[:LONGEST_TEXT]), LONGEST):
        written = unicodedata.normalize("NFKC", match[0]).casefold()
        if is_hanzi(written[0]):
            plain, sound = syllable(written), heard(written)
        else:
            written = plain = _singular(written)
            sound = consonants(written) or written
        found.append(Unit(written, plain, sound, match.start(), match.end()))
    return tuple(found)


def _singular(word: str) -> str:
    word = word.replace("’", "'").removesuffix("'s").replace("'", "")
    if word.endswith("ies") and len(word) > len("ties"):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > len("gas"):
        return word[:-1]
    return word


ENGLISH_STEMS = frozenset(ENGLISH | {_singular(word) for word in ENGLISH})


def everyday(sequence: tuple[Unit, ...]) -> tuple[bool, ...]:
    """Which units belong to everyday words; in Chinese the longest word wins."""
    blotted = [not item.hanzi and item.surface in ENGLISH_STEMS for item in sequence]
    place = 0
    while place < len(sequence):
        length = _everyday_at(sequence, place)
        blotted[place : place + length] = [True] * length
        place += length or 1
    return tuple(blotted)


def _everyday_at(sequence: tuple[Unit, ...], place: int) -> int:
    for length in range(min(_LONGEST_EVERYDAY, len(sequence) - place), 0, -1):
        if "".join(item.surface for item in sequence[place : place + length]) in CHINESE:
            return length
    return 0


def grams(sequence: tuple[Unit, ...], blotted: tuple[bool, ...]) -> dict[str, float]:
    """What a text is about: pairs of syllables, characters and words, with their importance.

    Pairs with an everyday character at both ends say nothing; nor do pairs over a gap.
    """
    found: dict[str, float] = {}
    for place, item in enumerate(sequence):
        if item.hanzi:
            if not blotted[place]:
                found[f"1{item.surface}"] = CHARACTER
            after = sequence[place + 1] if place + 1 < len(sequence) else None
            if after is not None and after.hanzi and not (blotted[place] and blotted[place + 1]):
                if blotted[place] or blotted[place + 1]:
                    found[f"h{item.surface}{after.surface}"] = HALF_PAIR
                else:
                    found[f"2{item.surface}{after.surface}"] = PAIR
                    found[f"p{item.sound} {after.sound}"] = PAIR_SOUND
        elif not blotted[place]:
            found[f"w{item.surface}"] = WORD
            if len(item.surface) > len("four") and len(item.sound) > 1:
                found[f"s{item.sound}"] = SOUND
    return found


PAIR, PAIR_SOUND, HALF_PAIR, CHARACTER, WORD, SOUND = 0.7, 0.3, 0.4, 0.35, 0.8, 0.4
"""A pair of characters is nearly a word; with an everyday half it is less, one alone much less.
Pairs and words count by their letters and again by their sound, which is all that a homophone or a
slip of the finger leaves."""
IMPORTANCE = {
    "2": PAIR,
    "p": PAIR_SOUND,
    "h": HALF_PAIR,
    "1": CHARACTER,
    "w": WORD,
    "s": SOUND,
}
"By the first letter of a gram."
