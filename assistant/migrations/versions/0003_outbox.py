"""The outbox: every text before it is sent, and telephones that cannot take any."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("asked", MOMENT, nullable=False),
        sa.Column("segments", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("tries_later", sa.Integer, nullable=False),
        sa.Column("held_until", MOMENT),
        sa.Column("begun", MOMENT),
        sa.Column("sid", sa.Text),
        sa.Column("error", sa.Integer),
        sa.Column("why", sa.Text),
        sa.Column("updated", MOMENT, nullable=False),
    )
    op.create_index("ix_outbox_state_due", "outbox", ["state", "due"])
    op.create_index("ix_outbox_contact_begun", "outbox", ["contact", "begun"])
    op.create_index("ix_outbox_sid", "outbox", ["sid"])
    op.create_table(
        "outbox_early_reports",
        sa.Column("sid", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("error", sa.Integer),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "no_texts",
        sa.Column("contact", sa.Text, primary_key=True),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    for name in ("no_texts", "outbox_early_reports", "outbox"):
        op.drop_table(name)
