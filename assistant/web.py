"""The one port: webhooks and pages are Flask behind a WSGI adapter, the media socket is ASGI."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from a2wsgi import WSGIMiddleware
from flask import Flask, Response, jsonify
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from assistant import (
    afterwards,
    backing_up,
    outlook,
    polling,
    radaring,
    retaining,
    righting,
    tallying,
    theme_news,
)
from assistant.account import SIMULATOR_ACCOUNT, control_of, loopback, ring_settings
from assistant.admission import Calls
from assistant.alarm_clock import alarm_clock
from assistant.app import Replays, build_mouth, teach, text_answers
from assistant.carriers import Carriers
from assistant.casework import open311_parts
from assistant.channels.twilio_ring import ring_blueprint
from assistant.channels.twilio_signature import Gate, StreamTokens
from assistant.channels.twilio_sms import sms_blueprint
from assistant.channels.twilio_status import status_blueprint
from assistant.channels.twilio_stream import PATH, FirstUse, Streams
from assistant.channels.twilio_voice import voice_blueprint
from assistant.channels.webhook import EMPTY, Webhooks
from assistant.clock import ServiceClock
from assistant.desk import EVENTS, Box, Live, desk_blueprints
from assistant.desk.routes import LARGE_BODY
from assistant.desk.uploads import MB, MOST_BYTES
from assistant.desk_parts import desk_parts
from assistant.desk_tables import Running
from assistant.drill import nightly
from assistant.drill.numbers import is_drill
from assistant.drill.run import drill_secret
from assistant.edge.callers import Callers
from assistant.edge.front import Front, Measures
from assistant.edge.purse import CarefulCarrier
from assistant.edge.redaction import clean_logs
from assistant.hurry import HastyReplays, Hurry
from assistant.keeping_up import keep_up, stay_corrected
from assistant.keys import house_secret
from assistant.lines import Lines
from assistant.nodes import the_only_one
from assistant.open311 import open311_blueprint
from assistant.outage import prepared
from assistant.posting import build_sender, late_answer
from assistant.public import public_blueprint
from assistant.publishing import public_parts
from assistant.ringing import clock as ringing
from assistant.ringing import outcomes
from assistant.ringing.setup import build_ringers
from assistant.simulator import SimulatorParts, simulator_blueprint
from assistant.texting import excuses
from assistant.thrift import open_purse, redactor, spare
from assistant.vault.shared import shared_secrets
from assistant.watching import Seen, Watch

if TYPE_CHECKING:
    from assistant.app import House
    from assistant.config import Config
    from assistant.directory.counter import Counter
    from assistant.edge.redaction import Redactor
    from assistant.first_start import FirstStart
    from assistant.speech.ears import Ears
    from assistant.speech.mouth import Mouth

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

THREADS = 12
"Webhooks and pages served at the same time; media never waits for them."
SPEAK_WITHIN_S = 15.0
LONGEST_MESSAGE = 131_072
"Bytes of one message of a stream; `twilio_media` reads half as many characters."
KEEP_ALIVE_S = 5
"An idle connection between two requests."


class Service:
    """The ASGI application of one house."""

    def __init__(self, house: House, ears: Ears, first_start: FirstStart | None = None) -> None:
        self.house = house
        self.ears = ears
        teach(ears, house)
        self.mouth: Mouth = build_mouth(house.config, house.library, house.data)
        self.hurry, self._hurried_texts = Hurry(), Hurry()
        self.calls = Calls(house, self.ears, self.mouth, self.hurry)
        self.ready = False
        self._pool = ThreadPoolExecutor(3, thread_name_prefix="texts")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._background: set[asyncio.Task[None]] = set()
        keys = house.data / "keys"
        self._simulator_secret = house_secret(house.database, keys, "simulator.key")
        self._drill_secret = drill_secret(house)
        self._tokens = StreamTokens(house_secret(house.database, keys, "stream.key"))
        self._gate = Gate(self._secrets, house.config.public_url, is_drill, self._drill_secret)
        self._control = control_of(house, self._simulator_secret)
        self.purse = open_purse(house)
        self._lines = Lines(house, self.calls, self.mouth.speak, self._too_often())
        self._carriers = Carriers(house, self._control)
        carrier = self._lines.carrier(self._carriers.carrier())
        careful = CarefulCarrier(carrier, self.purse, house.clock.now)
        self.sender = build_sender(house, careful, self.purse, self._carriers.used_up)
        self._ringers = build_ringers(house, careful, purse=self.purse)
        self._lines.ring_with(self._ringers.desk)
        self._alarm_clock = alarm_clock(
            (
                ringing.look_for(self._ringers.clock, house.clock.now),
                outcomes.look_for(self._ringers.outcomes, house.clock.now),
                retaining.look_for(house),
                righting.look_for(house),
                backing_up.look_for(house),
                nightly.look_for(house, loopback(house.config)),
                afterwards.look_for(house),
                theme_news.look_for(house),
                polling.look_for(house),
                outlook.look_for(house),
                radaring.look_for(house),
                tallying.look_for(house),
            ),
            house.config.site.timezone,
            partial(the_only_one, house.database),
        )
        self._streams = Streams(
            self._gate, self._tokens, self.calls, self._control, {}, first_use=self._first_use()
        )
        running = Running(self.calls.next_rung, self.mouth, self._speak_now)
        parts = desk_parts(house, self.box, running, self._ringers.staff)
        self._desk = replace(parts, first_start=first_start)
        self._desk_live = Live(self._desk)
        self._watched = CollectorRegistry()
        seen = Seen(lambda: self.ready, lambda: self.ears.languages, self.calls.next_rung)
        self._watched.register(Watch(house, seen))
        self._pages = WSGIMiddleware(self._flask().wsgi_app, workers=THREADS)  # type: ignore[arg-type]  # two spellings of WSGI
        self._front = Front(self._route, measures(house.config), self._signed, self._is_secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, past the measures of the edge."""
        await self._front(scope, receive, send)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
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
        await self._lines.start()
        self._carriers.start(self.sender)
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
        begun = time.monotonic()
        for language in self.house.config.site.languages:
            ready = (*book.fixed(language).values(), *prepared(self.house.talk.rooms, language))
            await self.mouth.warm((text, language) for text in ready)
        log.info("fixed prompts are ready, after %.0f s", time.monotonic() - begun)

    async def stop(self) -> None:
        """Let go of the worker processes."""
        for task in self._background:
            task.cancel()
        self.sender.stop()
        self._carriers.stop()
        await self._lines.stop()
        self._alarm_clock.shutdown(wait=False)
        await asyncio.gather(self.mouth.stop(), self.ears.stop())
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.hurry.close()
        self._hurried_texts.close()

    def _late(self, message: str, contact: str, bodies: list[str]) -> None:
        late_answer(self.house, message, contact, bodies)
        self.sender.wake()

    # -- who may ring -----------------------------------------------------------------------

    def _secrets(self) -> list[str]:
        config = self.house.config
        simulator = [self._simulator_secret] if config.simulator else []
        return [secret for secret in (config.twilio.auth_token, *simulator) if secret]

    @property
    def directory(self) -> Counter:
        """The directory as the desk works on it."""
        return self._desk.tables.directory

    def _signed(self, path: str, body: bytes, signature: str) -> bool:
        form = MultiDict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        return self._gate.http(path, form, signature)

    def _is_secure(self) -> bool:
        return self.house.config.public_url().startswith("https://")

    def redactor(self) -> Redactor:
        """Takes the secrets of this house out of what is logged."""
        shared = shared_secrets(self.house.database)
        return redactor(self.house.config, self.house.data / "keys", shared)

    # -- pages ------------------------------------------------------------------------------

    def _flask(self) -> Flask:
        config, clock = self.house.config, self.house.clock
        app = Flask("assistant", static_folder=None)
        app.config["MAX_CONTENT_LENGTH"] = config.server.max_body_bytes
        app.config["MAX_FORM_MEMORY_SIZE"] = config.server.max_body_bytes
        app.register_error_handler(Exception, _kind_refusal)
        replays = HastyReplays(Replays(self.house.webhooks, EMPTY), self.hurry, self._hurried_texts)
        webhooks = Webhooks(self._gate, replays)
        app.register_blueprint(
            voice_blueprint(
                webhooks, self._tokens, self.calls, config.public_url, clock.now, self._too_often()
            )
        )
        answer = text_answers(self.house, spare(self.house, self.purse))
        away = excuses(self.house.talk.rooms)
        app.register_blueprint(
            sms_blueprint(webhooks, answer, self._late, self._pool, clock.now, away)
        )
        desk, redirect = self._ringers.desk, self._control.redirect
        app.register_blueprint(
            ring_blueprint(webhooks, desk, ring_settings(config), redirect, clock.now)
        )
        app.register_blueprint(status_blueprint(webhooks, self.sender.reported, desk.reported))
        app.register_blueprint(self._carriers.blueprint(self._pool))
        if config.open311.published:
            parts = open311_parts(
                config, self.house.talk.rooms.site, self.house.casework, clock.now
            )
            app.register_blueprint(open311_blueprint(parts))
        app.register_blueprint(public_blueprint(public_parts(self.house)))
        for blueprint in desk_blueprints(self._desk):
            app.register_blueprint(blueprint)
        app.add_url_rule("/healthz", view_func=lambda: jsonify(status="ok"), endpoint="healthz")
        app.add_url_rule("/readyz", view_func=self._readyz, endpoint="readyz")
        app.add_url_rule("/metrics", view_func=self._metrics, endpoint="metrics")
        if config.simulator and isinstance(clock, ServiceClock):
            app.register_blueprint(simulator_blueprint(self._simulator_parts(clock)))
        return app

    def _first_use(self) -> FirstUse | None:
        """Asks all nodes about a stream's token; on SQLite there is one, which remembers itself."""
        house = self.house
        if house.database.engine.dialect.name == "sqlite":
            return None
        return lambda token: house.webhooks.once(f"stream:{token}", house.clock.now())

    def _too_often(self) -> Callable[[str], bool]:
        """Counts a call of a number; whether it takes too much of a crowded line."""
        config, clock = self.house.config, self.house.clock
        callers = Callers(config.edge.calls_per_number, config.site.country, self.calls.crowded)
        return lambda contact: callers.too_often(contact, clock.now().timestamp())

    def box(self) -> Box:
        """How the machine is doing."""
        spent = self.purse.budget.all_used_up(self.house.clock.now())
        return Box(self.ready, tuple(self.ears.languages), self.mouth.alive, spent)

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


