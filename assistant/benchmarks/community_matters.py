"""Cases and callbacks of the made-up community, written as the line writes them. Seeded."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

import numpy as np
from sqlalchemy import insert

from assistant.callbacks.row import Callback
from assistant.callbacks.tables import callback_history, callback_rings, callbacks, values_of
from assistant.cases.kinds import OF_INTENT
from assistant.cases.store import requests
from assistant.cases.tables import case_feedback, case_history, cases
from assistant.core.callback import Window
from assistant.core.case import Case
from assistant.scorecard.store import kept
from assistant.vault.rows import close

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy import Table

    from assistant.database import Database
    from assistant.scorecard.contacts import Contact
    from assistant.vault.sealing import Vault

BATCH: Final = 5000
CLOSED_AFTER_DAYS: Final = 3.0
"Median of a log-normal distribution with sigma 0.8."
ANSWERS: Final = 0.4
"Share of those asked after a closing who answer; four of five of them are content."
CONTENT: Final = 0.8
KEPT, LATE = 0.90, 0.05
"Of the promises to ring back; the rest is broken."
TALK_MIN: Final = 6.0
"Median minutes of a callback."
WORDS: Final = {"zh": "楼道的灯坏了", "en": "the light in the stairwell is broken"}
Row = dict[str, Any]


def fill(database: Database, contacts: Sequence[Contact], until: datetime, seed: int = 1) -> None:
    """Write contacts, cases with what became of them, and callbacks with their rings."""
    chance = np.random.default_rng(seed)
    for start in range(0, len(contacts), BATCH):
        part = contacts[start : start + BATCH]
        rows = [row for one in part for row in _matters(one, until, database.vault, chance)]
        with database.begin() as connection:
            kept(connection, part)
            for table in TABLES:
                own = [row for name, row in rows if name == table.name]
                if own:
                    connection.execute(insert(table), own)


TABLES: Final[tuple[Table, ...]] = (
    requests, cases, case_history, case_feedback, callbacks, callback_history, callback_rings,
)  # fmt: skip


def _matters(
    one: Contact, until: datetime, vault: Vault, chance: np.random.Generator
) -> Iterator[tuple[str, Row]]:
    make: dict[str, Callable[..., Iterable[tuple[str, Row]]]] = {
        "case": _case,
        "callback": _callback,
    }
    if one.ending in make:
        yield from make[one.ending](one, until, vault, chance)


def _number(one: Contact) -> str:
    """A number for each matter: one telephone may have one callback open at a time."""
    return f"+8613{crc32(one.id.encode()) % 10**9:09d}"


def _case(
    one: Contact, until: datetime, vault: Vault, chance: np.random.Generator
) -> Iterator[tuple[str, Row]]:
    code, at = f"C{one.id}", one.at
    done = at + timedelta(days=float(chance.lognormal(np.log(CLOSED_AFTER_DAYS), 0.8)))
    closed = done < until
    request = {
        "code": code, "intent": one.topic, "words": WORDS[one.language], "place": None,
        "conversation_id": one.id, "channel": one.channel, "contact": _number(one),
        "language": one.language, "created": at, "status": "closed" if closed else "open",
    }  # fmt: skip
    yield requests.name, close(vault, requests.name, request)
    kind = OF_INTENT.get(one.topic, "consult")
    standing = Case(
        code, kind, "", "closed" if closed else "new", done if closed else at, at,
        at + timedelta(days=1), at + timedelta(days=7),
    )  # fmt: skip
    yield cases.name, {**asdict(standing), "public_id": f"p{one.id}"}
    if closed:
        line = {"code": code, "seq": 1, "at": done, "deed": "close", "before": "new"}
        line |= {"after": "closed", "by": "王芳", "why": ""}
        yield case_history.name, line
        yield from _feedback(code, one, done, until, chance)


def _feedback(
    code: str, one: Contact, done: datetime, until: datetime, chance: np.random.Generator
) -> Iterator[tuple[str, Row]]:
    asked = done + timedelta(days=1)
    if asked >= until:
        return
    answers = bool(chance.random() < ANSWERS)
    score = (3.0 if chance.random() < CONTENT else 1.0) if answers else None
    given = asked + timedelta(hours=2) if answers else None
    row = {"code": code, "closing": 1, "how": "sms" if one.line == "mobile" else "voice"}
    row |= {"asked": asked, "solved": answers or None, "score": score, "of": 3, "words": ""}
    yield case_feedback.name, {**row, "given": given}


def _callback(
    one: Contact, until: datetime, vault: Vault, chance: np.random.Generator
) -> Iterator[tuple[str, Row]]:
    code = f"B{one.id}"
    start = (one.at + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    window, over = Window(start, start + timedelta(hours=2)), start + timedelta(hours=3)
    row = Callback(
        code, _number(one), one.language, one.topic, "", one.channel, one.id, one.at,
        state="done" if over < until else "booked", window=window, updated=one.at, version=1,
    )  # fmt: skip
    yield callbacks.name, {**values_of(row, vault), "fence": 0}
    yield callback_history.name, _line(code, 1, one.at, "Booked", "booked", window)
    luck = float(chance.random())
    if over >= until or luck >= KEPT + LATE:
        return
    rung = start + timedelta(minutes=float(chance.uniform(0, 110)))
    if luck >= KEPT:
        rung = over
    talk = timedelta(minutes=float(chance.lognormal(np.log(TALK_MIN), 0.4)))
    yield callback_history.name, _line(code, 2, rung, "ResidentRung", "ringing", window)
    yield callback_history.name, _line(code, 3, rung + talk, "Talked", "done", window)
    ring = {"code": code, "attempt": 1, "party": "resident", "nth": 1, "state": "over"}
    yield callback_rings.name, {**ring, "began": rung, "reached": True, "by_staff": False}


def _line(code: str, seq: int, at: datetime, event: str, after: str, window: Window) -> Row:
    return {
        "code": code, "seq": seq, "at": at, "before": None, "after": after, "event": event,
        "cause": "made up", "accepted": True, "window_start": window.start,
        "window_end": window.end,
    }  # fmt: skip
