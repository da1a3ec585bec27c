"""What we ask of Twilio over REST: ring, hang up, transfer, send a text.

`api_base` points the client elsewhere (tests, a private deployment, the simulator's loopback
carrier); everything else is Twilio's own package. Calls block: use from worker threads.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from requests.exceptions import ConnectionError as ConnectionFailed
from requests.exceptions import ConnectTimeout
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from twilio.twiml.voice_response import VoiceResponse
from urllib3.exceptions import NewConnectionError

from assistant.core.errors import CarrierError
from assistant.core.ports import CarriedRing

if TYPE_CHECKING:
    from twilio.http.response import Response
    from twilio.rest.api.v2010.account.call import CallInstance

logging.getLogger("twilio.http_client").setLevel(logging.WARNING)
"Below that Twilio's package writes every request into the log, telephone numbers and all."

TIMEOUT_S = 10.0
CLOCKS_DIFFER = timedelta(minutes=2)
LISTED = 50
"Texts or calls to one number looked through, the newest first."
REPORTED = ("initiated", "ringing", "answered", "completed")
"The moments of a call we ring that the carrier tells us of; by itself it tells only the last."
UNDER_WAY = frozenset({"queued", "ringing", "in-progress"})
SERVER_FAILS = 500
FAILURES = (TwilioException, OSError, ValueError)
"Refused, not reached, or answered by something that speaks no JSON."


class _Elsewhere(TwilioHttpClient):  # type: ignore[misc]  # the package has no types
    """Sends every request to another origin."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=TIMEOUT_S)
        self._base = base.rstrip("/")

    def request(self, method: str, url: str, *args: object, **keys: object) -> Response:
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return super().request(method, self._base + parts.path + query, *args, **keys)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What the calls that we make have in common."""

    origin: str
    "Our own public address, where the carrier asks what to say."
    caller_id: str
    "The number that is shown; the account must own it or have proved that it may show it."
    carrier_time: Callable[[datetime], datetime] = lambda moment: moment
    "Turns a moment of ours into the carrier's: a simulator may run ahead of the world."


class TwilioControl:
    """The REST side of one account."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        from_number: str,
        api_base: Callable[[], str],
        reports_to: str = "",
        outgoing: Outgoing | None = None,
    ) -> None:
        """`reports_to` is the address to which the carrier reports what became of a text or a ring.

        Without `outgoing` nobody can be rung.
        """
        self._account, self._token, self._from = account_sid, auth_token, from_number
        self._api_base, self._reports_to = api_base, reports_to
        self._outgoing = outgoing or Outgoing("", from_number)

    def _client(self) -> Client:
        base = self._api_base()
        http = _Elsewhere(base) if base else TwilioHttpClient(timeout=TIMEOUT_S)
        return Client(self._account, self._token, http_client=http)

    def hang_up(self, call_sid: str) -> None:
        """End the call. Raises `CarrierError`."""
        self._update(call_sid, status="completed")

    def transfer(self, call_sid: str, number: str) -> None:
        """Replace the running TwiML by a dial to `number`. Raises `CarrierError`."""
        response = VoiceResponse()
        response.dial(number)
        self.redirect(call_sid, str(response))

    def redirect(self, call_sid: str, twiml: str) -> None:
        """Replace what a call is being told. Raises `CarrierError`."""
        self._update(call_sid, twiml=twiml)

    def ring(self, to: str, instructions: str, *, seconds: int) -> str:
        """Ring `to` for so many seconds; the call's id. Raises `CarrierError`.

        The carrier asks `instructions` on our address what to say once somebody answers; its
        query is repeated in what the carrier reports, which may come before this returns.
        """
        query = instructions.partition("?")[2]
        try:
            made = self._client().calls.create(
                to=to,
                from_=self._outgoing.caller_id,
                url=self._outgoing.origin + instructions,
                method="POST",
                timeout=seconds,
                status_callback=f"{self._reports_to}?{query}" if query else self._reports_to,
                status_callback_event=list(REPORTED),
                status_callback_method="POST",
            )
        except FAILURES as error:
            raise _failed("the carrier did not ring", error) from error
        return str(made.sid)

    def find_rings(self, to: str, since: datetime) -> tuple[CarriedRing, ...]:
        """Calls we made to `to` since then, the newest first. Raises `CarrierError`.

        The carrier is not asked to filter by time: a call that still waits has no start yet.
        """
        earliest = self._outgoing.carrier_time(since) - CLOCKS_DIFFER
        try:
            listed = self._client().calls.list(to=to, limit=LISTED)
        except FAILURES as error:
            raise _failed("the carrier did not list its calls", error) from error
        ours = [call for call in listed if str(call.direction or "").startswith("outbound")]
        rings = [_carried(call, earliest) for call in ours]
        recent = [ring for ring in rings if ring.began >= earliest]
        return tuple(sorted(recent, key=lambda ring: ring.began, reverse=True))

    def _update(self, call_sid: str, **change: str) -> None:
        try:
            self._client().calls(call_sid).update(**change)
        except FAILURES as error:
            raise CarrierError(
                f"the carrier did not change the call ({_reason(error)}); see its console"
            ) from error

    def send_text(self, to: str, body: str) -> str:
        """Send one text; the carrier's id for it. Raises `CarrierError`."""
        try:
            reports = {"status_callback": self._reports_to} if self._reports_to else {}
            sent = self._client().messages.create(to=to, from_=self._from, body=body, **reports)
        except FAILURES as error:
            raise _failed("the carrier did not take a text", error) from error
        return str(sent.sid)

    def find_text(self, to: str, body: str, since: datetime) -> str | None:
        """The id of this text, if the carrier took it since then. Raises `CarrierError`.

        The carrier's list is filtered by the day; hours and words are compared here.
        """
        try:
            listed = self._client().messages.list(
                to=to, from_=self._from, date_sent_after=since - CLOCKS_DIFFER, limit=LISTED
            )
        except FAILURES as error:
            raise _failed("the carrier did not list its texts", error) from error
        for sent in listed:
            made = sent.date_created
            if sent.body == body and (made is None or made >= since - CLOCKS_DIFFER):
                return str(sent.sid)
        return None


def _carried(call: CallInstance, undated: datetime) -> CarriedRing:
    """A call of the carrier's list; one without a time counts as of `undated`."""
    status = str(call.status or "")
    began = call.date_created or call.start_time or undated
    answered = status in {"in-progress", "completed"}
    return CarriedRing(str(call.sid), began, answered, over=status not in UNDER_WAY)


def _failed(what: str, error: Exception) -> CarrierError:
    """An error of ours, with what the carrier's program said of it and without any number."""
    return CarrierError(
        f"{what} ({_reason(error)})",
        status=getattr(error, "status", None),
        code=getattr(error, "code", None),
        certain=_refused(error),
    )


def _refused(error: Exception) -> bool:
    """Whether the carrier said no, or was never reached; a lost or late answer may hide a yes."""
    status = getattr(error, "status", None)
    return _never_reached(error) or (isinstance(status, int) and status < SERVER_FAILS)


def _never_reached(error: Exception) -> bool:
    """Whether no connection was made, so that nothing was asked of anybody."""
    cause = error.args[0] if isinstance(error, ConnectionFailed) and error.args else None
    return isinstance(error, ConnectTimeout) or isinstance(
        getattr(cause, "reason", None), NewConnectionError
    )


def _reason(error: Exception) -> str:
    """Status and code only: the carrier's sentence may repeat a telephone number."""
    status = getattr(error, "status", None)
    code = getattr(error, "code", None)
    return f"HTTP {status}, code {code}" if status else type(error).__name__
