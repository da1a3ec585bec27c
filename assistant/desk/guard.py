"""What a browser may do with a desk page, and which forms are our own."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import threading
from collections import deque
from typing import TYPE_CHECKING, Final

from flask import request

if TYPE_CHECKING:
    from flask import Response

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(), camera=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TRANSPORT: Final = "max-age=31536000"

REQUESTS_A_MINUTE: Final = 600
"Of one address: ten desks behind one, each redrawing a page every second."
ADDRESSES: Final = 10_000
"Remembered at most; then the count begins anew for all."


def protect(response: Response, *, secure: bool) -> Response:
    """Headers for everything the desk sends: no foreign content, no framing, no caching.

    A view may have set one of them itself, to let its own page use the microphone.
    """
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if secure:
        response.headers["Strict-Transport-Security"] = TRANSPORT
    if not (request.endpoint or "").endswith(".static"):
        response.headers["Cache-Control"] = "no-store"
    return response


def form_token(key: str, form_secret: str, session: str) -> str:
    """What a form of ours carries: bound to the browser and to the session it was shown in."""
    bound = f"form\0{form_secret}\0{session}"
    return hmac.new(key.encode(), bound.encode(), hashlib.sha256).hexdigest()


def is_own_form(expected: str) -> bool:
    """Whether the form posted was shown by us, to this browser, in this session."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    given = request.form.get("form_token", "")
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def is_near(address: str) -> bool:
    """Whether the address is this machine."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class Pace:
    """Counts the requests of each address in the last minute, in memory."""

    def __init__(self, most: int = REQUESTS_A_MINUTE) -> None:
        self._most = most
        self._seen: dict[str, deque[float]] = {}
        self._guard = threading.Lock()

    def allows(self, address: str, now_s: float) -> bool:
        """Whether one more is within the measure; `now_s` are seconds of any steady clock."""
        with self._guard:
            if len(self._seen) > ADDRESSES:
                self._seen.clear()
            times = self._seen.setdefault(address, deque())
            while times and times[0] <= now_s - 60:
                times.popleft()
            if len(times) >= self._most:
                return False
            times.append(now_s)
            return True
