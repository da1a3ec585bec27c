"""The copy of an SQLite file that is made beside it before its tables are changed.

It is for the way back: an older version of this program opens it as it was. One from before columns
were sealed holds words in the clear and stays only until the upgrade is done.
"""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.core.errors import DatabaseError

if TYPE_CHECKING:
    from datetime import datetime

log = logging.getLogger(__name__)

NAME: Final = "{file}.upgrade-from-{revision}"
KEPT: Final = 2
SEALED_SINCE: Final = "0021"
"The first revision with every word, name and number of residents sealed."
WAIT_S: Final = 15.0


def copy_before(file: Path, revision: str) -> Path:
    """Copy the database as it is at `revision`, whole or not at all; keeps the newest `KEPT`.

    What was deleted is not in it. Raises `DatabaseError`: without a copy nothing is changed.
    """
    copy = file.with_name(NAME.format(file=file.name, revision=revision))
    fresh = copy.with_name(f".{copy.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(file, timeout=WAIT_S)) as database:
            database.execute("VACUUM INTO ?", (str(fresh),))
        fresh.replace(copy)
    except (sqlite3.Error, OSError) as error:
        fresh.unlink(missing_ok=True)
        raise DatabaseError(
            f"The database {file} could not be copied before its upgrade ({error}), so it was left "
            "as it is; make room on the disk, or make its folder writable, and start again."
        ) from error
    for older in copies_of(file)[KEPT:]:
        older.unlink(missing_ok=True)
    log.info("the database as it was at %s is kept as %s", revision, copy)
    return copy


def copies_of(file: Path) -> list[Path]:
    """The copies beside a database, the newest first."""
    found = file.parent.glob(NAME.format(file=file.name, revision="*"))
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def forget_copies(file: Path, before: datetime) -> int:
    """Remove the copies made earlier: what a resident had deleted may stand in them; how many."""
    old = [path for path in copies_of(file) if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def forget_clear_copies(file: Path) -> None:
    """Remove the copies of versions that did not seal: whoever takes the disk could read them."""
    for path in copies_of(file):
        if path.name.rpartition("-")[2] < SEALED_SINCE:
            path.unlink(missing_ok=True)
