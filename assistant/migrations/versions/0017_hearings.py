"""What was heard in each turn, sealed, and how it was answered; the cases it belongs to are found.

The indexes let retention and the desk find a talk's cases without reading whole tables.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

MOMENT = sa.DateTime(timezone=True)
TALKS = (
    ("requests", "conversation_id"),
    ("callbacks", "conversation"),
    ("alarms", "conversation_id"),
)


def upgrade() -> None:
    op.create_table(
        "hearings",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_index("ix_hearings_conversation_id_turn", "hearings", ["conversation_id", "turn"])
    op.create_index("ix_hearings_code", "hearings", ["code"])
    op.create_index("ix_hearings_at", "hearings", ["at"])
    for table, column in TALKS:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table, column in TALKS:
        op.drop_index(f"ix_{table}_{column}", table)
    op.drop_table("hearings")
