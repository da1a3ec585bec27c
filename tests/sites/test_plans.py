"""How the server finds one site's rows among those of twenty: by an index, and by no other's."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from assistant.audit.store import AuditLog
from assistant.callbacks.claims import Claims
from assistant.callbacks.store import CallbackStore
from assistant.cases.store import RequestStore
from assistant.core.conversation import Conversation
from assistant.core.texts import OutgoingText
from assistant.database import Database
from assistant.memory.store import ConversationStore
from assistant.outbox.store import Outbox
from tests.callbacks.rows import NOW, RULES, WINDOW, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.sites.conftest import Shared

HERS = "+8613800000001"
TALK = Conversation("c1", "sms", HERS, "zh", NOW, NOW)
SITES, ROWS = 20, 500
CHANGED = {
    "code": "code || '-' || n", "id": "id || '-' || n", "key": "key || '-' || n",
    "number": "n", "site": "'office-' || s",
    "phone_index": "md5(s || ' ' || n)", "contact_index": "md5(s || ' ' || n)",
}  # fmt: skip
"How a row becomes that of another resident, at another site."
FILLED = ("callbacks", "conversations", "outbox", "requests", "audit")
HOT: dict[str, Callable[[Database], object]] = {
    "what was promised to this number": lambda site: CallbackStore(site, RULES).open_for(HERS),
    "the callback to be rung next": lambda site: Claims(site, RULES).claim("us", 60),
    "those whose window opens": lambda site: Claims(site, RULES).open_windows(WINDOW.start),
    "the talk of this number": lambda site: ConversationStore(site).load("sms", HERS),
    "a talk by its id": lambda site: ConversationStore(site).get("c1"),
    "the text to be sent next": lambda site: Outbox(site).claim(NOW + timedelta(hours=1)),
    "open matters of this number": lambda site: RequestStore(site).open_for(HERS),
    "a matter by its code": lambda site: RequestStore(site).get("GH000001"),
    "the end of the audit log": lambda site: AuditLog(site, "key").head(),
}


def lived_in(site: Database) -> None:
    """One row of each kind, all of them due."""
    store = CallbackStore(site, RULES)
    assert store.reserve(wanted(), WINDOW, 3, NOW, "test") is not None
    assert Claims(site, RULES).open_windows(WINDOW.end) == 1
    ConversationStore(site).save(TALK)
    Outbox(site).put(OutgoingText("k1", HERS, "好的", "zh", "answer", NOW), NOW)
    AuditLog(site, "key").note("王芳", "number.reveal", NOW)


def crowd(shared: Shared, site: Database) -> None:
    """The same rows many times at many other sites, and those of this one over and over."""
    statements = []
    with site.read() as connection:
        for table in FILLED:
            names = connection.exec_driver_sql(
                f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"  # noqa: S608 - a name above
            )
            into = [f'"{name}"' for name in names.scalars()]
            values = [CHANGED.get(name.strip('"'), name) for name in into]
            statements.append(
                f"INSERT INTO {table} ({', '.join(into)}) SELECT {', '.join(values)} FROM {table},"  # noqa: S608 - names above
                f" generate_series(1, {SITES}) s, generate_series(1, {ROWS}) n"
                f" WHERE site = '{site.site}'"
            )
    shared.as_superuser(*statements, *(f"ANALYZE {table}" for table in FILLED))


@contextmanager
def heard(site: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements on those tables that are run meanwhile."""
    said: list[tuple[str, Any]] = []

    def keep(_c: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:  # noqa: ANN401 - as the driver takes them
        if statement.startswith(("SELECT", "UPDATE")) and any(f" {t}" in statement for t in FILLED):
            said.append((statement, parameters))

    event.listen(site.engine, "before_cursor_execute", keep)
    yield said
    event.remove(site.engine, "before_cursor_execute", keep)


@pytest.fixture
def busy(shared: Shared, north: Database) -> Database:
    """A site among many."""
    lived_in(north)
    request = {
        "code": "GH000001", "intent": "case.report", "words": "", "conversation_id": "c1",
        "channel": "sms", "contact": "", "language": "zh", "created": NOW.isoformat(),
        "status": "open", "contact_index": north.vault.index(HERS),
    }  # fmt: skip
    marks = ", ".join(f"%({name})s" for name in request)
    with north.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO requests ({', '.join(request)}) VALUES ({marks})",  # noqa: S608 - names above
            request,
        )
    crowd(shared, north)
    return north


def test_one_site_is_found_among_many_by_an_index(busy: Database) -> None:
    """No hot statement reads a whole table, and each goes in by the site."""
    for what, ask in HOT.items():
        with heard(busy) as said:
            ask(busy)
        assert said, what
        for statement, parameters in said:
            plan = explained(busy, statement, parameters)
            assert "Seq Scan" not in plan, f"{what}\n{statement}\n{plan}"
            conditions = [line for line in plan.splitlines() if "Index Cond:" in line]
            assert conditions, f"{what}\n{plan}"
            assert all("site = " in line for line in conditions), f"{what}\n{plan}"


def explained(site: Database, statement: str, parameters: Any) -> str:  # noqa: ANN401 - as the driver takes them
    """What the server would do."""
    with site.begin() as connection:
        found = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        return "\n".join(found.scalars())
