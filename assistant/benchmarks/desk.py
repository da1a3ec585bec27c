"""The staff desk of a big community: how fast each page is while twenty desks listen.

50,000 callbacks and 100,000 cases lie in SQLite; one service process serves pages and live signals,
another asks for the pages one after the other, as a browser does. Meanwhile somebody takes a
callback or gives it back every second, so that all desks are told and the writer is busy.
"""

from __future__ import annotations

import http.client
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import insert

from assistant.benchmarks.running import BenchError, service
from assistant.callbacks import events
from assistant.callbacks.row import Callback
from assistant.callbacks.store import CallbackStore
from assistant.callbacks.tables import callbacks, values_of
from assistant.cases.store import requests
from assistant.cases.tables import cases
from assistant.core.callback import Window
from assistant.core.case import Case
from assistant.database import open_database
from assistant.keys import own_secret
from assistant.staff.accounts import AccountStore
from assistant.staff.secrets_kept import OneTimeCodes
from assistant.staff.sessions import SessionStore
from assistant.vault.rows import close
from assistant.vault.sources import key_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.callbacks.events import Event
    from assistant.core.callback import State
    from assistant.database import Database
    from assistant.vault.sealing import Vault

CALLBACKS, CASES, DESKS = 50_000, 100_000, 20
TABS = 3
"Streams of one session."
ASKED = 40
"Times each page is asked for."
GOAL_P95_MS = 200
"Of issue 9, for any page."
BATCH = 5000
NAME = "Bench"
STATES: tuple[State, ...] = ("booked", "booked", "offered", "new", "unreached", "done", "cancelled")
ZONE = ZoneInfo("Asia/Shanghai")
PAGES = (
    "/desk/queue",
    "/desk/queue?show=mine",
    "/desk/queue?show=free",
    "/desk/queue?show=soon",
    "/desk/queue?show=overdue",
    "/desk/queue?show=unreached",
    "/desk/queue?show=waiting",
    "/desk/queue?after={deep}",
    "/desk/queue/{code}",
    "/desk/emergencies",
    "/desk/requests",
    "/desk/requests?show=closed",
    "/desk/requests/{case}",
    "/desk/cases",
    "/desk/cases?show=overdue",
    "/desk/cases?show=closed",
    "/desk/meant",
    "/desk/directory",
    "/desk/roster",
    "/desk/prompts",
    "/desk/cards",
    "/desk/box",
    "/desk/scorecard",
    "/desk/exports",
    "/desk/people",
    "/desk/account",
    "/desk/help/queue",
)


