"""Talks, requests and texts are found by the blind index of a number; the number itself is sealed.

Rows are sealed when the database has been opened with its keys; until then they stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Callable

revision = "0019"
down_revision = "0018"

MOMENT = sa.DateTime(timezone=True)
INDEXED = {
    "conversations": ("channel", "{}", "updated"),
    "requests": ("{}", "created"),
    "outbox": ("{}", "begun"),
}
"The index over the number of each table, with `{}` in its place."


def _wishes() -> list[sa.Column[Any]]:
    return [
        sa.Column("opted_out", sa.Boolean, nullable=False),
        sa.Column("updated", MOMENT, nullable=False),
    ]


def _without_texts() -> list[sa.Column[Any]]:
    return [sa.Column("why", sa.Text, nullable=False), sa.Column("at", MOMENT, nullable=False)]


KEYED = {"contacts": _wishes, "no_texts": _without_texts}
"Tables whose primary key was the number, with their other columns."


def upgrade() -> None:
    for table, columns in INDEXED.items():
        op.add_column(table, sa.Column("contact_index", sa.Text))
        _move(table, columns, "contact", "contact_index")
    for table, others in KEYED.items():
        _rekey(table, others)


def _move(table: str, columns: tuple[str, ...], old: str, new: str) -> None:
    before, after = ([name.format(which) for name in columns] for which in (old, new))
    op.drop_index("_".join(("ix", table, *before)), table)
    op.create_index("_".join(("ix", table, *after)), table, after)


def _rekey(table: str, others: Callable[[], list[sa.Column[Any]]]) -> None:
    """The primary key becomes the blind index; a row that is not sealed has its number there."""
    bind = op.get_bind()
    old = sa.table(table, sa.column("contact"), *others())
    rows = [dict(row) for row in bind.execute(sa.select(old)).mappings()]
    op.drop_table(table)
    new = op.create_table(
        table,
        sa.Column("contact_index", sa.Text, primary_key=True),
        sa.Column("contact", sa.Text, nullable=False),
        *others(),
    )
    if rows:
        op.bulk_insert(new, [{**row, "contact_index": row["contact"]} for row in rows])


def downgrade() -> None:
    """The version before cannot read sealed numbers, so it starts without these wishes."""
    for table, others in KEYED.items():
        op.drop_table(table)
        op.create_table(table, sa.Column("contact", sa.Text, primary_key=True), *others())
    for table, columns in INDEXED.items():
        _move(table, columns, "contact_index", "contact")
        op.drop_column(table, "contact_index")
