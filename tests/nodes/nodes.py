"""Two real services over one PostgreSQL server, behind a real nginx."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen

import pytest
import requests

from assistant.benchmarks.postgres_server import PostgresServer, postgres_server
from assistant.database import Database, open_database
from assistant.vault.sources import GivenKeys, fresh_text
from tests.callbacks.postgres import present
from tests.deploy.proxy import NAME, Proxy, nginx_before_nodes, program
from tests.live.caller import SECRET, Carrier
from tests.live.service import Live, start, stop
from tests.outbox.carrier import ACCOUNT, OURS, LoopbackTexts, loopback_texts

PUBLIC = f"https://{NAME}"
SPEED = 2
"Times real time: two services on one machine, and whatever else runs there."


@dataclass(frozen=True, slots=True)
class Nodes:
    """Two equal nodes, and what lies before, between and behind them."""

    server: PostgresServer
    environment: dict[str, str]
    lives: tuple[Live, Live]
    processes: tuple[Popen[bytes], Popen[bytes]]
    proxy: Proxy
    texts: LoopbackTexts
    "Where both send texts."

    def at(self, node: int) -> Carrier:
        """The carrier, as it reaches one node itself."""
        return Carrier(self.lives[node].base, public=PUBLIC, secret=SECRET, speed=SPEED)

    @property
    def carrier(self) -> Carrier:
        """The carrier, through the proxy."""
        return Carrier(self.proxy.https, public=PUBLIC, secret=SECRET, speed=SPEED)

    def opened(self) -> Database:
        """Their database, with connections of a test's own."""
        keys = GivenKeys(self.environment["ASSISTANT_PRIVACY__KEYS"])
        return open_database(self.environment["ASSISTANT_DATABASE__URL"], keys)

    def node_of(self, call: str) -> int:
        """Which node has taken a call."""
        (node,) = (number for number, live in enumerate(self.lives) if live.events(call))
        return node

    def said(self, call: str) -> list[str]:
        """The prompts of a call, whichever node said them."""
        events = [event for live in self.lives for event in live.events(call)]
        said = [event for event in events if event["event"] == "said"]
        return [event["prompt"] for event in sorted(said, key=lambda event: event["time"])]

    def kill(self, node: int) -> None:
        """Nothing of it is tidied up."""
        self.processes[node].kill()
        self.processes[node].wait(10)


@contextmanager
def two_nodes(folder: Path) -> Iterator[Nodes]:
    """Start everything; each node has a data folder of its own."""
    program("nginx")
    present()
    with (
        postgres_server() as server,
        loopback_texts(datetime.now(UTC)) as texts,
        pytest.MonkeyPatch.context() as patch,
    ):
        environment = {
            "ASSISTANT_DATABASE__URL": server.create("line"),
            "ASSISTANT_PRIVACY__KEYS": fresh_text(),
            "ASSISTANT_SERVER__PUBLIC_URL": PUBLIC,
            "ASSISTANT_SIMULATOR": "false",
            "ASSISTANT_TWILIO__ACCOUNT_SID": ACCOUNT,
            "ASSISTANT_TWILIO__FROM_NUMBER": OURS,
            "ASSISTANT_TWILIO__API_BASE": texts.base,
        }
        server.durable("line")
        with ThreadPoolExecutor(2) as pool:
            begun = pool.map(lambda name: start(folder / name, environment), ("a", "b"))
            (first, a), (second, b) = begun
        try:
            with nginx_before_nodes(folder, (a.base, b.base)) as proxy:
                patch.setenv("SSL_CERT_FILE", str(proxy.certificate))
                yield Nodes(server, environment, (a, b), (first, second), proxy, texts)
        finally:
            stop(first)
            stop(second)


@dataclass(frozen=True, slots=True)
class Across(Carrier):
    """Brings a call's webhook to one node and its stream to another."""

    rings: Carrier = field(kw_only=True)

    def ring(self, call_sid: str, contact: str = "+8613800000001") -> tuple[str, str]:
        """At the other node."""
        return self.rings.ring(call_sid, contact)


@dataclass(slots=True)
class Browser:
    """Carries cookies from node to node, as one behind a proxy does."""

    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self, live: Live, path: str, form: dict[str, str] | None = None, *, stream: bool = False
    ) -> requests.Response:
        """One request; where it leads is not followed."""
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = requests.request(
            "GET" if form is None else "POST",
            live.base + path,
            data=form,
            headers={"Cookie": sent},
            allow_redirects=False,
            stream=stream,
            timeout=30,
        )
        self.cookies |= {one.name: one.value or "" for one in answer.cookies}
        return answer
