"""A whole drill: prepare the callers, let them ring, sum up, and leave nothing behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from assistant.drill import journal
from assistant.drill.carrier import ACCOUNT, Carrier, DrillError
from assistant.drill.judging import judge
from assistant.drill.line import Line
from assistant.drill.numbers import fresh_call, fresh_number
from assistant.drill.results import DrillStore
from assistant.drill.tasks import Task, Way, all_tasks, perform
from assistant.drill.voices import Sounds, prepare
from assistant.keys import house_secret

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from assistant.app import House

AT_ONCE = 3
"Callers at the same time: a small house hears as many, and the whole drill takes minutes."


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one task."""

    task: str
    caller: str
    language: str
    by: Way | None
    "How it was reached; `None`: it was not."
    heard: bool
    "Whether the line hears her language; else she rang by keys."
    slowest_reply_s: float
    wrong: tuple[str, ...] = ()
    problem: str = ""

    def line(self) -> str:
        """As printed."""
        mark = "ok  " if self.by and not self.wrong else "FAIL"
        how = f"by {self.by}" if self.by else "not reached"
        parts = [f"{self.task} ({self.caller}, {self.language})", how]
        if self.by == "keys" and not self.heard and self.caller != "wrong keys":
            parts.append(f"no model hears {self.language}")
        parts.append(f"reply {self.slowest_reply_s:.1f} s")
        parts += [*(f"wrong: {item}" for item in self.wrong), *filter(None, (self.problem,))]
        return f"{mark} {'; '.join(parts)}"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a drill."""

    at: datetime
    tried: tuple[Tried, ...]

    @property
    def reachable(self) -> int:
        """Tasks that were reached."""
        return sum(item.by is not None for item in self.tried)

    @property
    def wrong(self) -> int:
        """Things told or done that were not asked for, or are not true."""
        return sum(len(item.wrong) for item in self.tried)

    @property
    def slowest_reply_s(self) -> float:
        """The longest anybody waited for a reply to begin, in seconds."""
        return max((item.slowest_reply_s for item in self.tried), default=0.0)

    @property
    def good(self) -> bool:
        """Whether everybody got there and nothing was wrong."""
        return self.reachable == len(self.tried) and self.wrong == 0

    def summary(self) -> str:
        """In one line."""
        return (
            f"{self.reachable} of {len(self.tried)} tasks reachable, "
            f"slowest reply {self.slowest_reply_s:.1f} s, {self.wrong} wrong"
        )

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        return {
            "at": self.at.isoformat(),
            "good": self.good,
            "reachable": self.reachable,
            "of": len(self.tried),
            "slowest_reply_s": round(self.slowest_reply_s, 3),
            "wrong": self.wrong,
            "tasks": [asdict(item) for item in self.tried],
        }


def carrier_of(house: House, base: str, speed: float = 1.0) -> Carrier:
    """The carrier that this house's service would believe; the account's own where there is one."""
    config = house.config
    public = config.server.public_url
    if config.twilio.auth_token:
        account = config.twilio.account_sid or ACCOUNT
        return Carrier(base, config.twilio.auth_token, public, speed, account)
    return Carrier(base, drill_secret(house), public, speed)


def drill_secret(house: House) -> str:
    """What a drill signs with where no carrier's account is set: an office may have SIP lines only.

    Raises `ConfigError`, `DatabaseError` or `VaultError`.
    """
    return house_secret(house.database, house.data / "keys", "drill.key")


def drill(house: House, carrier: Carrier, at_once: int = AT_ONCE) -> Result:
    """Ring the running service with every caller, keep the result, leave nothing else.

    `house` is the one the service runs on, for what is true and for what the callers say.
    Raises `DrillError` when the service cannot be asked what it hears.
    """
    began = house.clock.now()
    heard = carrier.hears()
    tasks = all_tasks(house, began)
    sounds = prepare(house, dict.fromkeys(wish for task in tasks for wish in task.wishes))
    store = DrillStore(house.database)
    journal.forget(house.data)
    try:
        with ThreadPoolExecutor(at_once, thread_name_prefix="drill") as pool:
            tried = pool.map(lambda task: _try(house, carrier, task, sounds, heard), tasks)
            result = Result(began, tuple(tried))
    finally:
        journal.forget(house.data)
        store.sweep()
    store.keep(began, result.as_json(), good=result.good, summary=result.summary())
    return result


def _try(
    house: House, carrier: Carrier, task: Task, sounds: Sounds, heard: Collection[str]
) -> Tried:
    began = house.clock.now()
    hears = task.language in heard

    def moments() -> tuple[datetime, ...]:
        now = house.clock.now()
        return (began, now - timedelta(minutes=1), now)

    call, way, problem = fresh_call(), None, ""
    wrong: list[str] = []
    waits: list[float] = []
    try:
        with carrier.call(call, fresh_number()) as caller:
            line = Line(caller, journal.reader(house.data), judge(house, moments), wrong)
            way = perform(line, task, sounds, hears=hears)
            waits = line.waits()
            problem = "" if way else _why(line)
    except (DrillError, OSError) as error:
        problem = str(error)
    slowest = max(waits, default=0.0)
    return Tried(task.name, task.manner, task.language, way, hears, slowest, tuple(wrong), problem)


def _why(line: Line) -> str:
    if not line.events():
        return "the service wrote nothing of this call here; does it run on this data folder?"
    if line.caller.closed:
        return "the line hung up"
    return "the line led nowhere; last heard: " + (", ".join(line.prompts()) or "nothing")
