"""What we ask of Twilio over REST: hang up, transfer, send a text.

`api_base` points the client elsewhere (tests, a private deployment, the simulator's loopback
carrier); everything else is Twilio's own package. Calls block: use from worker threads.
"""

from __future__ import annotations

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
        self, account_sid: str, auth_token: str, from_number: str, api_base: Callable[[], str]
    ) -> None:
        self._account, self._token, self._from = account_sid, auth_token, from_number
        self._api_base = api_base

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
            sent = self._client().messages.create(to=to, from_=self._from, body=body)
        except FAILURES as error:
            raise CarrierError(
                f"the carrier did not take a text ({_reason(error)}); it was not sent"
            ) from error
        return str(sent.sid)


def _reason(error: Exception) -> str:
    """Status and code only: the carrier's sentence may repeat a telephone number."""
    status = getattr(error, "status", None)
    code = getattr(error, "code", None)
    return f"HTTP {status}, code {code}" if status else type(error).__name__
