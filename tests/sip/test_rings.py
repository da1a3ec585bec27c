"""Calls that the line makes: rung, not taken, busy, declined, talked; kept for a new process."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.channels.sip.agent import Agent
from assistant.channels.sip.ring_call import RingParts
from assistant.channels.sip.ring_log import RingLog
from assistant.channels.sip.rings import SipRings
from assistant.channels.sip.settings import SipSettings
from assistant.core.errors import CarrierError
from assistant.core.ports import Spoken
from assistant.core.ring import Leg, Party, RingEnd, RingReply
from assistant.speech.audio import ulaw_to_pcm
from tests.sip.baresip import telephone
from tests.sip.exchange import exchange
from tests.sip.office import HOST, FakeHouse, likeness, line, tone, until
from tests.sip.raw import Peer, peer
from tests.sip.test_calls import scene

STAFF, HERS = "+8613900000001", "+8613800000401"
ASK = "/twilio/ring/staff?c=GH000777&n=1&t=1"
LEG = Leg("GH000777", 1, 1)
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
HELLO = RingReply((Spoken("您好。", "zh"),), "go_on")


@dataclass
class Desk:
    """`RingDesk` as a test wants it; remembers what it was asked."""

    asked: list[tuple[object, ...]] = field(default_factory=list)
    calls: set[str] = field(default_factory=set)

    def staff_answered(self, leg: Leg, call: str) -> RingReply:
        """The matter, and a key is asked for."""
        self._note("staff", leg, call)
        return RingReply((Spoken("她问食堂。", "zh"),), "keys")

    def staff_pressed(self, leg: Leg, call: str, digit: str, step: int) -> RingReply:
        """1 rings her."""
        self._note(f"pressed {digit} {step}", leg, call)
        if digit == "1":
            return RingReply((Spoken("正在接通。", "zh"),), "ring", HERS)
        return RingReply((Spoken("好的。", "zh"),), "keys" if step < 2 else "hang_up")

    def resident_answered(self, leg: Leg, call: str, step: int) -> RingReply:
        """Who rings, then the safe word."""
        self._note(f"hers {step}", leg, call)
        return HELLO if step == 0 else RingReply((Spoken("先说暗号。", "zh"),), "connect")

    def resident_left(self, leg: Leg, call: str, end: RingEnd, seconds: int) -> RingReply:
        """What staff hear afterwards."""
        self._note(f"left {end} {min(seconds, 1)}", leg, call)
        return RingReply() if end == "talked" else RingReply((Spoken("没有接通。", "zh"),))

    def machine_answered(self, leg: Leg, call: str) -> RingReply | None:
        """Never asked here."""
        raise AssertionError(leg, call)

    def reported(self, leg: Leg, party: Party, call: str, status: str, seconds: int) -> None:
        """How a call stands."""
        assert seconds == 0
        self._note(f"{party} {status}", leg, call)

    def _note(self, what: str, leg: Leg, call: str) -> None:
        assert leg == LEG
        self.calls.add(call)
        self.asked.append((what,))

    @property
    def story(self) -> list[object]:
        """What happened, in order."""
        return [what for (what,) in self.asked]


@dataclass
class Office:
    """A line that rings, and its desk."""

    agent: Agent
    desk: Desk
    rings: SipRings
    house: FakeHouse
    fared: list[bool] = field(default_factory=list)

    async def ring(self, to: str = STAFF, seconds: int = 5) -> str:
        """As the clock of callbacks does, from a thread."""
        return await asyncio.to_thread(self.rings.ring, to, ASK, seconds=seconds)


@contextlib.asynccontextmanager
async def office(
    folder: Path, exchange_at: tuple[str, int], **changed: object
) -> AsyncIterator[Office]:
    """A line towards this exchange."""
    house, desk = FakeHouse(), Desk()
    async with line(house, peer=exchange_at, **changed) as agent:
        kept = RingLog(folder / "office.rings", b"key", NOW)
        fared: list[bool] = []
        parts = RingParts(agent, desk, house.speak, kept, lambda: NOW, 4, fared.append)
        yield Office(agent, desk, SipRings(parts, asyncio.get_running_loop()), house, fared)


@scene
async def test_staff_are_rung_press_a_key_she_is_rung_and_they_talk(tmp_path: Path) -> None:
    """Two real telephones behind an exchange: each hears its words, and then each other."""
    hers = tone(2.0, 500, seed=9)
    wav = tmp_path / "hers.wav"
    _write(wav, ulaw_to_pcm(hers))
    async with (
        exchange() as between,
        office(tmp_path, between.address) as at,
        telephone(tmp_path / "staff", answers=True, number=STAFF) as staff,
        telephone(tmp_path / "hers", answers=True, number=HERS, says=wav) as resident,
    ):
        between.line = at.agent.own
        between.numbers = {STAFF: (HOST, staff.port), HERS: (HOST, resident.port)}
        call = await at.ring()
        await until(lambda: "staff" in at.desk.story, 8)
        await asyncio.sleep(0.3)
        staff.do("sndcode", "1")
        await until(lambda: "hers 1" in at.desk.story, 10)
        await asyncio.sleep(2.5)
        resident.do("hangup")
        await until(lambda: "staff completed" in at.desk.story, 8)
        assert at.desk.story == [
            "staff initiated", "staff", "pressed 1 1", "resident initiated", "hers 0", "hers 1",
            "left talked 1", "staff completed",
        ]  # fmt: skip
        assert call in at.desk.calls
        assert between.invited == [STAFF, HERS]
        (made,) = await asyncio.to_thread(at.rings.find_rings, STAFF, NOW)
        assert (made.identifier, made.answered, made.over) == (call, True, True)
        assert at.agent.in_use == 0
    assert likeness(resident.heard(), ulaw_to_pcm(tone(0.5))) > 0.99
    assert likeness(staff.heard(), ulaw_to_pcm(hers[8000:12000])) > 0.95


@pytest.mark.parametrize(
    ("answer", "reported"),
    [
        ("486 Busy Here", "staff busy"),
        ("600 Busy Everywhere", "staff busy"),
        ("603 Decline", "staff busy"),
        ("480 Temporarily Unavailable", "staff no-answer"),
        ("404 Not Found", "staff failed"),
        ("503 Service Unavailable", "staff failed"),
    ],
)
@scene
async def test_a_call_that_is_not_taken(tmp_path: Path, answer: str, reported: str) -> None:
    """Busy, declined, away and failed are told apart; each refusal is acknowledged, once."""
    async with await _by_hand(tmp_path) as (at, other):
        await at.ring()
        other.answer(await other.request("INVITE"), answer)
        ack = await other.request("ACK")
        await until(lambda: reported in at.desk.story)
        assert ack.header("CSeq") == "1 ACK"
        assert at.agent.in_use == 0
        assert at.fared == [reported != "staff failed"]
        assert at.rings.made_since(NOW) == 1


@scene
async def test_nobody_takes_it_up(tmp_path: Path) -> None:
    """After its seconds the call is cancelled; repeated until the exchange has said so."""
    async with await _by_hand(tmp_path) as (at, other):
        await at.ring(seconds=1)
        invite = await other.request("INVITE")
        other.answer(invite, "180 Ringing")
        cancel = await other.request("CANCEL")
        assert cancel.header("Via") == invite.header("Via")
        other.answer(cancel, "200 OK")
        other.answer(invite, "487 Request Terminated")
        await until(lambda: "staff no-answer" in at.desk.story)


@scene
async def test_taken_up_in_the_moment_of_giving_up(tmp_path: Path) -> None:
    """The 200 crosses the CANCEL: it is acknowledged, and ended by BYE; nobody talks to nobody."""
    async with await _by_hand(tmp_path) as (at, other):
        await at.ring(seconds=1)
        invite = await other.request("INVITE")
        other.answer(invite, "180 Ringing")
        cancel = await other.request("CANCEL")
        other.answer(invite, "200 OK", body=other.call().sdp())
        other.answer(cancel, "200 OK")
        await other.request("ACK")
        other.answer(await other.request("BYE"), "200 OK")
        await until(lambda: "staff no-answer" in at.desk.story)
        assert "staff" not in at.desk.story


@scene
async def test_an_exchange_that_asks_for_the_password(tmp_path: Path) -> None:
    """The call is made anew with a digest; a second challenge is a failure, not a third try."""
    async with await _by_hand(tmp_path) as (at, other):
        await at.ring()
        challenge = 'WWW-Authenticate: Digest realm="pbx", nonce="n1", algorithm=MD5\n'
        other.answer(await other.request("INVITE"), "401 Unauthorized", challenge)
        again = await other.request("INVITE")
        assert 'username="line"' in again.header("Authorization")
        assert "secret" not in again.text
        other.answer(again, "401 Unauthorized", challenge)
        await until(lambda: "staff failed" in at.desk.story)


@scene
async def test_an_answer_that_comes_twice_is_acknowledged_twice(tmp_path: Path) -> None:
    """Our ACK was lost: the same 200 again, the same ACK again, and one call."""
    async with await _by_hand(tmp_path) as (at, other):
        await at.ring()
        invite = await other.request("INVITE")
        acks = []
        for _ in range(2):
            other.answer(invite, "200 OK", body=other.call().sdp())
            acks.append(await other.request("ACK"))
        assert acks[0].text == acks[1].text
        await until(lambda: "staff" in at.desk.story)


@scene
async def test_staff_who_press_nothing_are_asked_again_and_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silence is an answer too; the desk decides how often."""
    monkeypatch.setattr("assistant.channels.sip.ring_call.KEY_SECONDS", 0.2)
    async with await _by_hand(tmp_path) as (at, other):
        await at.ring()
        other.answer(await other.request("INVITE"), "200 OK", body=other.call().sdp())
        other.answer(await other.request("BYE", 8), "200 OK")
        await until(lambda: "staff completed" in at.desk.story)
        assert at.desk.story[1:4] == ["staff", "pressed  1", "pressed  2"]


