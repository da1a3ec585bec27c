"""From what residents asked to cases: each request becomes one, what is said twice becomes one."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from assistant.cases import life
from assistant.cases.duplicates import LIKELY, Said, likeness, same_matter
from assistant.cases.history import LINE, Happened, insert_case, note, read, write
from assistant.cases.store import requests
from assistant.cases.tables import cases
from assistant.database import storable, vault_of
from assistant.vault.rows import open_row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from assistant.cases.kinds import Sorting
    from assistant.cases.rules import Rules
    from assistant.core.case import Case
    from assistant.database import Database

COMPARED = 20
"So many open matters of one telephone a new one is compared with."
CATCH_UP = 500
"Rows a transaction: a writer is not kept waiting."
A_TELEPHONE = re.compile(r"\+?\d{3,15}")


class Intake:
    """Makes cases. May be used from any thread."""

    def __init__(
        self,
        database: Database,
        rules: Rules,
        sorting: Sorting,
        *,
        nobody: Callable[[str], bool] = lambda _contact: False,
        new_id: Callable[[], str] = lambda: secrets.token_hex(6),
    ) -> None:
        """`nobody` tells contacts that are no residents; `new_id` names a case to the public."""
        self._database = database
        self.rules = rules
        self._sorting = sorting
        self._nobody = nobody
        self._new_id = new_id

    def opened(
        self, connection: Connection, request: Mapping[str, Any], *, topic: str | None = None
    ) -> None:
        """Make a request, given as it is meant, the case it is, in the transaction that keeps it.

        Its topic is proposed from the words where none is given.
        Where the same telephone has said the same before and staff still have to do it, both are
        one case: the older one goes on, and either code tells how it stands.
        """
        if self._nobody(request["contact"]):
            return
        now = request["created"]
        case = self._new(connection, request, topic)
        older = same_matter(_said(request), self._open_alike(connection, request))
        into = None if older is None else read(connection, older, lock=True)
        if into is not None:
            merge_in(connection, case, into, LINE, now)

    def catch_up(self) -> int:
        """Make cases of requests that have none yet; how many there were."""
        done, last = 0, ""
        while missing := self._without_a_case(last):
            last = missing[-1]["code"]
            residents = [row for row in missing if not self._nobody(row["contact"])]
            with self._database.begin() as connection:
                for request in residents:
                    self._new(connection, request)
            done += len(residents)
        return done

    def likely_duplicates(self, code: str) -> tuple[tuple[str, float], ...]:
        """Open cases of the same telephone that may be the same matter, likeliest first."""
        with self._database.read() as connection:
            wanted = select(requests).where(requests.c.code == storable(code))
            found = connection.execute(wanted).first()
            if found is None:
                return ()
            row = open_row(vault_of(connection), requests.name, found)
            others = self._open_alike(connection, row)
        rated = ((item.code, likeness(_said(row), item)) for item in others)
        likely = [(name, rate) for name, rate in rated if rate >= LIKELY]
        return tuple(sorted(likely, key=lambda pair: -pair[1]))

    def _new(
        self, connection: Connection, request: Mapping[str, Any], topic: str | None = None
    ) -> Case:
        words = request["words"]
        kind = self._sorting.kind(request["intent"], words)
        topic = self._sorting.topic(words) if topic is None else topic
        case = life.opened(request["code"], kind, topic, request["created"], self.rules)
        own_term = self.rules.by_intent.get(request["intent"])
        if own_term is not None:
            case = replace(case, due=self.rules.calendar.after(case.begun, own_term), moved=True)
        if request["status"] == "closed":  # before cases were kept: nobody is asked about it now
            case = replace(case, state="closed")
        insert_case(connection, case, self._new_id())
        note(connection, case.code, Happened("open", LINE, "", case.since), "", case.state)
        return case

    def _open_alike(self, connection: Connection, request: Mapping[str, Any]) -> list[Said]:
        """Open matters of the same telephone and wish, the newest first."""
        if A_TELEPHONE.fullmatch(request["contact"]) is None:
            return []
        vault = vault_of(connection)
        wanted = (
            select(requests)
            .join(cases, cases.c.code == requests.c.code)
            .where(
                requests.c.contact_index == vault.index(request["contact"]),
                requests.c.intent == request["intent"],
                requests.c.status == "open",
                requests.c.code != request["code"],
                cases.c.merged_into.is_(None),
            )
            .order_by(requests.c.created.desc(), requests.c.code.desc())
            .limit(COMPARED)
        )
        rows = connection.execute(wanted)
        return [_said(open_row(vault, requests.name, row)) for row in rows]

    def _without_a_case(self, after: str) -> list[Mapping[str, Any]]:
        joined = requests.outerjoin(cases, cases.c.code == requests.c.code)
        wanted = (
            select(requests)
            .select_from(joined)
            .where(cases.c.code.is_(None), requests.c.code > after)
            .order_by(requests.c.code)
            .limit(CATCH_UP)
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return [open_row(self._database.vault, requests.name, row) for row in rows]


def merge_in(connection: Connection, newer: Case, older: Case, by: str, now: datetime) -> Case:
    """Make two cases one, in the caller's transaction: the older, which goes on.

    Raises `CaseError` where they cannot be.
    """
    after = life.merged(newer, older, now)
    write(connection, newer, after, Happened("merge", by, older.code, now))
    voice = Happened("voice", by, newer.code, now)
    note(connection, older.code, voice, older.state, older.state)
    ours = update(requests).where(requests.c.code == newer.code)
    connection.execute(ours.values(status="closed"))
    return older


def _said(request: Mapping[str, Any]) -> Said:
    return Said(
        request["code"],
        request["intent"],
        request["words"],
        request["place"],
        request.get("nickname") or "",
    )
