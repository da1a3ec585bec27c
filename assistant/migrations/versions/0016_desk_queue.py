"""What the desk's queue is sorted by, and what staff say a callback came to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("state NOT IN ('done', 'cancelled')")


def upgrade() -> None:
    op.add_column("callbacks", sa.Column("due_by", MOMENT))
    op.execute("UPDATE callbacks SET due_by = coalesce(window_end, lifts_at, asked)")
    for name, columns in (
        ("ix_callbacks_due", ["due_by", "code"]),
        ("ix_callbacks_owner", ["owner", "due_by", "code"]),
    ):
        op.create_index(name, "callbacks", columns, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_callbacks_state_due_by_code", "callbacks", ["state", "due_by", "code"])
    op.create_index("ix_callbacks_owner_updated", "callbacks", ["owner", "updated"])
    op.create_index("ix_callbacks_updated", "callbacks", ["updated"])
    op.create_index("ix_requests_contact_created", "requests", ["contact", "created"])
    op.create_table(
        "callback_outcomes",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("nth", sa.Integer, primary_key=True),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("window_start", MOMENT),
        sa.Column("window_end", MOMENT),
        sa.Column("carried_out", sa.Boolean, nullable=False),
    )
    op.create_index(
        "ix_callback_outcomes_carried_out_at", "callback_outcomes", ["carried_out", "at"]
    )


def downgrade() -> None:
    op.drop_table("callback_outcomes")
    op.drop_index("ix_requests_contact_created", "requests")
    for name in ("updated", "owner_updated", "state_due_by_code", "owner", "due"):
        op.drop_index(f"ix_callbacks_{name}", "callbacks")
    op.drop_column("callbacks", "due_by")
