"""Cards on paper, and which service a text is about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "cards",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("lines", sa.JSON, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
    )
    op.create_index("ix_cards_status_created", "cards", ["status", "created"])
    op.add_column("outbox", sa.Column("service", sa.Text))


def downgrade() -> None:
    op.drop_column("outbox", "service")
    op.drop_table("cards")
