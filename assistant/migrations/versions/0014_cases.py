"""Cases: how each request stands, everything that happened to it, what residents said after it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun", sa.DateTime(timezone=True), nullable=False),
        sa.Column("take_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sorted", sa.Boolean, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("assigned", sa.DateTime(timezone=True)),
        sa.Column("extended", sa.Boolean, nullable=False),
        sa.Column("moved", sa.Boolean, nullable=False),
        sa.Column("closings", sa.Integer, nullable=False),
        sa.Column("merged_into", sa.Text),
        sa.Column("public_id", sa.Text, nullable=False),
    )
    op.create_index("ix_cases_state_due", "cases", ["state", "due"])
    op.create_index("ix_cases_merged_into", "cases", ["merged_into"])
    op.create_index("ix_cases_public_id", "cases", ["public_id"], unique=True)
    op.create_table(
        "case_history",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_table(
        "case_feedback",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("closing", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True)),
        sa.Column("solved", sa.Boolean),
        sa.Column("score", sa.Float),
        sa.Column("of", sa.Integer),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("given", sa.DateTime(timezone=True)),
    )


def downgrade() -> None:
    for table in ("case_feedback", "case_history", "cases"):
        op.drop_table(table)
