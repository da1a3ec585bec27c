"""Keys by name, sealed columns, legal holds, tombstones, and what retention did.

Rows are sealed when the database has been opened with its keys; until then they stay as they are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

MOMENT = sa.DateTime(timezone=True)
LIKED = {
    "language": sa.Text,
    "rate": sa.Float,
    "gain_db": sa.Float,
    "patient": sa.Boolean,
    "other_voice": sa.Boolean,
}


def upgrade() -> None:
    _vault()
    _keeping()
    op.add_column("alarms", sa.Column("contact_index", sa.Text))
    op.create_index("ix_alarms_contact_index", "alarms", ["contact_index"])
    _preferences()


def _vault() -> None:
    op.create_table(
        "vault_keys",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("retired", MOMENT),
    )
    op.create_table(
        "vault_sealed",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("since", MOMENT, nullable=False),
    )


def _keeping() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("which", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("placed_by", sa.Text, nullable=False),
        sa.Column("placed", MOMENT, nullable=False),
        sa.Column("lifted_by", sa.Text),
        sa.Column("lifted", MOMENT),
    )
    op.create_table(
        "tombstones",
        sa.Column("contact_index", sa.Text, primary_key=True),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("buried", MOMENT, nullable=False),
    )
    op.create_table(
        "retention_runs",
        sa.Column("began", MOMENT, primary_key=True),
        sa.Column("rule", sa.Text, primary_key=True),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("held", sa.Integer, nullable=False),
    )


def _preferences() -> None:
    """The primary key becomes the blind index; a row that is not sealed has its number there."""
    bind = op.get_bind()
    old = sa.table("caller_preferences", sa.column("contact"), *_liked())
    rows = [dict(row) for row in bind.execute(sa.select(old)).mappings()]
    op.drop_table("caller_preferences")
    new = op.create_table(
        "caller_preferences",
        sa.Column("contact_index", sa.Text, primary_key=True),
        sa.Column("contact", sa.Text, nullable=False),
        *_liked(),
    )
    if rows:
        op.bulk_insert(new, [{**row, "contact_index": row["contact"]} for row in rows])


def _liked() -> list[sa.Column[object]]:
    plain: list[sa.Column[object]] = [
        sa.Column(name, kind, nullable=False) for name, kind in LIKED.items()
    ]
    return [*plain, sa.Column("updated", MOMENT, nullable=False)]


def downgrade() -> None:
    """The version before cannot read sealed numbers, so it starts without preferences."""
    op.drop_table("caller_preferences")
    op.create_table(
        "caller_preferences", sa.Column("contact", sa.Text, primary_key=True), *_liked()
    )
    op.drop_index("ix_alarms_contact_index", "alarms")
    op.drop_column("alarms", "contact_index")
    for name in ("retention_runs", "tombstones", "legal_holds", "vault_sealed", "vault_keys"):
        op.drop_table(name)
