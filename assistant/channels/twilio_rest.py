"""What we ask of Twilio over REST: hang up, transfer, send a text.

`api_base` points the client elsewhere (tests, a private deployment, the simulator's loopback
carrier); everything else is Twilio's own package. Calls block: use from worker threads.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from twilio.twiml.voice_response import VoiceResponse

from assistant.core.errors import CarrierError

if TYPE_CHECKING:
    from collections.abc import Callable

    from twilio.http.response import Response

TIMEOUT_S = 10.0
CLOCKS_DIFFER = timedelta(minutes=2)
LISTED = 50
"Texts to one number looked through, the newest first."
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


class TwilioControl:
    """The REST side of one account."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        from_number: str,
        api_base: Callable[[], str],
        reports_to: str = "",
    ) -> None:
        """`reports_to` is the address to which the carrier reports what became of a text."""
        self._account, self._token, self._from = account_sid, auth_token, from_number
        self._api_base, self._reports_to = api_base, reports_to

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
        self._update(call_sid, twiml=str(response))

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
            raise CarrierError(
                f"the carrier did not take a text ({_reason(error)})",
                status=getattr(error, "status", None),
                code=getattr(error, "code", None),
                certain=_refused(error),
            ) from error
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
            raise CarrierError(
                f"the carrier did not list its texts ({_reason(error)})",
                status=getattr(error, "status", None),
                code=getattr(error, "code", None),
            ) from error
        for sent in listed:
            made = sent.date_created
            if sent.body == body and (made is None or made >= since - CLOCKS_DIFFER):
                return str(sent.sid)
        return None


def _refused(error: Exception) -> bool:
    """Whether the carrier said no; a lost or late answer may hide a yes."""
    status = getattr(error, "status", None)
    return isinstance(status, int) and status < SERVER_FAILS


def _reason(error: Exception) -> str:
    """Status and code only: the carrier's sentence may repeat a telephone number."""
    status = getattr(error, "status", None)
    code = getattr(error, "code", None)
    return f"HTTP {status}, code {code}" if status else type(error).__name__
