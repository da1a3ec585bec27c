"""The few calls of Twilio's REST interface (2010-04-01) that the service makes, on loopback.

Answers have Twilio's shape and error codes, so that the same REST client serves both.
"""

from __future__ import annotations

import hmac
import secrets
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, jsonify, request

from assistant.simulator.guard import limit_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.simulator.carrier import CarriedCall, LoopbackCarrier, SentMessage
    from assistant.simulator.exchange import Exchange
    from assistant.simulator.leg import Leg
    from assistant.simulator.parts import SimulatorParts

BODY_CHARACTERS: Final = 1600
"Twilio's limit for one message."
TWIML_CHARACTERS: Final = 4000
"Twilio's limit for `Twiml`."
RING_SECONDS: Final = 60
"Twilio's own `Timeout` where none is given."
LONGEST_RING: Final = 600

_ACCOUNT: Final = "/carrier/2010-04-01/Accounts/<account>"


class RestError(Exception):
    """A request that Twilio would refuse: HTTP status, its error code and a sentence."""

    def __init__(self, status: HTTPStatus, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class CarrierApi:
    """REST routes over the loopback carrier and its exchange, behind HTTP Basic authentication."""

    def __init__(self, parts: SimulatorParts, carrier: LoopbackCarrier, exchange: Exchange) -> None:
        self._parts = parts
        self._carrier, self._exchange = carrier, exchange

    def register(self, blueprint: Blueprint) -> None:
        """Add the routes below `/carrier`."""
        blueprint.register_error_handler(RestError, _error_response)
        for method, rule, view in (
            ("POST", "/Calls/<sid>.json", self.update_call),
            ("POST", "/Calls.json", self.place_call),
            ("GET", "/Calls.json", self.list_calls),
            ("POST", "/Messages.json", self.send_message),
            ("GET", "/Messages.json", self.list_messages),
        ):
            blueprint.add_url_rule(_ACCOUNT + rule, view_func=view, methods=[method])

    def update_call(self, account: str, sid: str) -> Response:
        """`Status=completed` ends a call, `Twiml` gives it other instructions."""
        form = self._form(account)
        if not is_sid(sid, "CA"):
            raise RestError(HTTPStatus.NOT_FOUND, 20404, "No call has this Sid.")
        twiml, status = form.get("Twiml", ""), form.get("Status", "")
        if status != "completed" and (status or not twiml):
            raise RestError(
                HTTPStatus.BAD_REQUEST, 20001, "Give Status=completed, or Twiml; no other change."
            )
        if len(twiml) > TWIML_CHARACTERS:
            raise RestError(HTTPStatus.BAD_REQUEST, 21218, "Twiml is longer than 4000 characters.")
        leg = self._exchange.leg(sid)
        if leg is not None:
            return jsonify(self._change(leg, status, twiml))
        if status:
            return jsonify(self._call_json(sid, self._carrier.complete(sid)))
        call = self._carrier.redirect(sid, twiml)
        if call.status == "completed":
            raise _over()
        return jsonify(self._call_json(sid, call))

    def _change(self, leg: Leg, status: str, twiml: str) -> dict[str, object]:
        """The same for a call that the exchange rang."""
        if status:
            leg.end()
        elif not leg.order(twiml):
            raise _over()
        return self._leg_json(leg)

    def place_call(self, account: str) -> tuple[Response, int]:
        """Rings a number: whichever telephone asks for it can take the call."""
        form = self._form(account)
        for name, code in (("To", 21201), ("From", 21213), ("Url", 21205)):
            if not form.get(name):
                raise RestError(HTTPStatus.BAD_REQUEST, code, f"{name} is required.")
        if self._exchange.full():
            raise RestError(HTTPStatus.TOO_MANY_REQUESTS, 20429, "Too many calls at once.")
        seconds = form.get("Timeout", "")
        leg = self._exchange.place(
            caller=form["From"],
            number=form["To"],
            url=form["Url"],
            seconds=min(int(seconds), LONGEST_RING) if seconds.isdecimal() else RING_SECONDS,
            status_callback=form.get("StatusCallback", ""),
            moments=frozenset(request.form.getlist("StatusCallbackEvent")),
        )
        return jsonify(self._leg_json(leg)), HTTPStatus.CREATED

    def list_calls(self, account: str) -> Response:
        """Calls that the exchange rang to the number in `To`, the newest first, on one page."""
        self._form(account)
        listed = [self._leg_json(leg) for leg in self._exchange.legs(request.args.get("To", ""))]
        return jsonify(calls=listed, page=0, next_page_uri=None)

    def send_message(self, account: str) -> tuple[Response, int]:
        """Keeps a message for the SMS handset."""
        form = self._form(account)
        for name, code in (("To", 21604), ("From", 21603), ("Body", 21602)):
            if not form.get(name):
                raise RestError(HTTPStatus.BAD_REQUEST, code, f"{name} is required.")
        if len(form["Body"]) > BODY_CHARACTERS:
            raise RestError(HTTPStatus.BAD_REQUEST, 21617, "Body is longer than 1600 characters.")
        message = self._carrier.send(
            sid="SM" + secrets.token_hex(16),
            sender=form["From"],
            recipient=form["To"],
            body=form["Body"],
            sent=self._parts.now(),
            status_callback=form.get("StatusCallback"),
        )
        return jsonify(self._message_json(message)), HTTPStatus.CREATED

    def list_messages(self, account: str) -> Response:
        """Messages to the number in `To`, the newest first, all on one page."""
        self._form(account)
        recipient = request.args.get("To", "")
        listed, _ = self._carrier.messages(recipient, 0)
        return jsonify(
            messages=[self._message_json(message) for message in reversed(listed)],
            page=0,
            next_page_uri=None,
        )

    def _form(self, account: str) -> Mapping[str, str]:
        """The form of an authenticated request; raises `RestError`."""
        limit_body()
        given = request.authorization
        name, password = (given.username, given.password) if given else (None, None)
        expected = self._parts.account_sid
        if not (
            _same(name, expected) & _same(password, self._parts.secret) & (account == expected)
        ):
            raise RestError(HTTPStatus.UNAUTHORIZED, 20003, "Authenticate")
        return request.form

    def _call_json(self, sid: str, call: CarriedCall) -> dict[str, object]:
        account, now = self._parts.account_sid, format_datetime(self._parts.now())
        return {
            "sid": sid,
            "account_sid": account,
            "api_version": "2010-04-01",
            "status": call.status,
            "direction": "inbound",
            "date_updated": now,
            "end_time": now if call.status == "completed" else None,
            "uri": f"/2010-04-01/Accounts/{account}/Calls/{sid}.json",
        }

    def _leg_json(self, leg: Leg) -> dict[str, object]:
        account, began = self._parts.account_sid, format_datetime(leg.began)
        return {
            "sid": leg.sid,
            "account_sid": account,
            "api_version": "2010-04-01",
            "parent_call_sid": leg.parent,
            "from": leg.caller,
            "to": leg.number,
            "status": leg.status,
            "direction": "outbound-dial" if leg.parent else "outbound-api",
            "date_created": began,
            "date_updated": format_datetime(self._parts.now()),
            "start_time": began,
            "duration": str(leg.seconds) if leg.over else None,
            "uri": f"/2010-04-01/Accounts/{account}/Calls/{leg.sid}.json",
        }

    def _message_json(self, message: SentMessage) -> dict[str, object]:
        account, sent = self._parts.account_sid, format_datetime(message.sent)
        return {
            "sid": message.sid,
            "account_sid": account,
            "api_version": "2010-04-01",
            "status": "queued",
            "direction": "outbound-api",
            "from": message.sender,
            "to": message.recipient,
            "body": message.body,
            "num_media": "0",
            "date_created": sent,
            "date_updated": sent,
            "date_sent": None,
            "error_code": None,
            "error_message": None,
            "uri": f"/2010-04-01/Accounts/{account}/Messages/{message.sid}.json",
        }


def is_sid(value: str, prefix: str) -> bool:
    """Whether a text is a Twilio identifier: two capitals and 32 lower-case hex digits."""
    return value[:2] == prefix and len(value) == 34 and set(value[2:]) <= set("0123456789abcdef")  # noqa: PLR2004


def _over() -> RestError:
    return RestError(HTTPStatus.BAD_REQUEST, 21220, "The call is over; start another.")


def _same(given: str | None, expected: str) -> bool:
    return hmac.compare_digest((given or "").encode(), expected.encode())


def _error_response(error: RestError) -> tuple[Response, int]:
    response = jsonify(
        code=error.code,
        message=str(error),
        more_info=f"https://www.twilio.com/docs/errors/{error.code}",
        status=int(error.status),
    )
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="simulator"'
    return response, error.status
