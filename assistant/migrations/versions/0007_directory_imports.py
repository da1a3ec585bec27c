"""Imports of the directory can be undone; rows of a city's directory are found by their owners."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

OWNERS = {
    "service_at_location": ("service_id",),
    "addresses": ("location_id",),
    "phones": ("service_id", "service_at_location_id", "location_id", "organization_id"),
    "schedules": ("service_id", "service_at_location_id", "location_id"),
    "required_documents": ("service_id",),
    "cost_options": ("service_id",),
    "attributes": ("link_id",),
    "translations": ("row_id",),
}


def upgrade() -> None:
    for table, columns in OWNERS.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_services_position", "services", ["position"])
    op.create_table(
        "directory_imports",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("begun", sa.JSON, nullable=False),
    )
    op.create_table(
        "directory_replaced",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("import_id", sa.Integer, nullable=False),
        sa.Column("table_name", sa.Text, nullable=False),
        sa.Column("key", sa.JSON, nullable=False),
        sa.Column("row", sa.JSON),
    )
    op.create_index("ix_directory_replaced_import_id", "directory_replaced", ["import_id"])


def downgrade() -> None:
    op.drop_table("directory_replaced")
    op.drop_table("directory_imports")
    op.drop_index("ix_services_position", "services")
    for table, columns in OWNERS.items():
        for column in columns:
            op.drop_index(f"ix_{table}_{column}", table)
