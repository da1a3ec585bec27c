"""What the watch does with the daemon's tables, without a daemon."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from assistant.channels.gammu import GammuControl, open_tables
from assistant.channels.gammu_watch import KEPT, PARTS_WAIT, GammuParts, GammuWatch
from assistant.core.errors import CarrierError, ConfigError
from assistant.core.texts import IncomingText
from tests.gammu.daemon import SCHEMA, Modem, needs_daemon

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

NINE = datetime.fromisoformat("2026-11-25T09:00+08:00")
HERS, ANOTHER = "+8613800000001", "+8613800000002"
CAME = "INSERT INTO inbox (Text, SenderNumber, UDH, TextDecoded, RecipientID) VALUES ('',?,?,?,?)"


@dataclass
class Desk:
    """Stands for the house."""

    modem: Modem
    engine: Engine
    now: datetime = NINE
    texts: list[str] = field(default_factory=list)
    told: list[tuple[str, str, int | None]] = field(default_factory=list)

    def watch(self, phone: str = "") -> GammuWatch:
        """As a new process would have it."""
        reported = lambda *report: self.told.append(report)  # noqa: E731 - one word
        return GammuWatch(
            "modem", self.engine, phone, GammuParts(self.take, reported, lambda: self.now)
        )

    def take(self, _key: str, text: IncomingText) -> bool:
        """Answer, but for one text that breaks whoever reads it."""
        if text.body == "broken":
            raise ZeroDivisionError
        self.texts.append(text.body)
        return True

    def send(self) -> str:
        """One text of ours, which the daemon sends at once."""
        control = GammuControl("modem", self.engine, "", b"secret", lambda: self.now)
        sid = control.send_text(HERS, "您好")
        self.modem.ask(
            "INSERT INTO sentitems (ID, Text, UDH, TextDecoded, SenderID, CreatorID)"
            " SELECT ID, Text, '', '您好', '', CreatorID FROM outbox"
        )
        self.modem.ask("DELETE FROM outbox")
        return sid


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Empty tables."""
    needs_daemon()
    with closing(sqlite3.connect(tmp_path / "smsd.db")) as tables:
        tables.executescript(SCHEMA.read_text("utf-8"))
    modem = Modem(tmp_path)
    engine = open_tables(modem.url)
    yield Desk(modem, engine)
    engine.dispose()


def test_one_text_that_cannot_be_answered_holds_up_no_other(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """It stays and is tried again; nothing of it is logged."""
    for body in ("broken", "您好"):
        desk.modem.ask(CAME, HERS, "", body, "")
    desk.watch().step()
    assert desk.texts == ["您好"]
    assert desk.modem.ask("SELECT TextDecoded FROM inbox") == [("broken",)]
    assert "could not be answered" in caplog.text
    assert HERS not in caplog.text
    assert "broken" not in caplog.text


def test_missing_parts_are_waited_for_and_then_done_without(desk: Desk) -> None:
    """As long as the daemon could still be writing them; then she is answered."""
    desk.modem.ask(CAME, HERS, "050003070201", "第一段", "")
    watch = desk.watch()
    watch.step()
    assert desk.texts == []
    desk.now += PARTS_WAIT
    watch.step()
    assert desk.texts == ["第一段"]


def test_a_modem_reads_its_own_texts_only(desk: Desk) -> None:
    """Where several share the tables."""
    desk.modem.ask(CAME, HERS, "", "左边", "left")
    desk.modem.ask(CAME, HERS, "", "右边", "right")
    desk.watch("left").step()
    assert desk.texts == ["左边"]


def test_what_became_of_a_text_is_told_once_and_its_row_goes(desk: Desk) -> None:
    """Its words at once, the rest after two days; other programs' rows are left alone."""
    sid, watch = desk.send(), desk.watch()
    desk.modem.ask(
        "INSERT INTO sentitems (ID, Text, UDH, TextDecoded, SenderID, CreatorID)"
        " VALUES (99, '0041', '', 'A', '', 'Gammu 1.42')"
    )
    for _ in range(3):
        watch.step()
    assert desk.told == [(sid, "sent", None)]
    rows = "SELECT CreatorID, TextDecoded FROM sentitems ORDER BY ID"
    assert desk.modem.ask(rows) == [(sid, ""), ("Gammu 1.42", "A")]
    desk.now += KEPT + timedelta(seconds=2)
    watch.step()
    assert desk.modem.ask(rows) == [("Gammu 1.42", "A")]


def test_tables_that_cannot_be_written_surely_have_nothing(desk: Desk, tmp_path: Path) -> None:
    """And an address of no database stops the start with what to write."""
    desk.modem.ask("DROP TABLE outbox")
    control = GammuControl("modem", desk.engine, "", b"secret", lambda: NINE)
    with pytest.raises(CarrierError) as failed:
        control.send_text(HERS, "您好")
    assert failed.value.certain
    assert HERS not in str(failed.value)
    for url in ("nosuch://host/name", f"pigeons+{tmp_path}"):
        with pytest.raises(ConfigError):
            open_tables(url)
