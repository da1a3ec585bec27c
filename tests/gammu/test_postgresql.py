"""The same daemon with its tables on PostgreSQL, as a city keeps them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import select

from assistant.benchmarks.postgres_server import ACCOUNT
from assistant.channels import gammu_tables as tables
from assistant.channels.gammu import GammuControl, check_tables, open_tables
from assistant.channels.gammu_watch import GammuParts, GammuWatch
from assistant.core.errors import CarrierError
from assistant.core.texts import IncomingText
from tests.gammu.daemon import POSTGRESQL, SCHEMA, Modem, needs_daemon, running
from tests.kannel.gateway import until

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from assistant.benchmarks.postgres_server import PostgresServer

HERS, ANOTHER = "+8613800000001", "+8613800000002"


def test_texts_go_and_come_over_postgresql(postgres: PostgresServer, tmp_path: Path) -> None:
    """Two parts out and two in, followed, found again, and nothing left lying about."""
    program, name = needs_daemon(), "smsd"
    postgres.create(name)
    script = SCHEMA.with_name("pgsql.sql").read_text("utf-8")
    with psycopg.connect(f"host={postgres.folder} user=postgres dbname={name}") as made:
        made.execute(script.replace("CREATE LANGUAGE plpgsql;", ""))
    engine = open_tables(postgres.url(name, ACCOUNT))
    taken: list[IncomingText] = []
    told: list[tuple[str, str, int | None]] = []

    def take(_key: str, text: IncomingText) -> bool:
        taken.append(text)
        return True

    control = GammuControl("modem", engine, "", b"secret", now)
    parts = GammuParts(take, lambda *report: told.append(report), now)
    watch = GammuWatch("modem", engine, "", parts)
    modem = Modem(tmp_path)

    def looked() -> bool:
        watch.step()
        return bool(taken and told)

    begun = now()
    with running(program, tmp_path, POSTGRESQL.format(server=postgres.folder, name=name)):
        until(lambda: alive(engine), "gammu-smsd found no modem")
        sid = control.send_text(HERS, "喜" * 71)
        modem.bring(ANOTHER, "帮" * 71)
        until(looked, "nothing went or nothing came", 20)
    assert taken == [IncomingText(ANOTHER, "帮" * 71)]
    assert told == [(sid, "sent", None)]
    assert control.find_text(HERS, "喜" * 71, begun) == sid
    with engine.connect() as connection:
        assert connection.execute(select(tables.inbox)).all() == []
        sent = connection.execute(select(tables.sentitems.c.Text, tables.sentitems.c.TextDecoded))
        assert sent.all() == [("", ""), ("", "")]
    engine.dispose()


def now() -> datetime:
    """The daemon has the machine's own clock."""
    return datetime.now(UTC)


def alive(engine: Engine) -> bool:
    """Whether the check finds a modem."""
    try:
        return check_tables(engine, "") == "signal unknown"
    except CarrierError:
        return False
