"""The simulator's page and the services of a carrier that the page needs."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, jsonify, render_template, request

from assistant.core.errors import SynthesisError
from assistant.simulator.carrier import LoopbackCarrier, SentMessage
from assistant.simulator.clock import move_clock
from assistant.simulator.exchange import Exchange
from assistant.simulator.guard import (
    RefusedError,
    limit_body,
    protect,
    read_object,
    require_own_page,
    text_of,
)
from assistant.simulator.rest import CarrierApi, is_sid
from assistant.simulator.service import Service
from assistant.simulator.signing import Signer
from assistant.simulator.telephones import Telephones

if TYPE_CHECKING:
    from assistant.simulator.parts import SimulatorParts

TEXT_LIMIT: Final = 500
"Characters spoken at once: two minutes of slow speech."

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_ORDINAL: Final = re.compile(r"[0-9]{1,15}")


def simulator_blueprint(parts: SimulatorParts) -> Blueprint:
    """Everything under `/simulator/`; to be registered only where `simulator: true`."""
    blueprint = Blueprint(
        "simulator",
        __name__,
        url_prefix="/simulator",
        template_folder="templates",
        static_folder="static",
    )
    carrier, exchange = LoopbackCarrier(parts.close_stream), Exchange(Service(parts))
    _Pages(parts, carrier).register(blueprint)
    Telephones(parts, exchange).register(blueprint)
    CarrierApi(parts, carrier, exchange).register(blueprint)
    blueprint.after_request(protect)
    return blueprint


class _Pages:
    """The views. Each but the page itself answers the page's own scripts, and local programs."""

    def __init__(self, parts: SimulatorParts, carrier: LoopbackCarrier) -> None:
        self._parts = parts
        self._carrier = carrier
        self._signer = Signer(parts.secret)

    def register(self, blueprint: Blueprint) -> None:
        blueprint.register_error_handler(RefusedError, _refusal)
        for rule, view, method in (
            ("/", self.page, "GET"),
            ("/sign", self.sign, "POST"),
            ("/speak", self.speak, "POST"),
            ("/clock", self.read_clock, "GET"),
            ("/clock", self.set_clock, "POST"),
            ("/calls/<sid>", self.call, "GET"),
            ("/messages", self.messages, "GET"),
        ):
            blueprint.add_url_rule(rule, view_func=view, methods=[method])

    def page(self) -> str:
        """The telephone and the handset."""
        return render_template(
            "simulator.html", account_sid=self._parts.account_sid, number=self._parts.number
        )

    def sign(self) -> Response:
        """`{"path", "params"}` to the signatures of that request and of the media socket."""
        self._guard()
        return jsonify(self._signer.sign(self._parts.public_url(), read_object()))

    def speak(self) -> Response:
        """`{"text", "language"}` to mu-law 8 kHz."""
        self._guard()
        asked = read_object()
        text = text_of(asked, "text", TEXT_LIMIT)
        language = text_of(asked, "language", 3)
        if not _LANGUAGE.fullmatch(language):
            raise RefusedError(400, "language must be a code such as zh or en.")
        try:
            audio = self._parts.speak(" ".join(text.split()), language)
        except SynthesisError as error:
            raise RefusedError(503, f"These words cannot be spoken now: {error}") from error
        return Response(audio, mimetype="audio/basic")

    def read_clock(self) -> Response:
        """The service's time."""
        self._guard()
        return jsonify(now=self._parts.now().isoformat())

    def set_clock(self) -> Response:
        """Moves the service's clock forward."""
        self._guard()
        return jsonify(now=move_clock(self._parts, read_object()).isoformat())

    def call(self, sid: str) -> Response:
        """What the service did to a call over REST."""
        self._guard()
        if not is_sid(sid, "CA"):
            raise RefusedError(404, "No call has this CallSid.")
        call = self._carrier.call(sid)
        return jsonify(status=call.status, twiml=call.twiml)

    def messages(self) -> Response:
        """Messages sent over REST to the number `to`, later than the `after`-th."""
        self._guard()
        to, after = request.args.get("to", ""), request.args.get("after", "0")
        if not to or not _ORDINAL.fullmatch(after):
            raise RefusedError(400, "Give to=NUMBER and after=N, the last number already shown.")
        found, last = self._carrier.messages(to, int(after))
        return jsonify(messages=[_message(message) for message in found], last=last)

    def _guard(self) -> None:
        limit_body()
        require_own_page(self._parts.public_url())


def _message(message: SentMessage) -> dict[str, object]:
    return {
        "number": message.number,
        "sid": message.sid,
        "from": message.sender,
        "body": message.body,
        "sent": message.sent.isoformat(),
        "status_callback": message.status_callback,
    }


def _refusal(refused: RefusedError) -> tuple[Response, int]:
    return jsonify(error=str(refused)), HTTPStatus(refused.status)
