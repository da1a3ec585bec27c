"""How many parts a text takes on the mobile network (3GPP TS 23.038 and 23.040). Pure.

One part holds 160 septets of the GSM-7 alphabet or 70 units of UCS-2; where a text needs more,
each part gives 6 bytes to its header and holds 153 or 67. A sign of the extension table takes two
septets, a sign beyond the basic plane two units; neither pair is ever torn apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Alphabet = Literal["gsm7", "ucs2"]

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_ONE = {"gsm7": 160, "ucs2": 70}
_JOINED = {"gsm7": 153, "ucs2": 67}
_BASIC_PLANE = 0xFFFF


@dataclass(frozen=True, slots=True)
class Segments:
    """How a text is sent."""

    alphabet: Alphabet
    units: int
    "Septets, or units of 16 bits."
    parts: int
    "Messages it is sent in; an empty text is one."


def segments(text: str, signature: str = "") -> Segments:
    """How `text` is sent, with the sender's `signature` (as 【桂花社区】) before it."""
    whole = signature + text
    alphabet = _alphabet(whole)
    units = sum(_size(sign, alphabet) for sign in whole)
    return Segments(alphabet, units, len(split(whole)))


def split(text: str) -> tuple[str, ...]:
    """The parts of a text, filled one after the other without tearing a pair."""
    alphabet = _alphabet(text)
    sizes = [_size(sign, alphabet) for sign in text]
    if sum(sizes) <= _ONE[alphabet]:
        return (text,)
    starts, used = [0], 0
    for at, size in enumerate(sizes):
        if used + size > _JOINED[alphabet]:
            starts.append(at)
            used = 0
        used += size
    return tuple(text[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True))


def _alphabet(text: str) -> Alphabet:
    plain = all(sign in _BASIC or sign in _EXTENSION for sign in text)
    return "gsm7" if plain else "ucs2"


def _size(sign: str, alphabet: Alphabet) -> int:
    if alphabet == "gsm7":
        return 2 if sign in _EXTENSION else 1
    return 2 if ord(sign) > _BASIC_PLANE else 1
