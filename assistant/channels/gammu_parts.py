"""Parts of texts as gammu-smsd has them: how one is cut, how several become one. Pure.

The parts of a long text carry a header (3GPP TS 23.040, 9.2.3.24.1 and .8): which text, how many
parts, which of them this is.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from assistant.core.segments import segments, split

CODINGS: Final = {"gsm7": "Default_No_Compression", "ucs2": "Unicode_No_Compression"}
BINARY: Final = "8bit"
MOMENT: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Part:
    """One part on its way out."""

    text: str
    "Hexadecimal UTF-16BE, whatever the alphabet: gammu turns it into that of `coding`."
    coding: str
    udh: str | None
    "Hexadecimal header; `None` where the text is one part."


@dataclass(frozen=True, slots=True)
class Row:
    """One part that has come in."""

    number: int
    sender: str
    text: str
    coding: str
    udh: str
    received: str


@dataclass(frozen=True, slots=True)
class Message:
    """A text that has come in, perhaps not whole."""

    rows: tuple[Row, ...]
    "In the order of reading."
    numbers: tuple[int, ...]
    "Of all its rows, those that came twice included."
    whole: bool

    @property
    def text(self) -> str:
        """What it says; empty for a picture or a setting."""
        return "".join(row.text for row in self.rows if row.coding != BINARY)

    @property
    def key(self) -> str:
        """Names this text among all that came over one modem, also after its tables are new."""
        first = min(self.rows, key=lambda row: row.number)
        return f"{first.number}@{first.received}"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Our id of a text, from which a later process can tell which text it was."""

    name: str
    "Of the block in the settings."
    at: datetime
    "To the second."
    parts: int
    whose: str
    "Digest of the number and the words."
    once: str
    "Tells two askings for the same text apart."

    def __str__(self) -> str:
        at = self.at.astimezone(UTC).strftime(MOMENT)
        return f"{self.name}-{at}-{self.parts}-{self.whose}-{self.once}"


def read_ticket(written: str) -> Ticket | None:
    """The ticket in `CreatorID`, or `None` for another program's."""
    try:
        name, at, parts, whose, once = written.split("-")
        moment = datetime.strptime(at, MOMENT).replace(tzinfo=UTC)
        return Ticket(name, moment, int(parts), whose, once)
    except ValueError:
        return None


def digest(secret: bytes, to: str, body: str) -> str:
    """Of a number and words, keyed: the same for the same text, short enough for a column."""
    whole = f"{to}\0{body}".encode("utf-8", "replace")
    return hmac.new(secret, whole, hashlib.sha256).hexdigest()[:24]


def cut(body: str, reference: int) -> tuple[Part, ...]:
    """A text in parts; `reference`, 0 to 255, joins them on her telephone."""
    coding, pieces = CODINGS[segments(body).alphabet], split(body)
    if len(pieces) == 1:
        return (Part(_hex(body), coding, None),)
    return tuple(
        Part(_hex(piece), coding, f"050003{reference:02X}{len(pieces):02X}{number:02X}")
        for number, piece in enumerate(pieces, 1)
    )


def joined(rows: Iterable[Row]) -> tuple[Message, ...]:
    """Texts from parts, the one that began to come first before the others."""
    alone: list[Message] = []
    shared: dict[tuple[str, str], list[tuple[int, Row]]] = defaultdict(list)
    for row in rows:
        head = _head(row.udh)
        if head is None:
            alone.append(Message((row,), (row.number,), whole=True))
        else:
            text, place = head
            shared[row.sender, text].append((place, row))
    long = [_in_order(text, parts) for (_, text), parts in shared.items()]
    return tuple(sorted([*alone, *long], key=lambda message: min(message.numbers)))


def _in_order(text: str, parts: Sequence[tuple[int, Row]]) -> Message:
    """`text` ends in how many parts there are; of a part that came twice the first is read."""
    by_place = dict(sorted(parts, key=lambda part: -part[1].number))
    rows = tuple(by_place[place] for place in sorted(by_place))
    numbers = tuple(row.number for _, row in parts)
    return Message(rows, numbers, len(rows) == int(text[-2:], 16))


def _head(udh: str) -> tuple[str, int] | None:
    """Which text a part belongs to, ending in the number of parts, and which part it is."""
    short, long = udh.upper().startswith("050003"), udh.upper().startswith("060804")
    if not (short and len(udh) == len("0500030A0201")) and not (
        long and len(udh) == len("0608040A0B0201")
    ):
        return None
    return udh[:-2].upper(), int(udh[-2:], 16)


def _hex(text: str) -> str:
    return text.encode("utf-16-be", "replace").hex().upper()


def standing(parts: int, states: Sequence[tuple[str, int]]) -> tuple[str, int | None] | None:
    """Status and error code of a text as the outbox knows them, from its parts' state and code.

    `None` while not all parts were tried. What the network refused whole (a code of its own, not
    -1) is tried again later; where part of it went out, or the modem fell silent so that nobody
    knows, a person must look.
    """
    names = {name for name, _ in states}
    if names & {"SendingError", "Error"}:
        refused = all(name == "SendingError" and code >= 0 for name, code in states)
        return ("failed", 30008 if refused else None)
    if len(states) < parts:
        return None
    if "DeliveryFailed" in names:
        return ("undelivered", 30008)
    return ("delivered", None) if names == {"DeliveryOK"} else ("sent", None)
