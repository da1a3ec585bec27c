"""A callback is found by the blind index of its number: still at most one open one a telephone.

The index is empty until the rows are sealed, when the database has been opened with its keys.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

OPEN = sa.text("state NOT IN ('done', 'cancelled') AND phone <> ''")


def upgrade() -> None:
    op.add_column("callbacks", sa.Column("phone_index", sa.Text))
    _move("phone", "phone_index")


def _move(old: str, new: str) -> None:
    op.drop_index("ix_callbacks_open_phone", "callbacks")
    op.drop_index(f"ix_callbacks_{old}", "callbacks")
    op.create_index(
        "ix_callbacks_open_phone",
        "callbacks",
        [new],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(f"ix_callbacks_{new}", "callbacks", [new])


def downgrade() -> None:
    _move("phone_index", "phone")
    op.drop_column("callbacks", "phone_index")
