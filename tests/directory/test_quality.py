"""How well spoken questions find their service: tables written by ear, not from the code."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.database import open_database
from assistant.directory.exchange import import_tables
from assistant.directory.search import TIE, Index
from assistant.directory.store import DirectoryStore
from tests.directory.demo_community import demo_index, demo_records

if TYPE_CHECKING:
    import pytest

    from assistant.core.intent import ServiceHit
    from assistant.core.service import Records

HERE = Path(__file__).parent
SURE = 0.8
"From this score on a service is taken as named (`dialogue.choices.CLEAR_NAME`)."
PREFIX = "Food distribution - "
"Before every name of the real set."


def table(name: str) -> list[tuple[str, str]]:
    """What was said, and the name of the service."""
    with (HERE / name).open(encoding="utf-8") as file:
        return [(row["said"], row["service"]) for row in csv.DictReader(file, delimiter="\t")]


@lru_cache(maxsize=1)
def real(folder: Path, scratch: Path) -> tuple[Records, Index]:
    """The 338 real services and their index."""
    database = open_database(f"sqlite:///{scratch / 'real.db'}")
    import_tables(sorted(folder.glob("*.csv")), database)
    records = DirectoryStore(database, "America/New_York", ("en",)).records()
    database.close()
    return records, Index(records)


def figures(
    asked: list[tuple[str, str]], found: list[list[tuple[str, ServiceHit]]]
) -> tuple[float, float, float, list[str]]:
    """Shares of right first hits, of right ones among three, and of sure ones that are wrong."""
    first = three = wrong = 0
    missed = []
    for (text, wanted), hits in zip(asked, found, strict=True):
        names = [name for name, _ in hits]
        first += names[:1] == [wanted]
        three += wanted in names[:3]
        tied = [name for name, hit in hits if hit.score >= hits[0][1].score - TIE]
        wrong += bool(hits) and hits[0][1].score >= SURE and wanted not in tied
        if names[:1] != [wanted]:
            missed.append(f"{text} → {names[:3]} instead of {wanted}")
    number = len(asked)
    return first / number, three / number, wrong / number, missed


def test_demo_questions_find_their_service() -> None:
    """Of 124 in Mandarin and English: six in seven first, none surely wrong."""
    asked = table("queries_demo.tsv")
    assert len(asked) >= 120
    names = {item.id: item.name for item in demo_records().services}
    hits = [demo_index().find(text, "zh") for text, _ in asked]
    found = [[(names[hit.service], hit) for hit in each] for each in hits]
    first, three, wrong, missed = figures(asked, found)
    assert (first >= 0.86, three >= 0.86, wrong) == (True, True, 0), missed


def test_real_questions_find_their_service(
    shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of 66 about food pantries near Washington: seven in eight first, none surely wrong."""
    asked = table("queries_hsds.tsv")
    assert len(asked) >= 60
    records, index = real(shared / "data" / "hsds", tmp_path_factory.mktemp("real"))
    names = {item.id: item.name.removeprefix(PREFIX) for item in records.services}
    assert {wanted for _, wanted in asked} <= set(names.values())
    hits = [index.find(text, "en") for text, _ in asked]
    found = [[(names[hit.service], hit) for hit in each] for each in hits]
    first, three, wrong, missed = figures(asked, found)
    assert (first >= 0.87, three >= 0.92, wrong) == (True, True, 0), missed
