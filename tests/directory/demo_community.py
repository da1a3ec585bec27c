"""The demo community as records, for the tests of the directory's pure parts."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.database import open_database
from assistant.directory.search import Index
from assistant.directory.store import DirectoryStore

if TYPE_CHECKING:
    from assistant.core.service import Records, Service

DEMO = Path(__file__).resolve().parents[2] / "assistant" / "directory" / "demo"


@lru_cache(maxsize=1)
def demo_records() -> Records:
    """The demo community, imported once."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/demo.db")
        try:
            store = DirectoryStore(database, "Asia/Shanghai", ("zh", "en"))
            store.load_demo(DEMO)
            return store.records()
        finally:
            database.close()


@lru_cache(maxsize=1)
def demo_index() -> Index:
    """The search index over the demo community."""
    return Index(demo_records())


def service(name: str) -> Service:
    """The service of the demo community with this Chinese name."""
    return next(item for item in demo_records().services if item.name == name)
