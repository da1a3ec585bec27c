"""The first tables: the directory, conversations, requests and answered webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

HSDS = {
    "organizations": "name alternate_name description email website tax_status tax_id "
    "year_incorporated legal_status logo uri parent_organization_id",
    "programs": "organization_id name alternate_name description",
    "services": "organization_id program_id name alternate_name description url email status "
    "interpretation_services application_process fees_description wait_time fees accreditations "
    "eligibility_description minimum_age maximum_age assured_date assurer_email licenses alert "
    "last_modified",
    "locations": "location_type url organization_id name alternate_name description "
    "transportation latitude longitude external_identifier external_identifier_type",
    "service_at_location": "service_id location_id description",
    "addresses": "location_id attention address_1 address_2 city region state_province "
    "postal_code country address_type",
    "contact_persons": "organization_id service_id service_at_location_id location_id name title "
    "department email",
    "phones": "location_id service_id organization_id contact_id service_at_location_id number "
    "extension type description",
    "schedules": "service_id location_id service_at_location_id valid_from valid_to dtstart "
    "timezone until count wkst freq interval byday byweekno bymonthday byyearday description "
    "opens_at closes_at schedule_link attending_type notes",
    "service_areas": "service_id service_at_location_id name description extent extent_type uri",
    "required_documents": "service_id document uri",
    "languages": "service_id location_id phone_id name code note",
    "accessibility": "location_id description details url",
    "funding": "organization_id service_id source",
    "cost_options": "service_id valid_from valid_to option currency amount amount_description",
    "organization_identifiers": "organization_id identifier_scheme identifier_type identifier",
    "units": "name scheme identifier uri",
    "service_capacity": "service_id unit_id available maximum description updated",
    "url": "label url organization_id service_id",
    "taxonomies": "name description uri version",
    "taxonomy_terms": "code name description parent_id taxonomy language taxonomy_id term_uri",
    "attributes": "link_id taxonomy_term_id link_type link_entity value label",
    "metadata": "resource_id resource_type last_action_date last_action_type field_name "
    "previous_value replacement_value updated_by",
    "meta_table_description": "name language character_set",
}
OTHERS = (
    "translations",
    "rosters",
    "notices",
    "site_facts",
    "directory_state",
    "conversations",
    "webhooks",
    "requests",
    "contacts",
    "code_counter",
)


def upgrade() -> None:
    for name, columns in HSDS.items():
        op.create_table(
            name,
            sa.Column("id", sa.Text, primary_key=True),
            sa.Column("position", sa.Integer, nullable=False),
            *(sa.Column(column, sa.Text) for column in columns.split()),
            sa.Column("extra", sa.JSON),
        )
    _directory()
    _conversations()
    _requests()


def _directory() -> None:
    op.create_table(
        "translations",
        sa.Column("table_name", sa.Text, primary_key=True),
        sa.Column("row_id", sa.Text, primary_key=True),
        sa.Column("column_name", sa.Text, primary_key=True),
        sa.Column("language", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "rosters",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("roster", sa.Text, nullable=False),
        sa.Column("service_id", sa.Text, nullable=False),
        sa.Column("date", sa.Date),
        sa.Column("weekday", sa.Integer),
        sa.Column("items", sa.JSON, nullable=False),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
    )
    op.create_table(
        "site_facts",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
    )
    op.create_table(
        "directory_state",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
    )
    op.create_index(
        "ix_conversations_channel_contact_updated",
        "conversations",
        ["channel", "contact", "updated"],
    )
    op.create_table(
        "webhooks",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("text", sa.Text),
        sa.Column("status", sa.Integer),
        sa.Column("content_type", sa.Text),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_webhooks_at", "webhooks", ["at"])


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("urgency", sa.Text, nullable=False),
        sa.Column("intent", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("place", sa.Text),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text, nullable=False),
    )
    op.create_index("ix_requests_status_created", "requests", ["status", "created"])
    op.create_table(
        "contacts",
        sa.Column("contact", sa.Text, primary_key=True),
        sa.Column("opted_out", sa.Boolean, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "code_counter",
        sa.Column("letters", sa.Text, primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for name in (*OTHERS, *HSDS):
        op.drop_table(name)
