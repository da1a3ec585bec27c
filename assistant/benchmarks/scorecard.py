"""The scorecard of a million contacts, on SQLite and PostgreSQL: counted once, then looked at.

The community of `community` rings so often that 18 months have a million contacts. Counting every
day from nothing is told beside the goal: a service does that once in its life; what a visitor of
the page waits for is today counted anew and the sums of the days.
"""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from assistant.app import DEMO
from assistant.benchmarks.community import DAYS, RESIDENTS, ZONE, Size, ends, made
from assistant.benchmarks.community_matters import fill
from assistant.benchmarks.postgres_server import postgres_server, programs
from assistant.casework import open_casework
from assistant.config import load_config
from assistant.database import open_database
from assistant.desk_figures import Figures
from assistant.directory.checks import CheckStore
from assistant.directory.counter import Counter
from assistant.directory.store import DirectoryStore
from assistant.library import load
from assistant.outlook import Foresight
from assistant.promises import open_promises
from assistant.vault.sources import FILE, KeyFile

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.database import Database
    from assistant.scorecard.contacts import Contact

ROOT: Final = Path(__file__).parents[2]
CONTACTS: Final = 1_000_000
GOALS_S: Final = {"sqlite": 2.0, "postgresql": 1.0}
LOOKS: Final = 5
"Times the page is looked at; the slowest counts."


def run(data: Path, *, contacts: float = CONTACTS, seed: float = 1) -> dict[str, Any]:
    """Seconds of a look on each kind of database; `data` is not read."""
    del data
    size = Size(a_month=contacts / (RESIDENTS * DAYS / 365 * 12) * 1.09)
    found = made(int(seed), size)
    results: dict[str, Any] = {"contacts": len(found), "days": DAYS}
    with tempfile.TemporaryDirectory() as folder:
        keys = KeyFile(Path(folder) / "keys" / FILE)
        database = open_database(f"sqlite:///{folder}/figures.db", keys)
        results["sqlite"] = _measured(database, found, size)
        database.close()
        if programs() is not None:
            with postgres_server() as server:
                database = open_database(server.create("figures"), keys)
                results["postgresql"] = _measured(database, found, size)
                database.close()
    return results


def _measured(database: Database, found: list[Contact], size: Size) -> dict[str, Any]:
    """Seconds to count all days once, and of the slowest of some looks at the page."""
    now = ends(size) - timedelta(hours=6)
    fill(database, found, now)
    with database.begin() as connection:
        connection.execute(text("ANALYZE"))  # a server does it by itself within minutes
    figures = figures_of(database)
    began = time.perf_counter()
    days = figures.ledger.refresh(now)
    first = time.perf_counter() - began
    looks = [_look(figures, now + timedelta(minutes=number)) for number in range(LOOKS)]
    goal = GOALS_S[database.engine.dialect.name]
    return {
        "days_counted": days,
        "first_count_s": round(first, 1),
        "look_s": round(max(looks), 2),
        "goal_s": goal,
        "met": max(looks) <= goal,
    }


def _look(figures: Figures, now: datetime) -> float:
    began = time.perf_counter()
    figures.counted(now)
    return time.perf_counter() - began


def figures_of(database: Database) -> Figures:
    """The scorecard of a house with the demo community's directory and roster."""
    config = load_config(ROOT / "config.yaml", {})
    site = config.the_site()
    store = DirectoryStore(database, site.timezone, site.languages, site.country)
    store.load_demo(DEMO)
    directory = Counter(database, store, CheckStore(database), site.stale_days)
    words = load(ROOT, site.languages).safe_words
    promises = open_promises(config, database, store.facts, words)
    foresight = Foresight(database, ZONE, site.country, promises.roster, promises.planning)
    return Figures(database, open_casework(config, database).book, directory, ZONE, foresight)
