"""Texts out over gammu-smsd's SQL service: its tables are the list of what it took.

The daemon is another program (GPL) and is spoken to by its database alone. Calls block: use from
worker threads.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine, func, insert, literal_column, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from assistant.channels import gammu_tables as tables
from assistant.channels.gammu_parts import Part, Ticket, cut, digest, read_ticket
from assistant.core.errors import CarrierError, ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Engine

PATIENCE_S: Final = 10
"Seconds an SQLite file may be locked by the daemon."
SLACK: Final = timedelta(seconds=2)
"A ticket has whole seconds; by these an asking may seem older."


def open_tables(url: str) -> Engine:
    """The daemon's database; numbers and words never come up in its errors.

    Raises `ConfigError` for an address of no database.
    """
    waits = {"timeout": PATIENCE_S} if url.startswith("sqlite") else {}
    try:
        return create_engine(url, connect_args=waits, hide_parameters=True, pool_pre_ping=True)
    except (ArgumentError, ImportError) as error:
        raise ConfigError(
            "texts.carriers: this is no address of gammu's tables; write it as sqlite:////folder/file"
            " or postgresql+psycopg://user@host/name"
        ) from error


class GammuControl:
    """The sending side of one daemon; `assistant.core.ports.TextCarrier`."""

    def __init__(
        self,
        name: str,
        engine: Engine,
        phone: str,
        secret: bytes,
        now: Callable[[], datetime],
    ) -> None:
        """`name` begins our ids; `phone` is the daemon's `PhoneID`, empty for any.

        `secret` keys the digests by which a text is found again.
        """
        self._name, self._engine, self._phone, self._now = name, engine, phone, now
        self._secret = secret

    def send_text(self, to: str, body: str) -> str:
        """Leave one text with the daemon; our id for it. Raises `CarrierError`."""
        parts = cut(body, secrets.randbelow(256))
        whose, once = digest(self._secret, to, body), secrets.token_hex(4)
        ticket = Ticket(self._name, self._now(), len(parts), whose, once)
        sure = True
        try:
            with self._engine.connect() as connection:
                self._leave(connection, ticket, to, parts)
                sure = False
                connection.commit()
        except SQLAlchemyError as error:
            raise _failed("did not take a text", error, certain=sure) from error
        return str(ticket)

    def _leave(
        self, connection: Connection, ticket: Ticket, to: str, parts: tuple[Part, ...]
    ) -> None:
        """All parts in one transaction, so that the daemon never sees half a text."""
        first, *others = [
            {"Text": part.text, "UDH": part.udh, "Coding": part.coding} for part in parts
        ]
        how = self._how(ticket, to, more=bool(others))
        whole = insert(tables.outbox).values({**first, **how}).returning(tables.outbox.c.ID)
        number = connection.execute(whole).scalar_one()
        for place, part in enumerate(others, 2):
            row = {"ID": number, "SequencePosition": place, **part}
            connection.execute(insert(tables.outbox_multipart).values(row))

    def _how(self, ticket: Ticket, to: str, *, more: bool) -> dict[str, object]:
        how: dict[str, object] = {
            "DestinationNumber": to,
            "TextDecoded": "",
            "CreatorID": str(ticket),
            "DeliveryReport": "yes",
            "SendingDateTime": tables.AT_ONCE,
            "SendingTimeOut": tables.AT_ONCE,
            "SenderID": self._phone or None,
        }
        return {**how, "MultiPart": tables.TRUE} if more else how

    def find_text(self, to: str, body: str, since: datetime) -> str | None:
        """The id of a text left with the daemon since then, or `None`. Raises `CarrierError`."""
        whose = digest(self._secret, to, body)
        try:
            with self._engine.connect() as connection:
                for written in _tickets(connection, f"{self._name}-%-{whose}-%"):
                    ticket = read_ticket(written)
                    if ticket is not None and ticket.at >= since - SLACK:
                        return written
        except SQLAlchemyError as error:
            raise _failed("cannot be asked what it took", error, certain=False) from error
        return None


def check_tables(engine: Engine, phone: str) -> str:
    """How the modem stands, in a few words. Raises `CarrierError` with what to do."""
    table = tables.phones
    phones = select(table.c.Signal, table.c.TimeOut > _wall_clock(engine))
    if phone:
        phones = phones.filter_by(ID=phone)
    try:
        with engine.connect() as connection:
            version = connection.execute(select(func.max(tables.gammu.c.Version))).scalar()
            modems = connection.execute(phones).all()
    except SQLAlchemyError as error:
        raise _failed("has no tables here; mend `database`", error, certain=True) from error
    if version != tables.VERSION:
        raise CarrierError(f"gammu's tables have version {version}, not {tables.VERSION}")
    alive = [signal for signal, running in modems if running]
    if not alive:
        raise CarrierError("gammu-smsd does not run, or finds no modem; see its log")
    return f"signal {alive[0]} %" if alive[0] >= 0 else "signal unknown"


def _tickets(connection: Connection, like: str) -> Iterator[str]:
    """Of ours among what is to be sent and what was."""
    for table in (tables.outbox, tables.sentitems):
        column = table.c.CreatorID
        yield from connection.execute(select(column).where(column.like(like))).scalars()


def _wall_clock(engine: Engine) -> ColumnElement[str]:
    """The daemon's now, as it writes it into its tables."""
    if engine.dialect.name == "sqlite":
        return literal_column("datetime('now', 'localtime')")
    return literal_column("localtimestamp")


def _failed(what: str, error: SQLAlchemyError, *, certain: bool) -> CarrierError:
    return CarrierError(f"gammu-smsd {what} ({type(error).__name__})", certain=certain)
