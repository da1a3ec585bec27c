"""Where something of one resident lies, as data: a line a table. Pure.

`person` counts, copies and erases by these lines. Some tables carry her number; others hang on a
case code or a talk of hers. A test holds them against all tables there are, so that none is
forgotten; what is left out stands in `NOT_HERS` with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from assistant.privacy.rules import SENT

Category = Literal[
    "calls",
    "text_talks",
    "heard",
    "matters",
    "callbacks",
    "emergencies",
    "texts",
    "cards",
    "habits",
    "wishes",
]
"""As residents are told of them: calls; talks by text; turns of both that were written down; what
she asked for; promises to ring; emergencies; our texts; cards on paper; how she likes to be spoken
to; whether she wants to hear from us."""


@dataclass(frozen=True, slots=True)
class Own:
    """A table whose rows carry a resident's number."""

    table: str
    number: str
    "The column of the number; it is sealed, and found by its blind index."
    category: Category
    at: str
    "The column with the moment it came, or was written last."
    code: str | None = None
    "The column of a case code, by which a row may be held."
    talk: str | None = None
    "The column with a conversation's id."
    ended: tuple[str, tuple[str | bool, ...]] | None = None
    "A row may go only while this column has one of these values; the others are still needed."
    by_text: Category | None = None
    "The category of rows whose `channel` is `sms`, where that is another."
    key: str | None = None
    "The column of a key in which the conversation's id stands between colons."


@dataclass(frozen=True, slots=True)
class Linked:
    """A table whose rows hang on a case code of hers, and go with it."""

    table: str
    code: str = "code"
    blank: bool = False
    "Only the code is taken out: what is left is nobody's."


OWN: Final = (
    Own("conversations", "contact", "calls", "updated", talk="id", by_text="text_talks"),
    Own(
        *("requests", "contact", "matters", "created"),
        code="code",
        talk="conversation_id",
        ended=("status", ("closed",)),
    ),
    Own(
        *("callbacks", "phone", "callbacks", "asked"),
        code="code",
        talk="conversation",
        ended=("state", ("done", "cancelled")),
    ),
    Own(
        *("alarms", "contact", "emergencies", "created"),
        code="code",
        talk="conversation_id",
        ended=("status", ("closed",)),
    ),
    Own("outbox", "contact", "texts", "asked", ended=("state", SENT), key="key"),
    Own("cards", "contact", "cards", "created", key="key"),
    Own("no_texts", "contact", "wishes", "at"),
    Own("contacts", "contact", "wishes", "updated", ended=("opted_out", (False,))),
    Own("caller_preferences", "contact", "habits", "updated"),
    Own("poll_news", "contact", "wishes", "asked"),
)
"""A text that is still on its way goes once it has arrived; that she wants no texts could not be
honoured if it were not kept."""

LINKED: Final = (
    Linked("request_closings"),
    Linked("cases"),
    Linked("case_history"),
    Linked("case_feedback"),
    Linked("theme_voices"),
    Linked("callback_history"),
    Linked("callback_rings"),
    Linked("callback_outcomes"),
    Linked("corrections", "case_code", blank=True),
)

FIGURES: Final = (("contact_facts", "person"),)
"Tables of figures, and the column with a blind index of her number: it is emptied, no more."

HEARD: Final = "hearings"
"The turns of a talk: they hang on a conversation's id, a case code, or both."

NOT_HERS: Final = {
    "poll_ballots": "a vote is secret: no row tells whose it is, and counted it stays",
    "poll_results": "counts",
    "webhooks": "answers to a carrier's request, under the carrier's name for it; a week",
    "outbox_early_reports": "a carrier's report under the carrier's name for a text; a day",
    "rights": "the clock of this very wish; its number is taken out once it is met",
    "helpers": "goes with the resident's wish, in `assistant/rights`",
    "figure_days": "counts",
    "figure_counts": "when each day was counted",
    "public_months": "counts, as anybody may read them",
    "themes": "what the office calls several suggestions, and its answer to them",
    "public_changes": "what the office did, as anybody may read it",
    "risks": "topics and buildings of many residents' matters; codes lead nowhere by then",
    "staff_drafts": "what a member of staff was typing; a month at most",
    "audit": "who did what, on which code: no number, no name, no word of hers",
    "audit_seal": "the end of the audit log",
    "legal_holds": "what the law wants kept, by code",
    "tombstones": "a blind index, so that a restored copy does not bring her back",
    "retention_runs": "counts",
    "vault_keys": "names of keys",
    "vault_sealed": "names of tables",
    "vault_secrets": "keys of this installation's own",
    "code_counter": "the last code",
    "drills": "made-up callers",
}
"""Tables in which nothing is to be erased for a resident, and why. Those of the directory and of
the staff are told by their names: `OF_OTHERS`."""

OF_OTHERS: Final = ("staff", "roster_", "directory_")
"How the names of tables begin that hold what is known of staff and of the directory."