@scene
async def test_a_line_with_one_place_says_so(tmp_path: Path) -> None:
    """While it is taken no call is made, and that is certain."""
    async with await _by_hand(tmp_path, calls=1) as (at, other):
        await at.ring()
        await other.request("INVITE")
        with pytest.raises(CarrierError) as refused:
            await at.ring()
        assert refused.value.certain


@scene
async def test_a_call_without_a_way_to_the_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing answers where it should be: given up, and a failure, not a silent telephone."""
    monkeypatch.setattr("assistant.channels.sip.outbound.CANCELLED_WITHIN_S", 0.2)
    async with office(tmp_path, (HOST, 9)) as at:
        await at.ring(seconds=1)
        await until(lambda: len(at.desk.story) > 1, 10)
        assert at.desk.story[-1] in {"staff no-answer", "staff failed"}


# -- what a new process knows ---------------------------------------------------------------


def test_what_was_rung_is_known_after_a_crash(tmp_path: Path) -> None:
    """The call was written down before it was made; it is over, since its sound was ours."""
    log = RingLog(tmp_path / "x.rings", b"key", NOW)
    log.began("a@x", STAFF, NOW)
    log.answered("a@x")
    log.began("b@x", STAFF, NOW + timedelta(minutes=1))
    log.began("c@x", HERS, NOW)
    assert STAFF not in (tmp_path / "x.rings").read_text()
    again = RingLog(tmp_path / "x.rings", b"key", NOW + timedelta(minutes=2))
    found = again.find(STAFF, NOW - timedelta(seconds=1))
    assert [(r.identifier, r.answered, r.over) for r in found] == [
        ("b@x", False, True),
        ("a@x", True, True),
    ]
    assert again.find(STAFF, NOW + timedelta(seconds=30)) == found[:1]


def test_a_broken_record_of_rings_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """Half a line, as a full disk leaves it; and what is older than two days is gone."""
    path = tmp_path / "x.rings"
    log = RingLog(path, b"key", NOW)
    log.began("old@x", STAFF, NOW - timedelta(days=3))
    log.began("a@x", STAFF, NOW)
    path.write_text(path.read_text() + '{"id": "half')
    again = RingLog(path, b"key", NOW)
    assert [r.identifier for r in again.find(STAFF, NOW - timedelta(days=9))] == ["a@x"]


@contextlib.asynccontextmanager
async def _office_by_hand(
    folder: Path, changed: dict[str, object]
) -> AsyncIterator[tuple[Office, Peer]]:
    async with office(folder, (HOST, 5060), **changed) as at, peer(at.agent.own) as other:
        settings: SipSettings = at.agent.settings
        at.agent.settings = dataclasses.replace(settings, peer=(HOST, other.port))
        yield at, other


async def _by_hand(
    folder: Path, **changed: object
) -> contextlib.AbstractAsyncContextManager[tuple[Office, Peer]]:
    return _office_by_hand(folder, changed)


def _write(path: Path, pcm: bytes) -> None:
    with wave.open(str(path), "wb") as recording:
        recording.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        recording.writeframes(pcm * 6)
