"""Who rings residents back, and who is away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "roster_people",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("shifts", sa.JSON, nullable=False),
        sa.Column("begins", sa.Date),
        sa.Column("ends", sa.Date),
        sa.Column("rung", sa.DateTime(timezone=True)),
        sa.Column("removed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "roster_absences",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("start", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("roster_absences")
    op.drop_table("roster_people")
