"""Twilio SMS webhooks: an incoming text, answered by TwiML where quick, by the outbox otherwise."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from concurrent.futures import TimeoutError as LateError
from datetime import datetime

from flask import Blueprint, Response, request
from twilio.twiml.messaging_response import MessagingResponse
from werkzeug.exceptions import HTTPException

from assistant.channels.webhook import EMPTY, Webhooks, count, xml
from assistant.core.errors import AssistantError, DatabaseError
from assistant.core.texts import CarrierDid, IncomingText

log = logging.getLogger(__name__)

QUICK_S = 8.0
"Twilio gives a webhook 15 s in all; past this the answer goes by the outbox."
MAX_BODY = 1600
"Code points; Twilio's own limit for a message."

CARRIER_DID: Mapping[str, CarrierDid] = {"STOP": "stop", "START": "start", "HELP": "help"}
"Values of `OptOutType`: Twilio's Advanced Opt-Out has acted on the word and answered it."

Answer = Callable[[IncomingText], list[str]]
"From a text to the texts that answer it."
SendLate = Callable[[str, str, list[str]], object]
"From the carrier's id of her text, her contact and the texts that answer it too late."


def sms_blueprint(
    webhooks: Webhooks,
    answer: Answer,
    send_late: SendLate,
    pool: Executor,
    now: Callable[[], datetime],
    away: Answer,
) -> Blueprint:
    """Route `/twilio/sms`; `away` answers what failed or cannot be kept, and keeps nothing.

    The carrier does not deliver a refused text again, so a refusal would be silence to her.
    """
    blueprint = Blueprint("twilio_sms", __name__)

    @blueprint.post("/twilio/sms")
    def incoming() -> Response:
        text, message = _incoming(request.form), request.form.get("MessageSid", "")
        until = time.monotonic() + QUICK_S

        def act() -> str:
            working = pool.submit(answer, text)
            try:
                return _twiml(working.result(max(0.0, until - time.monotonic())))
            except LateError:
                working.add_done_callback(
                    lambda late: _too_late(late, message, text, send_late, away)
                )
                return EMPTY

        try:
            return webhooks.once("sms", text.contact and message, act, now())
        except HTTPException:
            raise
        except DatabaseError as error:
            log.error("a text could not be taken up: %s", error)  # noqa: TRY400 - the sentence says it
        except Exception as error:  # noqa: BLE001 - a refusal would be silence to her
            log.error("a text could not be answered: %s", type(error).__name__)  # noqa: TRY400 - it may repeat her words
        return xml(_twiml(away(text)))

    return blueprint


def _incoming(form: Mapping[str, str]) -> IncomingText:
    """A text as Twilio posts it; fields we do not know are ignored, and so are odd numbers."""
    return IncomingText(
        form.get("From", ""),
        form.get("Body", "")[:MAX_BODY],
        count(form.get("NumMedia")),
        CARRIER_DID.get(form.get("OptOutType", ""), ""),
    )


def _twiml(texts: list[str]) -> str:
    response = MessagingResponse()
    for text in texts:
        response.message(text)
    return str(response)


def _too_late(
    late: Future[list[str]], message: str, text: IncomingText, send: SendLate, away: Answer
) -> None:
    """Send the answer behind the webhook's back; where there is none, how to reach the office."""
    if late.cancelled():
        return
    failure = late.exception()
    if failure is not None:
        log.error("a late answer could not be made: %s", type(failure).__name__)
    try:
        send(message, text.contact, late.result() if failure is None else away(text))
    except AssistantError as error:
        log.error("a late answer could not be kept for sending: %s", error)  # noqa: TRY400 - the sentence says it
