"""A real gammu-smsd on its SQL tables, with gammu's dummy telephone for a modem.

Texts come in as files in the dummy's folder of received texts, and so do delivery reports, as a
network would send them. What was sent is read from the daemon's own table by a trigger, since the
program blanks it there.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from assistant.core.segments import split
from tests.kannel.gateway import until

SCHEMA = Path("/usr/share/doc/gammu-smsd/examples/sqlite.sql")
CONFIG = """\
[gammu]
model = dummy
connection = none
device = {folder}/dummy
gammucoding = utf8

[smsd]
service = sql
{tables}
logfile = {folder}/smsd.log
debuglevel = 0
commtimeout = 1
loopsleep = 1
receivefrequency = 1
statusfrequency = 0
multiparttimeout = 2
checksecurity = 0
checkbattery = 0
checksignal = 0
"""
SQLITE = """\
driver = sqlite3
dbdir = {folder}
database = smsd.db
"""
POSTGRESQL = """\
driver = native_pgsql
host = {server}
user = postgres
password = none
database = {name}
"""
SPOKEN = """
CREATE TABLE spoken (sid TEXT, place INTEGER, coding TEXT, udh TEXT, said TEXT, number TEXT);
CREATE TRIGGER overhear AFTER INSERT ON sentitems BEGIN
  INSERT INTO spoken VALUES (NEW.CreatorID, NEW.SequencePosition, NEW.Coding, NEW.UDH,
                             NEW.TextDecoded, NEW.DestinationNumber);
END;
"""
RECEIVED = """\
[SMSBackup000]
PDU = {pdu}
SMSC = "123456"
DateTime = {at}
State = UnRead
Number = "{number}"
Text00 = {text}
Coding = Unicode_No_Compression
Folder = 1
Length = {length}
Class = -1
MessageReference = 255
{udh}
"""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One part that the modem has sent."""

    sid: str
    coding: str
    udh: str
    text: str
    to: str


@dataclass
class Modem:
    """A running daemon and its telephone."""

    folder: Path
    received: int = 0
    reference: int = 0

    @property
    def url(self) -> str:
        """Of its tables."""
        return f"sqlite:///{self.folder / 'smsd.db'}"

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of its tables."""
        with closing(sqlite3.connect(self.folder / "smsd.db", timeout=10)) as tables, tables:
            return tables.execute(statement, values).fetchall()

    def spoken(self) -> list[Spoken]:
        """What it has sent so far."""
        statement = "SELECT sid, coding, udh, said, number FROM spoken ORDER BY rowid"
        return [Spoken(*map(str, row)) for row in self.ask(statement)]

    def wait_for(self, count: int) -> list[Spoken]:
        """The parts sent so far, once there are so many."""
        until(lambda: len(self.spoken()) >= count, f"the modem sent no {count} parts", 20)
        return self.spoken()

    def bring(self, sender: str, text: str) -> None:
        """Somebody writes to the line; a long text comes in parts, the last one first."""
        parts = split(text)
        self.reference += 1
        for number, part in sorted(enumerate(parts, 1), reverse=True):
            head = f"050003{self.reference:02X}{len(parts):02X}{number:02X}"
            self._receive("Deliver", sender, part, f"UDH = {head}" if len(parts) > 1 else "")

    def report(self, number: str, word: str) -> None:
        """The network tells what became of the last text to a number."""
        self._receive("Status_Report", number, word, "")

    def _receive(self, pdu: str, number: str, text: str, udh: str) -> None:
        self.received += 1
        written = RECEIVED.format(
            pdu=pdu,
            at=datetime.now().strftime("%Y%m%dT%H%M%S"),  # noqa: DTZ005 - the telephone has the wall clock
            number=number,
            text=text.encode("utf-16-be").hex().upper(),
            length=len(text.encode("utf-16-be")) // 2,
            udh=udh,
        )
        folder = self.folder / "dummy" / "sms" / "1"
        finished = self.folder / "arriving"
        finished.write_text(written, "ascii")
        place = next(n for n in range(1, 1000) if not (folder / str(n)).exists())
        finished.rename(folder / str(place))


@contextmanager
def daemon(folder: Path) -> Iterator[Modem]:
    """A running gammu-smsd with empty tables on SQLite; ends with the block."""
    program = needs_daemon()
    modem = Modem(folder)
    with closing(sqlite3.connect(folder / "smsd.db")) as tables:
        tables.executescript(SCHEMA.read_text("utf-8") + SPOKEN)
    with running(program, folder, SQLITE.format(folder=folder)):
        until(lambda: modem.ask("SELECT 1 FROM phones"), "gammu-smsd found no modem")
        yield modem


def needs_daemon() -> str:
    """The program's path; the test is skipped where it is not installed."""
    program = shutil.which("gammu-smsd")
    if program is None or not SCHEMA.exists():
        reason = "gammu-smsd is not installed; apt-get install gammu-smsd libdbd-sqlite3"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return program


@contextmanager
def running(program: str, folder: Path, tables: str) -> Iterator[None]:
    """The daemon over these tables, with an empty telephone."""
    for place in range(1, 6):
        (folder / "dummy" / "sms" / str(place)).mkdir(parents=True)
    (folder / "rc").write_text(CONFIG.format(folder=folder, tables=tables))
    process = subprocess.Popen(
        [program, "-c", str(folder / "rc")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
