"""Who is let at which database: roles, the setting on its way to the server, files, old tables."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

import assistant.tenants
from assistant.app import open_records
from assistant.benchmarks.postgres_server import ACCOUNT
from assistant.callbacks.store import CallbackStore
from assistant.cases.store import RequestStore
from assistant.clock import ServiceClock
from assistant.config import load_config
from assistant.config.section import SiteId
from assistant.core.conversation import Conversation
from assistant.core.errors import ConfigError, DatabaseError
from assistant.core.event import TakeDown
from assistant.database import MIGRATIONS, open_database
from assistant.vault.rows import close
from assistant.vault.sealing import Vault
from tests.callbacks.rows import NOW, RULES, wanted
from tests.conftest import ROOT
from tests.sites.conftest import KEYS

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.benchmarks.postgres_server import PostgresServer
    from assistant.database import Database
    from tests.sites.conftest import Shared

HERS, SAID = "+8613800000001", "楼道的灯坏了"
TALK = Conversation("c1", "sms", HERS, "zh", NOW, NOW)
MEMBER = "SELECT, INSERT, UPDATE, DELETE"
VERSION_STAYS = "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM"
"All sites have one: whoever writes it keeps every office from starting."


@pytest.fixture(scope="module")
def site_south(postgres: PostgresServer) -> str:
    """A role that serves one site only; it owns nothing."""
    postgres.make_role("site_south")
    return "site_south"


@pytest.fixture
def confined(shared: Shared, north: Database, site_south: str) -> Database:
    """The south, by a role of its own, beside the north."""
    CallbackStore(north, RULES).keep(wanted(), NOW, "test")
    shared.as_superuser(
        f"GRANT {MEMBER} ON ALL TABLES IN SCHEMA public TO {site_south}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {site_south}",
        f"{VERSION_STAYS} {site_south}",
    )
    return shared.open("south", role=site_south)


def test_a_role_of_one_site_works_and_gets_no_further(confined: Database) -> None:
    """Whoever steals its address reads its own rows, whatever the session sets."""
    store = CallbackStore(confined, RULES)
    assert store.keep(wanted(phone="+8613800000009"), NOW, "test").code == "GH000001"
    found = store.get("GH000001")
    assert found is not None
    assert found.phone == "+8613800000009"
    with confined.begin() as connection:
        connection.execute(text("SET LOCAL neighbour.site = 'north'"))
        seen = connection.execute(text("SELECT DISTINCT site FROM callbacks")).scalars().all()
    assert seen == ["south"]


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("SET neighbour.site = 'north'; INSERT INTO code_counter VALUES ('GH', 1)", "row-level"),
        ("ALTER TABLE callbacks NO FORCE ROW LEVEL SECURITY", "must be owner"),
        ("DROP POLICY site ON callbacks", "must be owner"),
        ("TRUNCATE callbacks", "permission denied"),
        ("UPDATE alembic_version SET version_num = '9999'", "permission denied"),
        ("SET ROLE line", "permission denied"),
        ("SET row_security = off; SELECT * FROM callbacks", "affected by row-level security"),
        ("COPY callbacks FROM STDIN", "not supported with row-level security"),
    ],
)
def test_a_role_of_one_site_cannot_lift_its_policy(
    confined: Database, statement: str, refusal: str
) -> None:
    """Each way around ends with the server's own refusal."""
    *before, last = statement.split("; ")
    with confined.engine.connect() as connection:
        for one in before:
            connection.exec_driver_sql(one)
        with pytest.raises(DBAPIError, match=refusal):
            connection.exec_driver_sql(last)


def test_the_manual_gives_a_role_what_is_tried_here() -> None:
    """Word by word, so that no right stands there that was not tried."""
    manual = (ROOT / "docs" / "operator.md").read_text("utf-8")
    for words in (f"GRANT {MEMBER} ON ALL TABLES", f"{VERSION_STAYS} site_north;"):
        assert words in manual


