"""A week of an office that rings back: residents, staff and absences on a clock of its own.

Book, store, leases, life, roster and ledger are the real ones on a database of their own; made up
are only who calls when, who answers, and how long they talk. The same seed gives the same week.
"""

from __future__ import annotations

import random
import time as stopwatch
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from assistant.benchmarks.office_town import MINUTE, ZONE, Habits, Residents, Town
from assistant.callbacks import events
from assistant.callbacks.book import Book
from assistant.callbacks.claims import Claims
from assistant.callbacks.ledger import Page, count, pages
from assistant.callbacks.life import stands
from assistant.callbacks.people import Person, instant, read_shifts, spans, working_weekday
from assistant.callbacks.records import Records
from assistant.callbacks.roster import Office, Roster
from assistant.callbacks.row import WAITING, WITH_A_PERSON
from assistant.callbacks.rules import Rules
from assistant.callbacks.store import CallbackStore
from assistant.callbacks.windows import Planning, next_open_day
from assistant.core.callback import Window
from assistant.database import open_database
from assistant.vault.sources import GivenKeys, fresh_text

if TYPE_CHECKING:
    from assistant.callbacks.row import Claimed, Party

MONDAY = date(2026, 11, 23)
HOURS = [
    {"byday": "MO,TU,WE,TH,FR", "opens_at": begins, "closes_at": ends}
    for begins, ends in (("08:30", "11:30"), ("14:00", "17:00"))
]
PLANNING = Planning(
    morning=(time(9), time(11)),
    afternoon=(time(14), time(17)),
    handling_min=8.0,
    reserve=1.3,
    free_share=1.0,
    days_ahead=7,
    notice_min=30.0,
)
WORDS = {
    "zh": tuple(f"{one}{other}" for one in "春夏秋冬梅兰竹菊荷桂" for other in "山水花月风云田林")
}
LEASE_S = 600.0
"By the database's clock; the simulated minutes pass in thousandths of one."
EVENING = time(20, 30)
DAYS = 11
"The last day into which a promise of Friday can be put off, and the workday after it."
ABSENCES = ((0, 2, 0, 8.6), (1, 3, 10, 10), (2, 7, 0, -15))
"""Who, on which day, from which hour on, and at which hour of that day it is known: one ill all
Wednesday, one gone from Thursday at ten, one on leave the next Monday."""


class OfficeWeek:
    """One office, minute by minute."""

    def __init__(self, url: str, habits: Habits, seed: int) -> None:
        beside = url.startswith("sqlite")  # a server's keys are made up, for this week alone
        self.database = open_database(url, None if beside else GivenKeys(fresh_text()))
        chance = random.Random(seed)  # noqa: S311 - a reproducible week, no secret
        self.town = Town(chance, habits)
        self.roster = Roster(self.database, Office(ZONE, "CN", lambda: HOURS, HOURS))
        for number in range(habits.staff):
            self.roster.add(Person(f"staff{number}", f"+86571880{number:05d}", ("zh",)))
        rules = Rules(
            zone=ZONE,
            next_workday=lambda day: next_open_day(day, self.roster.last_read()),
            morning=PLANNING.morning[0],
        )
        self.store = CallbackStore(self.database, rules)
        self.claims = Claims(self.database, rules)
        self.book = Book(self.store, self.roster, PLANNING, WORDS, chance.choice)
        self.records = Records(self.database)

    def begin(self) -> None:
        """Everything that is going to happen from outside."""
        Residents(self.town, self.book).all_call(MONDAY)
        for number, ahead, begins, known in ABSENCES:
            midnight = instant(MONDAY + timedelta(days=ahead), time(), ZONE)
            away = Window(midnight + timedelta(hours=begins), midnight + timedelta(days=1))

            def is_away(_: datetime, name: str = f"staff{number}", away: Window = away) -> None:
                self.roster.absent(name, away)

            self.town.later(midnight + timedelta(hours=known), is_away)

    def day(self, day: date) -> None:
        """Minute by minute while the office is open; in between, residents call all the same."""
        weekday = working_weekday(day, "CN")
        for begins, ends in () if weekday is None else spans(read_shifts(HOURS), weekday):
            now, closes = instant(day, begins, ZONE), instant(day, ends, ZONE)
            while now < closes:
                self._minute(now)
                now += MINUTE
        evening = instant(day, EVENING, ZONE)
        self.town.catch_up(evening)
        self._evening(evening)

    def _minute(self, now: datetime) -> None:
        """Whatever happens in this minute, on both ends of the line."""
        self.town.catch_up(now)
        while self.claims.open_windows(now):
            pass
        self._tell_slips(now)
        for person in self.roster.last_read().on_duty(now):  # read a moment ago, for the slips
            if self.town.busy.get(person.name, now) <= now:
                claimed = self.claims.claim(person.name, LEASE_S)
                if claimed is None:
                    return
                self.town.busy[person.name] = now + self._ring(claimed, person.name, now)

    def _tell_slips(self, now: datetime) -> None:
        for slip in self.book.slipping(now):
            if self.book.told(slip.code, now):
                self.town.seen["told"] += 1
                if slip.instead and self.town.likely(self.town.habits.moves_when_told):
                    moved = self.book.change(slip.code, slip.instead[0], now)
                    self.town.seen["moved when told"] += int(moved is not None)

    def _ring(self, claimed: Claimed, name: str, now: datetime) -> timedelta:
        """Staff, then the resident; how long that member of staff is busy with it."""
        code, habits = claimed.callback.code, self.town.habits
        if not self._rings(claimed, "staff", name, now):
            return MINUTE
        self.roster.rung(name, now)
        if self.town.likely(habits.staff_miss_it):
            self.store.apply(code, events.StaffDidNotAnswer(), now, cause="carrier")
            return MINUTE
        self.store.apply(code, events.StaffAnswered(name), now, cause="carrier")
        if not self._rings(claimed, "resident", name, now):
            self.store.apply(code, events.StaffRefused(), now, cause="carrier")
            return MINUTE
        self.town.rung[code, claimed.attempt] += 1
        if self.town.likely(habits.nobody_home):
            self._report(code, events.NoAnswer("no_answer"), now + MINUTE)
            return 2 * MINUTE
        self.store.apply(code, events.ResidentAnswered(), now, cause="carrier")
        talk = MINUTE * (1 + self.town.chance.expovariate(1 / (habits.talk_min - 1)))
        self._report(code, events.Talked(talk.total_seconds()), now + talk)
        return talk + MINUTE * habits.note_min

    def _rings(self, claimed: Claimed, party: Party, name: str, now: datetime) -> bool:
        """The intent, then the carrier's id; whether it may ring at all."""
        code, attempt = claimed.callback.code, claimed.attempt
        staff = party == "staff"
        fence = claimed.fence if staff else None
        meant = self.claims.intend(code, attempt, party, fence, now, by=name if staff else "")
        if meant is None:
            return False
        return self.claims.placed(code, attempt, party, f"CA-{code}-{attempt}-{party}", now)

    def _report(self, code: str, event: events.Event, at: datetime) -> None:
        def happens(now: datetime) -> None:
            self.store.apply(code, event, now, cause="carrier")

        self.town.later(at, happens)

    def _evening(self, now: datetime) -> None:
        """What nobody got round to goes to the next workday; a person decides on the unreached."""
        for row in self.store.listing((*WAITING, "due"), limit=10_000):
            if row.state == "due" or (row.next_at is not None and row.next_at <= now):
                self.store.apply(row.code, events.DayEnded(), now, cause="clock")
                self.town.seen["put off to the next day"] += 1
        for row in self.store.listing(("unreached",), limit=10_000):
            visit = events.StaffDecision("visit", "staff0", "not reached on two days")
            self.store.apply(row.code, visit, now, cause="desk")
            self.town.seen["visits decided"] += 1


