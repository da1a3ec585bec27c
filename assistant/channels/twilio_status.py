"""Twilio's status callbacks: what became of a text. They come late, twice and out of order."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request

from assistant.channels.webhook import Webhooks

TextReport = Callable[[str, str, int | None], object]
"Takes the id of a text, its status and the error code, if there is one."


def status_blueprint(webhooks: Webhooks, text_reported: TextReport) -> Blueprint:
    """Route `/twilio/status`."""
    blueprint = Blueprint("twilio_status", __name__)

    @blueprint.post("/twilio/status")
    def status() -> Response:
        answer = webhooks.accepted()
        form = request.form
        sid, state = form.get("MessageSid", ""), form.get("MessageStatus", "")
        if sid and state:
            text_reported(sid, state, _code(form.get("ErrorCode", "")))
        return answer

    return blueprint


def _code(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000") else None
