"""Who may ask the simulator, and what a well-formed question is."""

from __future__ import annotations

import ipaddress
import json
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from assistant.core.errors import AssistantError

if TYPE_CHECKING:
    from collections.abc import Mapping

BODY_LIMIT: Final = 64 * 1024
"Bytes; the longest text message and a form around it fit many times over."

_PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class RefusedError(AssistantError):
    """A request that is not served: the HTTP status and one sentence for whoever asked."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def require_own_page(public_url: str) -> None:
    """Refuse requests that another website makes through a visitor's browser.

    Scripts on this machine send neither `Origin` nor `Sec-Fetch-Site` and are welcome. A host name
    that is neither an address, `localhost` nor the public one is how a foreign page would reach a
    local service by pointing its own name here. Raises `RefusedError`.
    """
    if not _host_is_ours(request.host, public_url):
        raise RefusedError(
            403, f"Open the simulator at {public_url}/simulator/, or by its IP address."
        )
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise RefusedError(403, "Only the simulator's own page may ask for this.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise RefusedError(403, "Only the simulator's own page may ask for this.")


def _host_is_ours(host: str, public_url: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in ("localhost", urlsplit(public_url).hostname):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def limit_body() -> None:
    """Let no more than `BODY_LIMIT` bytes of this request be read."""
    request.max_content_length = BODY_LIMIT


def read_object() -> Mapping[str, object]:
    """The request's body as a JSON object of printable text.

    Raises `RefusedError` for anything else, including text that cannot be written as UTF-8.
    """
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        raise RefusedError(
            413, f"The request is too long; send at most {BODY_LIMIT} bytes."
        ) from None
    try:
        value = json.loads(body)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise RefusedError(400, "The request must be a JSON object in UTF-8.") from None
    if not isinstance(value, dict):
        raise RefusedError(400, "The request must be a JSON object in UTF-8.")
    return value


def text_of(values: Mapping[str, object], key: str, limit: int) -> str:
    """A text of 1 to `limit` characters under `key`; raises `RefusedError` otherwise."""
    value = values.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > limit:
        raise RefusedError(400, f"{key} must be a text of 1 to {limit} characters.")
    return value


def protect(response: Response) -> Response:
    """Headers for everything the simulator sends: no foreign content, no framing, no caching."""
    response.headers["Content-Security-Policy"] = _PAGE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
