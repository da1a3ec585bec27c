"""Processes that ring residents, killed without warning at random moments.

The real clock of callbacks (`ringing`), its desk and its doubts, over a real database; only the
carrier and the telephones are made up (`ring_carrier`). A nursery process opens the house once and
forks the processes that are killed. Time runs 60 times as fast as on the
wall and jumps over stretches in which nothing happens; leases, by the
database's clock, end after a fraction of a second.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
import traceback
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from zoneinfo import ZoneInfo

from assistant.app import open_house
from assistant.benchmarks.apart import apart
from assistant.benchmarks.ring_carrier import Exchange, LoopbackCarrier, Told, serve
from assistant.callbacks.claims import Claims
from assistant.callbacks.row import Callback, Claimed
from assistant.callbacks.rules import weekday_after
from assistant.callbacks.store import CallbackStore
from assistant.config import load_config
from assistant.core.callback import ENDED, State, Window
from assistant.core.ring import Leg, RingEnd
from assistant.database import open_database
from assistant.library import load
from assistant.ringing.setup import build_ringers
from assistant.teaching import Taught
from assistant.understanding.reader import Reader
from assistant.understanding.safety import SafetyDetector
from assistant.vault.sources import FILE, KeyFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.connection import Connection

    from assistant.app import House
    from assistant.core.ring import RingReply
    from assistant.ringing.setup import Ringers

ROOT = Path(__file__).resolve().parents[2]
SPEED = 60.0
IDLE = timedelta(minutes=1)
"The clock jumps by this while all telephones are silent and nobody is on duty, or in doubt."
LEASE_S = 0.4
BEGINS = datetime(2026, 11, 25, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"A Wednesday on which the demo roster works."
EVENING = 16
APART = timedelta(minutes=20)
LIVES_S = (0.005, 0.4)
"A process is killed at a random moment of this stretch: a look with all its rings takes 100 ms."
STILL_OPEN: tuple[State, ...] = tuple(set(get_args(State)) - ENDED - {"unreached"})
ANSWERS_WITHIN_S = 120.0
SETTLES_WITHIN_S, EACH_KILL_S = 240.0, 2.0
"How long what is left may take to be rung out; each kill adds a promise, and so much more time."


class FastClock:
    """`assistant.core.ports.Clock`: the same for every process, and able to jump ahead."""

    def __init__(self, zero: Any) -> None:  # noqa: ANN401 - a double shared between processes
        self._zero = zero
        self.restart()

    def restart(self) -> None:
        """It is the morning of the first day."""
        self._zero.value = time.monotonic()

    def now(self) -> datetime:
        """The simulated moment."""
        passed = (time.monotonic() - float(self._zero.value)) * SPEED
        return BEGINS + timedelta(seconds=passed)

    def jump_to(self, moment: datetime) -> None:
        """Nothing happens until then; does nothing if it is over."""
        ahead = (moment - self.now()).total_seconds()
        self._zero.value -= max(0.0, ahead) / SPEED

    def skip_night(self) -> None:
        """The next working morning, once the afternoon has come."""
        now = self.now()
        if now.hour >= EVENING or now.hour < BEGINS.hour:
            day = now.date() if now.hour < BEGINS.hour else weekday_after(now.date())
            self.jump_to(datetime.combine(day, BEGINS.time(), tzinfo=BEGINS.tzinfo))


class ShortClaims(Claims):
    """Leases that end soon after their holder was killed."""

    def claim(self, owner: str, lease_s: float) -> Claimed | None:
        """As ever, for a moment."""
        return super().claim(owner, min(lease_s, LEASE_S))


# -- the processes that ring ----------------------------------------------------------------------


def _work(ringers: Ringers, carrier: LoopbackCarrier, clock: FastClock) -> None:
    """Look, and hear reports, until killed."""
    while True:
        ringers.clock.look(clock.now())
        while (told := carrier.next_report()) is not None:
            carrier.heard(told, _deal_with(ringers, told))
        time.sleep(0.002)


def _deal_with(ringers: Ringers, told: Told) -> str:
    """What the desk makes of a report; whom it has rung, if anybody."""
    leg, desk = Leg(told.code, told.attempt, told.turn), ringers.desk
    party, _, act = told.kind.partition(" ")
    if party == "resident":
        _she_acts(ringers, leg, told.call, act)
        return ""
    if act == "no answer":
        desk.reported(leg, "staff", told.call, "no-answer", 0)
        return ""
    desk.staff_answered(leg, told.call)
    digit = act[-1] if act.startswith("pressed") else ""
    reply: RingReply = desk.staff_pressed(leg, told.call, digit, 2)
    return reply.phone if reply.then == "ring" else ""


def _she_acts(ringers: Ringers, leg: Leg, call: str, act: str) -> None:
    desk = ringers.desk
    ends: dict[str, RingEnd] = {"no answer": "no_answer", "busy": "busy", "drops": "dropped"}
    if act in {"talks", "drops", "machine"}:
        desk.resident_answered(leg, call, 0)
    if act == "machine":
        desk.machine_answered(leg, call)
    elif act == "talks":
        desk.resident_answered(leg, call, 1)
    desk.resident_left(leg, call, ends.get(act, "talked"), 30)


def _nursery(pipe: Connection, clock: FastClock) -> None:
    """Open houses and fork processes on demand: an order a message.

    Nobody speaks to these houses, so their reader has learnt nothing.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    config = load_config(ROOT / "config.yaml", {})
    library = load(ROOT, config.the_site().languages)
    deaf = Reader({}, SafetyDetector({}, {}, library.danger), {})
    house: House | None = None
    while True:
        order = pipe.recv()
        if isinstance(order, int) and house is not None:
            pipe.send(_fork(house, order, clock))
            continue
        url, folder = order
        config = load_config(apart(Path(folder)), {"ASSISTANT_DATABASE__URL": url})
        house = open_house(config, Path(folder), ROOT, clock, learnt=Taught(library, deaf))
        house.close()
        pipe.send(0)


