"""Every column that can hold text is sealed, or stands here with the reason why it need not be."""

from __future__ import annotations

import pytest
from sqlalchemy import JSON

from assistant.database import metadata
from assistant.directory.tables import TABLES
from assistant.vault.columns import BY_NAME, SEALED, SealedTable
from tests.privacy.test_data_map import declared

HARMLESS = {
    "a name made by the program, or by a carrier, for one thing": """
        *.code *.id *.public_id *.merged_into *.case_code *.conversation_id *.conversation
        callback_rings.carrier_id outbox.key outbox.sid outbox_early_reports.sid cards.key
        webhooks.key vault_secrets.name legal_holds.which tombstones.reference audit.which
    """,
    "one word of a list that stands in the program or in config.yaml": """
        *.intent *.channel *.language *.state *.status *.kind alarms.answer callback_history.before
        callback_history.after callback_history.event callback_history.cause
        callback_outcomes.outcome callback_rings.party callbacks.priority callbacks.lost
        callbacks.ending callbacks.why callbacks.acquired_by case_feedback.how case_history.deed
        case_history.before case_history.after cases.topic corrections.meant no_texts.why
        outbox.service outbox.why request_closings.outcome audit.what audit.why staff.role
        staff_approvals.deed staff_approvals.reason staff_sessions.stage staff_tokens.role
        webhooks.content_type code_counter.letters retention_runs.rule rights.proofs
        rights.outcome rights.why
    """,
    "the name of a member of staff, as it stands on the office's door": """
        *.by *.owner *.taken_by *.closed_by *.proposed_by *.decided_by *.placed_by *.lifted_by
        *.asked_by *.made_by audit.who staff.key staff.name staff_recovery_codes.key
        staff_sessions.key staff_presence.name staff_drafts.key staff_failures.scope
        roster_people.name roster_absences.name
    """,
    "when and in which language somebody works": "roster_people.languages roster_people.shifts",
    "windows in which a callback may come": "callbacks.offered",
    "a hash, or worthless without a key outside the database": """
        audit.previous audit.hash audit_seal.seal staff.password staff.link staff.seed
        staff_recovery_codes.hash staff_sessions.hash staff_tokens.hash tombstones.contact_index
        poll_ballots.household contact_facts.person
    """,
    "which poll, and how many voices each choice has": """
        poll_ballots.poll poll_news.poll poll_results.poll poll_results.tallies
    """,
    "a day, a kind, a figure: counted, of nobody": """
        contact_facts.day contact_facts.line contact_facts.topic contact_facts.ending
        contact_facts.step figure_days.day figure_days.figure figure_days.cut figure_counts.day
        public_months.month public_months.cells public_changes.day public_changes.asked
        public_changes.done
    """,
    "a topic, buildings and streets, as the open cases' page shows them; case codes": """
        risks.topic risks.buildings risks.streets risks.codes risks.notice
    """,
    "what a browser or a program is called, the address of a page of the desk": """
        staff_sessions.device staff_tokens.name staff_drafts.path
    """,
    "what is told to everybody who asks": """
        directory_checks.service_id directory_checks.field directory_checks.reason
        directory_imports.files directory_imports.begun directory_replaced.table_name
        directory_replaced.key directory_replaced.row notices.text notices.place notices.topic
        notices.zone rosters.roster rosters.service_id rosters.items rosters.zone site_facts.key
        site_facts.value translations.table_name translations.row_id translations.column_name
        translations.text
    """,
    "what the office calls suggestions and answers to them; which case stands where": """
        themes.names themes.told themes.poll theme_voices.theme theme_voices.how
    """,
    "what became of made-up callers": "drills.summary drills.details",
    "names of keys and of tables": "vault_keys.name vault_sealed.name",
}
"""Columns by reason; `*` stands for every table. Tables of HSDS are public as a whole."""


def open_texts() -> set[tuple[str, str]]:
    """Columns that can hold text and are not sealed, apart from the public directory's."""
    declared()
    public = {table.name for table in TABLES.values()}
    found = set()
    for table in metadata.tables.values():
        item = BY_NAME.get(table.name)
        closed = {*item.columns, item.index} if item is not None else set()
        for column in table.columns:
            text = isinstance(column.type, JSON) or column.type.python_type is str
            if text and table.name not in public and column.name not in closed:
                found.add((table.name, column.name))
    return found


def excused() -> dict[tuple[str, str], str]:
    """The reason by table, or `*`, and column."""
    pairs = (
        (name.partition("."), why) for why, names in HARMLESS.items() for name in names.split()
    )
    return {(table, column): why for (table, _, column), why in pairs}


def test_every_text_is_sealed_or_harmless_for_a_reason() -> None:
    """A new column of text fails here until it is sealed, or somebody says why it need not be."""
    reasons = excused()
    unexplained = {
        f"{table}.{column}"
        for table, column in open_texts()
        if not {(table, column), ("*", column)} & reasons.keys()
    }
    assert unexplained == set()


def test_every_reason_is_of_a_column_that_is_there() -> None:
    """Sealing a column, or dropping it, takes its excuse away."""
    there = open_texts()
    names = {column for _, column in there}
    stale = {
        f"{table}.{column}"
        for table, column in excused()
        if (column not in names if table == "*" else (table, column) not in there)
    }
    assert stale == set()


@pytest.mark.parametrize("item", SEALED, ids=lambda item: item.name)
def test_a_number_is_found_by_its_index_alone(item: SealedTable) -> None:
    """No database index lies over a sealed column: it would sort noise and find nothing."""
    table = metadata.tables[item.name]
    indexed = {column.name for index in table.indexes for column in index.columns}
    keyed = {column.name for column in table.primary_key}
    assert not (indexed | keyed) & set(item.columns)
