"""Slow, endless and greedy connections, over real sockets."""

from __future__ import annotations

import time
from typing import Any

import pytest

from assistant.edge.connection import Connections, Patience
from assistant.edge.front import Front, Measures
from tests.edge.served import knock, read_all, served

SHORT = Patience(head_s=0.5, head_bytes=4096, read_s=0.5)
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
LARGE = 30_000_000


async def echo(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
    """Answers with as many bytes as came, or many where nothing did."""
    body, more = b"", True
    while more:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
    answer = b"x" * LARGE if scope["path"] == "/large" else str(len(body)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": answer})


def seconds_to_close(port: int, data: bytes, drip: bytes = b"") -> float:
    """How long the server bears a connection on which only this comes, then a drip at a time."""
    began = time.monotonic()
    with knock(port, data) as opened:
        opened.settimeout(0.1)
        while time.monotonic() - began < 5:
            try:
                if not opened.recv(1024):
                    break
            except TimeoutError:
                try:
                    opened.sendall(drip)
                except OSError:
                    break
            except OSError:
                break
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("data", "drip"),
    [(b"", b""), (GET, b""), (GET, b"X-A: b\r\n"), (b"G", b"")],
    ids=["nothing", "half a head", "a header at a time", "one byte"],
)
def test_slow_loris(data: bytes, drip: bytes) -> None:
    """A head that does not end in time ends the connection, however busy it looks."""
    with served(echo, SHORT) as port:
        assert 0.3 < seconds_to_close(port, data, drip) < 2


def test_a_second_request_is_not_waited_for_longer() -> None:
    """The time of a head runs anew for every request on a connection."""
    with served(echo, SHORT, timeout_keep_alive=30) as port, knock(port, GET + b"\r\n") as opened:
        assert opened.recv(1024).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        opened.sendall(GET)
        read_all(opened)
        assert time.monotonic() - began < 2


def test_an_endless_head_is_refused() -> None:
    """Refused with 431 as soon as it is longer than any of ours."""
    with served(echo, SHORT) as port, knock(port, GET) as opened:
        opened.sendall(b"X-A: " + b"b" * 100_000)
        assert b" 431 " in read_all(opened)


def test_ordinary_requests_are_served() -> None:
    """Two in a row on one connection, one of them with a body."""
    post = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    last = GET + b"Connection: close\r\n\r\n"
    with served(echo, SHORT) as port, knock(port, post) as opened:
        assert opened.recv(1024).endswith(b"5\r\n0\r\n\r\n")
        opened.sendall(last)
        assert b"200 OK" in read_all(opened)


def test_who_never_reads_is_let_go() -> None:
    """A large answer that nobody takes ends the connection; others are served meanwhile."""
    with (
        served(echo, SHORT) as port,
        knock(port, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n") as stuck,
    ):
        time.sleep(1.5)
        with knock(port, GET + b"Connection: close\r\n\r\n") as other:
            assert b"200 OK" in read_all(other)
        assert len(read_all(stuck)) < LARGE


def test_an_address_has_so_many_connections() -> None:
    """One more is not counted in, and there is room again once another has left."""
    connections = Connections()
    assert [connections.enter("203.0.113.7", 2) for _ in range(3)] == [True, True, False]
    assert connections.enter("203.0.113.8", 2)
    connections.leave("203.0.113.7")
    assert connections.enter("203.0.113.7", 2)


def test_slow_bodies_hold_no_thread() -> None:
    """A hundred bodies that never end: everybody else is answered at once."""
    measures = Measures(10_000, 10_000, 100_000, {})
    front = Front(echo, measures, lambda *_: False, lambda: False)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc"
    with served(front, Patience()) as port:
        slow = [knock(port, head) for _ in range(100)]
        began = time.monotonic()
        with knock(port, GET + b"Connection: close\r\n\r\n") as other:
            assert b"200 OK" in read_all(other)
        assert time.monotonic() - began < 1
        for opened in slow:
            opened.close()


@pytest.mark.parametrize(
    "heads",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: -5\r\n",
        b"Content-Length: 99999999999999999999999\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Host : y\r\n",
    ],
)
def test_what_two_servers_would_read_differently_is_refused(heads: bytes) -> None:
    """A proxy and we must agree where a request ends, or one hides within another."""
    data = b"POST / HTTP/1.1\r\nHost: x\r\n" + heads + b"\r\nhello"
    with served(echo, SHORT) as port, knock(port, data) as opened:
        assert b"200 OK" not in read_all(opened)
