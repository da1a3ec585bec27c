"""Wishes about what is kept, each with its clock, and those who may ask for somebody else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rights",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("contact_index", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("asked", MOMENT, nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("proofs", sa.Text, nullable=False),
        sa.Column("ended", MOMENT),
        sa.Column("outcome", sa.Text),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("paper_due", MOMENT),
        sa.Column("paper_at", MOMENT),
    )
    op.create_index("ix_rights_contact_index", "rights", ["contact_index"])
    op.create_index("ix_rights_ended_due", "rights", ["ended", "due"])
    op.create_table(
        "helpers",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("helper", sa.Text, nullable=False),
        sa.Column("helper_index", sa.Text),
        sa.Column("until", MOMENT, nullable=False),
    )
    op.create_index("ix_helpers_helper_index", "helpers", ["helper_index"])


def downgrade() -> None:
    op.drop_table("helpers")
    op.drop_table("rights")
