"""Risks: the same trouble from several residents, what staff decided about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "risks",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("buildings", sa.JSON, nullable=False),
        sa.Column("streets", sa.JSON, nullable=False),
        sa.Column("codes", sa.JSON, nullable=False),
        sa.Column("voices", sa.Integer, nullable=False),
        sa.Column("begun", MOMENT, nullable=False),
        sa.Column("latest", MOMENT, nullable=False),
        sa.Column("odds", sa.Float, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("decided", MOMENT),
    )
    op.create_index("ix_risks_state_latest", "risks", ["state", "latest"])


def downgrade() -> None:
    op.drop_table("risks")
