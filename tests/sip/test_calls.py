from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import pytest

from assistant.channels.paced.g711 import to_ulaw
from assistant.channels.sip import inbound, leg, party, transactions
from assistant.channels.sip.agent import Agent
from tests.sip.office import FakeHouse, Taken, line, tone, until
from tests.sip.raw import Peer, peer

Scene = Callable[..., Coroutine[Any, Any, None]]


def scene(test: Scene) -> Callable[..., None]:
    """A test that runs on a loop of its own."""

    @wraps(test)
    def run(*arguments: Any, **named: Any) -> None:  # noqa: ANN401 - whatever the test takes
        asyncio.run(test(*arguments, **named))

    return run


@dataclass
class Stage:
    """A line, its exchange and its house."""

    house: FakeHouse
    agent: Agent
    peer: Peer


@asynccontextmanager
async def stage(house: FakeHouse | None = None, **changed: Any) -> AsyncIterator[Stage]:  # noqa: ANN401
    """All three."""
    house = house or FakeHouse()
    async with line(house, **changed) as agent, peer(agent.own) as other:
        yield Stage(house, agent, other)


async def over(house: FakeHouse, calls: int = 1) -> None:
    """Wait until so many calls have given their places back."""
    await until(lambda: len(set(house.closed)) >= calls)


