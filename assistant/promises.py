"""The office that rings back: its roster, its promises, and the book the dialogue asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from secrets import choice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.callbacks.book import Book
from assistant.callbacks.people import WEEKDAYS
from assistant.callbacks.records import Records
from assistant.callbacks.roster import Office, Roster
from assistant.callbacks.rules import Rules
from assistant.callbacks.safe_words import unguessable
from assistant.callbacks.store import CallbackStore
from assistant.callbacks.windows import Planning, next_open_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assistant.callbacks.safe_words import Pick
    from assistant.config import Config
    from assistant.database import Database

WORKDAYS = ",".join(WEEKDAYS[:5])


@dataclass(frozen=True, slots=True)
class Promises:
    """Everything about ringing back, over one database."""

    roster: Roster
    store: CallbackStore
    book: Book
    records: Records
    planning: Planning
    rules: Rules
    "Of the life of a callback."


def planning_of(config: Config) -> Planning:
    """The settings under `callbacks:` as the planner takes them."""
    given = config.callbacks
    morning, afternoon = (
        (time.fromisoformat(begins), time.fromisoformat(ends))
        for begins, ends in (given.morning, given.afternoon)
    )
    return Planning(
        morning=morning,
        afternoon=afternoon,
        handling_min=given.handling_min,
        reserve=given.reserve,
        free_share=given.free_share,
        days_ahead=given.days_ahead,
        notice_min=given.notice_min,
    )


def open_promises(
    config: Config,
    database: Database,
    facts: Callable[[], Mapping[str, object]],
    words: Mapping[str, Sequence[str]],
    pick: Pick = choice,
) -> Promises:
    """The roster and the book over `database`; on an empty roster, the made-up demo people.

    `facts` reads what `community.json` says of the office; where it has no `staff_hours`, the
    halves of the settings hold from Monday to Friday. `words` are the safe words by language.
    """
    planning, zone = planning_of(config), ZoneInfo(config.site.timezone)
    halves = (config.callbacks.morning, config.callbacks.afternoon)
    usual = [{"byday": WORKDAYS, "opens_at": begins, "closes_at": ends} for begins, ends in halves]
    office = Office(
        zone,
        config.site.country,
        hours=lambda: facts().get("staff_hours"),
        usual=usual,
        real=bool(config.twilio.account_sid) and not config.twilio.api_base,
    )
    roster = Roster(database, office)
    roster.load_demo()
    roster.staff()
    rules = Rules(
        zone=zone,
        next_workday=lambda day: next_open_day(day, roster.last_read()),
        morning=planning.morning[0],
    )
    store = CallbackStore(database, rules)
    names = " ".join(config.site.name.values()).casefold()
    own_first = {
        language: unguessable(words[language], names) for language in config.site.languages
    }
    return Promises(
        roster,
        store,
        Book(store, roster, planning, own_first, pick),
        Records(database),
        planning,
        rules,
    )
