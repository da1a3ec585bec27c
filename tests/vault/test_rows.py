"""Whole rows: what stores write and read, and what a changed row does to those who read it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from assistant.callbacks import events
from assistant.callbacks.life import DEFAULT_RULES
from assistant.callbacks.row import Callback
from assistant.callbacks.store import CallbackStore
from assistant.core.conversation import Conversation
from assistant.core.errors import TamperedError
from assistant.core.texts import OutgoingText
from assistant.database import Database
from assistant.memory.store import ConversationStore, StoredAnswer, WebhookLog
from assistant.outbox.store import UNREADABLE_TEXT, Outbox
from assistant.vault.rows import UNREADABLE, close, open_strictly, open_values
from assistant.vault.sealing import Vault, is_sealed

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
NUMBER = "+8613800000001"
REQUEST = {
    "code": "GH000001", "words": "灯坏了", "place": None, "contact": NUMBER, "nickname": "",
    "intent": "case.report",
}  # fmt: skip


def change(database: Database, table: str, column: str) -> None:
    """What somebody with the database may do: put a value of their own in."""
    with database.begin() as connection:
        connection.execute(text(f"UPDATE {table} SET {column} = '+8610'"))  # noqa: S608 - names of this test


def test_a_row_comes_back_as_it_was_meant(vault: Vault) -> None:
    """Sealed columns are closed, empty and missing ones stay, the index is added and taken away."""
    closed = close(vault, "requests", REQUEST)
    assert closed["contact_index"] == vault.index(NUMBER)
    assert [is_sealed(closed[name]) for name in ("words", "contact")] == [True, True]
    assert (closed["place"], closed["nickname"]) == (None, "")
    assert closed["intent"] == "case.report"
    assert open_values(vault, "requests", closed) == REQUEST


def test_a_key_of_several_columns_binds_a_value_to_its_row(vault: Vault) -> None:
    """A line of history does not open as the next line of the same case."""
    line = close(vault, "case_history", {"code": "GH000001", "seq": 1, "why": "灯坏了"})
    assert open_values(vault, "case_history", line)["why"] == "灯坏了"
    with pytest.raises(TamperedError, match=r"case_history\.why"):
        open_strictly(vault, "case_history", {**line, "seq": 2})


def test_an_update_names_its_row_beside_the_values(vault: Vault) -> None:
    """What is bound to the key is bound to it though the key is not written again."""
    where = {"code": "GH000001", "closing": 1}
    changed = close(vault, "case_feedback", {"words": "谢谢"}, where)
    assert set(changed) == {"words"}
    assert open_values(vault, "case_feedback", {**where, **changed})["words"] == "谢谢"


def test_one_changed_value_is_marked_and_the_others_are_read(
    vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever works sees the row; the log names table and column and nothing that was said."""
    closed = {**close(vault, "requests", REQUEST), "words": "nothing at all"}
    opened = open_values(vault, "requests", closed)
    assert (opened["words"], opened["contact"]) == (UNREADABLE, NUMBER)
    assert "requests.words" in caplog.text
    assert not any(word in caplog.text for word in ("nothing at all", NUMBER[1:]))


@pytest.mark.parametrize("column", ["body", "contact"])
def test_a_changed_text_is_not_sent_and_holds_nobody_up(
    any_database: Database, column: str
) -> None:
    """It has failed, for a person to see; the next one goes out."""
    outbox = Outbox(any_database)
    outbox.put(OutgoingText("k1", NUMBER, "好", "zh", "answer", NOW), NOW)
    change(any_database, "outbox", column)
    outbox.put(OutgoingText("k2", NUMBER, "好", "zh", "answer", NOW), NOW + timedelta(seconds=1))
    held = outbox.claim(NOW + timedelta(minutes=1))
    assert held is not None
    assert held.key == "k2"
    (failed,) = outbox.listing(["failed"])
    assert (failed.key, failed.why) == ("k1", UNREADABLE_TEXT)


def test_a_changed_talk_begins_anew(any_database: Database) -> None:
    """She hears a greeting, never an error."""
    store = ConversationStore(any_database)
    store.save(Conversation("c1", "sms", NUMBER, "zh", NOW, NOW))
    change(any_database, "conversations", "state")
    assert store.load("sms", NUMBER) is None


def test_a_changed_answer_is_not_repeated(any_database: Database) -> None:
    """A carrier is told nothing that this program did not write."""
    webhooks = WebhookLog(any_database)
    webhooks.first("sms:SM1", NOW)
    webhooks.answered("sms:SM1", StoredAnswer("<Response/>"), NOW)
    change(any_database, "webhooks", "text")
    assert webhooks.first("sms:SM1", NOW) == StoredAnswer(done=False)


def test_a_changed_callback_goes_its_way(any_database: Database) -> None:
    """It is shown and moved on; what lies there is neither made ours nor lost to an inquiry."""
    store = CallbackStore(any_database, DEFAULT_RULES)
    wish = Callback("GH000001", NUMBER, "zh", "callback.book", "助听器", "voice", "c1", asked=NOW)
    store.keep(wish, NOW, "test")
    change(any_database, "callbacks", "words")
    step = store.apply("GH000001", events.Cancelled("resident"), NOW, cause="test")
    assert step is not None
    assert step.accepted
    kept = store.get("GH000001")
    assert kept is not None
    assert (kept.state, kept.words, kept.phone) == ("cancelled", UNREADABLE, NUMBER)
    with any_database.read() as connection:
        assert connection.execute(text("SELECT words FROM callbacks")).scalar_one() == "+8610"
