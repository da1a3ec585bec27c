"""A made-up community: 2,000 residents, 18 months of contacts. Seeded; see `docs/figures.md`.

One generator of NumPy decides everything, so a seed is a community. Residents are rows of numbers:
nobody real is in it. `community_matters` makes cases and callbacks of the contacts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from assistant.callbacks.people import working_weekday
from assistant.scorecard.contacts import Contact, Ending
from assistant.scorecard.store import SAME_MATTER

if TYPE_CHECKING:
    from numpy.typing import NDArray

ZONE: Final = ZoneInfo("Asia/Shanghai")
FIRST: Final = date(2025, 5, 1)
DAYS: Final = 548
"Eighteen months."
RESIDENTS: Final = 2000
A_MONTH: Final = 1.5
"Contacts of a resident in a month, on average; some never ring, a few every other day."
ACTIVITY: Final = 0.6
"Shape of the gamma distribution of how often residents ring: a tenth of them makes half the calls."
IN_CHINESE, LANDLINE, HARD_TO_HEAR = 0.85, 0.45, 0.20
BY_TEXT: Final = 0.3
"Share of what comes from a mobile telephone."
WEEKDAYS: Final = (1.25, 1.1, 1.05, 1.0, 1.0, 0.6, 0.45)
HOLIDAY: Final = 0.3
WINTER: Final = 0.15
"Above the mean in January, below it in July."
HOURS: Final = (
    0.2, 0.1, 0.1, 0.1, 0.2, 0.6, 2, 5, 9, 11, 10, 7, 4, 4, 8, 9, 7, 5, 4, 4, 3, 2, 1, 0.4,
)  # fmt: skip
"Weights of the hours a contact begins in."
TOPICS: Final = {
    "service.hours": 14, "service.find": 9, "service.phone": 8, "service.documents": 6,
    "today.roster": 10, "today.notice": 6, "callback.book": 8, "case.report": 12,
    "case.complain": 4, "case.suggest": 2, "case.status": 6, "person.request": 5,
    "poll.vote": 2, "learn.scam": 2, "safety.fall": 0.5, "privacy.opt_out": 0.5, "": 5,
}  # fmt: skip
"Weights of what is asked; the empty one was not understood."
ENDINGS: Final[dict[str, Ending]] = {
    "callback": "callback", "case": "case", "person": "person", "poll": "poll",
    "safety": "emergency", "privacy": "opted_out",
}  # fmt: skip
"By the beginning of a topic, what it comes to when all goes well; the others are answered."
FAILS: Final = 0.10
FAILS_HARD: Final = 0.25
"Share that comes to nothing: in general, and of those who are hard to hear."
UNDERSTOOD: Final = {"zh": 0.93, "en": 0.88}
UNDERSTOOD_HARD: Final = 0.68
COMES_BACK, COMES_BACK_FAILED = 0.05, 0.35
"Share that asks for the same within a week, after an answer and after none."
STEPS: Final = ("open.ask", "which.place", "take.case.report", "confirm.heard")


@dataclass(frozen=True, slots=True)
class Size:
    """How big a community is."""

    residents: int = RESIDENTS
    days: int = DAYS
    a_month: float = A_MONTH
    first: date = FIRST


def made(seed: int = 1, size: Size | None = None) -> list[Contact]:
    """Every contact, the earliest first; `person` stands for the blind index of a telephone."""
    size = size or Size()
    chance = np.random.default_rng(seed)
    activity = chance.gamma(ACTIVITY, 1, size.residents)
    activity /= activity.sum()
    chinese = chance.random(size.residents) < IN_CHINESE
    landline = chance.random(size.residents) < LANDLINE
    hard = chance.random(size.residents) < HARD_TO_HEAR
    people = _People(activity, chinese, landline, hard)
    found: list[Contact] = []
    for number in range(size.days):
        day = size.first + timedelta(days=number)
        mean = size.residents * size.a_month * 12 / 365 * day_factor(day)
        found += _day(day, int(chance.poisson(mean)), people, chance)
    over = ends(size)
    inside = [one for one in found if one.at < over]
    return again(sorted(inside, key=lambda one: (one.at, one.id)))


@dataclass(frozen=True, slots=True)
class _People:
    activity: NDArray[np.float64]
    chinese: NDArray[np.bool_]
    landline: NDArray[np.bool_]
    hard: NDArray[np.bool_]


def day_factor(day: date) -> float:
    """How much busier than the mean a day is."""
    weekday = working_weekday(day, "CN")
    season = 1 + WINTER * float(np.cos(2 * np.pi * (day.timetuple().tm_yday - 15) / 365))
    return season * (HOLIDAY if weekday is None else WEEKDAYS[weekday])


def _day(day: date, count: int, people: _People, chance: np.random.Generator) -> list[Contact]:
    """The contacts that begin on one day, and those that come back because of them."""
    who = chance.choice(len(people.activity), count, p=people.activity)
    hours = chance.choice(24, count, p=np.array(HOURS) / sum(HOURS))
    weights = np.array(list(TOPICS.values()))
    topics = np.array(list(TOPICS))[chance.choice(len(TOPICS), count, p=weights / weights.sum())]
    found: list[Contact] = []
    for number in range(count):
        person, topic = int(who[number]), str(topics[number])
        seconds = int(chance.integers(3600))
        at = datetime.combine(day, time(int(hours[number])), ZONE) + timedelta(seconds=seconds)
        one = _contact(f"{day}:{number}", at, person, topic, people, chance)
        found.append(one)
        failed = one.ending in {"left", "none"}
        if topic and chance.random() < (COMES_BACK_FAILED if failed else COMES_BACK):
            later = at + timedelta(days=int(chance.integers(1, 6)))
            found.append(_contact(f"{day}:{number}b", later, person, topic, people, chance))
    return found


def _contact(
    name: str,
    at: datetime,
    person: int,
    topic: str,
    people: _People,
    chance: np.random.Generator,
) -> Contact:
    hard, landline = bool(people.hard[person]), bool(people.landline[person])
    language = "zh" if people.chinese[person] else "en"
    by_text = not landline and chance.random() < BY_TEXT
    heard = int(1 + chance.poisson(1.5))
    share = UNDERSTOOD_HARD if hard and not by_text else UNDERSTOOD[language]
    failed = not topic or chance.random() < (FAILS_HARD if hard else FAILS)
    left = failed and bool(chance.random() < 0.5) and not by_text  # noqa: PLR2004 - half of them
    well: Ending = ENDINGS.get(topic.partition(".")[0], "answered")
    danger = topic.startswith("safety.")
    return Contact(
        name,
        at,
        f"{at:%Y-%m-%d}",
        at.hour,
        "sms" if by_text else "voice",
        "landline" if landline else "mobile",
        language,
        f"resident {person}",
        topic,
        ("left" if left else "none") if failed else well,
        str(STEPS[int(chance.integers(len(STEPS)))]),
        heard,
        int(chance.binomial(heard, share)),
        None if by_text else int(1000 * chance.lognormal(0, 1)),
        int(chance.integers(3, 240)),
        int(danger),
        int(danger and not failed),
        int(chance.integers(3, 20)) if danger else None,
        None,
    )


def again(found: Sequence[Contact]) -> list[Contact]:
    """With whether the same resident asked for the same within seven days.

    Reckoned apart from the store, which can be tried against it. `found` is in the order of time.
    """
    following: dict[tuple[str, str], datetime] = {}
    marked: list[Contact] = []
    for one in reversed(found):
        key = (one.person, one.topic)
        later = following.get(key) if one.topic else None
        marked.append(replace(one, again=later is not None and later - one.at <= SAME_MATTER))
        following[key] = one.at
    return marked[::-1]


def ends(size: Size) -> datetime:
    """The moment after the last day, in UTC."""
    day = size.first + timedelta(days=size.days)
    return datetime.combine(day, time(), ZONE).astimezone(UTC)
