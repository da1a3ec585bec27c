"""Who may speak to us: Twilio's signature over the configured public address, and stream tokens.

The address is never taken from the request's own Host header. Checking is done by Twilio's own
package; what it does with ports and slashes was measured (`wss` signed with `:443` is refused by
it, a trailing slash too), hence the short list of candidate addresses for the socket.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadSignature, URLSafeTimedSerializer
from prometheus_client import Histogram
from twilio.request_validator import RequestValidator

SUBPROTOCOL = "twilio-signature."
"A browser cannot set headers on a WebSocket: the simulator carries the same signature here."
TOKEN_SECONDS = 120
"A stream must begin within two minutes of the TwiML that named it."
MAX_TOKENS = 10_000


@dataclass(frozen=True, slots=True)
class Gate:
    """Checks signatures against every account that may ring: Twilio's, and the simulator's."""

    secrets_: Callable[[], Sequence[str]]
    "Auth tokens; none means that everybody is refused."
    public_url: Callable[[], str]
    made_up: Callable[[str], bool] = lambda _: False
    "Whether nobody has this number: drills ring from such."
    drill: str = ""
    "Drills' own secret, believed for those numbers alone."

    def http(self, path: str, form: Mapping[str, object] | object, signature: str | None) -> bool:
        """Whether a webhook for `path` (with its query) was signed by a known account."""
        return bool(signature) and any(
            RequestValidator(secret).validate(self.public_url() + path, form, signature)
            for secret in (*self.secrets_(), self._drill_for(form))
            if secret
        )

    def _drill_for(self, form: Mapping[str, object] | object) -> str:
        caller = form.get("From", "") if isinstance(form, Mapping) else ""
        return self.drill if self.made_up(str(caller)) else ""

    def socket(self, path: str, signature: str | None) -> bool:
        """Whether the upgrade request for the media socket was signed by a known account.

        Which call it is for says the token that a signed webhook gave out.
        """
        if not signature:
            return False
        origin = self.public_url().replace("http", "ws", 1)
        secure = "wss" + origin.removeprefix("wss").removeprefix("ws")
        candidates = {
            origin + path,
            origin + path + "/",
            secure + path,
            secure + path + "/",
            secure + ":443" + path,
            self.public_url() + path,
        }
        return any(
            RequestValidator(secret).compute_signature(url, {}) == signature
            for secret in (*self.secrets_(), self.drill)
            if secret
            for url in candidates
        )


def from_subprotocols(offered: Sequence[str]) -> tuple[str, str] | None:
    """The subprotocol that carries a signature, and the signature; `None` without one.

    A subprotocol may not hold `+`, `/` and `=`: base64 travels in its URL-safe form, unpadded.
    """
    for name in offered:
        if name.startswith(SUBPROTOCOL):
            packed = name.removeprefix(SUBPROTOCOL)
            padding = "=" * (-len(packed) % 4)
            return name, packed.replace("-", "+").replace("_", "/") + padding
    return None


answered = Histogram(
    "assistant_answer_seconds",
    "From the carrier's ring to the open stream, where the greeting begins; whole seconds.",
    buckets=(1, 2, 3, 5, 10, 15, 30, 60),
)


class StreamTokens:
    """One-time tokens that bind a media stream to the call it was made for."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="stream")
        self._spent: dict[str, None] = {}
        self._guard = threading.Lock()

    def issue(self, call_sid: str, contact: str) -> str:
        """A token for the stream of this call; it carries the caller's number, signed."""
        return self._serializer.dumps([call_sid, contact, secrets.token_urlsafe(9)])

    def redeem(self, token: str, call_sid: str) -> str | None:
        """The caller's number, once; `None` for a forged, late, spent or foreign token."""
        try:
            (bound_to, contact, nonce), issued = self._serializer.loads(
                token, max_age=TOKEN_SECONDS, return_timestamp=True
            )
        except (BadSignature, ValueError, TypeError):
            return None
        if bound_to != call_sid:
            return None
        with self._guard:
            if nonce in self._spent:
                return None
            self._spent[nonce] = None
            while len(self._spent) > MAX_TOKENS:
                self._spent.pop(next(iter(self._spent)))
        answered.observe(max(0.0, (datetime.now(UTC) - issued).total_seconds()))
        return str(contact)
