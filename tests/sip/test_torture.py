"""Messages that are wrong, odd, or both, after the kinds that RFC 4475 describes; written anew."""

from __future__ import annotations

import asyncio
import logging
import random

import pytest

from tests.sip.office import HOST
from tests.sip.raw import Call, Peer
from tests.sip.test_calls import scene, stage

VIA = "Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bKt;rport\n"


def request(peer: Peer, first: str, headers: str, body: str = "") -> str:
    """A request of which each part may be wrong."""
    return f"{first}\n{VIA.format(host=HOST, port=peer.port)}{headers}\n{body}"


USUAL = "From: <sip:1@x>;tag=a\nTo: <sip:line@x>\nCall-ID: t@x\nCSeq: 1 {method}\n"

OPTIONS = USUAL.format(method="OPTIONS")


def without(name: str) -> str:
    """The usual headers but one."""
    return "".join(line for line in OPTIONS.splitlines(keepends=True) if not line.startswith(name))


def of(method: str, more: str = "", tag: str = "") -> str:
    """The usual headers of another method, with further ones, or within a dialog."""
    return USUAL.format(method=method).replace("line@x>", f"line@x>{tag}") + more


LARGE = OPTIONS.replace("1 OPTIONS", "36893488147419103232 OPTIONS")
REFUSED = [
    ("no From", "OPTIONS sip:line@x", without("From"), 400),
    ("no tag in From", "OPTIONS sip:line@x", OPTIONS.replace(";tag=a", ""), 400),
    ("no Call-ID", "OPTIONS sip:line@x", without("Call-ID"), 400),
    ("another method in CSeq", "OPTIONS sip:line@x", of("INVITE"), 400),
    ("a number that is too large", "OPTIONS sip:line@x", LARGE, 400),
    ("shorter than it says", "OPTIONS sip:line@x", OPTIONS + "Content-Length: 9999\n", 400),
    ("a negative length", "OPTIONS sip:line@x", OPTIONS + "Content-Length: -999\n", 400),
    ("an unknown scheme", "OPTIONS nobodyknows:line", OPTIONS, 416),
    ("an unknown method", "NEWMETHOD sip:line@x", of("NEWMETHOD"), 405),
    ("an unknown extension", "OPTIONS sip:line@x", OPTIONS + "Require: nothingKnowsThis\n", 420),
    ("of no call", "BYE sip:line@x", of("BYE", tag=";tag=b"), 481),
    ("an update of no call", "UPDATE sip:line@x", of("UPDATE"), 481),
    ("giving up nothing", "CANCEL sip:line@x", of("CANCEL"), 481),
    ("a mailbox", "NOTIFY sip:line@x", of("NOTIFY", "Event: message-summary\n"), 489),
    ("into a call that is not", "INVITE sip:line@x", of("INVITE", tag=";tag=b"), 481),
]


