"""`run.py roster` and `run.py callbacks` over a house of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from icalendar import Calendar

from assistant.callbacks.row import Callback
from assistant.callbacks.store import CallbackStore
from assistant.commands.callbacks import callbacks
from assistant.commands.roster import roster
from assistant.core.callback import Window
from assistant.database import open_database

if TYPE_CHECKING:
    import click

PHONE = "+8613800000042"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder these commands share."""
    return tmp_path_factory.mktemp("data")


def run(command: click.Command, data: Path, *arguments: str) -> tuple[int, str]:
    """Exit code, and what was printed."""
    result = CliRunner().invoke(command, [*arguments, "--data", str(data)])
    return result.exit_code, result.output


def test_the_roster_is_edited_by_command(data: Path) -> None:
    """Add, away, back, remove; every refusal is one plain sentence."""
    assert "王芳  +8657188001241  zh  office hours" in run(roster, data, "list")[1]
    joan = ("add", "Joan", "0571-88001299", "--languages", "en")
    hours = ("--days", "MO,WE", "--hours", "08:30-11:30")
    assert run(roster, data, *joan, *hours)[0] == 0
    assert run(roster, data, "absent", "Joan", "--to", "2099-12-31")[0] == 0
    code, listed = run(roster, data, "list")
    assert code == 0
    assert "Joan  +8657188001299  en  MO,WE 08:30-11:30\n  away " in listed
    assert "to 2100-01-01 00:00" in listed
    assert run(roster, data, *joan) == (
        1,
        "Error: Joan: on the roster already; remove them first\n",
    )
    assert run(roster, data, "back", "Joan") == (0, "Joan is back.\n")
    assert run(roster, data, "remove", "Joan") == (0, "Joan is off the roster.\n")
    code, said = run(roster, data, "remove", "Joan")
    assert (code, "nobody of this name" in said) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "A", "soon"), "soon: not a telephone number"),
        (("add", "A", "0571-88001299", "--languages", "fr"), "fr: the line does not speak it"),
    ],
)
def test_what_cannot_be_taken_is_refused(data: Path, arguments: tuple[str, ...], said: str) -> None:
    """Exit 1 with what is wrong and what to do."""
    code, output = run(roster, data, *arguments)
    assert (code, said in output) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "A", "1", "--days", "MO"), "--days and --hours go together"),
        (("add", "A", "1", "--days", "XX", "--hours", "09:00-10:00"), "--days XX: not a weekday"),
        (("add", "A", "1", "--days", "MO", "--hours", "10:00-09:00"), "--hours 10:00-09:00"),
        (("add", "A", "1", "--from", "soon"), "--from soon: not a day"),
        (("add", "A", "1", "--from", "2026-12-02", "--to", "2026-12-01"), "is before --from"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_opened(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    """Exit 2, and the folder stays empty."""
    code, output = run(roster, tmp_path, *arguments)
    assert (code, said in output) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_promises_are_listed_counted_and_written(data: Path, tmp_path: Path) -> None:
    """The list shows the telephone's last digits only; the ledger counts; the calendar is one."""
    assert run(callbacks, data, "list") == (0, "No callback is open.\n")
    now = datetime.now(UTC)
    window = Window(now + timedelta(hours=1), now + timedelta(hours=3))
    database = open_database(f"sqlite:///{data / 'neighbour-line.db'}")
    wish = Callback("GH000042", PHONE, "zh", "", "漏水", "voice", "c1", now, safe_word="荷叶")
    assert CallbackStore(database).reserve(wish, window, 9, now, "test") is not None
    database.close()
    _, listed = run(callbacks, data, "list")
    assert listed.startswith("GH000042  booked")
    assert "…0042" in listed
    assert not any(secret in listed for secret in (PHONE, "漏水", "荷叶"))
    tomorrow = f"{now + timedelta(days=2):%Y-%m-%d}"
    code, ledger = run(callbacks, data, "ledger", "--to", tomorrow)
    assert code == 0
    heads, cells = (line.split() for line in ledger.splitlines()[:2])
    counted = dict(zip(heads, cells, strict=False))
    assert (counted["promised"], counted["open"], counted["kept"]) == ("1", "1", "0")
    file = tmp_path / "office.ics"
    assert run(callbacks, data, "calendar", "--file", str(file)) == (0, f"{file}\n")
    (event,) = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert event["UID"] == "GH000042"
    assert run(callbacks, data, "calendar", "--file", str(tmp_path / "no" / "such.ics"))[0] == 1
