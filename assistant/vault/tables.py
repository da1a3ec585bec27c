"""The vault's own tables: which keys there are, and which tables are sealed."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from assistant.database import UtcDateTime, metadata

vault_keys = Table(
    "vault_keys",
    metadata,
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Column("retired", UtcDateTime),
)
"""`until`: when another key began to write; `retired`: when it was taken out for good."""
vault_secrets = Table(
    "vault_secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("secret", Text, nullable=False),
)
"Of nodes that share a server; an office on SQLite keeps its own as files."
vault_sealed = Table(
    "vault_sealed",
    metadata,
    Column("name", Text, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)
