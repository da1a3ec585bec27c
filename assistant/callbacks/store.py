"""Callbacks in the database: the truth about every promise. Called from worker threads.

Every method is one transaction. A telephone has at most one open callback; an index of the database
holds that, too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from assistant.callbacks import events
from assistant.callbacks.asking import OPEN, Asking, promised_in, words_in
from assistant.callbacks.life import DEFAULT_RULES
from assistant.callbacks.promising import MAY_BE_BOOKED, MAY_BE_MOVED
from assistant.callbacks.tables import callback_of, callbacks
from assistant.callbacks.writing import add, lock, locked, write
from assistant.database import storable, vault_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from assistant.callbacks.events import Event
    from assistant.callbacks.row import Callback
    from assistant.callbacks.rules import Rules
    from assistant.callbacks.steps import Step
    from assistant.core.callback import Window
    from assistant.database import Database

    Draw = Callable[[frozenset[str]], str]
    "Chooses a safe word, given those that are in use."


class CallbackStore(Asking):
    """Keeps callbacks, their history and their rings; `claims.Claims` gives them out."""

    def __init__(self, database: Database, rules: Rules = DEFAULT_RULES) -> None:
        super().__init__(database)
        self._rules = rules

    def keep(
        self, callback: Callback, now: datetime, cause: str, draw: Draw | None = None
    ) -> Callback:
        """Keep a wish without a time, once; the callback as kept.

        Where its telephone has an open callback already, that one is returned: the codes differ.
        `draw` as in `reserve`.
        """
        with self._database.begin() as connection:
            lock(connection, f"phone {callback.phone}")
            known = locked(connection, callback.code) or _open_of(connection, callback)
            if known is not None:
                return known
            fresh = replace(callback, safe_word=_word(connection, callback, draw))
            return add(connection, fresh, now, self._rules, cause)

    def reserve(
        self,
        callback: Callback,
        window: Window,
        capacity: int,
        now: datetime,
        cause: str,
        draw: Draw | None = None,
    ) -> Callback | None:
        """Promise `window`, if fewer than `capacity` have been promised.

        The safe word is what `draw` makes of the words in use at that moment, which nobody else can
        draw meanwhile; without it, `callback.safe_word`.

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
            word = _word(connection, callback, draw)
            book = target.state in MAY_BE_BOOKED
            event: Event = events.Booked(window, word) if book else events.Moved(window, word)
            return write(connection, about, event, now, self._rules, cause, kept=target).row

    def reword(self, code: str, draw: Draw | None, now: datetime, cause: str) -> Callback | None:
        """Another safe word for an open promise, none without `draw`; `None` where it cannot be."""
        with self._database.begin() as connection:
            before = locked(connection, code)
            if before is None:
                return None
            word = "" if draw is None else _word(connection, before, draw)
            step = write(connection, before, events.Reworded(word), now, self._rules, cause)
            return step.row if step.accepted else None

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


def _word(connection: Connection, callback: Callback, draw: Draw | None) -> str:
    """The safe word of a new promise; two that are made at one moment draw one after the other."""
    if draw is None:
        return callback.safe_word
    lock(connection, "safe words")
    return draw(words_in(connection))


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
    vault = vault_of(connection)
    same = and_(callbacks.c.phone_index == vault.index(storable(callback.phone)), OPEN)
    found = connection.execute(
        select(callbacks).where(same, callbacks.c.code != callback.code).with_for_update()
    ).first()
    return None if found is None else callback_of(found, vault)
