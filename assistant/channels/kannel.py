"""What Kannel brings: a text of hers (`post-url` of an sms-service) and reports (`dlr-url`).

Both are answered with nothing: Kannel would send the body of an answer as a text, in the wrong
alphabet where it is Chinese. What she is answered goes by the outbox.
"""

from __future__ import annotations

import contextlib
import hmac
import logging
from concurrent.futures import TimeoutError as LateError
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, request

from assistant.core.texts import IncomingText

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor, Future
    from ipaddress import IPv4Network, IPv6Network

log = logging.getLogger(__name__)

PATIENCE_S: Final = 20.0
"Kannel waits longer; past this it is thanked, and the answer is finished behind its back."
MAX_BODY: Final = 1600
"Code points of one text; ten parts, as many as Kannel joins."
REPORTS: Final = {
    1: ("delivered", None),
    2: ("undelivered", 30008),
    4: ("sent", None),
    8: ("sent", None),
    16: ("failed", 30008),
}
"""By `%d` of a report: the status and error code as the outbox knows them (`outbox.delivery`). Why
a text was not delivered each operator tells in words of its own; so it is tried again later."""
EXPIRED: Final = ("stat:EXPIRED", 30003)
"In `%A`, of SMPP 3.4 appendix B: her telephone was not reached in time; and the code for it."


@dataclass(frozen=True, slots=True)
class KannelDoor:
    """Who may come as one Kannel."""

    allow_from: tuple[IPv4Network | IPv6Network, ...]
    key: str = field(repr=False)

    def admits(self, address: str | None, shown: str) -> bool:
        """Whether this address may come, and shows the key."""
        try:
            where = ip_address(address or "")
        except ValueError:
            return False
        known = any(where in network for network in self.allow_from)
        return known and hmac.compare_digest(shown.encode(), self.key.encode())


@dataclass(frozen=True, slots=True)
class KannelParts:
    """What the routes need of the house."""

    doors: Mapping[str, KannelDoor]
    "By the name of the block in the settings."
    take: Callable[[str, IncomingText], bool]
    "Takes the key of a text and the text, answers it by the outbox; whether that is done."
    reported: Callable[[str, str, str, int | None], object]
    "Takes the name of a Kannel, our id of a text, its status and its error code."
    pool: Executor


def kannel_blueprint(parts: KannelParts) -> Blueprint:
    """Routes `/kannel/<name>/text` and `/kannel/<name>/report`."""
    blueprint = Blueprint("kannel", __name__)

    def check(name: str) -> None:
        door = parts.doors.get(name)
        if door is None or not door.admits(request.remote_addr, request.args.get("key", "")):
            log.warning("a request as a Kannel was refused: address or key")
            abort(403, "The key is missing or wrong, or this address may not come.")

    @blueprint.post("/kannel/<name>/text")
    def text(name: str) -> Response:
        check(name)
        identifier = request.args.get("id", "")
        charset = request.mimetype_params.get("charset", "utf-8")
        incoming = _incoming(request.args, request.mimetype, charset, request.get_data())
        if not identifier or not incoming.contact:
            abort(400, "The address must carry id=%I and from=%p.")
        if not _taken(parts, f"kannel:{name}:{identifier}", incoming):
            abort(503, "It is being worked on; bring it again in a while.")
        return _nothing()

    @blueprint.get("/kannel/<name>/report")
    def report(name: str) -> Response:
        check(name)
        identifier, what = request.args.get("id", ""), request.args.get("status", "")
        told = read_report(what, request.args.get("said", ""))
        if identifier.startswith(f"{name}-") and told is not None:
            parts.reported(name, identifier, *told)
        return _nothing()

    return blueprint


def read_report(status: str, said: str) -> tuple[str, int | None] | None:
    """Status and error code as the outbox has them, or `None` for what says nothing. Pure."""
    told = REPORTS.get(int(status)) if status.isascii() and status.isdigit() else None
    if told is not None and told[0] == "undelivered" and EXPIRED[0] in said:
        return told[0], EXPIRED[1]
    return told


def _incoming(query: Mapping[str, str], kind: str, charset: str, body: bytes) -> IncomingText:
    """A text as Kannel posts it: in the charset it names, UTF-16BE where Chinese; or a file."""
    contact = query.get("from", "")
    if kind.startswith("text/"):
        with contextlib.suppress(LookupError):
            return IncomingText(contact, body.decode(charset, "replace")[:MAX_BODY])
    return IncomingText(contact, "", 1)


def _taken(parts: KannelParts, key: str, incoming: IncomingText) -> bool:
    """Whether the text is dealt with, or will be: what takes too long is finished in the pool."""
    working = parts.pool.submit(parts.take, key, incoming)
    try:
        return working.result(PATIENCE_S)
    except LateError:
        working.add_done_callback(_late)
        return True


def _late(late: Future[bool]) -> None:
    failure = None if late.cancelled() else late.exception()
    if failure is not None:
        log.error("a late answer could not be made: %s", type(failure).__name__)


def _nothing() -> Response:
    """Empty, for whatever stands here would be sent to her."""
    return Response(b"", content_type="text/plain; charset=utf-8")
