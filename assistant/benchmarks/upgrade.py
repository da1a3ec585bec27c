"""A box with many contacts is upgraded: every migration, and the sealing of what was not sealed.

A file of the first version is filled with made-up talks, one a contact, in the clear as that
version wrote them, and opened by this one. What comes out is taken back to the first version that
sealed everything and opened again: that is the upgrade of a box in use.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from assistant.benchmarks.running import BenchError
from assistant.core.conversation import Conversation
from assistant.database import MIGRATIONS, newest_revision, open_database
from assistant.memory.store import ConversationStore, state_json
from assistant.upgrading import SEALED_SINCE

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTACTS: Final = 1_000_000
FIRST: Final = "0001"
NOW: Final = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
EVERY: Final = 20
"Of so many residents one has wished for no texts, and one has a request that is open."
AT: Final = "%Y-%m-%d %H:%M:%S.000000"
"As SQLAlchemy writes a moment into SQLite."
TALK = (
    "INSERT INTO conversations (id, channel, contact, state, updated, ended) VALUES (?,?,?,?,?,?)"
)
WISH = "INSERT INTO contacts (contact, opted_out, updated) VALUES (?,?,?)"
REQUEST = (
    "INSERT INTO requests (code, kind, urgency, intent, words, conversation_id, channel, contact,"
    " language, created, status)"
    " VALUES (?, 'request', 'normal', 'case.report', '楼道的灯坏了', ?, 'sms', ?, 'zh', ?, 'open')"
)


def run(data: Path, *, contacts: float = CONTACTS) -> dict[str, Any]:
    """Seconds of both upgrades and the size of the file; `data` is not read.

    Raises `BenchError` when a talk is lost on the way.
    """
    del data
    many = int(contacts)
    with tempfile.TemporaryDirectory(prefix="bench-upgrade-") as folder:
        file = Path(folder) / "neighbour-line.db"
        _migrated(file, FIRST)
        _fill(file, many)
        rows = [_opened(file, FIRST, many)]
        _migrated(file, SEALED_SINCE, back=True)
        rows.append(_opened(file, SEALED_SINCE, many))
    return {"contacts": many, "to": newest_revision(), "upgrades": rows}


def _migrated(file: Path, revision: str, *, back: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{file}")
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            (command.downgrade if back else command.upgrade)(config, revision)
    finally:
        engine.dispose()


def _fill(file: Path, many: int) -> None:
    """The same contacts in every run, in the order in which they wrote."""
    chance = random.Random(13)  # noqa: S311 - nothing is kept secret here
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.executemany(TALK, _talks(many, chance))
        numbers = range(0, many, EVERY)
        database.executemany(WISH, ((_number(one), False, _at(one)) for one in numbers))
        requests = ((f"GH{one // EVERY:06d}", _id(one), _number(one), _at(one)) for one in numbers)
        database.executemany(REQUEST, requests)
        database.commit()


def _talks(many: int, chance: random.Random) -> Iterator[tuple[str, str, str, str, str, bool]]:
    """Their states differ in what they name only, so one is written and the rest are filled in."""
    form = state_json(Conversation("@id", "sms", "@number", "zh", NOW, NOW, turns=3))
    for one in range(many):
        channel = chance.choice(("sms", "voice"))
        state = form.replace("@id", _id(one)).replace("@number", _number(one))
        state = state.replace('"channel":"sms"', f'"channel":"{channel}"')
        yield _id(one), channel, _number(one), state, _at(one), False


def _id(one: int) -> str:
    return f"{one * 2654435761 % 2**32:08x}{one:024x}"


def _number(one: int) -> str:
    return f"+861380{one:07d}"


def _at(one: int) -> str:
    return (NOW - (one % 40_000) * MINUTE).strftime(AT)


def _opened(file: Path, revision: str, many: int) -> dict[str, Any]:
    before_mb, begun = file.stat().st_size >> 20, time.monotonic()
    database = open_database(f"sqlite:///{file}")
    seconds = time.monotonic() - begun
    try:
        kept = ConversationStore(database).counts_since(NOW - 40_001 * MINUTE)
        last = ConversationStore(database).get(_id(many - 1))
    finally:
        database.close()
    if sum(kept.values()) != many or last is None or last.contact != _number(many - 1):
        raise BenchError(f"talks were lost on the way from {revision}")
    return {"from": revision, "seconds": round(seconds, 1), "file_mb": before_mb}
