"""A line at the other end of the simulator: what Twilio would talk to, as small as can be.

It checks every signature as the real line does, keeps what it received, and does as the keys say:
1 clears what is playing, 2 ends the call over REST, 3 puts it through, 4 just closes the socket.
"""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import requests
import uvicorn
from a2wsgi import WSGIMiddleware
from flask import Flask, Response, request
from twilio.request_validator import RequestValidator

from assistant.core.errors import SynthesisError
from assistant.simulator import SimulatorParts, simulator_blueprint
from assistant.speech.audio import to_int16, to_ulaw

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, MutableMapping

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

ACCOUNT = "AC" + "0" * 31 + "1"
SECRET = "made-up"
GREETING_SECONDS = 2
CHINA = timezone(timedelta(hours=8))

VOICE = """<Response><Connect><Stream url="{origin}/twilio/stream">
<Parameter name="token" value="one-time"/></Stream></Connect>
<Redirect method="POST">/twilio/menu?lost=1</Redirect></Response>"""
MENU = """<Response><Gather input="dtmf" numDigits="1" timeout="3" action="/twilio/menu/chosen">
<Say language="zh-CN">请按数字键。</Say><Say language="en-US">Please press a key.</Say></Gather>
<Redirect>/twilio/menu</Redirect></Response>"""
CHOSEN = '<Response><Say language="zh-CN">您按了{digits}。</Say><Pause length="1"/></Response>'
DIAL = "<Response><Dial>+861087654321</Dial></Response>"
REPLY = (
    "<Response><Message>收到：{body}</Message><Message><Body>Thank you.</Body></Message></Response>"
)


def tone(hertz: float, seconds: float, rate: int = 8000) -> np.ndarray[Any, np.dtype[np.int16]]:
    """A sine at half of full scale."""
    time_axis = np.arange(int(seconds * rate)) / rate
    return to_int16(0.5 * np.sin(2 * np.pi * hertz * time_axis))


