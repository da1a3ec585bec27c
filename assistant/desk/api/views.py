"""What the JSON interface answers about alarms and requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.closing import OUTCOMES, as_outcome
from assistant.desk.api.asking import RefusedError, after, body, choice, limit
from assistant.desk.api.noting import note
from assistant.desk.masking import hidden, masked
from assistant.desk.shell import NOTE_MOST, REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.alarms.store import Alarm
    from assistant.cases.store import Request
    from assistant.desk.api.asking import Asking
    from assistant.desk.parts import DeskParts

Answer = dict[str, object]


class Views:
    """Each takes an `Asking` and returns a JSON object, or raises `RefusedError`."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    # -- alarms -----------------------------------------------------------------------------

    def alarms(self, asking: Asking) -> Answer:
        """Alarms nobody has closed, the oldest first."""
        listed = self._parts.alarms.listing()[: limit()]
        self._note(asking, "emergency.list")
        return {"alarms": [_alarm(one) for one in listed]}

    def alarm(self, asking: Asking) -> Answer:
        """One alarm."""
        found = self._alarm(asking)
        self._note(asking, "emergency.view", found.code)
        return _alarm(found)

    def take_alarm(self, asking: Asking) -> Answer:
        """Take it on, for a named person."""
        by = body({"by": 40})["by"].strip()
        found = self._alarm(asking)
        self._note(asking, "emergency.take", found.code)
        if not self._parts.alarms.take(found.code, by, self._parts.now()):
            raise RefusedError(409, "Somebody has taken or closed this alarm already.")
        return _alarm(self._alarm(asking))

    def close_alarm(self, asking: Asking) -> Answer:
        """Close it, for a named person and with a note."""
        sent = body({"by": 40, "note": NOTE_MOST})
        found = self._alarm(asking)
        self._note(asking, "emergency.close", found.code)
        by, note = sent["by"].strip(), sent["note"].strip()
        if not self._parts.alarms.close(found.code, by, note, self._parts.now()):
            raise RefusedError(409, "Somebody has closed this alarm already.")
        return _alarm(self._alarm(asking))

    def reveal_alarm(self, asking: Asking) -> Answer:
        """The whole number, for a reason."""
        reason = _reason()
        found = self._alarm(asking)
        self._note(asking, "number.reveal", found.code, reason)
        return {"contact": found.contact}

    def _alarm(self, asking: Asking) -> Alarm:
        found = self._parts.alarms.get(asking.code)
        if found is None:
            raise RefusedError(404, "No alarm has this code.")
        return found

    # -- requests ---------------------------------------------------------------------------

    def requests(self, asking: Asking) -> Answer:
        """A page of requests, the oldest first."""
        closed = choice("status", ("open", "closed")) == "closed"
        listed = self._parts.request_desk.page(after(), limit(), closed=closed)
        self._note(asking, "request.list")
        return {"requests": [self._shown(one) for one in listed]}

    def request(self, asking: Asking) -> Answer:
        """One request."""
        found = self._request(asking)
        self._note(asking, "request.view", found.code)
        return self._shown(found)

    def close_request(self, asking: Asking) -> Answer:
        """Close it, for a named person and with an outcome."""
        fields = {"by": 40, "outcome": 20, "note": NOTE_MOST}
        sent = body(fields, optional=frozenset({"note"}))
        outcome = as_outcome(sent["outcome"])
        if outcome is None:
            raise RefusedError(422, f"outcome must be one of {', '.join(OUTCOMES)}.")
        found = self._request(asking)
        self._note(asking, "request.close", found.code, outcome)
        by, note, now = sent["by"].strip(), sent.get("note", "").strip(), self._parts.now()
        if not self._parts.request_desk.close(found.code, outcome, by, note, now):
            raise RefusedError(409, "Somebody has closed this request already.")
        return self._shown(self._request(asking))

    def reveal_request(self, asking: Asking) -> Answer:
        """The whole number, for a reason."""
        reason = _reason()
        found = self._request(asking)
        self._note(asking, "number.reveal", found.code, reason)
        return {"contact": found.contact}

    def _request(self, asking: Asking) -> Request:
        found = self._parts.requests.get(asking.code)
        if found is None:
            raise RefusedError(404, "No request has this code.")
        return found

    def _shown(self, one: Request) -> Answer:
        closing = self._parts.request_desk.closing(one.code) if one.status == "closed" else None
        ending = None
        if closing is not None:
            ending = {
                "outcome": closing.outcome,
                "by": closing.closed_by,
                "at": closing.closed.isoformat(),
                "note": closing.note,
            }
        return {
            "code": one.code,
            "intent": one.intent,
            "words": hidden(one.words, one.contact),
            "place": one.place,
            "channel": one.channel,
            "contact": masked(one.contact),
            "language": one.language,
            "created": one.created.isoformat(),
            "status": one.status,
            "closing": ending,
        }

    def _note(self, asking: Asking, what: str, which: str = "", why: str = "") -> None:
        note(self._parts, asking, what, which, why)


def _reason() -> str:
    reason = body({"reason": 40})["reason"]
    if reason not in REASONS:
        raise RefusedError(422, f"reason must be one of {', '.join(REASONS)}.")
    return reason


def _alarm(one: Alarm) -> Answer:
    shown: Mapping[str, object] = {
        "code": one.code,
        "intent": one.intent,
        "words": hidden(one.words, one.contact).splitlines(),
        "channel": one.channel,
        "contact": masked(one.contact),
        "language": one.language,
        "created": one.created.isoformat(),
        "answer": one.answer,
        "status": one.status,
        "taken_by": one.taken_by,
        "closed_by": one.closed_by,
        "note": one.note,
    }
    return dict(shown)
