"""Media sockets before their start: how many, how long, how much."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from twilio.request_validator import RequestValidator

from assistant.channels.twilio_media import Start
from assistant.channels.twilio_signature import Gate, StreamTokens
from assistant.channels.twilio_stream import (
    BEFORE_START,
    LOBBY,
    PATH,
    POLICY,
    StreamLine,
    Streams,
)

if TYPE_CHECKING:
    from assistant.channels.twilio_rest import TwilioControl
    from assistant.core.ports import CallDesk

SECRET, ORIGIN = "shh", "https://line.example.org"
SIGNATURE = str(RequestValidator(SECRET).compute_signature("wss://line.example.org" + PATH, {}))
HERE = ("203.0.113.7", 1)


def streams() -> Streams:
    """The application, with no calls behind it: none of these sockets comes so far."""
    gate = Gate(lambda: [SECRET], lambda: ORIGIN)
    nobody = cast("CallDesk", None), cast("TwilioControl", None)
    return Streams(gate, StreamTokens("key"), *nobody, {})


async def opened(application: Streams, messages: list[str], client: tuple[str, int]) -> list[Any]:
    """One signed socket that sends these and then waits; what the service sent."""
    coming: list[Any] = [{"type": "websocket.connect"}]
    coming += [{"type": "websocket.receive", "text": text} for text in messages]
    sent: list[Any] = []

    async def receive() -> Any:  # noqa: ANN401 - ASGI
        if not coming:
            await asyncio.sleep(3600)
        return coming.pop(0)

    async def send(message: Any) -> None:  # noqa: ANN401 - ASGI
        sent.append(message)

    scope = {
        "type": "websocket",
        "path": PATH,
        "client": client,
        "headers": [(b"x-twilio-signature", SIGNATURE.encode())],
    }
    await application(scope, receive, send)
    return sent


def test_so_many_sockets_wait_in_the_lobby() -> None:
    """One more of the same address is refused before it is accepted; another address is let in."""

    async def crowd() -> None:
        application = streams()
        waiting = [asyncio.ensure_future(opened(application, [], HERE)) for _ in range(LOBBY)]
        await asyncio.sleep(0)
        assert application.lobby == Counter({HERE[0]: LOBBY})
        refused = await opened(application, [], HERE)
        assert refused == [{"type": "websocket.close", "code": POLICY}]
        other = asyncio.ensure_future(opened(application, [], ("203.0.113.8", 1)))
        await asyncio.sleep(0)
        assert application.lobby["203.0.113.8"] == 1
        for task in (*waiting, other):
            task.cancel()
        await asyncio.gather(*waiting, other, return_exceptions=True)
        assert not application.lobby

    asyncio.run(crowd())


def test_ten_messages_before_the_start() -> None:
    """Twilio sends one; whoever goes on and on is let go, well before five seconds are over."""
    connected = json.dumps({"event": "connected"})

    async def chatter() -> list[Any]:
        async with asyncio.timeout(1):
            return await opened(streams(), [connected] * (BEFORE_START + 5), HERE)

    sent = asyncio.run(chatter())
    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.close"]
    assert sent[1]["code"] == POLICY


class Rest:
    """The account's REST side, which does as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def hang_up(self, *of: str) -> None:
        """End a call."""
        self.asked.append(of)

    def transfer(self, *of: str) -> None:
        """Put a caller through."""
        self.asked.append(of)


def test_work_that_hangs_keeps_no_call_from_being_ended_or_put_through() -> None:
    """Every thread waits for the database; what is asked of the carrier needs none of those."""
    rest, go_on = Rest(), threading.Event()

    async def send(message: Any) -> None:  # noqa: ANN401 - ASGI
        raise AssertionError(message)

    async def asked() -> None:
        loop = asyncio.get_running_loop()
        held = [loop.run_in_executor(None, go_on.wait, 60) for _ in range(64)]
        line = StreamLine(send, Start("MZ1", "CA1", {}), cast("TwilioControl", rest))
        try:
            await asyncio.wait_for(line.transfer("+8657188001111"), 20)
            await line.hang_up()
        finally:
            go_on.set()
            await asyncio.gather(*held)

    asyncio.run(asked())
    assert rest.asked == [("CA1", "+8657188001111"), ("CA1",)]
