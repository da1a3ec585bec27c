"""Runs the revisions on the connection that `assistant.database` hands over; never by itself."""

from __future__ import annotations

from alembic import context

from assistant.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
