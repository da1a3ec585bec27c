"""Callbacks in the database: the truth about every promise. Called from worker threads.

Every method is one transaction. A telephone has at most one open callback; an index of the database
holds that, too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from assistant.callbacks import events
from assistant.callbacks.asking import OPEN, Asking, promised_in
from assistant.callbacks.life import DEFAULT_RULES
from assistant.callbacks.promising import MAY_BE_BOOKED, MAY_BE_MOVED
from assistant.callbacks.tables import callback_of, callbacks
from assistant.callbacks.writing import add, lock, locked, write
from assistant.database import storable

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from assistant.callbacks.events import Event
    from assistant.callbacks.row import Callback
    from assistant.callbacks.rules import Rules
    from assistant.callbacks.steps import Step
    from assistant.core.callback import Window
    from assistant.database import Database


class CallbackStore(Asking):
    """Keeps callbacks, their history and their rings; `claims.Claims` gives them out."""

    def __init__(self, database: Database, rules: Rules = DEFAULT_RULES) -> None:
        super().__init__(database)
        self._rules = rules

    def keep(self, callback: Callback, now: datetime, cause: str) -> Callback:
        """Keep a wish without a time, once; the callback as kept.

        Where its telephone has an open callback already, that one is returned: the codes differ.
        """
        with self._database.begin() as connection:
            lock(connection, f"phone {callback.phone}")
            known = locked(connection, callback.code) or _open_of(connection, callback)
            return known or add(connection, callback, now, self._rules, cause)

    def reserve(
        self, callback: Callback, window: Window, capacity: int, now: datetime, cause: str
    ) -> Callback | None:
        """Promise `window`, with `callback.safe_word`, if fewer than `capacity` have been promised.

        A callback kept under the same code is booked or moved; what it was said about and its
        telephone are brought up to date. Where the telephone has another open callback, that one
        is returned instead (the codes differ): as it is if it has a time, else with this one.

        `None`: no place is left, it has ended, or a telephone is in use for it; nothing changed.
        """
        with self._database.begin() as connection:
            lock(connection, f"phone {callback.phone}")
            own = locked(connection, callback.code)
            if own is not None and own.state not in MAY_BE_BOOKED | MAY_BE_MOVED:
                return None
            other = _open_of(connection, callback)
            if other is not None and other.state not in MAY_BE_BOOKED:
                return self._merged(connection, own, other, now)
            lock(connection, f"window {window.start.timestamp()}")
            target = other or own
            kept = callback.code if target is None else target.code
            if promised_in(connection, window, apart_from=kept) >= capacity:
                return None
            if other is not None:
                self._merged(connection, own, other, now)
            if target is None:
                target = add(connection, callback, now, self._rules, cause)
            about = _brought_up_to_date(target, callback)
            word = callback.safe_word
            book = target.state in MAY_BE_BOOKED
            event: Event = events.Booked(window, word) if book else events.Moved(window, word)
            return write(connection, about, event, now, self._rules, cause).row

    def _merged(
        self, connection: Connection, own: Callback | None, other: Callback, now: datetime
    ) -> Callback:
        """The other one stays; a wish kept under this code is part of it from now on."""
        if own is not None:
            write(connection, own, events.Cancelled("merged"), now, self._rules, "merged")
        return other

    def apply(
        self, code: str, event: Event, now: datetime, *, fence: int | None = None, cause: str
    ) -> Step | None:
        """Advance a callback by an event; `None` for an unknown code, or a fence that is over.

        `Step.accepted` tells whether the event fitted; it is written down either way. Rings are
        begun with `Claims.intend`, never here.
        """
        with self._database.begin() as connection:
            before = locked(connection, code)
            if before is None or (fence is not None and before.fence != fence):
                return None
            return write(connection, before, event, now, self._rules, cause)


def _brought_up_to_date(kept: Callback, wanted: Callback) -> Callback:
    """What it is about, and where to ring, as she said it last."""
    return replace(
        kept,
        phone=wanted.phone,
        language=wanted.language,
        intent=wanted.intent,
        words=wanted.words,
    )


def _open_of(connection: Connection, callback: Callback) -> Callback | None:
    """Another open callback of the same telephone; a withheld number has none."""
    if not callback.phone:
        return None
    same = and_(callbacks.c.phone == storable(callback.phone), OPEN)
    found = connection.execute(
        select(callbacks).where(same, callbacks.c.code != callback.code).with_for_update()
    ).first()
    return None if found is None else callback_of(found)
