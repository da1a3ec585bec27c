"""Sites that share a database: each sees, writes and finds its own rows only.

On PostgreSQL every table has a column `site` and a policy that holds it to the connection's own
setting, for the owner of the tables too. The rooms know nothing of it: the server fills the column
and filters by it. The setting guards against a fault of this program. Against somebody who has the
address of one site's database guards a role of its own, named `site_` and the site's id: it sees
that site whatever it sets, and owns no table. Policies do not bind superusers, so these may serve
one site alone, and no other joins while one does. On SQLite every site has a file of its own,
marked with whose it is.
"""

from __future__ import annotations

import hashlib
import logging
import re
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from assistant.core.errors import DatabaseError
from assistant.vault.sealing import ALONE

if TYPE_CHECKING:
    from sqlalchemy import Connection

log = logging.getLogger(__name__)

COLUMN: Final = "site"
SETTING: Final = "neighbour.site"
PROGRAM: Final = "neighbour-line"
"How our connections are named on a server."
ROLE: Final = "site_"
"How the name of a role begins that serves one site only; its id follows."
OURS: Final = (
    f"{COLUMN} = (CASE WHEN starts_with(current_user::text, '{ROLE}')"
    f" THEN substr(current_user::text, {len(ROLE) + 1}) ELSE current_setting('{SETTING}') END)"
    ' COLLATE "default"'
)
"The collation is the column's: a role's name brings another, and no index would serve."
ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
"Also part of a connection's options and of a role's name, hence neither blanks nor quotes."

_TABLES: Final = (
    "SELECT oid, quote_ident(relname) AS name FROM pg_class"
    " WHERE relnamespace = current_schema()::regnamespace"
    " AND relkind IN ('r', 'p') AND relname <> 'alembic_version'"
)
_HAS: Final = "attname = 'site' AND NOT attisdropped"
_NAMES: Final = text(f"SELECT name FROM ({_TABLES}) AS t ORDER BY name")  # noqa: S608 - constants
_WITHOUT_COLUMN: Final = text(
    f"SELECT name FROM ({_TABLES}) AS t WHERE NOT EXISTS"  # noqa: S608 - constants
    f" (SELECT 1 FROM pg_attribute WHERE attrelid = t.oid AND {_HAS}) ORDER BY name"
)
_WITHOUT_POLICY: Final = text(
    f"SELECT name FROM ({_TABLES}) AS t WHERE NOT EXISTS"  # noqa: S608 - constants
    " (SELECT 1 FROM pg_policy WHERE polrelid = t.oid AND polname = 'site') ORDER BY name"
)
_WIDE_KEYS: Final = text(
    "SELECT name, quote_ident(conname), pg_get_constraintdef(c.oid)"  # noqa: S608 - constants
    f" FROM ({_TABLES}) AS t JOIN pg_constraint c ON c.conrelid = t.oid"
    f" JOIN pg_attribute a ON a.attrelid = t.oid AND {_HAS}"
    " WHERE contype IN ('p', 'u') AND NOT attnum = ANY (conkey) ORDER BY name, conname"
)
"Keys that would be unique over all sites."
_WIDE_INDEXES: Final = text(
    "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)"  # noqa: S608 - constants
    f" FROM ({_TABLES}) AS t JOIN pg_index i ON i.indrelid = t.oid"
    " JOIN pg_class k ON k.oid = indexrelid JOIN pg_am m ON m.oid = k.relam"
    f" JOIN pg_attribute a ON a.attrelid = t.oid AND {_HAS}"
    " WHERE (amname = 'btree' OR indisunique) AND NOT attnum = ANY (indkey) AND NOT EXISTS"
    " (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1"
)
_ROLE: Final = text(
    "SELECT rolname, rolsuper OR rolbypassrls AS free FROM pg_roles WHERE rolname = current_user"
)

_FREE_SERVICE: Final = text(
    "SELECT usename FROM pg_stat_activity JOIN pg_roles ON rolname = usename"
    " WHERE datname = current_database() AND application_name = :program"
    " AND (rolsuper OR rolbypassrls) LIMIT 1"
)


def known_id(site: str) -> str:
    """The site's id. Raises `DatabaseError` for what is none."""
    if ID.fullmatch(site) is None:
        raise DatabaseError(
            f"database.site: {site!r} is no id of a site; write small letters, digits and hyphens, "
            "32 at most."
        )
    return site