def test_a_role_of_one_site_opens_no_other(shared: Shared, confined: Database) -> None:
    """A slip in the settings is named; nothing is read."""
    assert confined.site == "south"
    with pytest.raises(DatabaseError, match="site_south, which serves another site than 'north'"):
        shared.open("north", role="site_south")


def test_a_superuser_serves_one_site_only(shared: Shared, caplog: pytest.LogCaptureFixture) -> None:
    """Policies do not bind it: it is let in alone, with a warning, and no longer beside others."""
    shared.open("default", role=ACCOUNT).close()
    assert "goes past the policies" in caplog.text
    with pytest.raises(DatabaseError, match="NOSUPERUSER NOBYPASSRLS"):
        shared.open("north", role=ACCOUNT)
    no_longer_connected(shared)
    shared.open("north")
    with pytest.raises(DatabaseError, match="holds several sites, and its role postgres"):
        shared.open("default", role=ACCOUNT)


def no_longer_connected(shared: Shared) -> None:
    """Wait until the server has noticed that the superuser's service is gone."""
    gone = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"  # noqa: S608 - constants
        f" AND application_name = '{assistant.tenants.PROGRAM}' AND usename = '{ACCOUNT}'"
    )
    until = time.monotonic() + 10
    while shared.as_superuser(gone):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_no_site_joins_while_a_superuser_serves(shared: Shared) -> None:
    """It was let in as the only one, sees all rows, and would fail the other site's texts."""
    office = shared.open("default", role=ACCOUNT)
    with pytest.raises(DatabaseError, match=r"runs with the role postgres, .* then start 'north'"):
        shared.open("north")
    assert shared.open("default").site == "default"
    office.close()
    no_longer_connected(shared)
    assert shared.open("north").site == "north"


