"""Alarms get a table of their own: who answered what, who took them, who closed them and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

CARRIED = "code, intent, words, conversation_id, channel, contact, language, created"


def upgrade() -> None:
    op.create_table(
        "alarms",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("intent", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("taken_by", sa.Text),
        sa.Column("taken", sa.DateTime(timezone=True)),
        sa.Column("closed_by", sa.Text),
        sa.Column("closed", sa.DateTime(timezone=True)),
        sa.Column("note", sa.Text),
    )
    op.create_index("ix_alarms_status_created", "alarms", ["status", "created"])
    op.execute(
        f"INSERT INTO alarms ({CARRIED}, answer, status) "  # noqa: S608 - constants
        f"SELECT {CARRIED}, 'none', status FROM requests WHERE kind = 'alert'"
    )
    op.execute("DELETE FROM requests WHERE kind = 'alert'")
    op.drop_column("requests", "kind")
    op.drop_column("requests", "urgency")


def downgrade() -> None:
    op.add_column("requests", sa.Column("urgency", sa.Text, server_default="normal"))
    op.add_column("requests", sa.Column("kind", sa.Text, server_default="request"))
    op.drop_table("alarms")
