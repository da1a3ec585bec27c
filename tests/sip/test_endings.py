"""What becomes of a call that goes wrong, is put through, or is refreshed by nobody."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import pytest

from assistant.channels.paced import menu
from assistant.channels.sip import leg, party
from assistant.channels.sip.inbound import InboundCall
from assistant.core.errors import CarrierError
from assistant.core.ports import MenuReply, Spoken
from tests.sip.office import HOST, FakeHouse, Taken, tone, until
from tests.sip.test_calls import over, scene, stage

AHEAD = "+8657188001234"


async def put_through(taken: Taken, _digit: str) -> None:
    """What the house does with key 0 here."""
    try:
        await taken.line.transfer(AHEAD)
    except CarrierError:
        taken.marks.append("refused")
    else:
        taken.over = True


@scene
async def test_put_through_by_the_exchange() -> None:
    """REFER to the number as it is dialled; when the exchange says it has worked, we leave."""
    async with stage(FakeHouse(on_key=put_through), dial="national", prefix="9") as at:
        call = at.peer.call()
        await call.establish()
        at.peer.press(call.there, 0, time=0)
        refer = await at.peer.request("REFER")
        assert refer.header("Refer-To") == f"<sip:9057188001234@{HOST}>"
        at.peer.answer(refer, "202 Accepted")
        for status in ("100 Trying", "200 OK"):
            call.send(
                "NOTIFY",
                body=f"SIP/2.0 {status}\n",
                extra="Event: refer\nContent-Type: message/sipfrag\n",
            )
            assert (await at.peer.final()).status == 200
        at.peer.answer(await at.peer.request("BYE"), "200 OK")
        await over(at.house)


@pytest.mark.parametrize("how", ["at once", "later"])
@scene
async def test_a_transfer_that_fails_is_told_and_the_call_goes_on(how: str) -> None:
    """Refused at once, or busy later: the caller stays with us."""
    async with stage(FakeHouse(on_key=put_through)) as at:
        call = at.peer.call()
        await call.establish()
        at.peer.press(call.there, 0, time=0)
        refer = await at.peer.request("REFER")
        if how == "at once":
            at.peer.answer(refer, "405 Method Not Allowed")
        else:
            at.peer.answer(refer, "202 Accepted")
            extra = "Event: refer\nContent-Type: message/sipfrag\n"
            call.send("NOTIFY", body="SIP/2.0 486 Busy Here\n", extra=extra)
        taken = at.house.taken[0]
        await until(lambda: taken.marks == ["refused"])
        counted = len(taken.frames)
        await until(lambda: len(taken.frames) > counted + 3)
        assert at.agent.in_use == 1


@scene
async def test_put_through_by_a_second_call() -> None:
    """Both hear each other through us; when one hangs up the other is let go."""
    async with stage(FakeHouse(on_key=put_through), transfer="bridge") as at:
        at.agent.settings = _towards(at.agent.settings, at.peer.port)
        call = at.peer.call()
        await call.establish()
        at.peer.press(call.there, 0, time=0)
        invite = await at.peer.request("INVITE")
        assert invite.first.startswith(f"INVITE sip:{AHEAD}@")
        at.peer.answer(invite, "180 Ringing")
        at.peer.answer(invite, "200 OK", body=call.sdp())
        await at.peer.request("ACK")
        await over(at.house)
        at.peer.heard()
        for number in range(30):
            at.peer.packet(call.there, bytes([number + 1]) * 160, time=number * 160)
            await asyncio.sleep(0.02)
        sounds = {sound[0] for _, _, sound in at.peer.heard()}
        assert len(sounds & set(range(1, 31))) > 15
        assert (await call.bye()).status == 200
        at.peer.answer(await at.peer.request("BYE"), "200 OK")
        await until(lambda: at.agent.in_use == 0)


@pytest.mark.parametrize(
    ("answers", "said"), [("486 Busy Here", "busy"), ("603 Decline", "declined")]
)
@scene
async def test_a_second_call_that_is_not_taken(answers: str, said: str) -> None:
    """The error says how; the caller stays."""
    async with stage(transfer="bridge") as at:
        at.agent.settings = _towards(at.agent.settings, at.peer.port)
        call = at.peer.call()
        await call.establish()
        inbound = at.agent.party(call.call_id)
        assert isinstance(inbound, InboundCall)
        wanted = asyncio.create_task(inbound.transfer(AHEAD))
        at.peer.answer(await at.peer.request("INVITE"), answers)
        with pytest.raises(CarrierError, match=said):
            await wanted
        assert at.agent.in_use == 1


def _towards(settings: Any, port: int) -> Any:  # noqa: ANN401 - settings of a line
    """The line's exchange listens there."""
    return dataclasses.replace(settings, peer=(HOST, port))


