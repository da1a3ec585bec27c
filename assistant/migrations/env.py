"""Runs the revisions on the connection that `assistant.database` hands over; never by itself."""

from __future__ import annotations

from alembic import context

from assistant.database import metadata
from assistant.tenants import lift, separate

SITES = "0032"
"The revision since which tables are separated by site."

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
migrations = context.get_context()
with context.begin_transaction():
    if (migrations.get_current_revision() or "") >= SITES:
        lift(connection)
    context.run_migrations()
    if (migrations.get_current_revision() or "") >= SITES:
        separate(connection)
