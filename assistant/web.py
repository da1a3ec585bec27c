"""The one port: webhooks and pages are Flask behind a WSGI adapter, the media socket is ASGI."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from a2wsgi import WSGIMiddleware
from flask import Flask, Response, jsonify
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from werkzeug.exceptions import HTTPException

from assistant import afterwards, backing_up, retaining
from assistant.account import SIMULATOR_ACCOUNT, control_of, loopback, ring_settings
from assistant.admission import Calls
from assistant.alarm_clock import alarm_clock
from assistant.app import Replays, build_mouth, teach, text_answers
from assistant.casework import open311_parts
from assistant.channels.twilio_ring import ring_blueprint
from assistant.channels.twilio_signature import Gate, StreamTokens
from assistant.channels.twilio_sms import sms_blueprint
from assistant.channels.twilio_status import status_blueprint
from assistant.channels.twilio_stream import PATH, Streams
from assistant.channels.twilio_voice import voice_blueprint
from assistant.channels.webhook import EMPTY, Webhooks
from assistant.clock import ServiceClock
from assistant.desk import EVENTS, Box, Live, desk_blueprints
from assistant.desk_parts import desk_parts
from assistant.desk_tables import Running
from assistant.drill import nightly
from assistant.keeping_up import keep_up, stay_corrected
from assistant.keys import own_secret
from assistant.open311 import open311_blueprint
from assistant.posting import build_sender, late_answer
from assistant.ringing import clock as ringing
from assistant.ringing import outcomes
from assistant.ringing.setup import build_ringers
from assistant.simulator import SimulatorParts, simulator_blueprint
from assistant.watching import Seen, Watch

if TYPE_CHECKING:
    from assistant.app import House
    from assistant.speech.ears import Ears
    from assistant.speech.mouth import Mouth

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

THREADS = 12
"Webhooks and pages served at the same time; media never waits for them."
SPEAK_WITHIN_S = 15.0


class Service:
    """The ASGI application of one house."""

    def __init__(self, house: House, ears: Ears) -> None:
        self.house = house
        self.ears = ears
        teach(ears, house)
        self.mouth: Mouth = build_mouth(house.config, house.library, house.data)
        self.calls = Calls(house, self.ears, self.mouth)
        self.ready = False
        self._pool = ThreadPoolExecutor(3, thread_name_prefix="texts")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._background: set[asyncio.Task[None]] = set()
        keys = house.data / "keys"
        self._simulator_secret = own_secret(keys, "simulator.key")
        self._tokens = StreamTokens(own_secret(keys, "stream.key"))
        self._gate = Gate(self._secrets, house.config.public_url)
        self._control = control_of(house, self._simulator_secret)
        self.sender = build_sender(house, self._control)
        self._ringers = build_ringers(house, self._control)
        self._alarm_clock = alarm_clock(
            (
                ringing.look_for(self._ringers.clock, house.clock.now),
                outcomes.look_for(self._ringers.outcomes, house.clock.now),
                retaining.look_for(house),
                backing_up.look_for(house),
                nightly.look_for(house, loopback(house.config)),
                afterwards.look_for(house),
            ),
            house.config.site.timezone,
        )
        self._streams = Streams(self._gate, self._tokens, self.calls, self._control, {})
        running = Running(self.calls.next_rung, self.mouth, self._speak_now)
        self._desk = desk_parts(house, self._box, running, self._ringers.staff)
        self._desk_live = Live(self._desk)
        self._watched = CollectorRegistry()
        seen = Seen(lambda: self.ready, lambda: self.ears.languages, self.calls.next_rung)
        self._watched.register(Watch(house, seen))
        self._pages = WSGIMiddleware(self._flask().wsgi_app, workers=THREADS)  # type: ignore[arg-type]  # two spellings of WSGI

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route one connection."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "websocket":
            if scope["path"] == PATH:
                await self._streams(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 1008})
        elif scope["path"] == EVENTS:
            await self._desk_live(scope, receive, send)
        else:
            await self._pages(scope, receive, send)  # type: ignore[arg-type]

    # -- life -------------------------------------------------------------------------------

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        self._loop = asyncio.get_running_loop()
        self._task(self._wake())
        self._task(keep_up(self.house, self.ears, self.mouth))
        self._task(stay_corrected(self._desk.tables.corrector))
        threading.Thread(target=self.sender.run, name="outbox", daemon=True).start()
        self._alarm_clock.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    def _task(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _wake(self) -> None:
        """Ears and mouth load behind the open port; fixed prompts are rendered after that."""
        await asyncio.gather(self.mouth.start(), self.ears.start())
        self.ready = True
        log.info("ready; languages heard: %s", ", ".join(self.ears.languages) or "none")
        book = self.house.talk.rooms.book
        for language in self.house.config.site.languages:
            fixed = book.fixed(language)
            await self.mouth.warm((text, language) for text in fixed.values())

    async def stop(self) -> None:
        """Let go of the worker processes."""
        for task in self._background:
            task.cancel()
        self.sender.stop()
        self._alarm_clock.shutdown(wait=False)
        await asyncio.gather(self.mouth.stop(), self.ears.stop())
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _late(self, message: str, contact: str, bodies: list[str]) -> None:
        late_answer(self.house, message, contact, bodies)
        self.sender.wake()

    # -- who may ring -----------------------------------------------------------------------

    def _secrets(self) -> list[str]:
        config = self.house.config
        simulator = [self._simulator_secret] if config.simulator else []
        return [secret for secret in (config.twilio.auth_token, *simulator) if secret]

    # -- pages ------------------------------------------------------------------------------

    def _flask(self) -> Flask:
        config, clock = self.house.config, self.house.clock
        app = Flask("assistant", static_folder=None)
        app.config["MAX_CONTENT_LENGTH"] = config.server.max_body_bytes
        app.config["MAX_FORM_MEMORY_SIZE"] = config.server.max_body_bytes
        app.register_error_handler(Exception, _kind_refusal)
        webhooks = Webhooks(self._gate, Replays(self.house.webhooks, EMPTY))
        app.register_blueprint(
            voice_blueprint(webhooks, self._tokens, self.calls, config.public_url, clock.now)
        )
        answer = text_answers(self.house)
        app.register_blueprint(sms_blueprint(webhooks, answer, self._late, self._pool, clock.now))
        desk, redirect = self._ringers.desk, self._control.redirect
        app.register_blueprint(
            ring_blueprint(webhooks, desk, ring_settings(config), redirect, clock.now)
        )
        app.register_blueprint(status_blueprint(webhooks, self.sender.reported, desk.reported))
        if config.open311.published:
            parts = open311_parts(
                config, self.house.talk.rooms.site, self.house.casework, clock.now
            )
            app.register_blueprint(open311_blueprint(parts))
        for blueprint in desk_blueprints(self._desk):
            app.register_blueprint(blueprint)
        app.add_url_rule("/healthz", view_func=lambda: jsonify(status="ok"), endpoint="healthz")
        app.add_url_rule("/readyz", view_func=self._readyz, endpoint="readyz")
        app.add_url_rule("/metrics", view_func=self._metrics, endpoint="metrics")
        if config.simulator and isinstance(clock, ServiceClock):
            app.register_blueprint(simulator_blueprint(self._simulator_parts(clock)))
        return app

    def _box(self) -> Box:
        return Box(self.ready, tuple(self.ears.languages), self.mouth.alive)

    def _readyz(self) -> tuple[Response, int]:
        heard = list(self.ears.languages)
        body = jsonify(ready=self.ready, hears=heard, speaks=self.mouth.alive)
        return body, 200 if self.ready else 503

    def _metrics(self) -> Response:
        told = generate_latest(REGISTRY) + generate_latest(self._watched)
        return Response(told, content_type="text/plain; version=0.0.4")

    def _simulator_parts(self, clock: ServiceClock) -> SimulatorParts:
        return SimulatorParts(
            account_sid=SIMULATOR_ACCOUNT,
            secret=self._simulator_secret,
            public_url=self.house.config.public_url,
            speak=self._speak_now,
            now=clock.now,
            advance=clock.advance,
            set_to=clock.set_to,
            close_stream=self._close_stream,
            loopback=lambda: loopback(self.house.config),
        )

    def _speak_now(self, text: str, language: str, prompt: str | None = None) -> bytes:
        """Speech for a page: from a WSGI thread onto the loop and back."""
        assert self._loop is not None  # noqa: S101 - pages are served only while the loop runs
        work = asyncio.run_coroutine_threadsafe(
            self.mouth.speak(text, language, prompt=prompt), self._loop
        )
        return work.result(SPEAK_WITHIN_S)

    def _close_stream(self, call_sid: str) -> None:
        close = self._streams.open_streams.get(call_sid)
        if close is not None and self._loop is not None:
            asyncio.run_coroutine_threadsafe(_ignore_closed(close), self._loop)


async def _ignore_closed(close: Callable[[], Awaitable[None]]) -> None:
    try:
        await close()
    except (OSError, RuntimeError):
        log.debug("the stream was closed already")


def _kind_refusal(error: Exception) -> tuple[Response, int]:
    """One plain sentence for whatever went wrong; details only in the log, without words said."""
    if isinstance(error, HTTPException) and error.code is not None:
        return jsonify(error=error.description), error.code
    log.error("a page failed", exc_info=error)
    return jsonify(error="Something went wrong here. The log of the service says what."), 500


def serve(service: Service) -> None:
    """Run uvicorn until it is told to stop."""
    import uvicorn  # noqa: PLC0415 - commands that never serve start faster without it

    server = service.house.config.server
    config = uvicorn.Config(
        service,
        host=server.host,
        port=server.port,
        log_level="warning",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=1_048_576,
        timeout_graceful_shutdown=5,
        server_header=False,
    )
    uvicorn.Server(config).run()