# -- the menu behind a call -----------------------------------------------------------------


@scene
async def test_a_call_that_fails_goes_on_by_the_keys_menu() -> None:
    """A defect inside: what was left unsaid is asked for, keys lead on, the end is an end."""
    house = FakeHouse(fails=True)
    house.replies = {
        "1": MenuReply((Spoken("食堂。", "zh"),)),
        "9": MenuReply((Spoken("再见。", "zh"),), end=True),
    }
    async with stage(house) as at:
        call = at.peer.call()
        await call.establish()
        await until(lambda: house.steps == [(None, True)])
        at.peer.press(call.there, 1, time=0)
        await until(lambda: house.steps[1:] == [("1", False)])
        at.peer.press(call.there, 9, time=1600)
        at.peer.answer(await at.peer.request("BYE"), "200 OK")
        await over(house)
        sound = {payload for _, _, payload in at.peer.heard()}
        assert len(sound) > 10


@scene
async def test_who_rings_too_often_is_given_the_keys_menu() -> None:
    """No stream of the house is taken; the keys for a person and an emergency are in the menu."""
    house = FakeHouse(crowded=True)
    async with stage(house) as at:
        call = at.peer.call()
        await call.establish()
        await until(lambda: house.steps == [(None, True)])
        assert house.taken == []
        await call.bye()
        await until(lambda: at.agent.in_use == 0)


@scene
async def test_a_call_that_cannot_speak_goes_on_by_the_keys_menu() -> None:
    """It lets go of the line without ending it (`Line.leave`); the menu follows."""

    async def leave(taken: Taken, _digit: str) -> None:
        assert await taken.line.leave()
        taken.over = True

    house = FakeHouse(on_key=leave)
    async with stage(house) as at:
        call = at.peer.call()
        await call.establish()
        at.peer.press(call.there, 1, time=0)
        await until(lambda: house.steps == [(None, True)])
        assert house.closed == [house.taken[0].identifier]


class Quiet:
    """A line that only remembers."""

    def __init__(self) -> None:
        self.played: list[tuple[bytes, str]] = []
        self.cleared = 0
        self.ended = False
        self.transferred: list[str] = []
        self.refuses = False

    async def play(self, audio: bytes, mark: str) -> None:
        """Keep it."""
        self.played.append((audio, mark))

    async def clear(self) -> None:
        """Count it."""
        self.cleared += 1

    async def hang_up(self) -> None:
        """The end."""
        self.ended = True

    async def transfer(self, number: str) -> None:
        """Or not."""
        if self.refuses:
            raise CarrierError("refused")
        self.transferred.append(number)

    async def leave(self) -> bool:
        """Nothing behind it."""
        return False


@scene
async def test_the_menu_waits_ten_seconds_of_sound_for_a_key() -> None:
    """Frames are counted from the end of what was said; then it asks again as for no key."""
    house, line = FakeHouse(), Quiet()
    call = menu.MenuCall(line, house, house.speak, "SI1", "+86")
    await call.start()
    for _ in range(1000):
        await call.frame(b"")
    assert house.steps == [(None, True)]
    await call.played("m1")
    for _ in range(menu.WAIT_FRAMES - 1):
        await call.frame(b"")
    assert len(house.steps) == 1
    await call.frame(b"")
    assert house.steps == [(None, True), (None, False)]


