from __future__ import annotations

import logging
import sqlite3
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from twilio.request_validator import RequestValidator

from assistant.app import Replays
from assistant.channels import twilio_sms
from assistant.channels.twilio_signature import Gate
from assistant.channels.twilio_sms import MAX_BODY, sms_blueprint
from assistant.channels.webhook import EMPTY, Webhooks
from assistant.core.errors import DatabaseError
from assistant.core.texts import CarrierDid, IncomingText
from assistant.database import open_database
from assistant.memory.store import ABANDONED, WebhookLog
from assistant.web import _kind_refusal

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

SECRET, ORIGIN = "shh", "https://line.example.org"
HERS = "+8613800000001"
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
AWAY = "please ring"
"What a text is answered while nothing can be kept."
PATIENCE_S = 20
"Longest wait for another thread."


class Line:
    """The webhook of a line whose answers, REST side and clock are the test's."""

    def __init__(self, database: Path, pool: ThreadPoolExecutor) -> None:
        self.answers: Callable[[str, str], list[str]] = lambda _contact, body: [f"to {body}"]
        self.asked: list[tuple[str, str]] = []
        self.came: list[IncomingText] = []
        self.sent: list[tuple[str, str]] = []
        self.sending: Callable[[], None] = lambda: None
        self.now = NOW
        self._database = open_database(f"sqlite:///{database}")
        self._arrived = threading.Condition()
        app = Flask("line")
        app.register_error_handler(Exception, _kind_refusal)
        gate = Gate(lambda: [SECRET], lambda: ORIGIN)
        webhooks = Webhooks(gate, Replays(WebhookLog(self._database), EMPTY))
        app.register_blueprint(
            sms_blueprint(
                webhooks, self._answer, self._send, pool, lambda: self.now, lambda _: [AWAY]
            )
        )
        self._app = app

    def _answer(self, text: IncomingText) -> list[str]:
        with self._arrived:
            self.came.append(text)
            self.asked.append((text.contact, text.body))
            self._arrived.notify_all()
        return self.answers(text.contact, text.body)

    def _send(self, message: str, contact: str, texts: list[str]) -> None:
        assert message
        with self._arrived:
            self.sent.extend((contact, text) for text in texts)
            self._arrived.notify_all()
        self.sending()

    def until(self, met: Callable[[], bool]) -> None:
        """Wait for another thread to have asked or sent."""
        with self._arrived:
            assert self._arrived.wait_for(met, PATIENCE_S)

    def text(self, body: str, sid: str = "SM1", contact: str = HERS, **more: str) -> TestResponse:
        """One signed delivery of one message, with `more` fields of Twilio's."""
        form = {"MessageSid": sid, "From": contact, "To": "1", "Body": body, **more}
        signature = RequestValidator(SECRET).compute_signature(ORIGIN + "/twilio/sms", form)
        headers = {"X-Twilio-Signature": str(signature)}
        return self._app.test_client().post("/twilio/sms", data=form, headers=headers)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """The threads that answer."""
    with ThreadPoolExecutor(4) as threads:
        yield threads


@pytest.fixture
def line(tmp_path: Path, pool: ThreadPoolExecutor) -> Iterator[Line]:
    """A line with an empty memory."""
    made = Line(tmp_path / "line.db", pool)
    yield made
    pool.shutdown(wait=True)
    made.close()


@pytest.fixture
def hurried(line: Line, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Line, threading.Event]]:
    """The line with answers that wait for an event, and a webhook that waits for 50 ms only."""
    monkeypatch.setattr(twilio_sms, "QUICK_S", 0.05)
    go_on = threading.Event()

    def slowly(_contact: str, body: str) -> list[str]:
        assert go_on.wait(PATIENCE_S)
        return [f"to {body}", "and more"]

    line.answers = slowly
    yield line, go_on
    go_on.set()


def messages(response: TestResponse) -> list[str]:
    """The texts that a webhook's answer sends."""
    assert response.status_code == 200
    assert response.content_type == "text/xml; charset=utf-8"
    root = ET.fromstring(response.data)  # noqa: S314 - our own
    assert root.tag == "Response"
    return [item.text or "" for item in root]


def test_a_quick_answer_goes_by_twiml(line: Line) -> None:
    """The webhook itself carries the answer; nothing is sent by REST."""
    line.answers = lambda _contact, _body: ["一句。\n1 <食堂> & 菜单", "two"]
    assert messages(line.text("食堂")) == ["一句。\n1 <食堂> & 菜单", "two"]
    assert line.asked == [(HERS, "食堂")]
    assert line.sent == []


def test_no_answer_is_an_empty_response(line: Line) -> None:
    """Nothing to say is nothing sent."""
    line.answers = lambda _contact, _body: []
    assert messages(line.text("好的")) == []


def test_a_slow_answer_goes_by_rest_once(hurried: tuple[Line, threading.Event]) -> None:
    """The webhook answers in time with nothing, and the texts follow by REST, each once."""
    line, go_on = hurried
    began = time.monotonic()
    assert messages(line.text("食堂")) == []
    assert time.monotonic() - began < 5
    assert line.sent == []
    go_on.set()
    line.until(lambda: len(line.sent) == 2)
    assert messages(line.text("食堂")) == []
    assert line.sent == [(HERS, "to 食堂"), (HERS, "and more")]
    assert len(line.asked) == 1


