"""Whose matter it is, where several people share a telephone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("requests", sa.Column("nickname", sa.Text))


def downgrade() -> None:
    op.drop_column("requests", "nickname")
