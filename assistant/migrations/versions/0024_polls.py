"""Votes of residents: ballots without a number, published results, who is to be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "poll_ballots",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("poll", sa.Text, nullable=False),
        sa.Column("household", sa.Text, nullable=False),
        sa.Column("choice", sa.Text, nullable=False),
        sa.Column("day", MOMENT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_poll_ballots_poll_household", "poll_ballots", ["poll", "household"])
    op.create_table(
        "poll_results",
        sa.Column("poll", sa.Text, primary_key=True),
        sa.Column("tallies", sa.JSON, nullable=False),
        sa.Column("published", MOMENT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
    )
    op.create_table(
        "poll_news",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("poll", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("contact_index", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("wanted", sa.Boolean, nullable=False),
        sa.Column("asked", MOMENT, nullable=False),
        sa.Column("told", MOMENT),
    )
    op.create_index("ix_poll_news_poll_wanted_told", "poll_news", ["poll", "wanted", "told"])
    op.create_index("ix_poll_news_contact_index", "poll_news", ["contact_index"])


def downgrade() -> None:
    for table in ("poll_news", "poll_results", "poll_ballots"):
        op.drop_table(table)
