"""Twilio voice webhooks: the incoming call, and the keys-only menu behind a broken stream."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, request
from twilio.twiml.voice_response import Connect, Gather, VoiceResponse

from assistant.channels.twilio_signature import StreamTokens
from assistant.channels.twilio_stream import PATH
from assistant.channels.webhook import Webhooks, count
from assistant.core.ports import KeysDesk, MenuReply

GATHER_SECONDS = 10
"Longer than the stream's 8 s: behind a broken stream everything takes a moment more."
MAX_STEPS = 60

LOCALES = {"zh": "zh-CN", "en": "en-GB"}
"Twilio's names of the voices that read the keys-only menu."


def voice_blueprint(
    webhooks: Webhooks,
    tokens: StreamTokens,
    keys: KeysDesk,
    public_url: Callable[[], str],
    now: Callable[[], datetime],
    too_often: Callable[[str], bool] = lambda _contact: False,
) -> Blueprint:
    """Routes `/twilio/voice` and `/twilio/voice/keys`.

    `too_often` counts a call of this number; whether it has to leave the streams to others. It is
    given the keys-only menu: nobody is turned away, there may be danger.
    """
    blueprint = Blueprint("twilio_voice", __name__)

    @blueprint.post("/twilio/voice")
    def incoming() -> Response:
        form = request.form
        call_sid, contact = form.get("CallSid", ""), form.get("From", "")

        def answer() -> str:
            if too_often(contact) or keys.full():
                return _gather(keys.menu(call_sid, contact, None, first=True), 1)
            token = tokens.issue(call_sid, contact)
            return _connect(public_url(), token)

        return webhooks.once("voice", call_sid, answer, now())

    @blueprint.post("/twilio/voice/keys")
    def by_keys() -> Response:
        form = request.form
        call_sid, contact = form.get("CallSid", ""), form.get("From", "")
        step = count(request.args.get("step"))

        def answer() -> str:
            digit = form.get("Digits", "")[:1] or None
            reply = keys.menu(call_sid, contact, digit, first=step == 0)
            return _gather(reply, step + 1)

        return webhooks.once("keys", call_sid and f"{call_sid}:{step}", answer, now())

    return blueprint


def _connect(public_url: str, token: str) -> str:
    """Connect the stream; behind it stands the menu that needs no stream."""
    response = VoiceResponse()
    connect = Connect()
    stream = connect.stream(url=public_url.replace("http", "ws", 1) + PATH)
    stream.parameter(name="token", value=token)
    response.append(connect)
    response.redirect("/twilio/voice/keys?step=0", method="POST")
    return str(response)


def _gather(reply: MenuReply, step: int) -> str:
    response = VoiceResponse()
    if reply.end or reply.transfer or step > MAX_STEPS:
        for sentence in reply.sentences:
            response.say(sentence.text, language=LOCALES.get(sentence.language))
        if reply.transfer:
            response.dial(reply.transfer)
        else:
            response.hangup()
        return str(response)
    action = f"/twilio/voice/keys?step={step}"
    gather = Gather(
        input="dtmf",
        num_digits=1,
        timeout=GATHER_SECONDS,
        action=action,
        method="POST",
        finish_on_key="",
    )
    for sentence in reply.sentences:
        gather.say(sentence.text, language=LOCALES.get(sentence.language))
    response.append(gather)
    response.redirect(action, method="POST")
    return str(response)
