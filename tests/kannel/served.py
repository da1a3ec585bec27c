"""A house with carriers of its own, its routes for Kannel on this machine, and its sender."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from werkzeug.serving import WSGIRequestHandler, make_server

from assistant.app import House, open_house
from assistant.carriers import Carriers
from assistant.channels.twilio_rest import TwilioControl
from assistant.clock import ConversationClock
from assistant.config import TextCarrierConfig, load_config
from assistant.outbox.delivery import RANK
from assistant.posting import build_sender
from assistant.teaching import Taught
from tests.scenarios.conftest import ROOT, Recorder, same_words_every_run

if TYPE_CHECKING:
    from flask import Flask

    from assistant.outbox.delivery import State
    from assistant.outbox.tables import Kept

NINE = datetime.fromisoformat("2026-11-25T09:00+08:00")
NOBODY = "http://127.0.0.1:9"
"An address at which nothing listens."


@dataclass
class Served:
    """What a test has in its hands."""

    house: House
    clock: ConversationClock
    carriers: Carriers
    journal: Recorder

    def states(self) -> list[State]:
        """Where the texts of the outbox stand, the oldest first."""
        return [kept.state for kept in self.house.outbox.listing(tuple(RANK))]

    def kept(self, key: str) -> Kept:
        """One text of the outbox."""
        found = self.house.outbox.get(key)
        assert found is not None
        return found


def blocks(written: Mapping[str, Mapping[str, Any]]) -> dict[str, TextCarrierConfig]:
    """`texts.carriers` as the settings would have them."""
    read = TypeAdapter[TextCarrierConfig](TextCarrierConfig)
    return {name: read.validate_python(dict(block)) for name, block in written.items()}


class Quiet(WSGIRequestHandler):
    """Writes no log: addresses hold numbers and the key."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is given
        """Say nothing."""


def routes_of(app: Flask) -> tuple[Any, str]:
    """A server for an application on a free port, not yet running; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    return server, f"http://127.0.0.1:{server.port}"


@contextmanager
def opened(
    demo: Path, folder: Path, learnt: Taught, written: Mapping[str, Mapping[str, Any]]
) -> Iterator[Served]:
    """A house on demo data over these carriers, Twilio out of reach; ends with the block."""
    data = folder / "data"
    shutil.copytree(demo, data)
    config = load_config(ROOT / "config.yaml", {})
    texts = config.texts.model_copy(update={"carriers": blocks(written)})
    clock, journal = ConversationClock(NINE), Recorder()
    house = open_house(
        config.model_copy(update={"texts": texts}), data, ROOT, clock, journal, learnt
    )
    same_words_every_run(house)
    usual = TwilioControl("AC" + "a" * 32, "secret", "+8657188001234", lambda: NOBODY)
    carriers = Carriers(house, usual)
    sender = build_sender(house, carriers.carrier(), None, carriers.used_up)
    sending = threading.Thread(target=sender.run)
    try:
        carriers.start(sender)
        sending.start()
        yield Served(house, clock, carriers, journal)
    finally:
        sender.stop()
        carriers.stop()
        sending.join()
        house.close()


@contextmanager
def answering(app: Flask, server: Any, served: Served) -> Iterator[None]:  # noqa: ANN401 - werkzeug's servers have no common name
    """The routes of this house, until the block ends."""
    with ThreadPoolExecutor(3) as pool:
        app.register_blueprint(served.carriers.blueprint(pool))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
