"""The tables of callbacks, and rows to nouns and back."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    Table,
    Text,
    literal_column,
    text,
)

from assistant.callbacks.fairness import due_by, order
from assistant.callbacks.row import Callback, Line, Ring
from assistant.core.callback import Window
from assistant.database import UtcDateTime, metadata, storable
from assistant.vault.columns import BY_NAME
from assistant.vault.rows import close, open_values

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from assistant.vault.sealing import Vault

OPEN = text("state NOT IN ('done', 'cancelled') AND phone <> ''")
DUE = text("state = 'due'")
STANDING = text("state NOT IN ('done', 'cancelled')")
AGEING = text("state = 'due' AND priority = 'P3'")

callbacks = Table(
    "callbacks",
    metadata,
    Column("code", Text, primary_key=True),
    Column("phone", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("intent", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("asked", UtcDateTime, nullable=False),
    Column("priority", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("window_start", UtcDateTime),
    Column("window_end", UtcDateTime),
    Column("offered", JSON, nullable=False),
    Column("safe_word", Text, nullable=False),
    Column("next_at", UtcDateTime),
    Column("owner", Text),
    Column("staff_ready", Boolean, nullable=False),
    Column("staff_tries", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("spent", Integer, nullable=False),
    Column("extra_day", Boolean, nullable=False),
    Column("rung_at", UtcDateTime),
    Column("lost", Text),
    Column("ending", Text),
    Column("jump_reason", Text),
    Column("lifts_at", UtcDateTime),
    Column("told", UtcDateTime),
    Column("why", Text),
    Column("version", Integer, nullable=False),
    Column("updated", UtcDateTime, nullable=False),
    Column("due_by", UtcDateTime),
    Column("acquired_by", Text),
    Column("acquired_until", Float),
    Column("fence", Integer, nullable=False),
    Column("phone_index", Text),
    Index("ix_callbacks_claim", "rank", "asked", "code", sqlite_where=DUE, postgresql_where=DUE),
    Index(
        "ix_callbacks_open_phone",
        "phone_index",
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    ),
    Index("ix_callbacks_ageing", "lifts_at", sqlite_where=AGEING, postgresql_where=AGEING),
    Index(None, "phone_index"),
    Index(None, "conversation"),
    Index(None, "next_at"),
    Index(None, "window_start"),
    Index(None, "state", "asked", "code"),
    Index("ix_callbacks_due", "due_by", "code", sqlite_where=STANDING, postgresql_where=STANDING),
    Index(
        "ix_callbacks_owner",
        *("owner", "due_by", "code"),
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    ),
    Index("ix_callbacks_state_due_by_code", "state", "due_by", "code"),
    Index("ix_callbacks_owner_updated", "owner", "updated"),
    Index("ix_callbacks_updated", "updated"),
)
"""The claim's order is an index of the due rows alone, so that a claim costs the same however many
are waiting. `acquired_until` is in seconds of the database's clock, since 1970. Number, words, safe
word and reasons are sealed; only an empty number can be told from the others."""

callback_history = Table(
    "callback_history",
    metadata,
    Column("code", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("before", Text),
    Column("after", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("by", Text),
    Column("why", Text),
    Column("window_start", UtcDateTime),
    Column("window_end", UtcDateTime),
    Index(None, "at"),
    Index(None, "window_start"),
)
callback_rings = Table(
    "callback_rings",
    metadata,
    Column("code", Text, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("party", Text, primary_key=True),
    Column("nth", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("carrier_id", Text),
    Column("began", UtcDateTime, nullable=False),
    Column("reached", Boolean),
    Column("by_staff", Boolean, nullable=False),
    Index(None, "carrier_id"),
    Index(None, "began"),
)
"""Its primary key is the promise of one ring: the number of an attempt is used once."""

SEALED = BY_NAME[callbacks.name].columns
_PLAIN = tuple(field.name for field in fields(Callback) if field.name not in {"window", "offered"})


def database_clock(connection: Connection) -> ColumnElement[float]:
    """The database's own time in seconds since 1970: the same for every host that asks it."""
    if connection.dialect.name == "postgresql":
        return literal_column("extract(epoch FROM clock_timestamp())::double precision", Float)
    return literal_column("(julianday('now') - 2440587.5) * 86400.0", Float)


def values_of(callback: Callback, vault: Vault, kept: Callback | None = None) -> dict[str, Any]:
    """The columns of a callback, sealed; the lease's are not among them.

    What is sealed and the same in `kept`, which lies there, is left out: it stays as it is.
    """
    values = {name: getattr(callback, name) for name in _PLAIN if name != "fence"}
    for name in ("phone", "words", "conversation", "code"):
        values[name] = storable(values[name])
    values["rank"] = order(callback)[0]
    values["due_by"] = due_by(callback)
    values["window_start"] = None if callback.window is None else callback.window.start
    values["window_end"] = None if callback.window is None else callback.window.end
    values["offered"] = [
        [moment.astimezone(UTC).isoformat() for moment in (window.start, window.end)]
        for window in callback.offered
    ]
    if kept is not None:
        same = [name for name in SEALED if getattr(kept, name) == getattr(callback, name)]
        values = {name: value for name, value in values.items() if name not in same}
    return close(vault, callbacks.name, values, {"code": storable(callback.code)})


def callback_of(row: Any, vault: Vault) -> Callback:  # noqa: ANN401 - a row's columns are known to the table only
    """A callback from its columns."""
    window = None if row.window_start is None else Window(row.window_start, row.window_end)
    offered = tuple(
        Window(datetime.fromisoformat(start), datetime.fromisoformat(end))
        for start, end in row.offered
    )
    plain = open_values(vault, callbacks.name, {name: getattr(row, name) for name in _PLAIN})
    return Callback(**plain, window=window, offered=offered)


def ring_of(row: Any) -> Ring:  # noqa: ANN401 - as above
    """A ring from its columns."""
    return Ring(**{field.name: getattr(row, field.name) for field in fields(Ring)})


def line_of(row: Any, vault: Vault) -> Line:  # noqa: ANN401 - as above
    """A line of history from its columns."""
    window = None if row.window_start is None else Window(row.window_start, row.window_end)
    plain = {
        field.name: getattr(row, field.name) for field in fields(Line) if field.name != "window"
    }
    return Line(**open_values(vault, callback_history.name, plain), window=window)