def run(
    data: Path, *, waiting: int = CALLBACKS, open_cases: int = CASES, asked: int = ASKED
) -> dict[str, Any]:
    """Milliseconds by page; `data` gives the models, nothing in it is changed."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-desk-") as folder,
        service(data, Path(folder) / "service") as running,
    ):
        own = Path(folder) / "service"
        url = f"sqlite:///{own / 'neighbour-line.db'}"
        database = open_database(url, key_source("", (), own / "keys"))
        _fill(database, waiting, open_cases, datetime.now(ZONE))
        cookies = sessions(database, own)
        with listening(running.base, cookies) as told, _working(database):
            pages = {
                page: _timed(running.base, page, cookies[0], asked, f"127.0.0.{seat}")
                for seat, page in enumerate(PAGES, start=2)
            }
            signals = told()
        database.close()
    slowest = max(pages, key=lambda page: pages[page]["p95_ms"])
    return {
        "callbacks": waiting,
        "cases": open_cases,
        "desks": DESKS,
        "goal_p95_ms": GOAL_P95_MS,
        "slowest": {"page": slowest, **pages[slowest]},
        "within_goal": pages[slowest]["p95_ms"] <= GOAL_P95_MS,
        "signals_a_desk": signals,
        "pages": pages,
    }


# -- what lies there ------------------------------------------------------------------------


def _fill(database: Database, waiting: int, open_cases: int, now: datetime) -> None:
    for first in range(0, waiting, BATCH):
        numbers = range(first, min(first + BATCH, waiting))
        rows = [_callback(number, database.vault, now) for number in numbers]
        with database.begin() as connection:
            connection.execute(insert(callbacks), rows)
    for first in range(0, open_cases, BATCH):
        numbers = range(first, min(first + BATCH, open_cases))
        with database.begin() as connection:
            asked = [
                close(database.vault, requests.name, _request(number, now)) for number in numbers
            ]
            connection.execute(insert(requests), asked)
            connection.execute(insert(cases), [_case(number, now) for number in numbers])


def _callback(number: int, vault: Vault, now: datetime) -> dict[str, Any]:
    """Promised for some hour from tomorrow on, so that nobody is rung meanwhile."""
    start = now + timedelta(days=1, minutes=number % 20_000)
    state = STATES[number % len(STATES)]
    promised = state not in {"new", "offered"}
    row = Callback(
        f"CB{number:06d}",
        f"+86139{number:08d}",
        "zh" if number % 3 else "en",
        "service.hours",
        "社区食堂几点开门",
        "voice",
        f"bench-{number}",
        asked=now - timedelta(minutes=number),
        state=state,
        window=Window(start, start + timedelta(hours=2)) if promised else None,
        next_at=start if state == "booked" else None,
        owner=NAME if number % 10 == 0 and state in {"booked", "unreached"} else None,
        safe_word="桂花",
        updated=now,
    )
    return {**values_of(row, vault), "fence": 0}


def _request(number: int, now: datetime) -> dict[str, Any]:
    return {
        "code": f"RQ{number:06d}",
        "intent": "case.report",
        "words": "楼道的灯坏了，晚上看不见",
        "place": "3号楼",
        "conversation_id": f"bench-{number}",
        "channel": "voice",
        "contact": f"+86138{number:08d}",
        "language": "zh",
        "created": now - timedelta(minutes=number),
        "status": "closed" if number % 4 == 0 else "open",
    }


def _case(number: int, now: datetime) -> dict[str, Any]:
    since = now - timedelta(minutes=number)
    due = now + timedelta(hours=number % 300 - 40)
    state = "closed" if number % 4 == 0 else "new"
    case = Case(f"RQ{number:06d}", "help", "", state, since, since, due, due)  # type: ignore[arg-type]  # one of two literals
    return {**asdict(case), "public_id": f"bench-{number}"}


def sessions(database: Database, own: Path) -> list[str]:
    """Cookies of as many browsers as hold `DESKS` tabs, signed in this moment."""
    now = datetime.now(ZONE)
    accounts = AccountStore(database, OneTimeCodes(own_secret(own / "keys", "codes.key")))
    account = accounts.add(NAME, "admin", now, "seven grey herons at dawn")
    store = SessionStore(database, timedelta(minutes=15))
    browsers = -(-DESKS // TABS)
    return [store.begin(account.key, "in", "bench", now) for _ in range(browsers)]


# -- meanwhile ------------------------------------------------------------------------------


@contextmanager
def listening(base: str, cookies: list[str]) -> Iterator[Callable[[], float]]:
    """Twenty open streams of these sessions; gives how many signals a desk has had."""
    over, heard = threading.Event(), [0] * DESKS
    lines = [
        threading.Thread(target=_listen, args=(base, cookies[desk // TABS], over, heard, desk))
        for desk in range(DESKS)
    ]
    for line in lines:
        line.start()
    try:
        yield lambda: sum(heard) / DESKS
    finally:
        over.set()
        for line in lines:
            line.join(30)


def _listen(base: str, cookie: str, over: threading.Event, heard: list[int], desk: int) -> None:
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=20)
    connection.request("GET", "/desk/events", headers={"Cookie": f"desk={cookie}"})
    answer = connection.getresponse()
    while not over.is_set():
        line = answer.readline()
        if not line:
            break
        heard[desk] += line.startswith(b"event: change")
    connection.close()


@contextmanager
def _working(database: Database) -> Iterator[None]:
    """Somebody takes a callback, or gives it back, every second."""
    over, store = threading.Event(), CallbackStore(database)

    def work() -> None:
        deeds: tuple[Event, ...] = (events.StaffClaimed(NAME), events.StaffReleased(NAME))
        for event in cycle(deeds):
            if over.wait(1):
                return
            store.apply("CB000001", event, datetime.now(ZONE), cause="desk")

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()


def _timed(base: str, page: str, cookie: str, asked: int, seat: str) -> dict[str, float]:
    """Milliseconds from asking to the last byte. Raises `BenchError` for any answer but 200.

    `seat` is the address the browser has: requests are counted by address (`desk/guard.py`).
    """
    path = page.format(code="CB000001", case="RQ000001", deep="CB010000")
    connection = http.client.HTTPConnection(
        urlsplit(base).netloc, timeout=30, source_address=(seat, 0)
    )
    took = []
    for _ in range(asked):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"desk={cookie}"})
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - began) * 1000)
        if answer.status != http.HTTPStatus.OK:
            raise BenchError(f"{path} answers {answer.status}")
    connection.close()
    p50, p95 = (float(np.percentile(took, share)) for share in (50, 95))
    return {"p50_ms": round(p50, 1), "p95_ms": round(p95, 1)}
