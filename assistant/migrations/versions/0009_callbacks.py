"""Callbacks, their history and their rings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("state NOT IN ('done', 'cancelled') AND phone <> ''")
DUE = sa.text("state = 'due'")
AGEING = sa.text("state = 'due' AND priority = 'P3'")


def upgrade() -> None:
    _callbacks()
    _indexes()
    op.create_table(
        "callback_history",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.Column("by", sa.Text),
        sa.Column("why", sa.Text),
        sa.Column("window_start", MOMENT),
        sa.Column("window_end", MOMENT),
    )
    op.create_index("ix_callback_history_at", "callback_history", ["at"])
    op.create_index("ix_callback_history_window_start", "callback_history", ["window_start"])
    op.create_table(
        "callback_rings",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("attempt", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("party", sa.Text, primary_key=True),
        sa.Column("nth", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("carrier_id", sa.Text),
        sa.Column("began", MOMENT, nullable=False),
        sa.Column("reached", sa.Boolean),
        sa.Column("by_staff", sa.Boolean, nullable=False),
    )
    op.create_index("ix_callback_rings_carrier_id", "callback_rings", ["carrier_id"])
    op.create_index("ix_callback_rings_began", "callback_rings", ["began"])


def _callbacks() -> None:
    op.create_table(
        "callbacks",
        sa.Column("code", sa.Text, primary_key=True),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("phone", "language", "intent", "words", "channel", "conversation")
        ),
        sa.Column("asked", MOMENT, nullable=False),
        sa.Column("priority", sa.Text, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("window_start", MOMENT),
        sa.Column("window_end", MOMENT),
        sa.Column("offered", sa.JSON, nullable=False),
        sa.Column("safe_word", sa.Text, nullable=False),
        sa.Column("next_at", MOMENT),
        sa.Column("owner", sa.Text),
        sa.Column("staff_ready", sa.Boolean, nullable=False),
        sa.Column("staff_tries", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("spent", sa.Integer, nullable=False),
        sa.Column("extra_day", sa.Boolean, nullable=False),
        sa.Column("rung_at", MOMENT),
        sa.Column("lost", sa.Text),
        sa.Column("ending", sa.Text),
        sa.Column("jump_reason", sa.Text),
        sa.Column("lifts_at", MOMENT),
        sa.Column("told", MOMENT),
        sa.Column("why", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("updated", MOMENT, nullable=False),
        sa.Column("acquired_by", sa.Text),
        sa.Column("acquired_until", sa.Float),
        sa.Column("fence", sa.Integer, nullable=False),
    )


def _indexes() -> None:
    for name, columns, where in (
        ("ix_callbacks_claim", ["rank", "asked", "code"], DUE),
        ("ix_callbacks_ageing", ["lifts_at"], AGEING),
    ):
        op.create_index(name, "callbacks", columns, sqlite_where=where, postgresql_where=where)
    op.create_index(
        "ix_callbacks_open_phone",
        "callbacks",
        ["phone"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_callbacks_phone", "callbacks", ["phone"])
    op.create_index("ix_callbacks_next_at", "callbacks", ["next_at"])
    op.create_index("ix_callbacks_window_start", "callbacks", ["window_start"])
    op.create_index("ix_callbacks_state_asked_code", "callbacks", ["state", "asked", "code"])


def downgrade() -> None:
    for name in ("callback_rings", "callback_history", "callbacks"):
        op.drop_table(name)
