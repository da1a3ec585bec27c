"""Stolen disk, stolen backup: what thieves find after a busy day, and whoever has the keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sqlalchemy import select

import assistant.vault.tables  # noqa: F401 - declares the nodes' secrets, which are looked for too
from assistant.backups.snapshot import snapshot
from assistant.callbacks.outcomes import OutcomeStore
from assistant.callbacks.roster import DEMO
from assistant.cards.store import Card
from assistant.cases.closings import RequestDesk
from assistant.core.texts import OutgoingText
from assistant.corrections.store import CorrectionStore
from assistant.database import Database, metadata
from assistant.memory.store import StoredAnswer
from assistant.privacy.holds import HoldStore
from assistant.staff.drafts import DraftStore
from assistant.vault.columns import SEALED
from assistant.vault.rows import open_row
from tests.scenarios.conftest import Opened
from tests.scenarios.test_nothing_is_logged import secrets
from tests.scenarios.test_scenarios import SCENARIOS, play

NINE = datetime.fromisoformat("2026-11-25T09:00+08:00")
STAFF = "王芳"
HERS = "+8613800000001"
WRITTEN = (
    "已经换好灯泡，邻居很高兴", "女儿住在隔壁，先别打给她", "她说腿疼走不动路",
    "明天下午两点再去看一次", "您的助听器修好了，可以来取", "法院来函第四十七号",
    "我家那口子又走丢了", "给张奶奶家的钥匙在门卫那里", "医生叮嘱她不要吃柚子",
)  # fmt: skip
"What staff write down in one day, a note in each kind of place."
LONG = 8
"Bytes; shorter words in Latin letters stand in ciphertext by chance."
Open = Callable[[datetime], Opened]


def a_day(opened: Opened) -> set[str]:
    """Every scenario in one house; what was said, and the numbers it was said from."""
    told: set[str] = set()
    for path in SCENARIOS:
        script: dict[str, Any] = YAML(typ="safe").load(path.read_text("utf-8"))
        told |= secrets(script)
        play(script, lambda _: opened)
    return told


def said_of_polls() -> set[str]:
    """A vote is secret: what was said of one is written down nowhere, not even sealed."""
    scripts = (YAML(typ="safe").load(path.read_text("utf-8")) for path in SCENARIOS)
    return {words for script in scripts if "poll" in str(script) for words in secrets(script)}


def at_the_desk(opened: Opened) -> None:
    """Staff close a matter, note a talk, hold a case, keep a draft, correct the line, print."""
    house, now = opened[0], opened[1].now()
    database, kept = house.database, iter(WRITTEN)
    first, second, *_ = house.requests.listing("open")
    assert RequestDesk(database).close(first.code, "solved", STAFF, next(kept), now)
    promise = next(item for item in house.promises.store.listing(("booked", "offered", "new")))
    assert OutcomeStore(database).give(promise.code, "more", STAFF, next(kept), now)
    DraftStore(database).keep("wang", "/desk/requests", {"note": next(kept)}, now)
    house.outbox.put(OutgoingText("k1", HERS, next(kept), "zh", "news", now), now)
    house.cards.put(Card("k2", HERS, "zh", (next(kept),), now))
    HoldStore(database).place("case", second.code, reason=next(kept), by=STAFF, now=now)
    CorrectionStore(database).propose(next(kept), "zh", "intent", "case.report", by=STAFF, at=now)
    house.webhooks.first("sms:SM1", now)
    house.webhooks.answered("sms:SM1", StoredAnswer(next(kept)), now)
    house.alarms.close(house.alarms.listing()[0].code, STAFF, next(kept), now)
    house.outbox.takes_no_texts(HERS, "landline", now)


def found_in(folder: Path, words: set[str]) -> dict[str, list[str]]:
    """Which of the words lie in which file, in any coding SQLite keeps text in."""
    files = [path for path in folder.rglob("*.db*") if path.is_file()]
    assert files
    return {path.name: lying for path in files if (lying := _in_bytes(path.read_bytes(), words))}


def _in_bytes(raw: bytes, words: set[str]) -> list[str]:
    return sorted(w for w in words if any(w.encode(c) in raw for c in ("utf-8", "utf-16-le")))


def opened_with_keys(database: Database) -> str:
    """Everything that is sealed, as whoever has the keys reads it."""
    found = []
    for item in SEALED:
        with database.read() as connection:
            rows = connection.execute(select(metadata.tables[item.name])).all()
        for row in rows:
            values = open_row(database.vault, item.name, row)
            found += [str(values[name]) for name in item.columns if values[name]]
    return "\n".join(found)


@pytest.fixture
def busy(open_at: Open, demo_data: Path) -> tuple[Opened, set[str]]:
    """A house after a day of calls and texts, and what nobody else is to read of it.

    What stands in the public directory or in the program's own texts is no secret.
    """
    opened = open_at(NINE)
    told = a_day(opened)
    at_the_desk(opened)
    public = b"".join(path.read_bytes() for path in demo_data.rglob("*.db*"))
    secret = told | set(WRITTEN) | {person.phone.lstrip("+") for person in DEMO}
    return opened, {w for w in secret if len(w.encode()) >= LONG and w.encode() not in public}


def test_stolen_disk_after_a_busy_day(busy: tuple[Opened, set[str]]) -> None:
    """Neither the file nor its log gives away a number, a name or a word; the keys read it all."""
    (house, _, _), secret = busy
    assert len(secret) > 90
    assert (house.data / "neighbour-line.db-wal").stat().st_size > 0
    assert found_in(house.data, secret) == {}
    house.database.close()
    assert found_in(house.data, secret) == {}
    readable = opened_with_keys(house.database)
    assert {words for words in WRITTEN if words not in readable} == set()
    unread = {words for words in secret - said_of_polls() if words not in readable}
    assert len(unread) / len(secret) < 0.02, unread


def test_stolen_backup_after_a_busy_day(busy: tuple[Opened, set[str]], tmp_path: Path) -> None:
    """A copy as `run.py backup` makes it, without keys, is as silent as the disk."""
    (house, _, _), secret = busy
    copy = tmp_path / "thief" / "copy.db"
    copy.parent.mkdir()
    snapshot(house.data / "neighbour-line.db", copy)
    assert copy.stat().st_size > 100_000
    assert found_in(copy.parent, secret) == {}


def test_the_search_finds_what_lies_in_the_clear(tmp_path: Path) -> None:
    """In either coding; otherwise the tests above would hold whatever was kept."""
    for coding in ("utf-8", "utf-16-le"):
        (tmp_path / f"{coding}.db").write_bytes(WRITTEN[0].encode(coding))
    assert set(found_in(tmp_path, set(WRITTEN))) == {"utf-8.db", "utf-16-le.db"}
