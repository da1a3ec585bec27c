"""Cards, drafts and what a correction would change become text, so that they can be sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

TEXTS = (
    ("cards", "lines", False),
    ("staff_drafts", "fields", False),
    ("corrections", "changes", True),
)
"Columns that held JSON, and whether they may be missing; as text they hold the same."


def upgrade() -> None:
    for table, column, nullable in TEXTS:
        with op.batch_alter_table(table) as batch:
            batch.alter_column(
                column,
                type_=sa.Text(),
                existing_type=sa.JSON(),
                existing_nullable=nullable,
                postgresql_using=f'"{column}"::text',
            )
    op.add_column("cards", sa.Column("contact_index", sa.Text))
    op.create_index("ix_cards_contact_index", "cards", ["contact_index"])
    op.add_column("corrections", sa.Column("words_index", sa.Text))
    op.create_index("ix_corrections_words_index", "corrections", ["words_index"])


def downgrade() -> None:
    """Sealed texts are no JSON; what is left of it here is taken out."""
    op.drop_index("ix_corrections_words_index", "corrections")
    op.drop_column("corrections", "words_index")
    op.drop_index("ix_cards_contact_index", "cards")
    op.drop_column("cards", "contact_index")
    for table, column, nullable in TEXTS:
        op.execute(sa.delete(sa.table(table)))
        with op.batch_alter_table(table) as batch:
            batch.alter_column(
                column,
                type_=sa.JSON(),
                existing_type=sa.Text(),
                existing_nullable=nullable,
                postgresql_using=f'"{column}"::json',
            )