def test_a_delivery_while_the_first_is_at_work_changes_nothing(line: Line) -> None:
    """Delivered again before it was answered: empty, and the first delivery still answers."""
    go_on = threading.Event()

    def slowly(_contact: str, body: str) -> list[str]:
        assert go_on.wait(PATIENCE_S)
        return [f"to {body}"]

    line.answers = slowly
    first: list[list[str]] = []
    delivery = threading.Thread(target=lambda: first.append(messages(line.text("食堂"))))
    delivery.start()
    line.until(lambda: len(line.asked) == 1)
    assert messages(line.text("食堂")) == []
    go_on.set()
    delivery.join(PATIENCE_S)
    assert first == [["to 食堂"]]
    assert messages(line.text("食堂")) == ["to 食堂"]
    assert line.asked == [(HERS, "食堂")]
    assert line.sent == []


def test_many_deliveries_at_once_have_one_effect(line: Line) -> None:
    """Eight deliveries of one message in eight threads: answered once."""
    with ThreadPoolExecutor(8) as carriers:
        answers = list(carriers.map(lambda _: line.text("食堂").data, range(8)))
    assert line.asked == [(HERS, "食堂")]
    assert any(b"to " in answer for answer in answers)


def test_two_messages_are_two_messages(line: Line) -> None:
    """The same words in another message are answered again."""
    for sid in ("SM1", "SM2"):
        assert messages(line.text("食堂", sid)) == ["to 食堂"]
    assert len(line.asked) == 2


def failing(_contact: str, body: str) -> list[str]:
    """An answer that fails with what was said in its text."""
    raise RuntimeError(f"no table for {HERS}: {body}")


def test_an_answer_that_fails_says_how_to_reach_somebody(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    """The carrier repeats nothing that was refused; a delivery again is worked on at once."""
    line.answers = failing
    with caplog.at_level(logging.DEBUG):
        assert messages(line.text("秘密")) == [AWAY]
    assert "RuntimeError" in caplog.text
    assert "秘密" not in caplog.text
    assert HERS not in caplog.text
    line.answers = lambda _contact, body: [f"to {body}"]
    assert messages(line.text("秘密")) == ["to 秘密"]
    assert messages(line.text("秘密")) == ["to 秘密"]
    assert len(line.asked) == 2


def test_an_answer_given_up_by_a_crash_is_made_later(line: Line) -> None:
    """Nobody released it: the next delivery waits until the first can only have died."""
    assert WebhookLog(line._database).first("sms:SM1", NOW) is None
    assert messages(line.text("食堂")) == []
    line.now += ABANDONED + timedelta(seconds=1)
    assert messages(line.text("食堂")) == ["to 食堂"]


def test_a_late_answer_that_fails_is_logged_without_words(
    hurried: tuple[Line, threading.Event],
    pool: ThreadPoolExecutor,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """She is told whom to ring, and the log says what kind of failure it was, not what was said."""
    line, go_on = hurried

    def late_failure(contact: str, body: str) -> list[str]:
        assert go_on.wait(PATIENCE_S)
        return failing(contact, body)

    line.answers = late_failure
    with caplog.at_level(logging.DEBUG):
        assert messages(line.text("秘密")) == []
        go_on.set()
        pool.shutdown(wait=True)
    assert line.sent == [(HERS, AWAY)]
    assert "RuntimeError" in caplog.text
    assert "秘密" not in caplog.text
    assert HERS not in caplog.text


def test_a_late_text_that_cannot_be_kept_is_said_in_the_log(
    hurried: tuple[Line, threading.Event],
    pool: ThreadPoolExecutor,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The operator reads what failed; nobody reads what was said."""
    line, go_on = hurried

    def refused() -> None:
        raise DatabaseError("The database has no room left on its disk.")

    line.sending = refused
    assert messages(line.text("食堂")) == []
    go_on.set()
    pool.shutdown(wait=True)
    assert line.sent == [(HERS, "to 食堂"), (HERS, "and more")]
    assert "no room left" in caplog.text
    assert "食堂" not in caplog.text


def test_a_long_text_is_read_to_the_carriers_limit(line: Line) -> None:
    """What is longer than any message can be is cut, not refused."""
    line.text("喂" * (MAX_BODY + 400))
    assert [len(body) for _, body in line.asked] == [MAX_BODY]


@pytest.mark.parametrize(
    ("fields", "files", "did"),
    [
        ({}, 0, ""),
        ({"NumMedia": "2", "MediaUrl0": "https://media.example.org/1"}, 2, ""),
        ({"NumMedia": "many"}, 0, ""),
        ({"OptOutType": "STOP"}, 0, "stop"),
        ({"OptOutType": "START"}, 0, "start"),
        ({"OptOutType": "HELP"}, 0, "help"),
        ({"OptOutType": "LATER"}, 0, ""),
    ],
    ids=str,
)
def test_what_came_with_a_text_is_handed_on(
    line: Line, fields: dict[str, str], files: int, did: CarrierDid
) -> None:
    """Pictures are counted; a word that Twilio has dealt with says so; odd fields do no harm."""
    line.text("STOP", **fields)
    assert line.came == [IncomingText(HERS, "STOP", files, did)]


def test_the_time_for_an_answer_leaves_room() -> None:
    """Twilio waits 15 s in all; the webhook itself has to answer well before."""
    assert twilio_sms.QUICK_S <= 10


def test_a_text_during_an_outage_gets_a_sentence(
    line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The carrier repeats nothing that was refused: she hears how to reach somebody."""
    monkeypatch.setattr("assistant.app.TEXT_WAITS_S", 0.2)
    with closing(sqlite3.connect(tmp_path / "line.db")) as database:
        database.execute("ALTER TABLE webhooks RENAME TO gone")
        answer = line.text("hello")
        database.execute("ALTER TABLE gone RENAME TO webhooks")
    assert (answer.status_code, AWAY in answer.text) == (200, True)
    assert line.asked == []
    assert "to hello" in line.text("hello", "SM2").text
