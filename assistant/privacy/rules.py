"""What is kept how long, as data: one rule a line. Pure.

The days stand in `config.yaml` under `retention.days`, by the rule's name; the defaults there are
those of SENIOR 5. A rule reads a table by the names of its columns, so it can be printed and
checked against the tables.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Child:
    """Rows that go with the row they belong to."""

    table: str
    column: str
    "Holds the primary key of the row they belong to."


@dataclass(frozen=True, slots=True)
class Stands:
    """A row is kept while another table has a row with the same value."""

    table: str
    column: str
    own: str
    "The column of the row itself."


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of one table that are deleted, or blanked, so many days after a moment in them."""

    name: str
    "Of the setting, and in reports."
    table: str
    key: tuple[str, ...]
    "The primary key."
    since: str
    "The column with the moment the days are counted from; a row without one is kept."
    where: tuple[str, tuple[str | bool, ...]] | None = None
    "A column and the values one of which it must have."
    blank: tuple[str, ...] = ()
    "Columns that are emptied instead of the row being deleted."
    children: tuple[Child, ...] = ()
    hours: int = 0
    "Hours more than its days, so that a talk which goes on at night loses nothing."
    unless: tuple[Stands, ...] = ()
    "What it belongs to; while one of these stands the row is kept."
    case: str | None = None
    "The column with a case code, by which the row may be held."
    conversation: str | None = None
    "The column with a conversation's id, by which the row may be held."


SENT = ("undelivered", "failed", "delivered", "dropped")

RULES = (
    Rule("conversations", "conversations", ("id",), "updated", conversation="id"),
    Rule("webhooks", "webhooks", ("key",), "at"),
    Rule("texts", "outbox", ("key",), "updated", ("state", SENT)),
    Rule("text_reports", "outbox_early_reports", ("sid",), "at"),
    Rule("no_texts", "no_texts", ("contact_index",), "at"),
    Rule("cards", "cards", ("key",), "created"),
    Rule(
        "request_numbers",
        "requests",
        ("code",),
        "created",
        ("status", ("closed",)),
        blank=("contact", "contact_index"),
        case="code",
        conversation="conversation_id",
    ),
    Rule(
        "requests",
        "requests",
        ("code",),
        "created",
        ("status", ("closed",)),
        children=(
            Child("request_closings", "code"),
            Child("cases", "code"),
            Child("case_history", "code"),
            Child("case_feedback", "code"),
            Child("theme_voices", "code"),
        ),
        case="code",
        conversation="conversation_id",
    ),
    Rule(
        "callbacks",
        "callbacks",
        ("code",),
        "updated",
        ("state", ("done", "cancelled")),
        children=(
            Child("callback_history", "code"),
            Child("callback_rings", "code"),
            Child("callback_outcomes", "code"),
        ),
        case="code",
        conversation="conversation",
    ),
    Rule(
        "alarms",
        "alarms",
        ("code",),
        "closed",
        ("status", ("closed",)),
        case="code",
        conversation="conversation_id",
    ),
    Rule(
        "hearings",
        "hearings",
        ("id",),
        "at",
        hours=2,
        unless=(
            Stands("requests", "conversation_id", "conversation_id"),
            Stands("callbacks", "conversation", "conversation_id"),
            Stands("alarms", "conversation_id", "conversation_id"),
            Stands("requests", "code", "code"),
            Stands("callbacks", "code", "code"),
            Stands("alarms", "code", "code"),
        ),
        case="code",
        conversation="conversation_id",
    ),
    Rule("preferences", "caller_preferences", ("contact_index",), "updated"),
    Rule("wishes", "contacts", ("contact_index",), "updated", ("opted_out", (False,))),
    Rule("rights", "rights", ("code",), "ended"),
    Rule("contact_persons", "contact_facts", ("id",), "at", blank=("person",)),
    Rule("contact_facts", "contact_facts", ("id",), "at"),
    Rule("risks", "risks", ("id",), "latest"),
    Rule("votes", "poll_ballots", ("id",), "day"),
    Rule("vote_news", "poll_news", ("id",), "asked"),
    Rule("drills", "drills", ("at",), "at"),
    Rule("staff", "staff_sessions", ("hash",), "seen"),
    Rule("staff", "staff_failures", ("scope",), "last"),
    Rule("staff", "staff_drafts", ("key", "path"), "kept"),
    Rule("reports", "retention_runs", ("began", "rule"), "began"),
)
"""Hearings stand behind what they belong to, so that they go in the same night.

A sender who said stop is kept for as long as that stands: it could not be honoured otherwise."""

BURIED = {
    "conversations": "contact_index",
    "requests": "contact_index",
    "callbacks": "phone_index",
    "alarms": "contact_index",
    "texts": "contact_index",
    "no_texts": "contact_index",
    "cards": "contact_index",
    "preferences": "contact_index",
    "wishes": "contact_index",
    "vote_news": "contact_index",
}
"""Rules by whose tables a tombstone removes what a restored backup brought back, and the column
with the blind index of her number. What the rule would keep for ever stays: an open matter, a
standing stop, a text on its way."""
