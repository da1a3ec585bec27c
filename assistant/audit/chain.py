"""The chain of the audit log: each entry's hash covers the one before. Pure.

An entry says who, when, what, on which thing and why; never a number, a name of a resident or a
word said. `hash = SHA-256(previous hash + canonical JSON of the entry)`. A changed, removed,
inserted or moved entry breaks the chain from there on; entries cut off its end are missed by the
seal: an HMAC over number and hash of the last entry, with a key outside the database.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

START: Final = "0" * 64
"What stands before the first entry."


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    number: int
    "1, 2, 3 … without a gap."
    at: datetime
    who: str
    "An account's name, `token:NAME`, `command` or `nobody` (a failed sign-in)."
    what: str
    "A deed such as `number.reveal`."
    which: str
    "The thing it was done to: a case code, an account's name; may be empty."
    why: str
    "The key of a reason; may be empty."
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: with it in hand nothing before it can be changed unseen."""

    number: int
    hash: str

    def __str__(self) -> str:
        """As it is printed and typed back in."""
        return f"{self.number}:{self.hash}"


def hash_of(number: int, at: datetime, fields: tuple[str, str, str, str], previous: str) -> str:
    """The hash of an entry; `fields` are who, what, which and why."""
    who, what, which, why = fields
    entry = {
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "number": number,
        "what": what,
        "which": which,
        "who": who,
        "why": why,
    }
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((previous + text).encode()).hexdigest()


def seal_of(head: Head, key: str) -> str:
    """What proves that the chain ended here, to whoever has the key."""
    return hmac.new(key.encode(), str(head).encode(), hashlib.sha256).hexdigest()


def first_fault(entries: Iterable[Entry], known: Head | None = None) -> tuple[str | None, Head]:
    """What is wrong first, or `None`, and the head the chain has.

    `known` is a head printed earlier: it must still be a part of the chain.
    """
    previous, number, seen = START, 0, known is None or known == Head(0, START)
    for entry in entries:
        number += 1
        if entry.number != number:
            return f"entry {number} is missing", Head(number - 1, previous)
        fields = (entry.who, entry.what, entry.which, entry.why)
        if entry.previous != previous or entry.hash != hash_of(number, entry.at, fields, previous):
            return f"entry {number} was changed", Head(number - 1, previous)
        previous = entry.hash
        seen = seen or known == Head(number, previous)
    head = Head(number, previous)
    return (None if seen else "the printed head is not in the log: entries were cut off"), head
