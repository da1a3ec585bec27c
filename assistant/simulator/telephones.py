"""The telephones that the loopback carrier rings, as the page and local programs hold them.

A telephone is a number: whoever asks for it sees the call that rings there, and may take it,
decline it, press keys and hang up.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, jsonify, request

from assistant.simulator.guard import RefusedError, limit_body, read_object, require_own_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.simulator.exchange import Exchange
    from assistant.simulator.leg import Leg
    from assistant.simulator.parts import SimulatorParts

KEYS: Final = "0123456789*#"
_ACTS: Final = (
    "Give do: answer, machine, decline, press (with digit), heard (with number), hang_up."
)


class Telephones:
    """Two addresses: what rings at a number, and what its owner does."""

    def __init__(self, parts: SimulatorParts, exchange: Exchange) -> None:
        self._parts, self._exchange = parts, exchange

    def register(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        blueprint.add_url_rule("/telephone", view_func=self.ringing, methods=["GET"])
        blueprint.add_url_rule("/telephone/<sid>", view_func=self.act, methods=["POST"])

    def ringing(self) -> Response:
        """`number` to the call that rings or goes on there, or `null`; `sid` to that very call."""
        self._guard()
        number, sid = request.args.get("number", ""), request.args.get("sid", "")
        after = request.args.get("after", "0")
        if not number or not (after.isascii() and after.isdigit() and len(after) < len(KEYS)):
            raise RefusedError(400, "Give number=NUMBER and after=N, the last sentence heard.")
        for leg in self._exchange.legs(number):
            if leg.sid == sid or not (sid or leg.over):
                return jsonify(call=_shown(leg, int(after)))
        return jsonify(call=None)

    def act(self, sid: str) -> tuple[Response, int]:
        """`{"do": …}` from whoever holds the telephone."""
        self._guard()
        leg = self._exchange.leg(sid)
        if leg is None:
            raise RefusedError(404, "No call of ours has this CallSid.")
        _act(leg, read_object())
        return jsonify(status=leg.status), HTTPStatus.OK

    def _guard(self) -> None:
        limit_body()
        require_own_page(self._parts.public_url())


def _act(leg: Leg, asked: Mapping[str, object]) -> None:
    match dict(asked):
        case {"do": "answer"}:
            leg.answer()
        case {"do": "machine"}:
            leg.answer("machine_start")
        case {"do": "decline"}:
            if leg.status == "ringing":
                leg.end("busy")
        case {"do": "hang_up"}:
            leg.end()
        case {"do": "press", "digit": str(digit)} if len(digit) == 1 and digit in KEYS:
            leg.press(digit)
        case {"do": "heard", "number": int(number)}:
            leg.hear(number)
        case _:
            raise RefusedError(400, _ACTS)


def _shown(leg: Leg, after: int) -> dict[str, object]:
    said = leg.said(after)
    return {
        "sid": leg.sid,
        "from": leg.caller,
        "status": leg.status,
        "keys": leg.asks_for_keys,
        "bridged": leg.bridged,
        "said": [
            {"number": item.number, "text": item.text, "language": item.language} for item in said
        ],
    }