def _fork(house: House, port: int, clock: FastClock) -> int:
    """A process that rings; shares no connection with this one. Its id."""
    child = os.fork()
    if child:
        return child
    try:
        carrier = LoopbackCarrier(port)
        claims = ShortClaims(house.database, house.promises.rules, ring_lease_s=LEASE_S)
        _work(build_ringers(house, carrier, claims), carrier, clock)
    except BaseException:  # noqa: BLE001 - a fork must not run on as its parent, whatever happens
        traceback.print_exc()
    finally:
        os._exit(1)


# -- the one that kills ---------------------------------------------------------------------------


@dataclass(slots=True)
class Nursery:
    """Forks processes over a database; every one of them is meant to be killed."""

    pipe: Connection
    clock: FastClock

    def open(self, url: str, folder: Path) -> None:
        """Ring over this database from now on."""
        self.pipe.send((url, str(folder)))
        self._answer()

    def fork(self, port: int) -> int:
        """A process that rings through the carrier at `port`."""
        self.pipe.send(port)
        return self._answer()

    def _answer(self) -> int:
        if not self.pipe.poll(ANSWERS_WITHIN_S):
            raise TimeoutError("the nursery of processes that ring does not answer")
        return int(self.pipe.recv())


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery for the moment."""
    fresh = multiprocessing.get_context("spawn")
    clock = FastClock(fresh.Value("d", 0.0))
    ours, theirs = fresh.Pipe()
    process = fresh.Process(target=_nursery, args=(theirs, clock), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Nursery(ours, clock)
    finally:
        process.terminate()
        process.join(10)


def crash(
    nest: Nursery, url: str, folder: Path, *, kills: int, processes: int, seed: int = 1
) -> dict[str, Any]:
    """Kill so many processes while they ring, let the rest be rung, and count what was wrong.

    `folder` is the house's data folder; the database may lie elsewhere.
    """
    nest.open(url, folder)
    exchange = Exchange(nest.clock.now, random.Random(seed))  # noqa: S311 - the same in every run
    server = serve(exchange)
    database = open_database(url, KeyFile(folder / "keys" / FILE))
    store = CallbackStore(database)
    nest.clock.restart()
    try:
        codes = _kill_often(nest, server.server_port, store, exchange, kills, processes)
        within_s = SETTLES_WITHIN_S + EACH_KILL_S * kills
        settled = _settle(nest, server.server_port, store, exchange, within_s)
        return {
            "database": database.engine.dialect.name,
            "processes": processes,
            "kills": kills,
            **_figures(store, codes, exchange),
            "settled": settled,
        }
    finally:
        server.shutdown()
        server.server_close()
        database.close()


def _kill_often(
    nest: Nursery,
    port: int,
    store: CallbackStore,
    exchange: Exchange,
    kills: int,
    processes: int,
) -> list[str]:
    """Fork, wait a random moment, kill; there is always something due."""
    codes = [_promise(store, number, nest.clock.now()) for number in range(2 * processes)]
    alive = [nest.fork(port) for _ in range(processes)]
    for _ in range(kills):
        nest.clock.skip_night()
        time.sleep(exchange.chance.uniform(*LIVES_S) / processes)
        _move_on(nest.clock, store, exchange)
        unlucky = exchange.chance.randrange(processes)
        os.kill(alive[unlucky], signal.SIGKILL)
        codes.append(_promise(store, len(codes), nest.clock.now()))
        alive[unlucky] = nest.fork(port)
    for process in alive:
        os.kill(process, signal.SIGKILL)
    return codes


def _promise(store: CallbackStore, number: int, now: datetime) -> str:
    """A resident is promised the window that is open now."""
    window = Window(now - timedelta(minutes=1), now + timedelta(hours=2))
    wish = Callback(
        f"GH{number:06d}", f"+8613800{number:06d}", "zh", "case.report", "", "voice", "",
        asked=now, safe_word="桂花",
    )  # fmt: skip
    promise = store.reserve(wish, window, number + 2, now, "bench")
    if promise is None:
        raise RuntimeError("a window with room left was refused")
    return promise.code


def _settle(
    nest: Nursery, port: int, store: CallbackStore, exchange: Exchange, within_s: float
) -> bool:
    """One process rings on, unharmed, and days go by, until nothing is left to ring."""
    last = nest.fork(port)
    until = time.monotonic() + within_s
    try:
        while time.monotonic() < until:
            if not _open(store):
                return True
            _move_on(nest.clock, store, exchange)
            time.sleep(0.02)
        return False
    finally:
        os.kill(last, signal.SIGKILL)


def _move_on(clock: FastClock, store: CallbackStore, exchange: Exchange) -> None:
    """Let the clock jump to what happens next, unless something happens now."""
    rows = _open(store)
    if exchange.busy() or not rows:
        return
    waiting = [row.next_at for row in rows if row.next_at is not None]
    clock.jump_to(min(waiting) if len(waiting) == len(rows) else clock.now() + IDLE)


def _open(store: CallbackStore) -> list[Callback]:
    """What still has to be rung; *unreached* is with a person."""
    return list(store.listing(STILL_OPEN, limit=100_000))


def _figures(store: CallbackStore, codes: Sequence[str], exchange: Exchange) -> dict[str, Any]:
    rows = [store.get(code) for code in codes]
    kept = [row for row in rows if row is not None]
    hers = [call for call in exchange.calls if call.party == "resident"]
    lines = [line for row in kept for line in store.history(row.code)]
    return {
        "promises": len(codes),
        "rings_to_residents": len(hers),
        "rings_to_staff": len(exchange.calls) - len(hers),
        "double_rings": _doubles(exchange),
        "rings_nobody_meant": len(hers) - _meant(store, codes),
        "lost_promises": len(codes) - len(kept) + _stranded(kept),
        "unknown": sum(line.event == "LostTrack" and line.accepted for line in lines),
        "unknown_left": sum(row.state == "unknown" for row in kept),
        "rings_left_open": sum(
            ring.state == "placing" for row in kept for ring in store.rings_of(row.code)
        ),
        "ends": dict(Counter(row.state for row in kept)),
    }


def _doubles(exchange: Exchange) -> int:
    """Rings to a resident for an attempt that was rung already, or too soon after another."""
    seen: set[str] = set()
    last: dict[str, datetime] = {}
    doubles = 0
    for call in exchange.calls:
        if call.party != "resident":
            continue
        attempt = "&".join(part for part in call.leg.split("&") if part[:2] in {"c=", "n="})
        soon = call.to in last and call.began - last[call.to] < APART
        doubles += int(attempt in seen or soon)
        seen.add(attempt)
        last[call.to] = call.began
    return doubles


def _meant(store: CallbackStore, codes: Sequence[str]) -> int:
    """Rings to residents that the database knows to have taken place."""
    rings = [ring for code in codes for ring in store.rings_of(code)]
    return sum(ring.party == "resident" and ring.state != "never" for ring in rings)


def _stranded(kept: Sequence[Callback]) -> int:
    """Neither ended nor before a person, though nothing hindered anybody any more."""
    return sum(row.state not in ENDED | {"unreached"} for row in kept)