def run_week(
    url: str, habits: Habits | None = None, *, seed: int = 1, days: int = DAYS
) -> dict[str, Any]:
    """Live through the week on the empty database at `url`, and the days its promises reach into.

    But for `seconds`, the figures are the same for the same seed.
    """
    began = stopwatch.perf_counter()
    office = OfficeWeek(url, habits or Habits(), seed)
    try:
        office.begin()
        for ahead in range(days):
            office.day(MONDAY + timedelta(days=ahead))
        figures = _figures(office, days)
    finally:
        office.database.close()
    return {**figures, "seconds": round(stopwatch.perf_counter() - began, 1)}


def run() -> dict[str, Any]:
    """The week of `Habits` on an SQLite file that is thrown away."""
    with TemporaryDirectory() as folder:
        return run_week(f"sqlite:///{Path(folder) / 'week.db'}")


def _figures(office: OfficeWeek, days: int) -> dict[str, Any]:
    start = instant(MONDAY, time(), ZONE)
    end = start + timedelta(days=days)
    promises = office.records.promises(start, end + timedelta(days=PLANNING.days_ahead + 1))
    handled = office.records.handled(start, end)
    everybody = office.store.listing(
        (
            *WAITING,
            *WITH_A_PERSON,
            "due",
            "ringing_staff",
            "ringing_resident",
            "talking",
            "done",
            "cancelled",
        ),
        limit=100_000,
    )
    return {
        "callbacks": len(everybody),
        "promises": len(promises),
        "ledger": dict(count(promises, end)),
        "kept_share": _page(Page(MONDAY, count(promises, end)))["kept_share"],
        "days": {f"{page.first}": _page(page) for page in pages(promises, end, ZONE)},
        "states": dict(sorted(Counter(row.state for row in everybody).items())),
        "lost": sum(not stands(row) for row in everybody),
        "rings": office.town.rung.total(),
        "double_rings": sum(number > 1 for number in office.town.rung.values()),
        "mean_talk_min": None if handled is None else round(handled.mean_min, 1),
        **{name.replace(" ", "_"): number for name, number in sorted(office.town.seen.items())},
    }


def _page(page: Page) -> dict[str, Any]:
    share = page.kept_share
    figures = {str(name): number for name, number in page.counts.items() if number}
    return {**figures, "kept_share": None if share is None else round(share, 3)}
