"""The drill at the edge: a test a threat, named after it, against the whole service in process."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest
from sqlalchemy import text as sql

from assistant.audit.store import AuditLog
from assistant.benchmarks.fuzz_house import House, house
from assistant.benchmarks.fuzz_inputs import Damage
from assistant.benchmarks.fuzz_refusals import (
    cross_role,
    cross_site,
    forged,
    replayed,
    truncated,
)
from assistant.core.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.benchmarks.fuzz_house import Answered
    from assistant.benchmarks.fuzz_refusals import Attempt
    from assistant.core.ports import Line

OFTEN = 20
FLOODER, NEIGHBOUR = "+8613900000001", "+8613900000002"
SETTINGS = {
    "ASSISTANT_EDGE__REQUESTS_PER_MINUTE": "1200",
    "ASSISTANT_EDGE__REFUSALS_PER_MINUTE": "60",
    "ASSISTANT_EDGE__CALLS_PER_NUMBER": "5",
    "ASSISTANT_CALLS__SPEECH": "1",
    "ASSISTANT_CALLS__KEYS": "1",
    "ASSISTANT_CALLS__NUMBER": "0",
}


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service with the measures as they are set for an office, and room for two calls."""
    with house(tmp_path_factory.mktemp("line"), **SETTINGS) as inside:
        yield inside


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    """The loop a test asks on."""
    with asyncio.Runner() as runner:
        yield runner


def all_refused(line: House, loop: asyncio.Runner, attempt: Attempt) -> bool:
    """Whether each of so many attempts is refused."""

    async def attempts() -> list[bool]:
        damage = Damage(7)
        return [await attempt(line, damage, number) for number in range(OFTEN)]

    return all(loop.run(attempts()))


def test_forged_carrier(line: House, loop: asyncio.Runner) -> None:
    """Guessed secrets, a signature of another request: 403, whatever the webhook."""
    assert all_refused(line, loop, forged)


def test_replayed_webhook(line: House, loop: asyncio.Runner) -> None:
    """A recorded text has no second effect."""
    assert all_refused(line, loop, replayed)


def test_truncated_body(line: House, loop: asyncio.Runner) -> None:
    """What is not whole is not signed."""
    assert all_refused(line, loop, truncated)


def test_cross_site_form(line: House, loop: asyncio.Runner) -> None:
    """Neither the desk nor the simulator takes another site's form."""
    assert all_refused(line, loop, cross_site)


def test_cross_role_api(line: House, loop: asyncio.Runner) -> None:
    """A reader's and an auditor's token change nothing, and no token even less."""
    assert all_refused(line, loop, cross_role)


def write(line: House, loop: asyncio.Runner, contact: str, body: str, number: int) -> str:
    """One signed text; what answers it."""
    form = {"MessageSid": f"SM{contact}-{number}", "From": contact, "To": "1", "Body": body}
    answer: Answered = loop.run(line.webhook("/twilio/sms", form))
    assert answer.status == 200
    return answer.body.decode()


def test_flooded_line_by_texts(line: House, loop: asyncio.Runner) -> None:
    """Sixty are answered, one is told so, then silence; danger is answered and put before staff."""
    answers = [write(line, loop, FLOODER, f"食堂{n}号几点开门", n) for n in range(65)]
    assert all("<Message>" in answer for answer in answers[:60])
    assert "<Message>" in answers[60]
    assert all("<Message>" not in answer for answer in answers[61:])
    before = len(line.service.house.alarms.listing())
    assert "120" in write(line, loop, FLOODER, "我摔倒了起不来", 65)
    assert len(line.service.house.alarms.listing()) == before + 1
    assert "<Message>" in write(line, loop, NEIGHBOUR, "食堂几点开门", 0)