@pytest.mark.parametrize(
    ("first", "headers", "status"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
@scene
async def test_what_is_wrong_is_refused_by_its_status(
    first: str, headers: str, status: int
) -> None:
    """The status names the fault, and nothing is left behind."""
    async with stage() as at:
        at.peer.send(request(at.peer, f"{first} SIP/2.0", headers))
        assert (await at.peer.final()).status == status
        assert at.agent.in_use == 0


ODD = [
    (
        "folded and compact",
        'f: <sip:1@x>\n ;tag=a\nt: "l;n"\n <sip:line@x>\ni: t@x\nCSeq:  0001\n  OPTIONS\nl: 0\n',
    ),
    (
        "spaces and cases",
        "FROM  : <sip:1@x> ; tag = a\nTo:<sip:line@x>\ncall-id : t@x\ncseq: 1 OPTIONS\n",
    ),
    (
        "escaped",
        'From: "J \\\\\\"R" <sip:j%20user@x;lr?X=%41>;tag=a\n'
        "To: <sip:line@x>\nCall-ID: t@x\nCSeq: 1 OPTIONS\n",
    ),
    (
        "strange characters",
        'From: "\u738b\u82b3 \ufffd" <sip:1@x>;tag=a-._~!%*\'`+\n'
        "To: <sip:line@x>\nCall-ID: t{}[]@x\nCSeq: 1 OPTIONS\n",
    ),
    ("many headers", OPTIONS + "".join(f"X-{number}: {number}\n" for number in range(120))),
    ("long values", OPTIONS + f"X-Long: {'y' * 4000}\n"),
]


@pytest.mark.parametrize("headers", [row[1] for row in ODD], ids=[row[0] for row in ODD])
@scene
async def test_what_is_odd_but_right_is_understood(headers: str) -> None:
    """Folded, compact, quoted, escaped, many and long: all of it is allowed."""
    async with stage() as at:
        at.peer.send(request(at.peer, "OPTIONS sip:line@x SIP/2.0", headers))
        answer = await at.peer.final()
        assert answer.status == 200
        assert "INVITE" in answer.header("Allow")


SILENT = [
    b"\r\n\r\n",
    b"\x00" * 40,
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"INVITE sip:line@x SIP/7.0\r\n\r\n",
    b"SIP/2.0 200 OK\r\n\r\n",
    b"SIP/2.0 99999999999999999999 OK\r\nVia: x\r\n\r\n",
    b"SIP/2.0 abc OK\r\nCSeq: x\r\n\r\n",
    b"INVITE sip:line@x SIP/2.0\r\n\r\n",
    b"INVITE sip:line@x SIP/2.0\r\nVia: ;;;\r\n\r\n",
    b"ACK sip:line@x SIP/2.0\r\nVia: SIP/2.0/UDP x\r\nFrom: a;tag=a\r\nTo: b\r\nCall-ID: c\r\n"
    b"CSeq: 1 ACK\r\n\r\n",
    b"INVITE sip:line@x SIP/2.0\r\n" + b"A: b\r\n" * 3000,
]


@pytest.mark.parametrize("datagram", SILENT)
@scene
async def test_what_cannot_be_answered_is_let_pass(
    datagram: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """No answer, no error, and the line works on."""
    caplog.set_level(logging.WARNING)
    async with stage() as at:
        at.peer.send(datagram)
        await asyncio.sleep(0.05)
        answers = await at.peer.silence(0.1)
        assert all(answer.status == 400 for answer in answers)
        assert (await at.peer.call().establish()).status == 200
    assert caplog.records == []


OFFERS = [
    ("no G.711", {"codecs": "9 18", "more": ""}),
    ("sound that is named", {"sound_host": "media.example.org"}),
    ("sound for many", {"sound_host": "239.1.2.3"}),
]


@pytest.mark.parametrize("changed", [row[1] for row in OFFERS], ids=[row[0] for row in OFFERS])
@scene
async def test_offers_that_are_not_taken_up(changed: dict[str, str]) -> None:
    """488, and the place is free."""
    async with stage() as at:
        call = at.peer.call(**changed)
        call.invite()
        assert (await at.peer.final()).status == 488
        call.send("ACK")
        assert at.agent.in_use == 0


@pytest.mark.parametrize(
    "wrong",
    ["m=audio 99999 RTP/AVP 0\n", "m=audio x RTP/AVP 0\n", "m=audio 4000 RTP/SAVP 0\n", "m=\n", ""],
)
@scene
async def test_descriptions_that_are_none(wrong: str) -> None:
    """488; what cannot be read is not guessed at."""
    async with stage() as at:
        call = at.peer.call()
        body = f"v=0\no=- 1 1 IN IP4 {HOST}\ns=-\nc=IN IP4 {HOST}\nt=0 0\n{wrong}"
        at.peer.send(call.text("INVITE", body=body))
        assert (await at.peer.final()).status == 488


@scene
async def test_a_message_changed_at_random_breaks_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Six hundred INVITEs with a few bytes changed: whatever is said to them, the line works on."""
    caplog.set_level(logging.ERROR)
    chance = random.Random(12)  # noqa: S311 - the same in every run
    async with stage(calls=500) as at:
        for _ in range(600):
            call: Call = at.peer.call()
            text = call.text("INVITE", body=call.sdp()).replace("\n", "\r\n").encode()
            changed = bytearray(text)
            for _ in range(chance.randint(1, 8)):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            at.peer.send(bytes(changed))
            await asyncio.sleep(0)
        await at.peer.silence(0.3)
        assert (await at.peer.call().establish()).status == 200
    assert caplog.records == []


@scene
async def test_nothing_of_a_caller_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Numbers stand in headers, addresses and first lines; none in the log, at whatever level."""
    caplog.set_level(logging.DEBUG)
    async with stage() as at:
        await at.peer.call().establish()
        at.peer.send("INVITE sip:+8613800000001@x\n\n")
        at.peer.send("BYE sip:+8613800000001@x SIP/2.0\nVia: SIP/2.0/UDP x\n\n")
        await at.peer.silence(0.2)
    assert "13800000001" not in caplog.text
