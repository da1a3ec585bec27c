"""Ballots, published results and who is to be told, in the database.

Who holds the database and not the keys can neither see a choice nor try out whose a ballot is. Who
holds both could try numbers one by one; nothing in the program does.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from assistant.core.poll import Tally
from assistant.database import insert_once, storable, upsert
from assistant.polls.tables import ballots, news, results

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from assistant.database import Database


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one ballot."""

    replaces: int | None
    household: int
    "Ballots of this telephone that stand in this poll."


@dataclass(frozen=True, slots=True)
class Telling:
    """Somebody who wants to know what came of a poll."""

    id: str
    poll: str
    contact: str
    language: str


class BallotStore:
    """Keeps votes. Called from worker threads; every call is one transaction or none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cast(self, poll: str, contact: str, voter: str, choice: int, now: datetime) -> Kept:
        """Count one voice; one that voted before has its ballot replaced, never doubled."""
        vault, name = self._database.vault, self._ballot(poll, voter)
        day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        row = {
            "id": name,
            "poll": storable(poll),
            "household": self._household(poll, contact),
            "choice": vault.seal(ballots.name, "choice", name, f"{choice:02d}"),
            "day": day,
        }
        with self._database.begin() as connection:
            wanted = select(ballots.c.choice).where(ballots.c.id == name).with_for_update()
            before = connection.execute(wanted).scalar()
            upsert(connection, ballots, [row])
            same = (ballots.c.poll == row["poll"]) & (ballots.c.household == row["household"])
            household = connection.execute(select(func.count()).where(same)).scalar_one()
        return Kept(None if before is None else self._open(name, before), household)

    def mine(self, poll: str, voter: str) -> int | None:
        """The choice of this voice that stands."""
        name = self._ballot(poll, voter)
        with self._database.read() as connection:
            sealed = connection.execute(
                select(ballots.c.choice).where(ballots.c.id == name)
            ).scalar()
        return None if sealed is None else self._open(name, sealed)

    def turnout(self, poll: str) -> int:
        """How many voices have voted."""
        with self._database.read() as connection:
            counted = select(func.count()).where(ballots.c.poll == storable(poll))
            return int(connection.execute(counted).scalar_one())

    def counts(self, poll: str) -> Mapping[int, int]:
        """Votes by choice. Only for a poll that is over: two looks would show a vote between."""
        wanted = select(ballots.c.id, ballots.c.choice).where(ballots.c.poll == storable(poll))
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return Counter(self._open(row.id, row.choice) for row in rows)

    def publish(self, poll: str, tallies: Sequence[Tally], by: str, now: datetime) -> bool:
        """Keep what is told of a poll from now on; whether nothing was published before."""
        row = {
            "poll": storable(poll),
            "tallies": [[tally.choice, tally.votes] for tally in tallies],
            "published": now,
            "by": storable(by),
        }
        with self._database.begin() as connection:
            return insert_once(connection, results, row)

    def published(self) -> Mapping[str, tuple[Tally, ...]]:
        """What was published, by poll."""
        with self._database.read() as connection:
            rows = connection.execute(select(results.c.poll, results.c.tallies)).all()
        return {row.poll: tuple(Tally(*tally) for tally in row.tallies) for row in rows}

    def was_asked(self, poll: str, contact: str) -> bool:
        """Whether this telephone was asked about the result of this poll."""
        with self._database.read() as connection:
            wanted = select(news.c.id).where(news.c.id == self._telling(poll, contact))
            return connection.execute(wanted).first() is not None

    def keep_posted(
        self, poll: str, contact: str, language: str, now: datetime, *, wanted: bool
    ) -> None:
        """Note whether this telephone wants the result; the latest answer holds."""
        vault, name = self._database.vault, self._telling(poll, contact)
        row = {
            "id": name,
            "poll": storable(poll),
            "contact": vault.seal(news.name, "contact", name, storable(contact)),
            "contact_index": vault.index(storable(contact)),
            "language": language,
            "wanted": wanted,
            "asked": now,
            "told": None,
        }
        with self._database.begin() as connection:
            upsert(connection, news, [row], keep=("told",))

    def to_tell(self) -> tuple[Telling, ...]:
        """Who waits for a result that has been published."""
        waiting = (
            select(news)
            .join(results, results.c.poll == news.c.poll)
            .where(news.c.wanted, news.c.told.is_(None))
            .order_by(news.c.id)
        )
        with self._database.read() as connection:
            rows = connection.execute(waiting).all()
        vault = self._database.vault
        return tuple(
            Telling(
                row.id,
                row.poll,
                vault.open_(news.name, "contact", row.id, row.contact),
                row.language,
            )
            for row in rows
        )

    def told(self, telling: Telling, now: datetime) -> bool:
        """Note that she is told; whether nobody had noted it before."""
        ours = update(news).where(news.c.id == telling.id, news.c.told.is_(None))
        with self._database.begin() as connection:
            return connection.execute(ours.values(told=now)).rowcount == 1

    def _open(self, name: str, sealed: str) -> int:
        return int(self._database.vault.open_(ballots.name, "choice", name, sealed))

    def _ballot(self, poll: str, voter: str) -> str:
        return self._database.vault.index(storable(f"ballot\n{poll}\n{voter}"))

    def _household(self, poll: str, contact: str) -> str:
        return self._database.vault.index(storable(f"household\n{poll}\n{contact}"))

    def _telling(self, poll: str, contact: str) -> str:
        return self._database.vault.index(storable(f"news\n{poll}\n{contact}"))