def test_flooded_line_by_calls(line: House, loop: asyncio.Runner) -> None:
    """While half of the line is in use, who rings too often gets the keys menu, never a refusal."""

    def ring(contact: str, number: int) -> str:
        form = {"CallSid": f"CA{contact}-{number}", "From": contact, "To": "1"}
        answer: Answered = loop.run(line.webhook("/twilio/voice", form))
        assert answer.status == 200
        return answer.body.decode()

    assert all("<Stream" in ring(FLOODER, number) for number in range(8))
    calls = line.service.calls
    assert calls.open(cast("Line", None), "CA-somebody", "+8613900000003") is not None
    try:
        flooded = ring(FLOODER, 8)
        assert "<Gather" in flooded
        assert "<Stream" not in flooded
        assert "<Stream" in ring(NEIGHBOUR, 0)
        assert "<Stream" in ring("+266696687", 0)
    finally:
        calls.close("CA-somebody")
    assert "<Stream" in ring(FLOODER, 9)


def test_text_pumping(line: House, loop: asyncio.Runner, caplog: pytest.LogCaptureFixture) -> None:
    """When the day's money is gone answers wait for tomorrow, danger is answered at once.

    What was asked is kept, and the desk says so.
    """
    budget, now = line.service.purse.budget, line.service.house.clock.now()
    budget.note("texts", 100_000_000, now)
    try:
        assert "<Message>" not in write(line, loop, "+8613900000004", "楼道的灯坏了", 0)
        waiting = line.service.house.outbox.listing(("waiting",))
        assert [item.contact for item in waiting if item.key.startswith("spared:")] == [
            "+8613900000004"
        ]
        assert "<Message>" in write(line, loop, "+8613900000005", "我胸口疼得厉害", 0)
        assert line.service.box().spent == ("texts",)
        assert "+86139" not in caplog.text
    finally:
        budget.note("texts", -100_000_000, now)
    assert line.service.box().spent == ()


def test_an_address_that_tries_doors_is_refused_before_a_thread_is_lent(
    line: House, loop: asyncio.Runner
) -> None:
    """After sixty refusals in a minute it hears 429; a carrier behind the same address does not."""
    line.client = ("203.0.113.50", 1)
    try:
        tried = [loop.run(line.ask("GET", f"/wp-admin/{n}")).status for n in range(70)]
        assert tried == [404] * 60 + [429] * 10
        assert "<Message>" in write(line, loop, "+8613900000006", "食堂几点开门", 0)
        forged_one = loop.run(line.webhook("/twilio/sms", {"MessageSid": "SMx"}, "A" * 28))
        assert forged_one.status == 429
    finally:
        line.client = None


PAGES = (
    "/", "/healthz", "/readyz", "/metrics", "/desk/", "/desk/sign-in", "/desk/api/v1/openapi.json",
    "/simulator/", "/open311/v2/services.json", "/open311/v2/discovery.xml", "/nowhere",
    "/twilio/sms",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_headers_stand_on_every_page(line: House, loop: asyncio.Runner, path: str) -> None:
    """No sniffing, no framing, no referrer, no foreign content; over https, https only."""
    answer = loop.run(line.ask("GET", path))
    headers: Any = answer.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "max-age=" in headers["strict-transport-security"]
    assert "server" not in headers


def test_tampered_audit(line: House) -> None:
    """The database lets nobody change an entry; who gets round it is found out."""
    inner = line.service.house
    log = AuditLog(inner.database, "made-up key")
    for what in ("alarm.view", "number.reveal", "case.edit"):
        log.note("王芳", what, inner.clock.now(), which="GH000001")
    assert log.fault() is None
    change = sql("UPDATE audit SET who = '别人' WHERE number = 2")
    with pytest.raises(DatabaseError), inner.database.begin() as connection:
        connection.execute(change)
    guards = sql("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
    with inner.database.begin() as connection:
        for name in connection.execute(guards).scalars().all():
            connection.execute(sql(f"DROP TRIGGER {name}"))
        connection.execute(change)
    assert log.fault() == "entry 2 was changed"
