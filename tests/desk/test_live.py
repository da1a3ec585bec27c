from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from assistant.desk import Live
from assistant.desk import live as live_module
from assistant.desk.live import MOST, MOST_A_SESSION
from tests.desk.around import Around, Browser

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from assistant.staff.roles import Role

    SignedIn = Callable[[Role], Browser]


class Listener:
    """One open desk at the other end of the stream."""

    def __init__(self, live: Live, cookie: str, method: str = "GET") -> None:
        self.status = 0
        self.heard = ""
        self._over = False
        self._leave = asyncio.Event()
        scope = {"type": "http", "method": method, "headers": [(b"cookie", cookie.encode())]}
        self.task = asyncio.ensure_future(live(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._leave.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:  # noqa: ANN401 - ASGI
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.heard += message["body"].decode()
            self._over = not message.get("more_body", False)

    def told(self) -> list[Any]:
        """The data of every change."""
        return [json.loads(one) for one in re.findall(r"event: change\ndata: (.*)\n", self.heard)]

    def over(self) -> bool:
        """Whether the service has ended its answer."""
        return self._over

    async def leave(self) -> None:
        """Close the tab."""
        self._leave.set()
        await asyncio.wait_for(self.task, 5)


async def until(true: Callable[[], object]) -> None:
    """Wait for it, 5 s at most."""
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)
    pytest.fail("not so after 5 s")


def cookie_of(browser: Browser) -> str:
    """What the browser sends along."""
    cookie = browser.client.get_cookie("desk", path="/")
    assert cookie is not None
    return f"desk={cookie.value}"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look every 10 ms, and send a heartbeat every 50."""
    monkeypatch.setattr(live_module, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(live_module, "HEARTBEAT_S", 0.05)


def run(work: Coroutine[Any, Any, None]) -> None:
    """On a loop of its own."""
    asyncio.run(work)


def test_every_open_desk_hears_an_alarm(around: Around) -> None:
    """Twenty desks hear it, each once, and of the resident not a word."""
    people = around.people.sessions
    cookies = [f"desk={people.begin('王芳', 'in', '', around.now)}" for _ in range(20)]

    async def work() -> None:
        live = Live(around.parts)
        desks = [Listener(live, cookie) for cookie in cookies]
        await until(lambda: all(desk.told() for desk in desks))
        around.alarm()
        await until(lambda: all(desk.told()[-1]["free"] == 1 for desk in desks))
        around.alarms.take("GH000001", "王芳", around.now)
        await until(lambda: all(desk.told()[-1]["free"] == 0 for desk in desks))
        for desk in desks:
            assert [one["free"] for one in desk.told()] == [0, 1, 0]
            assert "摔" not in desk.heard
            assert "0001" not in desk.heard
        for desk in desks:
            await desk.leave()
        assert live.open_streams == 0

    run(work())


def test_a_locked_desk_rings_too(around: Around, signed_in: SignedIn) -> None:
    """Nobody has touched it for an hour, and it hears of the alarm."""
    browser = signed_in("agent")
    around.wait(hours=1)
    assert browser.get("/desk/requests").request.path == "/desk/sign-in"

    async def work() -> None:
        desk = Listener(Live(around.parts), cookie_of(browser))
        around.alarm()
        await until(lambda: desk.told() and desk.told()[-1]["free"] == 1)
        await desk.leave()

    run(work())


@pytest.mark.parametrize("cookie", ["", "desk=forged", "desk=", "desk", "a=b; desk=\x01"])
def test_nobody_else_listens(around: Around, cookie: str) -> None:
    """Without a session there is no stream, and the browser is told not to try again."""

    async def work() -> None:
        live = Live(around.parts)
        stranger = Listener(live, cookie)
        await asyncio.wait_for(stranger.task, 5)
        assert stranger.status == 204
        assert live.open_streams == 0

    run(work())


def test_the_auditor_hears_no_alarms(around: Around, signed_in: SignedIn) -> None:
    """Whoever may not see them is not told that there are any."""
    cookie = cookie_of(signed_in("auditor"))

    async def work() -> None:
        desk = Listener(Live(around.parts), cookie)
        await asyncio.wait_for(desk.task, 5)
        assert desk.status == 204

    run(work())


def test_older_tabs_give_way(around: Around, signed_in: SignedIn) -> None:
    """A browser has six connections for everything: only its latest tabs hold one."""
    cookie = cookie_of(signed_in("agent"))

    async def work() -> None:
        live = Live(around.parts)
        tabs = []
        for _ in range(MOST_A_SESSION + 2):
            tabs.append(Listener(live, cookie))
            await until(lambda: "retry" in tabs[-1].heard)
        await asyncio.wait_for(asyncio.gather(tabs[0].task, tabs[1].task), 5)
        assert "event: elsewhere" in tabs[0].heard
        assert "event: elsewhere" not in tabs[-1].heard
        assert live.open_streams == MOST_A_SESSION
        for tab in tabs[2:]:
            await tab.leave()

    run(work())


def test_there_is_an_end_to_desks(around: Around, signed_in: SignedIn) -> None:
    """One too many is told to come back later, and those that listen notice nothing."""
    first = cookie_of(signed_in("agent"))

    async def work() -> None:
        live = Live(around.parts)
        secrets = [around.people.sessions.begin("王芳", "in", "", around.now) for _ in range(MOST)]
        desks = [Listener(live, f"desk={secret}") for secret in secrets]
        await until(lambda: live.open_streams == MOST)
        late = Listener(live, first)
        await asyncio.wait_for(late.task, 5)
        assert late.status == 503
        for desk in desks:
            await desk.leave()

    run(work())


def test_a_session_that_ends_ends_its_stream(
    around: Around, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within a minute; heartbeats come until then. The browser is told not to come back."""
    monkeypatch.setattr(live_module, "ASK_AGAIN_S", 0.02)
    browser = signed_in("agent")
    cookie = cookie_of(browser)

    async def work() -> None:
        live = Live(around.parts)
        desk = Listener(live, cookie)
        await until(lambda: desk.heard.count("still here") >= 2)
        assert live.open_streams == 1
        assert not desk.over()
        for one in around.people.sessions.of("王芳", around.now):
            around.people.sessions.end(one.id, "王芳")
        await asyncio.wait_for(desk.task, 5)
        assert desk.over()
        assert live.open_streams == 0
        again = Listener(live, cookie)
        await asyncio.wait_for(again.task, 5)
        assert again.status == 204

    run(work())


def test_only_looking_is_possible(around: Around, signed_in: SignedIn) -> None:
    """A stream is opened by GET and nothing else."""
    cookie = cookie_of(signed_in("agent"))

    async def work() -> None:
        desk = Listener(Live(around.parts), cookie, method="POST")
        await asyncio.wait_for(desk.task, 5)
        assert desk.status == 204

    run(work())
