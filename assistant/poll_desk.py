"""Votes as staff work on them: made, closed, counted, published. Blocks.

A vote stands among the facts of the directory, like one that was imported: it is exported with
them, is in the history and can be taken back. Counts are shown once it is over, small ones never.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import select

from assistant.core.errors import DataError
from assistant.directory.exchange import import_rows
from assistant.directory.intake import Intake, Row
from assistant.directory.tables import site_facts
from assistant.polls import rules
from assistant.polls.facts import TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

    from assistant.core.poll import Poll, PollState, Tally
    from assistant.database import Database
    from assistant.polling import Polling

LONGEST = 60
"Characters of a question or a choice: more is not kept in mind while others are read."
CHOICES = range(2, 9)
"Two at least; nine and zero are keys with a meaning of their own."


@dataclass(frozen=True, slots=True)
class PollView:
    """One vote as the desk shows it."""

    poll: Poll
    state: PollState
    about: int | None
    "How many have voted, rounded down to tens; `None` for fewer than ten."
    result: tuple[Tally, ...]
    "Once it is over; what is published, or would be."
    whole: int | None
    "Of the result, where no part of it is hidden."
    published: bool


class PollDesk:
    """Works on the votes of one house. Called from worker threads."""

    def __init__(self, database: Database, polling: Polling) -> None:
        self._database = database
        self._polling = polling

    def listing(self, now: datetime) -> tuple[PollView, ...]:
        """Every vote: open ones first, then those to come, then what is over, the latest first."""
        views = [self._view(poll, now) for poll in self._polling.polls()]
        ranks = {"open": 0, "ahead": 1, "over": 2}
        latest = sorted(views, key=lambda one: _moment(one.poll.closes), reverse=True)
        return tuple(sorted(latest, key=lambda one: ranks[one.state]))

    def get(self, poll: str, now: datetime) -> PollView | None:
        """One vote, or `None`."""
        return next((view for view in self.listing(now) if view.poll.id == poll), None)

    def make(
        self,
        titles: Mapping[str, str],
        choices: Mapping[str, Sequence[str]],
        days: tuple[date, date],
        *,
        by: str,
        at: datetime,
    ) -> str:
        """Put a vote up, by language, from its first day to its last; its id.

        Raises `DataError` for one that cannot be asked.
        """
        own, *others = self._polling.languages
        title, listed = titles.get(own, "").strip(), _cleaned(choices.get(own, ()))
        _check(title, listed, days)
        identifier, intake = str(uuid4()), Intake()
        for language in others:
            there = _cleaned(choices.get(language, ()))
            if there and len(there) != len(listed):
                raise DataError("Write as many choices in every language, in the same order.")
            texts = {"title": titles.get(language, "").strip(), "choices": "; ".join(there)}
            for column, text in texts.items():
                if text:
                    key = (TABLE, identifier, column, language)
                    intake.translations[key] = Row(identifier, "", None, {"text": text}, {})
        opens, closes = (day.isoformat() for day in days)
        row = {
            "id": identifier,
            "title": title,
            "choices": listed,
            "opens": opens,
            "closes": closes,
        }
        with self._database.begin() as connection:
            self._write(connection, intake, [*_rows(connection), row], by, at)
        self._polling.store.current()
        return identifier

    def close(self, poll: str, *, by: str, at: datetime) -> bool:
        """Take no more votes from now on; whether it was open."""
        view = self.get(poll, at)
        if view is None or view.state != "open":
            return False
        with self._database.begin() as connection:
            rows = [
                row | {"closes": at.isoformat()} if str(row.get("id")) == poll else row
                for row in _rows(connection)
            ]
            self._write(connection, Intake(), rows, by, at)
        return True

    def publish(self, poll: str, *, by: str, at: datetime) -> bool:
        """Tell the result from now on; whether it was over and not published yet."""
        view = self.get(poll, at)
        if view is None or view.state != "over" or view.published:
            return False
        return self._polling.ballots.publish(poll, view.result, by, at)

    def _view(self, poll: Poll, now: datetime) -> PollView:
        state, ballots = rules.state(poll, now), self._polling.ballots
        published = ballots.published().get(poll.id)
        counts = ballots.counts(poll.id) if state == "over" and published is None else {}
        counted = rules.result(poll, counts) if state == "over" else ()
        result = published or counted
        about = rules.about(ballots.turnout(poll.id))
        return PollView(poll, state, about, result, rules.whole(result), published is not None)

    def _write(
        self,
        connection: Connection,
        intake: Intake,
        rows: Sequence[Mapping[str, Any]],
        by: str,
        at: datetime,
    ) -> None:
        label = f"desk, {by}"
        intake.community.append((label, {"polls": [dict(row) for row in rows]}))
        import_rows(connection, intake, at=at, label=label, gone={})


def _rows(connection: Connection) -> list[dict[str, Any]]:
    """The votes as the directory has them."""
    wanted = select(site_facts.c.value).where(site_facts.c.key == "polls").with_for_update()
    found = connection.execute(wanted).scalar()
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _cleaned(choices: Sequence[str]) -> list[str]:
    return [" ".join(choice.split()) for choice in choices if choice.strip()]


def _check(title: str, choices: Sequence[str], days: tuple[date, date]) -> None:
    if not title:
        raise DataError("Write the question.")
    if len(choices) not in CHOICES:
        raise DataError(f"Give {CHOICES.start} to {CHOICES.stop - 1} choices.")
    if len({choice.casefold() for choice in choices}) < len(choices):
        raise DataError("Two choices are the same.")
    if any(len(text) > LONGEST for text in (title, *choices)):
        raise DataError(f"At most {LONGEST} characters can be kept in mind when heard.")
    if days[1] < days[0]:
        raise DataError("It closes before it opens.")


def _moment(closes: datetime | None) -> float:
    return float("inf") if closes is None else closes.timestamp()
