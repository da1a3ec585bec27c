"""Sites within one server: from here on `env.py` separates every table after each migration.

Nothing changes on SQLite. On PostgreSQL a revision to come sees the rows of all sites while it
runs. One that copies rows into a new table says `separate(op.get_bind())` once the table is made,
and copies `site` too: what it inserts without is the site's that happened to start first.
"""

from __future__ import annotations

from alembic import op

from assistant.core.errors import DatabaseError

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """What there is becomes the rows of the site that starts first, which is `default`."""


def downgrade() -> None:
    """Refused on a server: a version before this one would mix the rows of its sites."""
    if op.get_bind().dialect.name == "postgresql":
        raise DatabaseError(
            "Rows of several sites cannot go back into one; restore the pg_dump made before."
        )
