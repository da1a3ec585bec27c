"""The staff desk: accounts, sessions, tokens, drafts, approvals; audit log; ends of requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _people()
    _at_work()
    _audit()
    op.create_table(
        "request_closings",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("closed_by", sa.Text, nullable=False),
        sa.Column("closed", MOMENT, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "staff",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("seed", sa.Text),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.Column("link", sa.Text),
        sa.Column("link_until", MOMENT),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
    )
    op.create_index("ix_staff_link", "staff", ["link"])
    op.create_table(
        "staff_recovery_codes",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
    )
    op.create_index("ix_staff_recovery_codes_key", "staff_recovery_codes", ["key"])
    op.create_table(
        "staff_sessions",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("seen", MOMENT, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
    )
    op.create_index("ix_staff_sessions_key", "staff_sessions", ["key"])
    op.create_table(
        "staff_failures",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("last", MOMENT, nullable=False),
    )


def _at_work() -> None:
    op.create_table(
        "staff_tokens",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("revoked", MOMENT),
    )
    op.create_table(
        "staff_drafts",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("kept", MOMENT, nullable=False),
    )
    op.create_table(
        "staff_approvals",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked", MOMENT, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided", MOMENT),
        sa.Column("granted", sa.Boolean),
        sa.Column("used", MOMENT),
    )
    op.create_index("ix_staff_approvals_asked", "staff_approvals", ["asked"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("which", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_table(
        "audit_seal",
        sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{deed.lower()} BEFORE {deed} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added_to()"
    )


def downgrade() -> None:
    for table in (
        "request_closings",
        "audit_seal",
        "audit",
        "staff_approvals",
        "staff_drafts",
        "staff_tokens",
        "staff_failures",
        "staff_sessions",
        "staff_recovery_codes",
        "staff",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_only_added_to()")