def measures(config: Config) -> Measures:
    """How much is let in at this site."""
    edge, server = config.edge, config.server
    return Measures(
        requests_per_minute=edge.requests_per_minute,
        refusals_per_minute=edge.refusals_per_minute,
        largest=server.max_body_bytes,
        larger={"/desk/": LARGE_BODY + MB, "/desk/directory/import": MOST_BYTES + 2 * MB},
        streamed=frozenset({EVENTS}),
    )


def _kind_refusal(error: Exception) -> tuple[Response, int]:
    """One plain sentence for whatever went wrong; details only in the log, without words said."""
    if isinstance(error, HTTPException) and error.code is not None:
        return jsonify(error=error.description), error.code
    log.error("a page failed", exc_info=error)
    return jsonify(error="Something went wrong here. The log of the service says what."), 500


def serve(service: Service) -> None:
    """Run uvicorn until it is told to stop."""
    import uvicorn  # noqa: PLC0415 - commands that never serve start faster without it

    from assistant.edge.connection import Patience, patient_protocol  # noqa: PLC0415 - as uvicorn

    server, edge = service.house.config.server, service.house.config.edge
    patience = Patience(from_one=edge.connections, proxies=frozenset(edge.proxies))
    config = uvicorn.Config(
        service,
        host=server.host,
        port=server.port,
        log_level="warning",
        http=patient_protocol(patience),
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=LONGEST_MESSAGE,
        forwarded_allow_ips=list(edge.proxies),
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=5,
        server_header=False,
    )
    clean_logs(service.redactor())
    uvicorn.Server(config).run()
