"""Texts a second: signed webhooks to the real service on loopback, as the carrier would send them.

Two runs against one service. *Load*: new texts at a steady rate, each timed from the moment it was
due, so that a queue shows. *Replays*: texts delivered many times over; the journal tells how often
each one had an effect. Every text is answered from the directory and kept before it is answered.
"""

from __future__ import annotations

import http.client
import itertools
import json
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import numpy as np
from twilio.request_validator import RequestValidator

from assistant.benchmarks.running import service
from assistant.channels.webhook import EMPTY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.benchmarks.running import RunningService

PATH = "/twilio/sms"
RATE, SECONDS = 100.0, 20.0
"Texts a second, and for how long."
CONTACTS = 400
DISTINCT, DELIVERIES = 500, 20
"Texts that are delivered again and again, and how often each: ten thousand deliveries."
CONNECTIONS = 16
BODIES = (
    "食堂几点开门", "理发店电话多少", "明天停水吗", "楼道灯坏了", "帮帮我", "社区医院地址",
    "when does the canteen open", "who can mend a wheelchair", "phone number of the clinic", "1",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """One text as the carrier posts it."""

    sid: str
    contact: str
    body: str


def run(data: Path, *, seconds: float = SECONDS, distinct: int = DISTINCT) -> dict[str, Any]:
    """Figures of both runs; `data` gives the models, nothing in it is changed."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-sms-") as folder,
        service(data, Path(folder) / "service") as running,
    ):
        load = _load(running, list(itertools.islice(texts_of("1"), round(RATE * seconds))))
        replays = _replays(running, list(itertools.islice(texts_of("2"), distinct)))
    return {"load": load, "replays": replays}


def texts_of(prefix: str) -> Iterator[Text]:
    """Texts of many residents, one after the other; the same in every run."""
    for number in itertools.count():
        contact = f"+86138{prefix}{number % CONTACTS:07d}"
        yield Text(f"SM{prefix}{number:031x}", contact, BODIES[number % len(BODIES)])


class Poster:
    """Posts texts over connections that are kept open, one a thread."""

    def __init__(self, running: RunningService) -> None:
        """Signs as the carrier that this service believes."""
        self._base = running.base
        self._sign = RequestValidator(running.secret).compute_signature
        self._local = threading.local()
        self._opened: list[http.client.HTTPConnection] = []

    def post(self, text: Text) -> tuple[int, str]:
        """Status and body of the answer. Raises `OSError` where nobody answers twice."""
        form = {"MessageSid": text.sid, "From": text.contact, "To": "+8657188001234"}
        form |= {"Body": text.body, "NumMedia": "0"}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": self._sign(self._base + PATH, form),
        }
        try:
            return self._sent(form, headers)
        except ConnectionError:
            # The service hangs up on who says nothing for some seconds; as carriers do, once more.
            self._connection().close()
            return self._sent(form, headers)

    def _sent(self, form: dict[str, str], headers: dict[str, str]) -> tuple[int, str]:
        connection = self._connection()
        connection.request("POST", PATH, urlencode(form), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8")

    def close(self) -> None:
        """Hang up every connection; when nobody posts any more."""
        for connection in self._opened:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        found: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if found is None:
            address = urlsplit(self._base)
            found = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
            self._local.connection = found
            self._opened.append(found)
        return found


def _load(running: RunningService, texts: Sequence[Text]) -> dict[str, Any]:
    carrier = Poster(running)
    begun, cost = time.monotonic(), running.cost()

    def post(number: int) -> tuple[float, int]:
        due = begun + number / RATE
        time.sleep(max(0.0, due - time.monotonic()))
        status, _ = carrier.post(texts[number])
        return time.monotonic() - due, status

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answered = list(pool.map(post, range(len(texts))))
    after = running.cost()
    waits = np.array([wait for wait, _ in answered]) * 1000
    heard = _heard(running)
    return {
        "texts": len(texts),
        "a_second": round(len(texts) / (after.at - cost.at), 1),
        "p50_ms": round(float(np.percentile(waits, 50)), 1),
        "p99_ms": round(float(np.percentile(waits, 99)), 1),
        "max_ms": round(float(waits.max()), 1),
        "refused": sum(status != http.HTTPStatus.OK for _, status in answered),
        "lost": sum(heard[text.contact] == 0 for text in texts),
        "cpu_ms_a_text": round((after.front_s - cost.front_s) / len(texts) * 1000, 1),
        "service_cpu_share": round((after.front_s - cost.front_s) / (after.at - cost.at), 2),
        "machine_cpu_share": round((after.machine_s - cost.machine_s) / (after.at - cost.at), 2),
    }


def _replays(running: RunningService, texts: Sequence[Text]) -> dict[str, Any]:
    carrier, before = Poster(running), _heard(running)
    deliveries = [text for _ in range(DELIVERIES) for text in texts]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answers = list(pool.map(carrier.post, deliveries))
    effects = _heard(running) - before
    bodies: dict[str, set[str]] = {}
    for text, (_, body) in zip(deliveries, answers, strict=True):
        if body != EMPTY:  # the first delivery was still at work
            bodies.setdefault(text.sid, set()).add(body)
    return {
        "deliveries": len(deliveries),
        "texts": len(texts),
        "effects": effects.total(),
        "double_effects": effects.total() - len(texts),
        "refused": sum(status != http.HTTPStatus.OK for status, _ in answers),
        "answered_in_two_ways": sum(len(found) > 1 for found in bodies.values()),
    }


def _heard(running: RunningService) -> Counter[str]:
    """How many texts of each contact were taken up so far."""
    found: Counter[str] = Counter()
    with running.journal.open(encoding="utf-8") as lines:
        for line in lines:
            if '"heard"' in line:
                event = json.loads(line)
                found[event["contact"]] += event["event"] == "heard"
    return found
