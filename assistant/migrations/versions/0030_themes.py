"""Suggestions put together by staff, what was decided, and who was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "themes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("names", sa.JSON, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("told", sa.JSON, nullable=False),
        sa.Column("poll", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("decided", MOMENT),
    )
    op.create_table(
        "theme_voices",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("theme", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("told", MOMENT),
    )
    op.create_index("ix_theme_voices_theme", "theme_voices", ["theme"])
    op.create_index("ix_theme_voices_how_told", "theme_voices", ["how", "told"])


def downgrade() -> None:
    op.drop_table("theme_voices")
    op.drop_table("themes")
