"""Windows in which residents may be rung back, and how many each of them holds. Pure.

A window is half a day: the part of the setting's morning or afternoon in which the office is open
(`SENIOR.md` section 3: 9 to 11, 14 to 17). It holds as many callbacks as its people can make:
minutes on duty, times the share of them that is free for callbacks, over the mean handling time
with a reserve (1.3, the same source). Nothing beyond that is promised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from assistant.callbacks.people import Staff, instant, spans, working_weekday
from assistant.core.callback import Offers, Refusal, Window
from assistant.core.interval import Interval

AT_MOST = 3
"More offers cannot be held in mind by ear."
ONE_DAY = timedelta(days=1)
LONGEST_BREAK = 31
"Days after which an office that is still closed counts as one that has named no hours."


@dataclass(frozen=True, slots=True)
class Planning:
    """How the office plans; the settings under `callbacks:`."""

    morning: tuple[time, time]
    afternoon: tuple[time, time]
    handling_min: float
    "Mean minutes of one callback, with the note that is written afterwards."
    reserve: float
    "What the mean is multiplied with, so that an ordinary day holds what it promised."
    free_share: float
    "Share of staff's time that is free for callbacks, 0 to 1."
    days_ahead: int
    notice_min: float
    "A window that ends sooner is not offered any more."

    def places(self, minutes: float) -> int:
        """How many callbacks fit into so many minutes of work."""
        return int(minutes * self.free_share / (self.handling_min * self.reserve) + 1e-9)


@dataclass(frozen=True, slots=True)
class Opening:
    """A window of the plan, and how many callbacks it holds from now on."""

    window: Window
    capacity: int


def windows_on(day: date, planning: Planning, staff: Staff) -> tuple[Window, ...]:
    """The windows of a day, in UTC; none on a holiday or a day without office hours.

    Where the office opens twice within half a day, the longer stretch is the window: nobody is told
    to wait through the lunch break.
    """
    weekday = working_weekday(day, staff.country)
    if weekday is None:
        return ()
    found = []
    for begins, ends in (planning.morning, planning.afternoon):
        parts = [
            Window(
                instant(day, max(begins, opens), staff.zone),
                instant(day, min(ends, closes), staff.zone),
            )
            for opens, closes in spans(staff.hours, weekday)
            if max(begins, opens) < min(ends, closes)
        ]
        longest = max(parts, key=lambda part: part.end - part.start, default=None)
        if longest is not None and longest.end - longest.start >= _notice(planning):
            found.append(longest)
    return tuple(found)


def openings(planning: Planning, staff: Staff, now: datetime) -> tuple[Opening, ...]:
    """Every window from today to the end of the plan, the earliest first.

    Those of today that are over are among them, with no room, so that “past” can be told from
    “closed”.
    """
    today = now.astimezone(staff.zone).date()
    return tuple(
        Opening(window, _capacity(window, planning, staff, now))
        for ahead in range(planning.days_ahead + 1)
        for window in windows_on(today + timedelta(days=ahead), planning, staff)
    )


def next_open_day(day: date, staff: Staff) -> date:
    """The first day after `day` on which the office is open; the next one if it never is."""
    for ahead in range(1, LONGEST_BREAK + 1):
        weekday = working_weekday(day + timedelta(days=ahead), staff.country)
        if weekday is not None and spans(staff.hours, weekday):
            return day + timedelta(days=ahead)
    return day + ONE_DAY


def _capacity(window: Window, planning: Planning, staff: Staff, now: datetime) -> int:
    left = staff.minutes(window, now) if _live(window, planning, now) else 0
    return planning.places(left)


def offers(
    plan: Sequence[Opening],
    taken: Mapping[Window, int],
    planning: Planning,
    staff: Staff,
    now: datetime,
    wanted: Interval | None = None,
) -> Offers:
    """At most three windows with room left, in the order of time.

    With a time that was named: its window if that has room; otherwise why not, and the three
    nearest to it.
    """
    now = now.astimezone(UTC)
    room = [each.window for each in plan if each.capacity > taken.get(each.window, 0)]
    if wanted is None:
        return Offers(tuple(room[:AT_MOST]))
    refusal = _impossible(wanted, planning, staff, now)
    found = None if refusal else _best([w for w in room if _within(w, wanted)], wanted)
    if found is not None:
        return Offers(tuple(room[:AT_MOST]), found)
    aim = wanted.start or wanted.end or now
    nearest = sorted(sorted(room, key=lambda window: _distance(window, aim))[:AT_MOST])
    why = refusal or _why([each for each in plan if _within(each.window, wanted)], planning, now)
    return Offers(tuple(nearest), None, why)


def _notice(planning: Planning) -> timedelta:
    return timedelta(minutes=planning.notice_min)


def _live(window: Window, planning: Planning, now: datetime) -> bool:
    return window.end - now >= _notice(planning)


def _within(window: Window, wanted: Interval) -> bool:
    """Whether the window has a part of the time named."""
    if wanted.grain == "instant":
        return wanted.start is not None and window.start <= wanted.start < window.end
    begun = wanted.end is None or window.start < wanted.end
    return begun and (wanted.start is None or wanted.start < window.end)


def _best(windows: Sequence[Window], wanted: Interval) -> Window | None:
    """Of part of a day the window that has most of it; of days the earliest."""
    start, end = wanted.start, wanted.end
    if start is None or end is None or wanted.grain != "window" or end - start >= ONE_DAY:
        return min(windows, default=None)
    return max(
        windows,
        key=lambda window: (min(window.end, end) - max(window.start, start), -_stamp(window)),
        default=None,
    )


def _impossible(
    wanted: Interval, planning: Planning, staff: Staff, now: datetime
) -> Refusal | None:
    """What forbids a time whatever the plan holds."""
    if wanted.grain == "instant" and wanted.start is not None and _skipped(wanted.start):
        return "no_such_time"
    last = wanted.start if wanted.grain == "instant" else wanted.end
    if last is not None and last <= now:
        return "past"
    over = now.astimezone(staff.zone).date() + timedelta(days=planning.days_ahead + 1)
    horizon = instant(over, time(0), staff.zone)
    return "too_far" if wanted.start is not None and wanted.start >= horizon else None


def _why(held: Sequence[Opening], planning: Planning, now: datetime) -> Refusal:
    live = [each for each in held if _live(each.window, planning, now)]
    if held and not live:
        return "past"
    return "full" if any(each.capacity for each in live) else "closed"


def _skipped(moment: datetime) -> bool:
    """Whether the wall clock never shows this time: it changes on its way through UTC."""
    there = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return there.replace(tzinfo=None, fold=0) != moment.replace(tzinfo=None, fold=0)


def _distance(window: Window, aim: datetime) -> timedelta:
    if window.start <= aim < window.end:
        return timedelta()
    return min(abs(window.start - aim), abs(window.end - aim))


def _stamp(window: Window) -> float:
    return window.start.timestamp()
