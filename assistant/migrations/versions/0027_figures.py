"""Contacts without words or numbers, and the figures of each day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0024"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "contact_facts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("ending", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("heard", sa.Integer, nullable=False),
        sa.Column("understood", sa.Integer, nullable=False),
        sa.Column("waited_ms", sa.Integer),
        sa.Column("lasted_s", sa.Integer, nullable=False),
        sa.Column("offered", sa.Integer, nullable=False),
        sa.Column("confirmed", sa.Integer, nullable=False),
        sa.Column("offer_s", sa.Integer),
        sa.Column("again", sa.Boolean),
    )
    op.create_index("ix_contact_facts_day", "contact_facts", ["day"])
    op.create_index("ix_contact_facts_at", "contact_facts", ["at"])
    op.create_index("ix_contact_facts_person_topic_at", "contact_facts", ["person", "topic", "at"])
    op.create_table(
        "figure_days",
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("figure", sa.Text, primary_key=True),
        sa.Column("cut", sa.Text, primary_key=True),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("whole", sa.Integer, nullable=False),
    )
    op.create_table(
        "figure_counts",
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("figure_counts")
    op.drop_table("figure_days")
    op.drop_table("contact_facts")