@scene
async def test_a_call_is_answered_heard_and_ended() -> None:
    """Trying, ringing, answer; not a packet before the ACK; keys once each; BYE frees the place."""
    async with stage(FakeHouse(prompts=[tone(0.2)])) as at:
        call = at.peer.call()
        call.invite()
        answer = await at.peer.final()
        assert [m.status for m in at.peer.seen] == [100, 180, 200]
        await asyncio.sleep(0.1)
        assert at.peer.heard() == []
        call.to, call.there = answer.header("To"), answer.sound_port
        call.send("ACK")
        for at_frame in range(40):
            at.peer.packet(call.there, b"\x7f" * 160, time=at_frame * 160)
            if at_frame in {10, 20}:
                at.peer.press(call.there, at_frame // 10 - 1, time=at_frame * 160)
            await asyncio.sleep(0.02)
        taken = at.house.taken[0]
        assert (taken.keys, taken.marks) == (["0", "1"], ["p0"])
        assert taken.contact == "+8613800000001"
        assert (await call.bye()).status == 200
        await over(at.house)
        assert taken.ended
        assert at.agent.in_use == 0


@scene
async def test_strangers_are_told_forbidden_and_nothing_else() -> None:
    """Another host gets 403 to whatever it asks; no call, no sound."""
    async with line(FakeHouse()) as agent, peer(agent.own, "127.0.0.2") as stranger:
        for method in ("INVITE", "OPTIONS", "BYE"):
            call = stranger.call()
            call.send(method, body=call.sdp() if method == "INVITE" else "")
            assert (await stranger.final()).status == 403
        assert await stranger.silence() == []
        assert agent.in_use == 0


@scene
async def test_a_stranger_cannot_pass_for_our_own_check() -> None:
    """From our own address, with a token of another call: forbidden."""
    async with line(FakeHouse(), peer=("127.0.0.9", 5060)) as agent, peer(agent.own) as other:
        call = other.call(extra="X-Neighbour-Line-Check: abc\n")
        call.invite()
        assert (await other.final()).status == 403


@scene
async def test_the_line_says_busy_when_its_places_are_taken() -> None:
    """One call a line as set; the next is told 486, and a place that is given back is free."""
    async with stage(calls=1) as at:
        first = at.peer.call()
        await first.establish()
        second = at.peer.call()
        second.invite()
        assert (await at.peer.final()).status == 486
        second.send("ACK")
        await first.bye()
        await over(at.house)
        third = at.peer.call()
        await third.establish()


@scene
async def test_busy_when_the_house_has_no_place_left() -> None:
    """The ladder's last step: there is no carrier's menu behind an exchange."""
    async with stage(FakeHouse(room=0)) as at:
        call = at.peer.call()
        call.invite()
        assert (await at.peer.final()).status == 486
        call.send("ACK")
        await until(lambda: at.agent.in_use == 0)


@pytest.mark.parametrize(
    ("header", "contact"),
    [
        ("P-Asserted-Identity: <sip:13800000002@pbx>\n", "+8613800000002"),
        ('P-Asserted-Identity: "王" <tel:+86-138-0000-0002>\n', "+8613800000002"),
        ("P-Asserted-Identity: <sip:+8613800000002@pbx>\nPrivacy: id\n", "anonymous"),
        ("Privacy: none\n", "+8613800000001"),
    ],
)
@scene
async def test_whose_call_it_is(header: str, contact: str) -> None:
    """What the exchange asserts goes before From; who does not want to be known is not."""
    async with stage() as at:
        await at.peer.call(extra=header).establish()
        assert at.house.taken[0].contact == contact


@pytest.mark.parametrize(
    ("caller", "contact"),
    [
        ("<sip:057188001234@pbx>", "+8657188001234"),
        ('"A, B" <sip:{}@pbx>'.format("13800000003;phone-context=+86"), "+8613800000003"),
        ("Anonymous <sip:anonymous@anonymous.invalid>", "anonymous"),
        ("<sip:101@pbx>", "101"),
        ("<sip:front-desk@pbx>", "anonymous"),
    ],
)
@scene
async def test_numbers_as_exchanges_write_them(caller: str, contact: str) -> None:
    """National, with parameters, an extension; a name is no number."""
    async with stage() as at:
        await at.peer.call(caller=caller).establish()
        assert at.house.taken[0].contact == contact


@scene
async def test_a_repeated_invite_is_one_call() -> None:
    """Before and after the answer: the same response again, one call, one tag."""
    async with stage() as at:
        call = at.peer.call()
        for _ in range(3):
            call.invite()
        answers = [await at.peer.final()]
        call.invite()
        answers.append(await at.peer.final())
        assert {m.header("To") for m in answers} == {answers[0].header("To")}
        call.to = answers[0].header("To")
        call.send("ACK")
        assert len(at.house.taken) == 1


@scene
async def test_a_lost_acknowledgement() -> None:
    """The answer comes again until it is acknowledged; then it comes no more, and sound begins."""
    async with stage() as at:
        call = at.peer.call()
        call.invite()
        answer = await at.peer.final()
        again = await at.peer.final(1.0)
        assert again.text == answer.text
        call.to = answer.header("To")
        call.send("ACK")
        await asyncio.sleep(0.1)
        assert at.peer.heard()
        assert await at.peer.silence(1.2) == []


@scene
async def test_an_answer_that_is_never_acknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The call is given up, its place is free, and the other side is told by BYE."""
    monkeypatch.setattr(transactions, "GIVE_UP", 0.6)
    monkeypatch.setattr(transactions, "T1", 0.1)
    async with stage() as at:
        call = at.peer.call()
        call.invite()
        await at.peer.final()
        at.peer.answer(await at.peer.request("BYE"), "200 OK")
        await over(at.house)
        assert at.agent.in_use == 0
        assert at.peer.heard() == []


@scene
async def test_giving_up_before_and_after_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it: 487, nobody is bothered. After it: nothing changes, and the BYE ends the call."""
    opens = asyncio.Event()
    usual = party.Party.open_leg

    async def slowly(self: party.Party, ear: leg.Ear) -> leg.Leg:
        await opens.wait()
        return await usual(self, ear)

    monkeypatch.setattr(inbound.InboundCall, "open_leg", slowly)
    async with stage() as at:
        early = at.peer.call()
        early.invite()
        await at.peer.next()
        early.send("CANCEL")
        answers = {m.method: m.status for m in (await at.peer.final(), await at.peer.final())}
        assert answers == {"CANCEL": 200, "INVITE": 487}
        early.send("ACK")
        opens.set()
        await asyncio.sleep(0.05)
        assert (at.house.taken, at.agent.in_use) == ([], 0)
        late = at.peer.call()
        late.invite()
        answer = await at.peer.final()
        late.send("CANCEL")
        assert (await at.peer.final()).method == "CANCEL"
        late.to = answer.header("To")
        late.send("ACK")
        await until(at.peer.heard)
        assert (await late.bye()).status == 200
        await over(at.house)


@scene
async def test_hanging_up_twice_and_from_both_ends() -> None:
    """A second BYE belongs to nothing; ours and theirs may cross."""

    async def hang_up(taken: Taken, _digit: str) -> None:
        await taken.line.hang_up()
        taken.over = True

    async with stage(FakeHouse(on_key=hang_up)) as at:
        call = at.peer.call()
        await call.establish()
        at.peer.press(call.there, 9, time=0)
        ours = await at.peer.request("BYE")
        call.send("BYE")
        assert (await at.peer.final()).status == 481
        at.peer.answer(ours, "200 OK")
        await over(at.house)


@scene
async def test_hold_stops_the_time_of_the_call() -> None:
    """While she is on hold nothing is said, nothing is counted; then it goes on where it was."""
    async with stage(FakeHouse(prompts=[tone(0.4)])) as at:
        call = at.peer.call()
        await call.establish()
        await asyncio.sleep(0.1)
        call.number += 1
        call.invite("sendonly")
        answer = await at.peer.final()
        assert "a=recvonly" in answer.body
        call.send("ACK")
        taken = at.house.taken[0]
        await asyncio.sleep(0.05)
        at.peer.heard()
        counted = len(taken.frames)
        await asyncio.sleep(0.3)
        assert (len(taken.frames), at.peer.heard(), taken.marks) == (counted, [], [])
        call.number += 1
        call.invite("sendrecv")
        await at.peer.final()
        call.send("ACK")
        await until(lambda: taken.marks == ["p0"])


@scene
async def test_a_storm_of_new_offers() -> None:
    """Fifty in a row are each answered, with one port, and the call goes on."""
    async with stage() as at:
        call = at.peer.call()
        first = await call.establish()
        for _ in range(50):
            call.number += 1
            call.invite()
            answer = await at.peer.final()
            assert (answer.status, answer.sound_port) == (200, first.sound_port)
            call.send("ACK")
        old = at.peer.call(to=call.to)
        old.call_id, old.tag, old.number = call.call_id, call.tag, 3
        old.peer.send(old.text("INVITE", body=old.sdp(), branch="z9hG4bKold"))
        assert (await at.peer.final()).status == 500
        old.tag = "somebody-else"
        old.peer.send(old.text("INVITE", body=old.sdp(), branch="z9hG4bKother"))
        assert (await at.peer.final()).status == 481
        assert at.agent.in_use == 1


@scene
async def test_keys_by_info_and_by_both_ways() -> None:
    """INFO alone tells keys; where RTP has told one, INFO's are the same once more."""
    async with stage() as at:
        call = at.peer.call()
        await call.establish()
        relay = "Content-Type: application/dtmf-relay\n"
        call.send("INFO", body="Signal=5\nDuration=160\n", extra=relay)
        assert (await at.peer.final()).status == 200
        call.send("INFO", body="#", extra="Content-Type: application/dtmf\n")
        assert (await at.peer.final()).status == 200
        call.send("INFO", body="<xml/>", extra="Content-Type: application/media_control+xml\n")
        assert (await at.peer.final()).status == 415
        at.peer.press(call.there, 7, time=0)
        both = at.peer.call()
        await both.establish()
        at.peer.press(both.there, 3, time=0)
        await until(lambda: at.house.taken[1].keys)
        both.send("INFO", body="Signal=3\nDuration=160\n", extra=relay)
        await at.peer.final()
        assert at.house.taken[0].keys == ["5", "#"]
        assert at.house.taken[1].keys == ["3"]


@pytest.mark.parametrize(("codecs", "kind"), [("8 101", 8), ("0 101", 0), ("9 8 0", 8)])
@pytest.mark.parametrize("ptime", [20, 30])
@scene
async def test_both_codings_and_both_lengths(codecs: str, kind: int, ptime: int) -> None:
    """What is said arrives whole in A-law and mu-law, in packets as long as were asked for."""
    prompt = tone(0.6)
    more = f"a=rtpmap:101 telephone-event/8000\na=ptime:{ptime}\n"
    async with stage(FakeHouse(prompts=[prompt])) as at:
        call = at.peer.call(codecs=codecs, more=more)
        await call.establish()
        await until(lambda: at.house.taken[0].marks == ["p0"])
        packets = at.peer.heard()
    assert {payload for payload, _, _ in packets} == {kind}
    assert {len(sound) for _, _, sound in packets} == {ptime * 8}
    times = [time for _, time, _ in packets]
    assert all((after - before) % 2**32 == ptime * 8 for before, after in itertools.pairwise(times))
    heard = to_ulaw(b"".join(sound for _, _, sound in packets), kind)
    missing = sum(a != b for a, b in zip(heard, prompt, strict=False)) / len(prompt)
    assert missing < (0.12 if kind == 8 else 0.001)  # A-law has other steps, one apart at the most