def seed_of(site: str) -> int:
    """What a site mixes into 64-bit names that a whole server shares, such as locks'.

    Nought where there is one site, so that its nodes of older versions agree with it.
    """
    if site == ALONE:
        return 0
    digest = hashlib.sha256(b"neighbour-line site " + site.encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def admit(connection: Connection, site: str, where: str, *, fresh: bool) -> None:
    """Let a site at this database, or raise `DatabaseError` with what to do.

    `fresh`: it has no tables yet.
    """
    if connection.dialect.name == "sqlite":
        _own_file(connection, site, where, fresh=fresh)
        return
    _told_whose(connection, site, where)
    separated = not fresh and _is_separated(connection)
    if not fresh and not separated and site != ALONE:
        raise DatabaseError(
            f"The database {where} was one office's until now; start that office once with "
            f"database.site: {ALONE}, so that its rows become its own, then start {site!r}."
        )
    _own_role(connection, site, where, separated=separated)


def _own_file(connection: Connection, site: str, where: str, *, fresh: bool) -> None:
    """A file belongs to one site; SQLite keeps a number of the program's own in its head."""
    mark = seed_of(site) & 0x7FFF_FFFF
    found = connection.exec_driver_sql("PRAGMA application_id").scalar()
    if found == mark:
        return
    if found or not fresh:
        raise DatabaseError(
            f"The database {where} belongs to another site than {site!r}; put that site's id into "
            "database.site, or take the database, or the copy, of this one. Every site has a data "
            "folder of its own."
        )
    connection.exec_driver_sql(f"PRAGMA application_id = {mark}")


def _told_whose(connection: Connection, site: str, where: str) -> None:
    """What stands between us and the server may have taken the setting away."""
    told = connection.execute(text(f"SELECT current_setting('{SETTING}', true)")).scalar()
    if told != site:
        raise DatabaseError(
            f"The server of {where} was not told that this is the site {site!r}; a pooler in "
            f"between drops it. Say ALTER ROLE … SET {SETTING} = '{site}' for the role that "
            "database.url names, and end the pooler's connections."
        )


def _own_role(connection: Connection, site: str, where: str, *, separated: bool) -> None:
    name, free = connection.execute(_ROLE).one()
    if name.startswith(ROLE) and name != ROLE + site:
        raise DatabaseError(
            f"The database {where} is opened with the role {name}, which serves another site than "
            f"{site!r}; correct database.site, or database.url."
        )
    if not free:
        _no_free_service(connection, site, where)
        return
    if site != ALONE or (separated and _has_others(connection)):
        raise DatabaseError(
            f"The database {where} holds several sites, and its role {name} goes past what keeps "
            "them apart; make one that does not (CREATE ROLE line LOGIN NOSUPERUSER NOBYPASSRLS), "
            "give it the database and its tables, and name it in database.url."
        )
    log.warning("the role %s goes past the policies of the database; use a plain one", name)


def _no_free_service(connection: Connection, site: str, where: str) -> None:
    """One that runs past policies was let in as the only site; it would take this one's work."""
    if site == ALONE:
        return
    found = connection.execute(_FREE_SERVICE, {"program": PROGRAM}).scalar()
    if found is not None:
        raise DatabaseError(
            f"A service of the database {where} runs with the role {found}, which sees every "
            f"site's rows; stop it, name a plain role in its database.url, then start {site!r}."
        )


def _is_separated(connection: Connection) -> bool:
    waiting = set(connection.execute(_WITHOUT_COLUMN).scalars())
    return "vault_keys" not in waiting and "vault_keys" in connection.execute(_NAMES).scalars()


def _has_others(connection: Connection) -> bool:
    """Whether rows of other sites are to be seen: only a role that goes past policies sees any."""
    found = connection.execute(text(f"SELECT 1 FROM vault_keys WHERE NOT ({OURS}) LIMIT 1"))  # noqa: S608 - constants
    return found.first() is not None


def lift(connection: Connection) -> None:
    """Show the owner of the tables every site's rows until `separate`: migrations are for all."""
    if connection.dialect.name != "postgresql":
        return
    for name in connection.execute(_NAMES).scalars().all():
        connection.exec_driver_sql(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")


def separate(connection: Connection) -> None:
    """Give every table the column and the policy, and keep keys and indexes within a site.

    Rows there are become those of the connection's site. Runs after every migration, so that no
    table or key to come is forgotten; what is separated already stays as it is. The column comes
    first in keys and indexes: a look-up of one site passes over no other's rows.
    """
    if connection.dialect.name != "postgresql":
        return
    for name in connection.execute(_WITHOUT_COLUMN).scalars().all():
        connection.exec_driver_sql(
            f"ALTER TABLE {name} ADD COLUMN {COLUMN} text NOT NULL "
            f"DEFAULT current_setting('{SETTING}')"
        )
    for name, key, defined in connection.execute(_WIDE_KEYS).all():
        within = defined.replace("(", f"({COLUMN}, ", 1)
        connection.exec_driver_sql(
            f"ALTER TABLE {name} DROP CONSTRAINT {key}, ADD CONSTRAINT {key} {within}"
        )
    for index, defined in connection.execute(_WIDE_INDEXES).all():
        within = defined.replace(" USING btree (", f" USING btree ({COLUMN}, ", 1)
        if within == defined:
            raise DatabaseError(f"The index {index} cannot be kept within a site ({defined}).")
        connection.exec_driver_sql(f"DROP INDEX {index}")
        connection.exec_driver_sql(within)
    for name in connection.execute(_WITHOUT_POLICY).scalars().all():
        connection.exec_driver_sql(f"CREATE POLICY {COLUMN} ON {name} USING ({OURS})")
    for name in connection.execute(_NAMES).scalars().all():
        connection.exec_driver_sql(
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        )
        # Emptying a table asks no policy.
        connection.exec_driver_sql(f"REVOKE TRUNCATE ON {name} FROM CURRENT_USER")
