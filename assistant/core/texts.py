"""A text on its way to a resident or to the people on duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TextKind = Literal["answer", "alarm", "chosen", "news"]
"""Why a text is sent: in answer to what she just said or wrote; because somebody is in danger; at a
time she chose herself; or of our own accord, which must not wake her."""

CarrierDid = Literal["", "stop", "start", "help"]
"What the carrier has already done with a text of hers, and answered."


@dataclass(frozen=True, slots=True)
class IncomingText:
    """One text from a resident."""

    contact: str
    "As the carrier gives it."
    body: str
    pictures: int = 0
    "Pictures, recordings and other files that came with it."
    carrier_did: CarrierDid = ""


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """One text to one contact."""

    key: str
    "Names this text and no other: the same key twice is one text."
    contact: str
    "E.164."
    body: str
    language: str
    kind: TextKind
    asked: datetime
    "When she asked for it, or when its reason arose."
    service: str | None = None
    "HSDS id of what it is about; a card on paper can then tell more than a text."