@dataclass
class FakeLine:
    """What the line received, and the sockets that are open."""

    port: int = 0
    forms: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    "Path and form of every webhook whose signature was right."
    refused: list[str] = field(default_factory=list)
    "Paths of those whose signature was wrong."
    received: list[dict[str, Any]] = field(default_factory=list)
    "Messages on the media socket."
    spoken: list[tuple[str, str]] = field(default_factory=list)
    "What speech was asked for."
    now: datetime = datetime(2026, 11, 24, 22, 30, tzinfo=CHINA)
    _sockets: dict[str, Send] = field(default_factory=dict)
    _loop: asyncio.AbstractEventLoop | None = None

    def __post_init__(self) -> None:
        self._http: Any = WSGIMiddleware(cast("Any", self.web()), workers=4)

    @property
    def url(self) -> str:
        """The origin, and the public URL that signatures cover."""
        return f"http://127.0.0.1:{self.port}"

    def events(self, name: str) -> list[dict[str, Any]]:
        """Messages on the media socket of one kind."""
        return [message for message in list(self.received) if message["event"] == name]

    def caller_audio(self) -> bytes:
        """All mu-law received, in order."""
        frames = [message["media"]["payload"] for message in self.events("media")]
        return b"".join(base64.b64decode(frame) for frame in frames)

    def rest(self, resource: str, **form: str) -> requests.Response:
        """What the service would ask of Twilio."""
        base = f"{self.url}/simulator/carrier/2010-04-01/Accounts/{ACCOUNT}"
        return requests.post(f"{base}/{resource}", data=form, auth=(ACCOUNT, SECRET), timeout=5)

    def get(self, address: str, **query: str) -> requests.Response:
        """One of the simulator's own addresses."""
        return requests.get(address, params=query, timeout=5)

    # --- parts of the simulator ---

    def parts(self) -> SimulatorParts:
        """This line as the program around the simulator."""
        return SimulatorParts(
            account_sid=ACCOUNT,
            secret=SECRET,
            public_url=lambda: self.url,
            speak=self._speak,
            now=lambda: self.now,
            advance=lambda step: self._set(self.now + step),
            set_to=self._set,
            close_stream=self._close_stream,
        )

    def _speak(self, text: str, language: str) -> bytes:
        self.spoken.append((text, language))
        if text == "unspeakable":
            raise SynthesisError("the voice is not installed; run `check`")
        return to_ulaw(tone(1000, 0.5))

    def _set(self, moment: datetime) -> datetime:
        if moment < self.now:
            raise ValueError(moment)
        self.now = moment
        return moment

    def _close_stream(self, sid: str) -> None:
        send = self._sockets.get(sid)
        if send and self._loop:
            asyncio.run_coroutine_threadsafe(_close(send), self._loop).result(5)

    # --- webhooks ---

    def web(self) -> Flask:
        """The simulator and the webhooks it posts to."""
        app = Flask("fake_line")
        app.register_blueprint(simulator_blueprint(self.parts()))
        app.add_url_rule("/twilio/<path:rest>", view_func=self._webhook, methods=["POST"])
        return app

    def _webhook(self, rest: str) -> tuple[Response, int]:
        path, form = f"/twilio/{rest}", request.form
        asked = request.full_path.removesuffix("?")
        signature = request.headers.get("X-Twilio-Signature", "")
        if not RequestValidator(SECRET).validate(self.url + asked, form, signature):
            self.refused.append(asked)
            return Response(), 403
        self.forms.append((asked, form.to_dict()))
        body, digits = form.get("Body", ""), form.get("Digits", "")
        answer = {
            "/twilio/voice": VOICE.format(origin=self.url.replace("http", "wss")),
            "/twilio/menu": MENU,
            "/twilio/menu/chosen": CHOSEN.format(digits=digits),
            "/twilio/sms": REPLY.format(body=body),
        }.get(path, "<Response/>")
        return Response(answer, mimetype="text/xml"), 200

    # --- media socket ---

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] != "websocket":
            await self._http(scope, receive, send)
            return
        self._loop = asyncio.get_running_loop()
        await receive()
        offered = scope["subprotocols"]
        if scope["path"] != "/twilio/stream" or not self._signed(offered):
            self.refused.append(scope["path"])
            await send({"type": "websocket.close", "code": 1008})
            return
        await send({"type": "websocket.accept", "subprotocol": offered[0]})
        await self._talk(receive, send)

    def _signed(self, offered: list[str]) -> bool:
        url = self.url.replace("http", "ws") + "/twilio/stream"
        expected = RequestValidator(SECRET).compute_signature(url, {})
        safe = base64.urlsafe_b64encode(base64.b64decode(expected)).decode().rstrip("=")
        return offered == [f"twilio-signature.{safe}"]

    async def _talk(self, receive: Receive, send: Send) -> None:
        while (incoming := await receive())["type"] == "websocket.receive":
            message = json.loads(incoming["text"])
            self.received.append(message)
            if message["event"] == "start":
                self._sockets[message["start"]["callSid"]] = send
                await self._play(message["streamSid"], send)
            elif message["event"] == "dtmf":
                await self._obey(message["dtmf"]["digit"], message["streamSid"], send)

    async def _play(self, stream: str, send: Send) -> None:
        payload = base64.b64encode(to_ulaw(tone(440, GREETING_SECONDS))).decode()
        await _tell(send, event="media", streamSid=stream, media={"payload": payload})
        await _tell(send, event="mark", streamSid=stream, mark={"name": "greeting"})

    async def _obey(self, digit: str, stream: str, send: Send) -> None:
        call = next(iter(sid for sid, known in self._sockets.items() if known is send))
        if digit == "1":
            await _tell(send, event="clear", streamSid=stream)
        elif digit == "2":
            await asyncio.to_thread(self.rest, f"Calls/{call}.json", Status="completed")
        elif digit == "3":
            await asyncio.to_thread(self.rest, f"Calls/{call}.json", Twiml=DIAL)
        elif digit == "4":
            await _close(send)


async def _tell(send: Send, **message: object) -> None:
    await send({"type": "websocket.send", "text": json.dumps(message)})


async def _close(send: Send) -> None:
    await send({"type": "websocket.close", "code": 1000})


@contextmanager
def running_line() -> Iterator[FakeLine]:
    """A `FakeLine` on a free port of this machine."""
    line = FakeLine()
    config = uvicorn.Config(
        line, port=0, ws="websockets-sansio", lifespan="off", log_level="warning"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    line.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.should_exit = True
        thread.join(10)
