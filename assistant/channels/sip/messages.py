"""Reading and writing single SIP messages (RFC 3261). PURE: tags and branches are handed in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aiosipua import CSeq, SipRequest, SipResponse, Via, stringify_cseq, stringify_via
from aiosipua.headers import parse_via
from aiosipua.message import missing_required_headers

from assistant.channels.paced.caller import WITHHELD, plain_number
from assistant.core.phones import e164

if TYPE_CHECKING:
    from assistant.channels.sip.settings import Address

AGENT: Final = "Neighbour-Line"
METHODS: Final = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE", "NOTIFY")
ALLOW: Final = ", ".join(METHODS)
UNDERSTOOD: Final = frozenset({"timer", "replaces", "norefersub"})
"Extensions that a request may require of us."
COOKIE = "z9hG4bK"
SIP_PORT = 5060
REASONS: Final = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    405: "Method Not Allowed",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    422: "Session Interval Too Small",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    500: "Server Internal Error",
    503: "Service Unavailable",
}
_USER = re.compile(r"sips?:([^@>\s]+)@|tel:([^>\s]+)", re.IGNORECASE)


def wrong(request: SipRequest) -> int | None:
    """The status with which a request is refused as malformed; `None` for one that is sound.

    Raises `ValueError` where its headers cannot be read at all.
    """
    if missing_required_headers(request):
        return 400
    cseq = request.cseq
    if cseq is None or cseq.method != request.method or not 0 <= cseq.seq < 1 << 31:
        return 400
    declared = request.get_header("content-length")
    if declared is not None and (not declared.isdigit() or int(declared) > len(request.body)):
        return 400
    if request.from_addr is None or not request.from_addr.tag:
        return 400
    if not request.uri.lower().startswith(("sip:", "sips:", "tel:")):
        return 416
    return 420 if not_understood(request) and request.method not in {"ACK", "CANCEL"} else None


def not_understood(request: SipRequest) -> list[str]:
    """Extensions it requires that we do not know."""
    return [
        name for name in request.headers.get("require") if name.strip().lower() not in UNDERSTOOD
    ]


def transaction_of(request: SipRequest, method: str = "") -> tuple[str, ...]:
    """What a request has in common with its repeats, and with no other.

    With `method`, as if it were a request of that one: so a CANCEL finds its INVITE.
    """
    via = parse_via(request.headers.get("via")[0])
    cseq = request.cseq
    method = method or request.method
    number = str(cseq.seq) if cseq is not None else ""
    branch = via.branch or ""
    if branch.startswith(COOKIE):
        return (branch, via.host.lower(), str(via.port), number, method)
    return (request.headers.get("via")[0], request.call_id or "", number, method)


def stamp(request: SipRequest, source: Address) -> Address:
    """Write into the topmost Via where the request came from (RFC 3581); where to answer."""
    via, *others = request.headers.get("via")
    top = parse_via(via)
    port = source[1] if "rport" in top.params else top.port or SIP_PORT
    top.params["received"] = source[0]
    if "rport" in top.params:
        top.params["rport"] = str(source[1])
    request.headers.set_single("Via", stringify_via(top))
    for other in others:
        request.headers.append("Via", other)
    return (source[0], port)


def response(request: SipRequest, status: int, tag: str = "") -> SipResponse:
    """A response, with our tag where there is none yet."""
    made = SipResponse(status_code=status, reason_phrase=REASONS.get(status, "Refused"))
    for via in request.headers.get("via"):
        made.headers.append("Via", via)
    for name in ("From", "To", "Call-ID", "CSeq"):
        value = request.get_header(name)
        if value is None:
            continue
        if name == "To" and tag and ";tag=" not in value.lower().replace(" ", ""):
            value = f"{value};tag={tag}"
        made.set_header(name, value)
    for route in request.headers.get("record-route"):
        made.headers.append("Record-Route", route)
    made.set_header("User-Agent", AGENT)
    if status in {200, 405}:
        made.set_header("Allow", ALLOW)
    if status == 420:  # noqa: PLR2004 - RFC 3261, 8.2.2.3
        made.set_header("Unsupported", ", ".join(not_understood(request)))
    return made


def to_tag(request: SipRequest) -> str:
    """The tag in To: empty for a request that begins something."""
    return (request.to_addr.tag or "") if request.to_addr is not None else ""


def via(address: Address, branch: str) -> str:
    """Our own Via."""
    return stringify_via(
        Via(host=address[0], port=address[1], params={"branch": branch, "rport": None})
    )


def ack_of_refusal(invite: SipRequest, refused: SipResponse) -> SipRequest:
    """The ACK that ends a refused INVITE: of the same transaction (RFC 3261, 17.1.1.3)."""
    ack = _same_transaction(invite, "ACK")
    ack.set_header("To", refused.get_header("to") or invite.get_header("to") or "")
    return ack


def cancel_of(invite: SipRequest) -> SipRequest:
    """The CANCEL of an INVITE (RFC 3261, 9.1)."""
    cancel = _same_transaction(invite, "CANCEL")
    cancel.set_header("To", invite.get_header("to") or "")
    return cancel


def _same_transaction(invite: SipRequest, method: str) -> SipRequest:
    made = SipRequest(method=method, uri=invite.uri)
    made.headers.append("Via", invite.headers.get("via")[0])
    for name in ("From", "Call-ID"):
        made.set_header(name, invite.get_header(name) or "")
    cseq = invite.cseq
    made.set_header("CSeq", stringify_cseq(CSeq(cseq.seq if cseq else 1, method)))
    made.set_header("Max-Forwards", "70")
    for route in invite.headers.get("route"):
        made.headers.append("Route", route)
    return made


def caller(request: SipRequest, country: str) -> str:
    """The number she rings from, in E.164; `WITHHELD` where it is not shown or no number.

    What the exchange asserts (RFC 3325) goes before what the caller's side wrote; only exchanges
    that were named in the settings are listened to.
    """
    privacy = {part.strip().lower() for part in (request.get_header("privacy") or "").split(";")}
    if privacy & {"id", "user", "header"}:
        return WITHHELD
    for name in ("p-asserted-identity", "remote-party-id", "from"):
        value = request.get_header(name)
        number = _number(value) if value else ""
        if number:
            return e164(number, country)
    return WITHHELD


def _number(value: str) -> str:
    """The number in a name-addr, without its separators; empty where there is none."""
    found = _USER.search(value)
    user = (found.group(1) or found.group(2)) if found is not None else ""
    return plain_number(user.partition(";")[0])
