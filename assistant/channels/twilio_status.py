"""Twilio's status callbacks: what became of a text or a ring. Late, twice and out of order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from assistant.channels.twilio_ring_pages import leg_of

if TYPE_CHECKING:
    from assistant.channels.webhook import Webhooks
    from assistant.core.ring import Leg, Party

TextReport = Callable[[str, str, int | None], object]
"Takes the id of a text, its status and the error code, if there is one."
RingReport = Callable[["Leg", "Party", str, str, int], object]
"Takes which ring it is about, whose telephone, the call's id, its status and its seconds."


def status_blueprint(
    webhooks: Webhooks, text_reported: TextReport, ring_reported: RingReport
) -> Blueprint:
    """Route `/twilio/status`. A call that its address does not name is one that rang us."""
    blueprint = Blueprint("twilio_status", __name__)

    @blueprint.post("/twilio/status")
    def status() -> Response:
        answer = webhooks.accepted()
        form = request.form
        sid, state = form.get("MessageSid", ""), form.get("MessageStatus", "")
        if sid and state:
            text_reported(sid, state, _code(form.get("ErrorCode", "")))
        leg = leg_of(request.args)
        call, stands = form.get("CallSid", ""), form.get("CallStatus", "")
        if leg is not None and call and stands:
            party: Party = "resident" if request.args.get("p") == "resident" else "staff"
            ring_reported(leg, party, call, stands, _code(form.get("CallDuration", "")) or 0)
        return answer

    return blueprint


def _code(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000") else None
