"""The whole service in this process, and a client that hands it requests without a network.

Everything that a request meets on its way is there: the measures of the edge, the WSGI adapter,
Flask, the database. Only sockets are not (`tests/edge/test_connection.py` has those), nor voices,
and no alarm clock ticks.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from assistant.app import build_ears, open_house
from assistant.benchmarks.apart import apart
from assistant.clock import ServiceClock
from assistant.config import load_config
from assistant.staff.tokens import TokenStore
from assistant.web import Service

ROOT: Final = Path(__file__).resolve().parents[2]
SECRET: Final = "made-up secret of the fuzzer"  # noqa: S105 - opens nothing but its own house
CITY_KEY: Final = "made-up-key-of-a-city"
SETTINGS: Final = {
    "ASSISTANT_TWILIO__AUTH_TOKEN": SECRET,
    "ASSISTANT_OPEN311__API_KEYS": f'["{CITY_KEY}"]',
    "ASSISTANT_OPEN311__READS_PER_MINUTE": "100000000",
    "ASSISTANT_OPEN311__WRITES_PER_MINUTE": "100000000",
    "ASSISTANT_EDGE__REQUESTS_PER_MINUTE": "100000000",
    "ASSISTANT_EDGE__REFUSALS_PER_MINUTE": "100000000",
    "ASSISTANT_EDGE__TEXTS_PER_DAY": "100000000",
    "ASSISTANT_DESK__PLAIN_HTTP": "true",
    "ASSISTANT_SERVER__PUBLIC_URL": "https://line.example.org",
}
"Without the measures of how often: they would end the run within its first second."


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class House:
    """One service, and who may do what in it."""

    service: Service
    origin: str
    tokens: Mapping[str, str]
    "By role, a token of the JSON interface."
    client: tuple[str, int] | None = None
    "Where all requests come from; `None`: each from another of a thousand addresses."
    _asked: int = 0
    _validator: Any = field(default_factory=lambda: RequestValidator(SECRET))

    def signature(self, path: str, form: Mapping[str, str]) -> str:
        """What the carrier would sign this webhook with."""
        return str(self._validator.compute_signature(self.origin + path, dict(form)))

    async def webhook(self, path: str, form: Mapping[str, str], signature: str = "") -> Answered:
        """Post a form; signed rightly where no signature is given."""
        form = {_sent(name): _sent(value) for name, value in form.items()}
        signed = signature or self.signature(path, form)
        return await self.ask(
            "POST",
            path,
            urlencode(form).encode(),
            {
                "content-type": "application/x-www-form-urlencoded",
                "x-twilio-signature": signed,
            },
        )

    def _client(self) -> tuple[str, int]:
        self._asked += 1
        return self.client or (f"198.18.{self._asked % 4}.{self._asked % 251}", 4711)

    async def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """One request, from the address `client`."""
        target, _, query = path.partition("?")
        given = {"host": "line.example.org", "content-length": str(len(body)), **(headers or {})}
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http",
            "path": target, "raw_path": target.encode("utf-8", "replace"), "root_path": "",
            "query_string": query.encode("ascii", "replace"), "server": ("127.0.0.1", 8000),
            "client": self._client(), "asgi": {"version": "3.0"}, "state": {},
            "headers": [
                (name.lower().encode(), value.encode("latin-1", "replace"))
                for name, value in given.items()
            ],
        }  # fmt: skip
        pieces = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[Any] = []

        async def receive() -> Any:  # noqa: ANN401 - ASGI
            return pieces.pop() if pieces else {"type": "http.disconnect"}

        async def send(message: Any) -> None:  # noqa: ANN401 - ASGI
            sent.append(message)

        await self.service(scope, receive, send)
        return _answered(sent)


def _sent(text: str) -> str:
    """As UTF-8 can say it: half a character cannot be sent."""
    return text.encode("utf-8", "replace").decode()


def _answered(sent: list[Any]) -> Answered:
    start = next((item for item in sent if item["type"] == "http.response.start"), None)
    if start is None:
        return Answered(0, {}, b"")
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return Answered(start["status"], headers, b"".join(item.get("body", b"") for item in sent))


@contextlib.contextmanager
def house(folder: Path, **settings: str) -> Iterator[House]:
    """A house of its own under `folder`, with other settings by their environment names."""
    config = load_config(apart(folder), {**SETTINGS, **settings})
    clock = ServiceClock(config.site.timezone)
    inner = open_house(config, folder, ROOT, clock)
    ears = build_ears(config, folder)
    service = Service(inner, ears)
    store = TokenStore(inner.database)
    made = {
        role: store.make(f"fuzz {role}", role, "fuzz", clock.now())[1]
        for role in ("reader", "agent", "supervisor", "auditor")
    }
    try:
        yield House(service, config.public_url(), made)
    finally:
        asyncio.run(ears.stop())
        inner.close()