@scene
async def test_the_menu_puts_through_or_goes_on() -> None:
    """A refused transfer is answered by the menu anew, as in a talk."""
    house, line = FakeHouse(), Quiet()
    house.replies["0"] = MenuReply((Spoken("请稍等。", "zh"),), transfer="+8657188001234")
    line.refuses = True
    call = menu.MenuCall(line, house, house.speak, "SI1", "+86")
    await call.start()
    await call.key("0")
    await call.played("m2")
    assert (house.steps[-1], call.over) == (("#", False), False)
    line.refuses = False
    await call.key("0")
    await call.played("m4")
    assert (line.transferred, call.over) == (["+8657188001234"], True)


@scene
async def test_a_menu_without_a_voice_lets_the_caller_go() -> None:
    """Where nothing can be spoken for three steps, the exchange's own way is better."""
    house, line = FakeHouse(mute=True), Quiet()
    call = menu.MenuCall(line, house, house.speak, "SI1", "+86")
    await call.start()
    for step in range(1, menu.MUTE_STEPS + 1):
        await call.played(f"m{step}")
        for _ in range(menu.WAIT_FRAMES):
            await call.frame(b"")
    assert line.ended
    assert call.over


# -- calls that nobody holds any more -------------------------------------------------------


@scene
async def test_a_line_gone_quiet_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """No packet for as long: the house is told, and the other side gets a BYE."""
    monkeypatch.setattr(leg, "QUIET_FRAMES", 20)
    async with stage() as at:
        await at.peer.call().establish()
        at.peer.answer(await at.peer.request("BYE"), "200 OK")
        await over(at.house)
        assert at.house.taken[0].ended


@pytest.mark.parametrize(
    ("offered", "agreed"),
    [
        ("Supported: timer\n", "1800;refresher=uac"),
        ("Supported: timer\nSession-Expires: 300\n", "300;refresher=uac"),
        ("Supported: timer\nSession-Expires: 300;refresher=uas\n", "300;refresher=uas"),
        ("", ""),
    ],
)
@scene
async def test_session_timers_are_agreed_on(offered: str, agreed: str) -> None:
    """As RFC 4028 has it; an exchange that knows none is asked for none."""
    async with stage() as at:
        answer = await at.peer.call(extra=offered).establish()
        assert answer.header("Session-Expires") == agreed


@scene
async def test_a_session_timer_that_is_too_short() -> None:
    """422 with the least that is taken."""
    async with stage() as at:
        call = at.peer.call(extra="Supported: timer\nSession-Expires: 30\n")
        call.invite()
        answer = await at.peer.final()
        assert (answer.status, answer.header("Min-SE")) == (422, "90")
        call.send("ACK")


@scene
async def test_refreshed_by_nobody_and_by_us(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they were to refresh and do not, the call ends; where we are to, we ask by UPDATE."""
    monkeypatch.setattr("aiosipua.session_timer.watchdog_delay", lambda _interval: 0.2)
    monkeypatch.setattr("aiosipua.session_timer.REFRESH_FRACTION", 0.002)
    async with stage() as at:
        call = at.peer.call(extra="Supported: timer\nSession-Expires: 100;refresher=uas\n")
        await call.establish()
        update = await at.peer.request("UPDATE")
        at.peer.answer(update, "481 Call/Transaction Does Not Exist")
        at.peer.answer(await at.peer.request("BYE"), "200 OK")
        await over(at.house)
        second = at.peer.call(extra="Supported: timer\nSession-Expires: 100\n")
        await second.establish()
        at.peer.answer(await at.peer.request("BYE"), "200 OK")
        await over(at.house, 2)


@scene
async def test_a_call_without_an_offer() -> None:
    """Exchanges may leave the offer to us; what they choose comes with the ACK."""
    async with stage(FakeHouse(prompts=[tone(0.2)])) as at:
        call = at.peer.call(offers=False, codecs="8 101")
        call.invite()
        answer = await at.peer.final()
        assert "RTP/AVP 0 8 101" in answer.body
        call.to, call.there = answer.header("To"), answer.sound_port
        call.send("ACK", body=call.sdp())
        await until(lambda: at.house.taken[0].marks == ["p0"])
        assert {kind for kind, _, _ in at.peer.heard()} == {8}
    assert party.LAST_SOUND_S < 0.5
