"""Made-up residents who want to be rung back: when they call, and what they want."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.core.callback import Wish
from assistant.core.interval import Interval

if TYPE_CHECKING:
    from assistant.core.ports import CallbackBook

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
Happening = Callable[[datetime], None]
"Takes the moment it happens at."


@dataclass(frozen=True, slots=True)
class Habits:
    """How people are; shares of 1."""

    callbacks: int = 300
    staff: int = 3
    names_a_time: float = 0.35
    hangs_up_unbooked: float = 0.05
    asks_twice: float = 0.10
    moves: float = 0.06
    takes_back: float = 0.05
    staff_miss_it: float = 0.08
    nobody_home: float = 0.18
    moves_when_told: float = 0.6
    talk_min: float = 6.5
    "Mean of an exponential law, and a minute at least."
    note_min: float = 1.5
    "What is written down after a talk."


@dataclass
class Town:
    """What happens outside the database, and what was counted of it."""

    chance: random.Random
    habits: Habits
    coming: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)
    busy: dict[str, datetime] = field(default_factory=dict)
    "Until when each member of staff is on the telephone."
    rung: Counter[tuple[str, int]] = field(default_factory=Counter)
    "What the carrier counted: rings to a resident by callback and attempt."
    seen: Counter[str] = field(default_factory=Counter)

    def later(self, at: datetime, happens: Happening) -> None:
        """Something is going to happen."""
        heappush(self.coming, (at, next(self.numbers), happens))

    def catch_up(self, now: datetime) -> None:
        """Let happen what was going to by now."""
        while self.coming and self.coming[0][0] <= now:
            at, _, happens = heappop(self.coming)
            happens(at)

    def likely(self, share: float) -> bool:
        """Whether it happens this time."""
        return self.chance.random() < share


class Residents:
    """Everybody who calls the line, through the book as the dialogue asks it."""

    def __init__(self, town: Town, book: CallbackBook) -> None:
        self.town, self.book = town, book

    def all_call(self, monday: date) -> None:
        """Everybody who is going to call from Monday to Friday, most of them in the morning."""
        for number in range(1, self.town.habits.callbacks + 1):
            day = monday + timedelta(days=self.town.chance.randrange(5))
            hour = self.town.chance.triangular(7.5, 20, 9)
            at = datetime.combine(day, time(), ZONE) + timedelta(hours=hour)
            self.town.later(at.astimezone(UTC), self._calls(number))

    def _calls(self, number: int) -> Happening:
        wish = Wish(f"GH{number:06d}", f"+86138{number:08d}", "zh", "", "", "voice", f"c{number}")
        habits = self.town.habits

        def calls(now: datetime) -> None:
            wanted = self._named(now) if self.town.likely(habits.names_a_time) else None
            offers = self.book.offers(now, wanted)
            if self.town.likely(habits.hangs_up_unbooked) or not offers.windows:
                self.book.ask(wish, now, offers.windows)
                return
            window = offers.wanted or self.town.chance.choice(offers.windows)
            if self.book.book(wish, window, now) is None:
                self.town.seen["full meanwhile"] += 1
                self.book.ask(wish, now, offers.windows)
            for share, does in (
                (habits.asks_twice, self._asks_again(number)),
                (habits.moves, self._moves(wish.code)),
                (habits.takes_back, self._takes_back(wish.code)),
            ):
                if self.town.likely(share):
                    self.town.later(now + self.town.chance.randrange(5, 1200) * MINUTE, does)

        return calls

    def _named(self, now: datetime) -> Interval:
        """Some half day of the next days, as she puts it."""
        day = now.astimezone(ZONE).date() + timedelta(days=self.town.chance.randrange(1, 5))
        begins, ends = self.town.chance.choice(((8, 12), (13, 17)))
        return Interval(
            datetime.combine(day, time(begins), ZONE), datetime.combine(day, time(ends), ZONE)
        )

    def _asks_again(self, number: int) -> Happening:
        again = Wish(f"GH9{number:05d}", f"+86138{number:08d}", "zh", "", "", "sms", f"c{number}")

        def asks(now: datetime) -> None:
            windows = self.book.offers(now).windows
            promise = self.book.book(again, windows[0], now) if windows else None
            self.town.seen["merged"] += int(promise is not None and promise.merged)

        return asks

    def _moves(self, code: str) -> Happening:
        def moves(now: datetime) -> None:
            windows = self.book.offers(now).windows
            if windows:
                self.book.change(code, windows[-1], now)

        return moves

    def _takes_back(self, code: str) -> Happening:
        def takes_back(now: datetime) -> None:
            self.book.cancel(code, now)

        return takes_back
