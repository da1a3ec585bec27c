from __future__ import annotations

import io
import json
import logging
import threading
from datetime import date, datetime
from pathlib import Path

import pytest

from assistant.core.conversation import Conversation
from assistant.core.errors import ConfigError
from assistant.journal import LineJournal, NoJournal, open_journal

NOW = datetime.fromisoformat("2026-11-25T09:00:00.123456+08:00")
CONVERSATION = Conversation("id-1", "voice", "+8613800000001", "zh", NOW, NOW)


def written(stream: io.StringIO) -> list[dict[str, object]]:
    """The lines as objects."""
    assert stream.getvalue().endswith("\n")
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_what_the_contract_names() -> None:
    """Time with its zone, channel, contact, conversation, event, and the event's own keys."""
    stream = io.StringIO()
    LineJournal(stream).write("key", CONVERSATION, NOW, digit="5")
    (line,) = written(stream)
    assert line == {
        "time": NOW.isoformat(),
        "channel": "voice",
        "contact": "+8613800000001",
        "conversation": "id-1",
        "event": "key",
        "digit": "5",
    }
    assert datetime.fromisoformat(str(line["time"])) == NOW


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("您好，“食堂”几点开门？", None),
        ("two\nlines\r\u2028and more", None),
        ('"quotes" and \\ back', None),
        ("nul\x00inside", None),
        ("😀", None),
        ("half\ud800", "half?"),
    ],
    ids=["hanzi", "lines", "quotes", "nul", "emoji", "half a character"],
)
def test_any_words_stay_on_one_line(text: str, kept: str | None) -> None:
    """Whatever was said is one JSON object on one line and comes back the same."""
    stream = io.StringIO()
    LineJournal(stream).write("heard", CONVERSATION, NOW, text=text)
    raw = stream.getvalue()
    assert raw.count("\n") == 1
    raw.encode("utf-8")
    assert json.loads(raw)["text"] == (text if kept is None else kept)


def test_hanzi_are_written_as_hanzi() -> None:
    """People read these files too."""
    stream = io.StringIO()
    LineJournal(stream).write("heard", CONVERSATION, NOW, text="食堂")
    assert "食堂" in stream.getvalue()


def test_values_that_json_does_not_know_are_written_as_text() -> None:
    """A date among the facts does not lose the line."""
    stream = io.StringIO()
    LineJournal(stream).write("outcome", CONVERSATION, NOW, facts={"day": date(2026, 11, 25)})
    (line,) = written(stream)
    assert line["facts"] == {"day": "2026-11-25"}


def test_lines_of_many_threads_do_not_mix() -> None:
    """Twenty threads, fifty lines each: a thousand whole lines."""
    stream = io.StringIO()
    journal = LineJournal(stream)

    def tell(number: int) -> None:
        for _ in range(50):
            journal.write("said", CONVERSATION, NOW, text="好" * number)

    threads = [threading.Thread(target=tell, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lengths = [len(str(line["text"])) for line in written(stream)]
    assert sorted(lengths) == sorted([*range(20)] * 50)


def test_each_line_is_on_disk_at_once(tmp_path: Path) -> None:
    """A reader beside the service sees a line as soon as it was written."""
    path = tmp_path / "journal.jsonl"
    journal = open_journal(path)
    for number in range(3):
        journal.write("key", CONVERSATION, NOW, digit=str(number))
        assert len(path.read_text("utf-8").splitlines()) == number + 1
    assert isinstance(journal, LineJournal)
    journal._stream.close()


def test_a_journal_goes_on_where_it_was(tmp_path: Path) -> None:
    """A restart appends."""
    path = tmp_path / "journal.jsonl"
    for digit in "12":
        journal = open_journal(path)
        journal.write("key", CONVERSATION, NOW, digit=digit)
        assert isinstance(journal, LineJournal)
        journal._stream.close()
    assert [json.loads(line)["digit"] for line in path.read_text("utf-8").splitlines()] == [
        "1",
        "2",
    ]


def test_a_journal_that_cannot_be_written_stops_no_call(caplog: pytest.LogCaptureFixture) -> None:
    """A closed or full file is logged, without what was said."""
    stream = io.StringIO()
    stream.close()
    with caplog.at_level(logging.DEBUG):
        LineJournal(stream).write("heard", CONVERSATION, NOW, text="秘密")
    assert "journal" in caplog.text
    assert "秘密" not in caplog.text
    assert CONVERSATION.contact not in caplog.text


def test_without_a_path_nothing_is_kept() -> None:
    """The journal is off unless asked for."""
    journal = open_journal(None)
    assert isinstance(journal, NoJournal)
    journal.write("heard", CONVERSATION, NOW, text="x")


@pytest.mark.parametrize("name", ["", "missing/journal.jsonl"], ids=["a folder", "no folder"])
def test_an_impossible_path_stops_the_start_in_words(tmp_path: Path, name: str) -> None:
    """The file and the remedy are named."""
    path = tmp_path / name if name else tmp_path
    with pytest.raises(ConfigError, match="name another file") as raised:
        open_journal(path)
    assert str(path) in str(raised.value)
