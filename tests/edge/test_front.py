"""Measures, whole bodies and headers, without a network."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from assistant.edge.bodies import Bodies, BodyError
from assistant.edge.front import TOO_OFTEN, Front, Measures

MEASURES = Measures(5, 2, 1000, {"/desk/": 2000, "/desk/import": 5000})
FAR = "203.0.113.7"


class Site:
    """Something that stands behind the front and counts what reaches it."""

    def __init__(self, *, secure: bool = False) -> None:
        self.reached, self.tick, self.status = 0, 0.0, 200
        self.kind, self.own = b"application/json", [(b"referrer-policy", b"origin")]
        self.front = Front(
            self.app, MEASURES, lambda _path, _body, sign: sign == "right", lambda: secure, self.now
        )

    def now(self) -> float:
        """Seconds of the test's own clock."""
        return self.tick

    async def app(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        """Answers as it was told to."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        self.reached += 1
        body = (await receive())["body"]
        assert (await receive())["type"] == "http.disconnect"
        headers = [(b"content-type", self.kind), *self.own]
        start = {"type": "http.response.start", "status": self.status, "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def ask(self, path: str = "/", sign: str = "", body: bytes = b"", who: str = FAR) -> Any:  # noqa: ANN401 - parts of an answer
        """One request; status, headers and body."""
        return asyncio.run(self._ask(path, sign, body, who))

    async def _ask(self, path: str, sign: str, body: bytes, who: str) -> Any:  # noqa: ANN401 - as above
        headers = [(b"content-length", str(len(body)).encode())]
        headers += [(b"x-twilio-signature", sign.encode())] if sign else []
        scope = {"type": "http", "path": path, "query_string": b"", "headers": headers}
        pieces = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[Any] = []

        async def receive() -> Any:  # noqa: ANN401 - ASGI
            return pieces.pop()

        async def send(message: Any) -> None:  # noqa: ANN401 - ASGI
            sent.append(message)

        await self.front({**scope, "client": (who, 1)}, receive, send)
        return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


@pytest.fixture
def site() -> Site:
    """Nobody has asked yet."""
    return Site()


def test_flooded_line(site: Site) -> None:
    """Past the measure: 429 without reaching anything; others and the next minute are not hurt."""
    assert [site.ask()[0] for _ in range(7)] == [200] * 5 + [429] * 2
    assert site.reached == 5
    assert TOO_OFTEN.encode() in site.ask()[2]
    assert site.ask(who="203.0.113.8")[0] == 200
    site.tick = 61
    assert site.ask()[0] == 200


def test_a_signed_webhook_is_never_refused_for_a_flood(site: Site) -> None:
    """An emergency may be in it; a signature that is wrong opens nothing."""
    for _ in range(6):
        site.ask()
    assert site.ask("/twilio/sms", "right", b"Body=help")[0] == 200
    assert site.ask("/twilio/sms", "wrong", b"Body=help")[0] == 429


def test_forged_carrier(site: Site) -> None:
    """Who is refused again and again is soon refused without a look."""
    site.status = 403
    assert [site.ask(sign="wrong")[0] for _ in range(4)] == [403, 403, 429, 429]
    assert site.reached == 2


def test_a_network_of_addresses_counts_as_one(site: Site) -> None:
    """Whoever has an IPv6 network has 2⁶⁴ addresses."""
    asked = [site.ask(who=f"2001:db8::{number:x}")[0] for number in range(1, 8)]
    assert asked == [200] * 5 + [429] * 2
    assert site.ask(who="2001:db8:0:1::1")[0] == 200


def test_this_machine_may_ask_as_often_as_it_likes(site: Site) -> None:
    """Proxies and the drill stand here."""
    assert {site.ask(who="127.0.0.1")[0] for _ in range(20)} == {200}


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/", 1000, 200),
        ("/", 1001, 413),
        ("/desk/x", 2000, 200),
        ("/desk/x", 2001, 413),
        ("/desk/import", 5000, 200),
    ],
)
def test_bodies_have_a_measure_by_address(site: Site, path: str, size: int, status: int) -> None:
    """The longest beginning that fits says how much."""
    assert site.ask(path, body=b"x" * size)[0] == status


def test_headers_stand_on_every_page_and_refusal() -> None:
    """What an answer says itself is kept; the rest is added, also to what the front answers."""
    site = Site(secure=True)
    _, headers, _ = site.ask()
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"origin"
    assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]
    assert b"script-src" not in headers[b"content-security-policy"]
    assert headers[b"strict-transport-security"].startswith(b"max-age=")
    site.kind = b"text/html; charset=utf-8"
    assert b"script-src 'self'" in site.ask()[1][b"content-security-policy"]
    assert site.ask(body=b"x" * 1001)[1][b"referrer-policy"] == b"no-referrer"
    assert b"strict-transport-security" not in Site().ask()[1]


def test_what_fails_behind_it_is_one_sentence(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """500 in words; the log says what."""

    async def fails(*_: Any) -> None:  # noqa: ANN401 - ASGI
        raise ValueError("inside")

    site.front._inner = fails
    status, _, body = site.ask()
    assert status == 500
    assert b"inside" not in body
    assert "ValueError" in caplog.text


class Slow:
    """A body that comes piece by piece."""

    def __init__(self, pieces: int, size: int, pause_s: float) -> None:
        self.left, self.size, self.pause_s = pieces, size, pause_s

    async def __call__(self) -> Any:  # noqa: ANN401 - ASGI
        """The next piece."""
        await asyncio.sleep(self.pause_s)
        self.left -= 1
        return {"type": "http.request", "body": b"x" * self.size, "more_body": self.left > 0}


def test_a_body_that_drips_is_given_up() -> None:
    """One that is as fast as an office's poor line is taken; nothing stays counted afterwards."""

    async def take(bodies: Bodies, slow: Slow) -> int:
        body = await bodies.take(slow, None, 1_000_000)
        size = len(body)
        bodies.release(body)
        return size

    bodies = Bodies(first_s=0.05, slowest=10_000)
    assert asyncio.run(take(bodies, Slow(20, 1000, 0.01))) == 20_000
    with pytest.raises(BodyError) as refused:
        asyncio.run(take(bodies, Slow(100, 10, 0.01)))
    assert refused.value.status == 408
    assert bodies._held == 0


def test_all_bodies_together_have_a_measure() -> None:
    """Memory is not for whoever sends most."""
    bodies = Bodies(at_once=1500)

    async def two() -> None:
        await bodies.take(Slow(1, 1000, 0), None, 2000)
        await bodies.take(Slow(1, 1000, 0), None, 2000)

    with pytest.raises(BodyError) as refused:
        asyncio.run(two())
    assert refused.value.status == 503
