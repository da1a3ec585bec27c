"""What was published of each month, and what the office says it has changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "public_months",
        sa.Column("month", sa.Text, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("cells", sa.JSON, nullable=False),
    )
    op.create_table(
        "public_changes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("asked", sa.JSON, nullable=False),
        sa.Column("done", sa.JSON, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("public_changes")
    op.drop_table("public_months")
