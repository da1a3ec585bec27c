"""What the JSON interface answers about callbacks. The safe word is never in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.desk.api.asking import RefusedError, after, body, choice, limit
from assistant.desk.api.noting import note
from assistant.desk.masking import hidden, masked
from assistant.desk.shell import NOTE_MOST

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.callbacks.outcomes import Given
    from assistant.callbacks.row import Callback
    from assistant.callbacks.worklist import View
    from assistant.core.callback import Window
    from assistant.desk.api.asking import Asking
    from assistant.desk.api.views import Answer
    from assistant.desk.parts import DeskParts

VIEWS: Final[tuple[View, ...]] = ("all", "free", "soon", "overdue", "unreached", "waiting")
"As at the desk; *mine* would be a person's own."
OUTCOMES: Final = ("settled", "more", "not_reached", "wrong_number", "another_time")
REFUSED: Final = {
    "taken": "Somebody else has taken this callback.",
    "in_use": "A telephone is in use for this callback.",
    "waits": "An outcome was given a moment ago and waits to be carried out.",
    "no_room": "Nothing can be promised at this time; see offers of the callback.",
    "not_now": "This does not fit how the callback stands.",
}
MOMENT_MOST: Final = 40
"Characters of a moment in ISO 8601, with room to spare."


class CallbackViews:
    """Each takes an `Asking` and returns a JSON object, or raises `RefusedError`."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self._callbacks = parts.callbacks

    def callbacks(self, asking: Asking) -> Answer:
        """A page of one view, the most pressing first."""
        wanted = choice("view", VIEWS)
        view = next(one for one in VIEWS if one == wanted)
        now, most = self._parts.now(), limit()
        found = self._callbacks.worklist.page(view, "", now, after() or "", most)
        note(self._parts, asking, "callback.list")
        return {"callbacks": [self._shown(one) for one in found]}

    def callback(self, asking: Asking) -> Answer:
        """One callback, with what may be said of it and promised instead."""
        found = self._find(asking)
        note(self._parts, asking, "callback.view", found.code)
        return self._whole(found)

    def claim_callback(self, asking: Asking) -> Answer:
        """Take it for a named person."""
        by = body({"by": 40})["by"].strip()
        found = self._find(asking)
        note(self._parts, asking, "callback.claim", found.code)
        self._done(self._callbacks.claim(found.code, by, self._parts.now()))
        return self._whole(self._find(asking))

    def callback_outcome(self, asking: Asking) -> Answer:
        """Say for a named person what came of it; carried out ten seconds later."""
        fields = {"by": 40, "outcome": 20, "note": NOTE_MOST, "window": MOMENT_MOST}
        sent = body(fields, optional=frozenset({"note", "window"}))
        if sent["outcome"] not in OUTCOMES:
            raise RefusedError(422, f"outcome must be one of {', '.join(OUTCOMES)}.")
        found = self._find(asking)
        fitting = self._callbacks.sayable(found)
        outcome = next((one for one in fitting if one == sent["outcome"]), None)
        if outcome is None:
            raise RefusedError(409, REFUSED["not_now"])
        note(self._parts, asking, "callback.outcome", found.code, outcome)
        by, words = sent["by"].strip(), sent.get("note", "").strip()
        window, now = sent.get("window", "").strip(), self._parts.now()
        self._done(self._callbacks.give(found, outcome, by, words, now, window))
        return self._whole(self._find(asking))

    def settle_callback(self, asking: Asking) -> Answer:
        """Somebody has found out whether the ring that nobody knew of took place."""
        rang = body({"rang": 3})["rang"]
        if rang not in {"yes", "no"}:
            raise RefusedError(422, "rang must be one of yes, no.")
        found = self._find(asking)
        note(self._parts, asking, "callback.settle", found.code, f"rang_{rang}")
        self._done(self._callbacks.settle(found.code, self._parts.now(), rang=rang == "yes"))
        return self._whole(self._find(asking))

    def _find(self, asking: Asking) -> Callback:
        found = self._callbacks.get(asking.code)
        if found is None:
            raise RefusedError(404, "No callback has this code.")
        return found

    @staticmethod
    def _done(refused: str | None) -> None:
        if refused == "gone":
            raise RefusedError(404, "This callback has ended.")
        if refused is not None:
            raise RefusedError(409, REFUSED.get(refused, REFUSED["not_now"]))

    def _shown(self, row: Callback) -> Answer:
        return {
            "code": row.code,
            "intent": row.intent,
            "words": hidden(row.words, row.phone),
            "channel": row.channel,
            "contact": masked(row.phone),
            "language": row.language,
            "asked": row.asked.isoformat(),
            "priority": row.priority,
            "state": row.state,
            "window": None if row.window is None else _window(row.window),
            "due_by": self._callbacks.due_by(row).isoformat(),
            "owner": row.owner,
            "attempts": row.attempt,
        }

    def _whole(self, row: Callback) -> Answer:
        item = self._callbacks.item(row, self._parts.now())
        return {
            **self._shown(row),
            "sayable": list(self._callbacks.sayable(row)),
            "offers": [_window(one) for one in item.offers],
            "outcomes": [_given(one) for one in item.given],
        }


def _window(window: Window) -> Answer:
    return {"start": _moment(window.start), "end": _moment(window.end)}


def _given(given: Given) -> Answer:
    return {
        "outcome": given.outcome,
        "by": given.by,
        "at": _moment(given.at),
        "note": given.note,
        "carried_out": given.carried_out,
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat()