def test_a_pooler_that_drops_the_setting_is_noticed(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is opened; the same said by the server for the role makes up for it."""
    shared.as_superuser(f"ALTER DATABASE {shared.name} SET neighbour.site = 'north'")
    monkeypatch.setattr("assistant.database.engines.SETTING", "neighbour.lost")
    with pytest.raises(DatabaseError, match="not told that this is the site 'south'"):
        shared.open("south")
    assert shared.open("north").site == "north"


@pytest.mark.parametrize("site", ["", "North", "no rth", "n'", "-n", "n" * 33, "n\n", "北"])
def test_what_is_no_id_of_a_site_is_refused(tmp_path: Path, site: str) -> None:
    """By the settings and by the database alike."""
    with pytest.raises(DatabaseError, match="no id of a site"):
        open_database(f"sqlite:///{tmp_path / 'line.db'}", None, site)
    with pytest.raises(ConfigError, match=r"database\.site"):
        load_config(ROOT / "config.yaml", {"ASSISTANT_DATABASE__SITE": site})
    assert not (tmp_path / "line.db").exists()


def test_settings_and_database_agree_on_ids() -> None:
    """One pattern, written in two places that may not import each other."""
    assert f"'^{assistant.tenants.ID.pattern}$'" in repr(SiteId)


def test_the_settings_say_whose_it_is(shared: Shared, tmp_path: Path) -> None:
    """`database.site` reaches the server; the demo community is each site's own."""
    seen = []
    for site in ("north", "south"):
        given = {
            "ASSISTANT_DATABASE__URL": shared.server.url(shared.name),
            "ASSISTANT_DATABASE__SITE": site,
        }
        config = load_config(ROOT / "config.yaml", given)
        records = open_records(config, tmp_path / site, ServiceClock(config.site.timezone))
        with records.database.read() as connection:
            found = connection.execute(text("SELECT site, count(*) FROM services GROUP BY site"))
            seen += [tuple(row) for row in found]
        records.database.close()
    assert [site for site, _ in seen] == ["north", "south"]
    assert seen[0][1] == seen[1][1] > 0
    keys = [(tmp_path / site / "keys" / "vault.keys").read_text() for site in ("north", "south")]
    assert keys[0] != keys[1]


def test_a_file_belongs_to_one_site(tmp_path: Path) -> None:
    """On SQLite a site has a file, and no other opens it; one without a mark is `default`."""
    marked, plain = (f"sqlite:///{tmp_path / name}" for name in ("north.db", "old.db"))
    open_database(marked, KEYS, "north").close()
    open_database(plain, KEYS).close()
    with closing(sqlite3.connect(tmp_path / "old.db")) as file:
        assert file.execute("PRAGMA application_id").fetchone() == (0,)
    for url, wrong in ((marked, "default"), (marked, "south"), (plain, "north")):
        with pytest.raises(DatabaseError, match="belongs to another site"):
            open_database(url, KEYS, wrong)
    open_database(marked, KEYS, "north").close()


def before_sites(url: str) -> None:
    """A database of one office as revision 0031 left it, with a case and her promise's code."""
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    row = {
        "code": "GH000001", "intent": "case.report", "words": SAID, "conversation_id": "c1",
        "channel": "sms", "contact": HERS, "language": "zh", "created": NOW, "status": "open",
    }  # fmt: skip
    closed = close(Vault(KEYS.read()), "requests", row)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0031")
        names, marks = ", ".join(closed), ", ".join(f":{name}" for name in closed)
        connection.execute(text(f"INSERT INTO requests ({names}) VALUES ({marks})"), closed)  # noqa: S608 - names of this test
        connection.execute(text("INSERT INTO code_counter VALUES ('GH', 1)"))
        connection.execute(text("INSERT INTO vault_sealed VALUES ('requests', now())"))
    engine.dispose()


def test_an_office_from_before_there_were_sites_becomes_default(
    postgres: PostgresServer,
) -> None:
    """Its rows open as they were sealed; a new site waits until that is done, and sees nothing."""
    url = postgres.create("before_sites")
    before_sites(url)
    with pytest.raises(DatabaseError, match="was one office's until now"):
        open_database(url, KEYS, "north")
    office = open_database(url, KEYS)
    store = RequestStore(office)
    found = store.get("GH000001")
    assert found is not None
    assert (found.words, found.contact) == (SAID, HERS)
    assert [matter.code for matter in store.open_for(HERS)] == ["GH000001"]
    assert store.next_code() == "GH000002"
    north = open_database(url, KEYS, "north")
    assert RequestStore(north).listing(None) == ()
    assert RequestStore(north).next_code() == "GH000001"
    RequestStore(north).take_down(TakeDown("GH000001", "case.report", "x"), TALK, NOW)
    assert store.get("GH000001") == found
    for one in (office, north):
        one.close()
    postgres.drop("before_sites")


def test_sites_do_not_go_back_into_one(shared: Shared) -> None:
    """The way back of a server is its dump: an older version would mix the rows."""
    engine = create_engine(shared.server.url(shared.name))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        with pytest.raises(DatabaseError, match="cannot go back"):
            command.downgrade(config, "0031")
    engine.dispose()
    assert shared.open("default").site == "default"


def test_a_table_of_a_revision_to_come_is_separated(shared: Shared) -> None:
    """What a migration makes, or makes anew without the column, is kept within a site after it."""
    office = shared.open("default")
    with office.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (code text PRIMARY KEY, place text UNIQUE)")
        connection.exec_driver_sql("CREATE INDEX notes_place ON notes (lower(place))")
        connection.exec_driver_sql("DROP INDEX ix_callbacks_open_phone")
        connection.exec_driver_sql(
            "CREATE UNIQUE INDEX ix_callbacks_open_phone ON callbacks (phone_index)"
        )
        assistant.tenants.lift(connection)
        assistant.tenants.separate(connection)
        connection.exec_driver_sql("INSERT INTO notes VALUES ('a', 'b')")
    north = shared.open("north")
    with north.begin() as connection:
        assert connection.exec_driver_sql("SELECT * FROM notes").all() == []
        connection.exec_driver_sql("INSERT INTO notes VALUES ('a', 'b')")
    defined = shared.as_superuser(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid IN"
        " ('notes'::regclass, 'callbacks'::regclass)"
    )
    assert all("(site, " in str(one) for (one,) in defined)
