"""What every webhook shares: the signature, one effect for many deliveries, plain refusals."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import Response, abort, request

from assistant.channels.twilio_signature import Gate

log = logging.getLogger(__name__)

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
XML = "text/xml; charset=utf-8"
DIGITS = 6
"Nothing that a carrier counts for us reaches a million."


class Replays(Protocol):
    """Remembers what a webhook was answered. Called from worker threads."""

    def before(self, key: str, now: datetime) -> str | None:
        """`None` to exactly one caller, who acts; the earlier answer to every other."""
        ...

    def after(self, key: str, answer: str, now: datetime) -> None:
        """Keep the answer for later deliveries."""
        ...

    def failed(self, key: str) -> None:
        """Give the key out again: whoever acted did not come to an end."""
        ...


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Checks and answers the webhooks of one carrier."""

    gate: Gate
    replays: Replays

    def check(self) -> None:
        """Refuse an unsigned or wrongly signed request with 403, before anything is done."""
        path = request.full_path if request.query_string else request.path
        signature = request.headers.get("X-Twilio-Signature")
        if not self.gate.http(path, request.form, signature):
            log.warning("a webhook for %s was refused: signature", request.path)
            abort(403, "The signature is missing or wrong.")

    def once(self, kind: str, identifier: str, act: Callable[[], str], now: datetime) -> Response:
        """Act on the first delivery of `identifier`; answer every later one the same way."""
        self.check()
        if not identifier:
            abort(400, "The carrier's id of this message or call is missing.")
        key = f"{kind}:{identifier}"
        earlier = self.replays.before(key, now)
        if earlier is not None:
            return xml(earlier)
        try:
            answer = act()
        except Exception:
            self.replays.failed(key)
            raise
        self.replays.after(key, answer, now)
        return xml(answer)

    def accepted(self) -> Response:
        """A signed webhook that needs no answer."""
        self.check()
        return xml(EMPTY)


def count(text: str | None) -> int:
    """A count of a form or a query, of six digits at the most; 0 for anything else."""
    counted = text is not None and text.isascii() and text.isdigit() and len(text) <= DIGITS
    return int(text or 0) if counted else 0


def xml(text: str) -> Response:
    """A TwiML response."""
    return Response(text, content_type=XML)
