"""Twilio SMS webhooks: an incoming text, answered by TwiML where quick, by REST otherwise."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures import TimeoutError as LateError
from datetime import datetime

from flask import Blueprint, Response, request
from twilio.twiml.messaging_response import MessagingResponse

from assistant.channels.webhook import EMPTY, Webhooks
from assistant.core.errors import CarrierError

log = logging.getLogger(__name__)

QUICK_S = 8.0
"Twilio gives a webhook 15 s in all; past this the answer goes by REST."
MAX_BODY = 1600
"Code points; Twilio's own limit for a message."

Answer = Callable[[str, str], list[str]]
"From a contact and a text to the texts that answer it."
SendText = Callable[[str, str], object]


def sms_blueprint(
    webhooks: Webhooks,
    answer: Answer,
    send: SendText,
    pool: Executor,
    now: Callable[[], datetime],
) -> Blueprint:
    """Route `/twilio/sms`."""
    blueprint = Blueprint("twilio_sms", __name__)

    @blueprint.post("/twilio/sms")
    def incoming() -> Response:
        form = request.form
        contact, body = form.get("From", ""), form.get("Body", "")[:MAX_BODY]

        def act() -> str:
            working = pool.submit(answer, contact, body)
            try:
                return _twiml(working.result(QUICK_S))
            except LateError:
                working.add_done_callback(lambda late: _send_late(late, contact, send))
                return EMPTY

        return webhooks.once("sms", contact and form.get("MessageSid", ""), act, now())

    return blueprint


def _twiml(texts: list[str]) -> str:
    response = MessagingResponse()
    for text in texts:
        response.message(text)
    return str(response)


def _send_late(late: Future[list[str]], contact: str, send: SendText) -> None:
    if late.cancelled():
        return
    failure = late.exception()
    if failure is not None:
        log.error("a late answer could not be made: %s", type(failure).__name__)
        return
    for text in late.result():
        try:
            send(contact, text)
        except CarrierError as error:
            log.error("a late answer could not be sent: %s", error)  # noqa: TRY400 - no traceback: the sentence says it
