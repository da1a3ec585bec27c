"""The tables of gammu-smsd's SQL service, as far as we read and write them.

They are gammu's: its own script makes them (`/usr/share/doc/gammu-smsd/examples`, version 17, on
SQLite and PostgreSQL alike), and nothing here changes them. What SQLite keeps as the words `true`
and `false` is a boolean on PostgreSQL; a bare literal is both.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, MetaData, Table, Text, TextClause, text

metadata = MetaData()

outbox = Table(
    "outbox",
    metadata,
    Column("ID", Integer, primary_key=True),
    Column("SendingDateTime", Text),
    Column("SendingTimeOut", Text),
    Column("DestinationNumber", Text),
    Column("Text", Text),
    Column("TextDecoded", Text),
    Column("UDH", Text),
    Column("Coding", Text),
    Column("MultiPart", Text),
    Column("SenderID", Text),
    Column("DeliveryReport", Text),
    Column("CreatorID", Text),
)
outbox_multipart = Table(
    "outbox_multipart",
    metadata,
    Column("ID", Integer, primary_key=True),
    Column("SequencePosition", Integer, primary_key=True),
    Column("Text", Text),
    Column("UDH", Text),
    Column("Coding", Text),
)
sentitems = Table(
    "sentitems",
    metadata,
    Column("ID", Integer, primary_key=True),
    Column("SequencePosition", Integer, primary_key=True),
    Column("Text", Text),
    Column("TextDecoded", Text),
    Column("Status", Text),
    Column("StatusCode", Integer),
    Column("CreatorID", Text),
)
inbox = Table(
    "inbox",
    metadata,
    Column("ID", Integer, primary_key=True),
    Column("ReceivingDateTime", Text),
    Column("SenderNumber", Text),
    Column("Coding", Text),
    Column("UDH", Text),
    Column("TextDecoded", Text),
    Column("RecipientID", Text),
)
phones = Table(
    "phones",
    metadata,
    Column("IMEI", Text, primary_key=True),
    Column("ID", Text),
    Column("TimeOut", Text),
    Column("Signal", Integer),
)
gammu = Table("gammu", metadata, Column("Version", Integer, primary_key=True))

TRUE: Final[TextClause] = text("'true'")
AT_ONCE: Final[TextClause] = text("'2000-01-01 00:00:00'")
"""For when a text may be sent. The daemon compares with this machine's wall clock, the default is
UTC: west of Greenwich a text would wait for hours."""
VERSION: Final = 17
"Of the tables that gammu 1.42 makes."
