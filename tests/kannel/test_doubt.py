"""Who has a text when Kannel's answer is lost: a report says, or a person is told."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assistant.channels.kannel import read_report
from assistant.channels.kannel_log import KEPT, AskedLog
from assistant.channels.kannel_rest import KannelAccount, KannelControl
from assistant.core.errors import CarrierError
from assistant.database import Database, open_database
from tests.kannel.gateway import HOST, KEY, OURS, PASSWORD, USER, Gateway, gateway
from tests.outbox.test_sender import HERS, NINE, Post

SECRET = b"of this house"


@dataclass
class Relay:
    """Stands between us and Kannel, and loses every answer; or the question too."""

    port: int
    asked: list[bytes] = field(default_factory=list)


@contextmanager
def relay(kannel: int | None) -> Iterator[Relay]:
    """A relay to the port of Kannel's `sendsms`; to nobody without one."""
    with socket.create_server((HOST, 0)) as listening:
        relayed = Relay(listening.getsockname()[1])

        def serve() -> None:
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                with line:
                    question = line.recv(65536)
                    relayed.asked.append(question)
                    if kannel is not None:
                        with socket.create_connection((HOST, kannel)) as onward:
                            onward.sendall(question)
                            onward.recv(65536)

        threading.Thread(target=serve, daemon=True).start()
        yield relayed
        listening.shutdown(socket.SHUT_RDWR)


@dataclass
class Client:
    """Our client of a Kannel at a port, under the clock of the post it works for."""

    port: int
    folder: Path
    post: Post | None = None

    def now(self) -> datetime:
        """The post's."""
        return NINE if self.post is None else self.post.now

    def control(self) -> KannelControl:
        """As a new process would have it."""
        account = KannelAccount(
            "city",
            f"http://{HOST}:{self.port}/cgi-bin/sendsms",
            USER,
            OURS,
            f"http://{HOST}:9/kannel/city/report",
            PASSWORD,
            KEY,
        )
        log = AskedLog(self.folder / "city.texts", SECRET, self.now())
        return KannelControl(account, log, self.now)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Empty."""
    opened = open_database(f"sqlite:///{tmp_path / 'assistant.db'}")
    yield opened
    opened.close()


def post_over(database: Database, client: Client) -> Post:
    """An outbox that sends by this client."""
    client.post = Post(database, client, NINE)  # type: ignore[arg-type]  # it has the one method that is asked for
    return client.post


@pytest.fixture
def kannel(tmp_path: Path) -> Iterator[Gateway]:
    """One for each test; what it reports nobody hears."""
    with gateway(tmp_path, f"http://{HOST}:9") as running:
        yield running


def id_in(question: bytes) -> str:
    """Our id, in the address to which Kannel is to report."""
    return question.decode().split("id%3D")[1].split("%26")[0]


def test_a_report_settles_a_lost_answer(
    kannel: Gateway, database: Database, tmp_path: Path
) -> None:
    """One text arrives; after a restart too it is known that it did."""
    with relay(kannel.sendsms) as lossy:
        client = Client(lossy.port, tmp_path)
        post = post_over(database, client)
        post.put()
        post.work()
        assert post.state() == "unknown"
        kannel.operator.wait_for(1)
        client.control().reported(id_in(lossy.asked[0]))
        post.sender.reported(id_in(lossy.asked[0]), "delivered", None)
        post.sender = post.another_sender()
        post.later(timedelta(minutes=5))
    assert post.state() == "delivered"
    assert len(kannel.operator.heard) == 1
    assert len(lossy.asked) == 1


def test_what_nobody_ever_vouches_for_is_handed_to_staff(
    database: Database, tmp_path: Path
) -> None:
    """The question may have got there: never a silent second text, also over a restart."""
    with relay(None) as lossy:
        post = post_over(database, Client(lossy.port, tmp_path))
        post.put()
        post.work()
        for _ in range(12):
            post.sender = post.another_sender()
            post.later(timedelta(hours=1))
    assert post.state() == "failed"
    assert "never said" in str(post.outbox.get("k1"))
    assert len(lossy.asked) == 1


def test_a_late_report_still_counts(database: Database, tmp_path: Path) -> None:
    """A text that was given up and arrives after all has arrived."""
    with relay(None) as lossy:
        client = Client(lossy.port, tmp_path)
        post = post_over(database, client)
        post.put()
        post.work()
        sid = id_in(lossy.asked[0])
        client.control().reported(sid)
        post.sender = post.another_sender()
        post.sender.reported(sid, "delivered", None)
        post.later(timedelta(hours=1))
    assert post.state() == "delivered"


def test_the_notes_hold_no_number_and_no_word_and_are_forgotten(tmp_path: Path) -> None:
    """Digests only; a damaged line costs itself, and after two days nothing is left."""
    path = tmp_path / "city.texts"
    log = AskedLog(path, SECRET, NINE)
    log.asking("city-1", HERS, "您的回电改到明天", NINE)
    log.came("city-1", "taken")
    log.came("city-1", "refused")
    written = path.read_text()
    assert HERS not in written
    assert HERS[3:] not in written
    assert "您的" not in json.dumps(written, ensure_ascii=False)
    path.write_text("no json\n" + json.dumps({"id": "x", "came": "eaten"}) + "\n" + written)
    again = AskedLog(path, SECRET, NINE + timedelta(hours=1))
    (asking,) = again.find(HERS, "您的回电改到明天", NINE)
    assert (asking.identifier, asking.came) == ("city-1", "taken")
    assert again.find(HERS, "别的", NINE) == ()
    AskedLog(path, SECRET, NINE + KEPT + timedelta(seconds=1))
    assert path.read_text() == ""


def test_nothing_is_asked_that_could_not_be_noted(kannel: Gateway, tmp_path: Path) -> None:
    """Otherwise nobody could tell later; it is tried again when there is room."""
    sending = Client(kannel.sendsms, tmp_path).control()
    (tmp_path / "city.texts").unlink()
    (tmp_path / "city.texts").mkdir()
    with pytest.raises(CarrierError) as failed:
        sending.send_text(HERS, "您好")
    assert failed.value.certain
    assert kannel.operator.heard == []


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        ("1", "", ("delivered", None)),
        ("2", "id:7 stat:UNDELIV err:001", ("undelivered", 30008)),
        ("2", "id:7 stat:EXPIRED err:000", ("undelivered", 30003)),
        ("8", "ACK/", ("sent", None)),
        ("16", "NACK/", ("failed", 30008)),
        ("32", "", None),
        ("", "", None),
        ("１", "", None),
    ],
)
def test_reports_are_read_as_the_outbox_knows_them(
    status: str, said: str, told: tuple[str, int | None] | None
) -> None:
    """By Kannel's figure, and the operator's word where her telephone was off."""
    assert read_report(status, said) == told
