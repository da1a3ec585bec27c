"""Open Referral HSDS 3.1: its tables, their columns, and the names they go by. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HsdsTable:
    """One table of HSDS 3.1."""

    stem: str
    "Name of its CSV file without `.csv`, and of its objects in nested JSON if plural."
    singular: str
    "Name HSDS gives the object; `link_entity` and `resource_type` use it."
    columns: tuple[str, ...]
    "In HSDS's order, `id` left out."
    required: tuple[str, ...] = ()
    "Without these a row says nothing."


def _hsds(stem: str, singular: str, columns: str, required: str = "") -> HsdsTable:
    return HsdsTable(stem, singular, tuple(columns.split()), tuple(required.split()))


HSDS = (
    _hsds(
        "organizations",
        "organization",
        "name alternate_name description email website tax_status tax_id year_incorporated "
        "legal_status logo uri parent_organization_id",
        "name",
    ),
    _hsds("programs", "program", "organization_id name alternate_name description", "name"),
    _hsds(
        "services",
        "service",
        "organization_id program_id name alternate_name description url email status "
        "interpretation_services application_process fees_description wait_time fees "
        "accreditations eligibility_description minimum_age maximum_age assured_date "
        "assurer_email licenses alert last_modified",
        "name status",
    ),
    _hsds(
        "locations",
        "location",
        "location_type url organization_id name alternate_name description transportation "
        "latitude longitude external_identifier external_identifier_type",
        "location_type",
    ),
    _hsds(
        "service_at_location",
        "service_at_location",
        "service_id location_id description",
        "service_id location_id",
    ),
    _hsds(
        "addresses",
        "address",
        "location_id attention address_1 address_2 city region state_province postal_code "
        "country address_type",
        "location_id address_1",
    ),
    _hsds(
        "contacts",
        "contact",
        "organization_id service_id service_at_location_id location_id name title department email",
    ),
    _hsds(
        "phones",
        "phone",
        "location_id service_id organization_id contact_id service_at_location_id number "
        "extension type description",
        "number",
    ),
    _hsds(
        "schedules",
        "schedule",
        "service_id location_id service_at_location_id valid_from valid_to dtstart timezone "
        "until count wkst freq interval byday byweekno bymonthday byyearday description "
        "opens_at closes_at schedule_link attending_type notes",
    ),
    _hsds(
        "service_areas",
        "service_area",
        "service_id service_at_location_id name description extent extent_type uri",
    ),
    _hsds("required_documents", "required_document", "service_id document uri", "document"),
    _hsds("languages", "language", "service_id location_id phone_id name code note"),
    _hsds("accessibility", "accessibility", "location_id description details url"),
    _hsds("funding", "funding", "organization_id service_id source"),
    _hsds(
        "cost_options",
        "cost_option",
        "service_id valid_from valid_to option currency amount amount_description",
        "service_id",
    ),
    _hsds(
        "organization_identifiers",
        "organization_identifier",
        "organization_id identifier_scheme identifier_type identifier",
        "identifier",
    ),
    _hsds("units", "unit", "name scheme identifier uri", "name"),
    _hsds(
        "service_capacity",
        "service_capacity",
        "service_id unit_id available maximum description updated",
        "service_id",
    ),
    _hsds("url", "url", "label url organization_id service_id", "url"),
    _hsds("taxonomies", "taxonomy", "name description uri version", "name"),
    _hsds(
        "taxonomy_terms",
        "taxonomy_term",
        "code name description parent_id taxonomy language taxonomy_id term_uri",
        "name",
    ),
    _hsds(
        "attributes",
        "attribute",
        "link_id taxonomy_term_id link_type link_entity value label",
        "link_id",
    ),
    _hsds(
        "metadata",
        "metadata",
        "resource_id resource_type last_action_date last_action_type field_name "
        "previous_value replacement_value updated_by",
    ),
    _hsds("meta_table_description", "meta_table_description", "name language character_set"),
)
BY_STEM = {table.stem: table for table in HSDS}
NAMES = {
    **{table.singular: table.stem for table in HSDS},
    **{table.stem: table.stem for table in HSDS},
    "service_at_locations": "service_at_location",
    "services_at_location": "service_at_location",
    "service_capacities": "service_capacity",
    "capacities": "service_capacity",
    "urls": "url",
    "additional_urls": "url",
    "additional_websites": "url",
    "accessibilities": "accessibility",
    "accessibility_for_disabilities": "accessibility",
    "fundings": "funding",
    "taxonomy_detail": "taxonomies",
    "meta_table_descriptions": "meta_table_description",
}
"Every name a table goes by in files, nested objects and translations, with its stem."
REFERENCES = {
    **{f"{table.singular}_id": table.stem for table in HSDS},
    "parent_organization_id": "organizations",
    "parent_id": "taxonomy_terms",
}
"Columns that hold the id of a row elsewhere."
