"""How callers like to be spoken to, for those who agreed to have it kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "caller_preferences",
        sa.Column("contact", sa.Text, primary_key=True),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("rate", sa.Float, nullable=False),
        sa.Column("gain_db", sa.Float, nullable=False),
        sa.Column("patient", sa.Boolean, nullable=False),
        sa.Column("other_voice", sa.Boolean, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("caller_preferences")
