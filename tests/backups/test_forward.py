"""A database of every version there was is brought up to date, and all it held is found."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect, text

from assistant.callbacks.life import DEFAULT_RULES
from assistant.callbacks.people import Person
from assistant.callbacks.roster import Office, Roster
from assistant.callbacks.store import CallbackStore
from assistant.cards.store import CardStore
from assistant.cases.closings import RequestDesk
from assistant.cases.store import RequestStore
from assistant.corrections.store import CorrectionStore
from assistant.database import MIGRATIONS, Database, newest_revision, open_database
from assistant.memory.store import ConversationStore, WebhookLog
from assistant.outbox.store import Outbox
from assistant.privacy.holds import HoldStore
from assistant.staff.drafts import DraftStore
from assistant.upgrading import SEALED_SINCE, copies_of
from tests.vault.test_upgrade import MOBILE, NOW, NUMBER, ROWS, SAID, TALK

REVISIONS = sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("0*.py"))
FILE = "neighbour-line.db"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty file of every version, by its revision."""
    folder = tmp_path_factory.mktemp("versions")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    file = folder / "rising.db"
    engine = create_engine(f"sqlite:///{file}")
    for revision in REVISIONS:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        shutil.copy(file, folder / revision)
    engine.dispose()
    return folder


def filled(file: Path) -> set[str]:
    """Put a row into each table this version has; the tables."""
    engine, tables = create_engine(f"sqlite:///{file}"), set()
    known = set(inspect(engine).get_table_names())
    with engine.begin() as connection:
        for name, row in ROWS:
            if name not in known:
                continue
            values = dict(_fitting(inspect(engine).get_columns(name), row))
            names, marks = (
                ", ".join(f'"{one}"' for one in values),
                ", ".join(f":{one}" for one in values),
            )
            connection.execute(text(f"INSERT INTO {name} ({names}) VALUES ({marks})"), values)  # noqa: S608 - names of this test
            tables.add(name)
    engine.dispose()
    return tables


def _fitting(columns: Any, row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - as SQLAlchemy reflects
    """The row as this version could have written it; a blind index held the number itself."""
    clear = row.get("contact") or row.get("phone") or row.get("words")
    for column in columns:
        name = column["name"]
        if name in row:
            yield name, row[name]
        elif name.endswith("_index"):
            yield name, clear
        elif not column["nullable"] and column["default"] is None:
            yield name, 0 if column["type"].python_type in {int, bool, float} else ""


def _request(database: Database) -> bool:
    found = RequestStore(database).get("GH000001")
    return found is not None and (found.words, found.contact) == (SAID["words"], NUMBER)


def _closing(database: Database) -> bool:
    closing_ = RequestDesk(database).closing("GH000002")
    return closing_ is not None and closing_.note == SAID["note"]


def _webhook(database: Database) -> bool:
    repeated = WebhookLog(database).first("sms:SM1", NOW)
    return repeated is not None and repeated.text == SAID["answer"]


def _callback(database: Database) -> bool:
    promise = CallbackStore(database, DEFAULT_RULES).get("GH000003")
    return promise is not None and (promise.phone, promise.words) == (NUMBER, SAID["callback"])


def _roster(database: Database) -> bool:
    office = Office(ZoneInfo("Asia/Shanghai"), "CN", list, [])
    return Roster(database, office).staff().people == (Person("王芳", MOBILE, ("zh",)),)


def _outbox(database: Database) -> bool:
    held = Outbox(database).claim(NOW)
    return held is not None and (held.contact, held.body) == (NUMBER, SAID["body"])


def _cards(database: Database) -> bool:
    (card,) = CardStore(database).listing("waiting")
    return (card.contact, card.lines) == (NUMBER, (SAID["card"],))


FOUND: dict[str, Callable[[Database], bool]] = {
    "requests": _request,
    "contacts": lambda database: RequestStore(database).opted_out(NUMBER),
    "conversations": lambda database: ConversationStore(database).load("sms", NUMBER) == TALK,
    "request_closings": _closing,
    "webhooks": _webhook,
    "callbacks": _callback,
    "roster_people": _roster,
    "outbox": _outbox,
    "no_texts": lambda database: not Outbox(database).can_text(MOBILE),
    "cards": _cards,
    "corrections": lambda database: CorrectionStore(database).get(7).words == SAID["corrected"],
    "staff_drafts": lambda database: bool(DraftStore(database).look("王芳", "/desk/requests", NOW)),
    "legal_holds": lambda database: HoldStore(database).listing()[0].reason == SAID["held"],
}
"By table, whether its row is found through the store that reads it."


@pytest.mark.filterwarnings("ignore:The default datetime adapter:DeprecationWarning")
@pytest.mark.parametrize("revision", REVISIONS)
def test_every_version_is_brought_up_to_date(made: Path, tmp_path: Path, revision: str) -> None:
    """Each row is read as it was written; a copy of before lies beside it, if that was sealed."""
    file = tmp_path / FILE
    shutil.copy(made / revision, file)
    tables = filled(file)
    assert tables
    database = open_database(f"sqlite:///{file}")
    lost = [name for name, found in FOUND.items() if name in tables and not found(database)]
    database.close()
    assert lost == []
    older = SEALED_SINCE <= revision < newest_revision()
    assert [copy.name for copy in copies_of(file)] == (
        [f"{FILE}.upgrade-from-{revision}"] if older else []
    )
    for copy in copies_of(file):
        with closing(sqlite3.connect(copy)) as before:
            (kept,) = before.execute("SELECT version_num FROM alembic_version").fetchone()
            (rows,) = before.execute(f"SELECT count(*) FROM {min(tables)}").fetchone()  # noqa: S608 - a table of this test
        assert (kept, rows > 0) == (revision, True)
        assert copy.stat().st_mode & 0o077 == 0
