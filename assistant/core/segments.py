"""How many parts a text takes on the mobile network (3GPP TS 23.038 and 23.040). Pure.

One part holds 160 septets of the GSM-7 alphabet or 70 units of UCS-2; where a text needs more,
each part gives 6 bytes to its header and holds 153 or 67. A sign of the extension table takes two
septets, a sign beyond the basic plane two units; neither pair is ever torn apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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

    alphabet: Literal["gsm7", "ucs2"]
    units: int
    "Septets, or units of 16 bits."
    parts: int
    "Messages it is sent in; an empty text is one."


def segments(text: str, signature: str = "") -> Segments:
    """How `text` is sent, with the sender's `signature` (as 【桂花社区】) before it."""
    whole = signature + text
    plain = all(sign in _BASIC or sign in _EXTENSION for sign in whole)
    alphabet: Literal["gsm7", "ucs2"] = "gsm7" if plain else "ucs2"
    sizes = [_size(sign, plain=plain) for sign in whole]
    units = sum(sizes)
    return Segments(alphabet, units, 1 if units <= _ONE[alphabet] else _parts(sizes, alphabet))


def _size(sign: str, *, plain: bool) -> int:
    if plain:
        return 2 if sign in _EXTENSION else 1
    return 2 if ord(sign) > _BASIC_PLANE else 1


def _parts(sizes: list[int], alphabet: str) -> int:
    """Parts of a text too long for one, filled one after the other without tearing a pair."""
    parts, used = 1, 0
    for size in sizes:
        if used + size > _JOINED[alphabet]:
            parts, used = parts + 1, 0
        used += size
    return parts
