"""Closed cases are turned over page by page without sorting all of them."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_index("ix_cases_merged_into_due_code", "cases", ["merged_into", "due", "code"])
    op.drop_index("ix_cases_merged_into", "cases")
    op.create_index("ix_requests_code_status_created", "requests", ["code", "status", "created"])


def downgrade() -> None:
    op.drop_index("ix_requests_code_status_created", "requests")
    op.create_index("ix_cases_merged_into", "cases", ["merged_into"])
    op.drop_index("ix_cases_merged_into_due_code", "cases")
