from __future__ import annotations

import asyncio
import dataclasses

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from assistant.channels.asterisk import plug, probe, stream
from assistant.channels.asterisk.door import basic
from assistant.channels.asterisk.probe import ring_ourselves
from assistant.channels.asterisk.sound import SLIN
from assistant.channels.paced.tokens import TOKEN
from assistant.core.errors import CarrierError
from assistant.core.ports import MenuReply, Spoken
from tests.asterisk.peer import PASSWORD, WAYS, Channel, Way, asterisk
from tests.asterisk.queue import MediaQueue
from tests.sip.office import HOST, FakeHouse, Taken, tone, until
from tests.sip.test_calls import over, scene

PROMPT = tone(0.5)
HERS = [bytes([value]) * 160 for value in range(1, 60)]
"Frames of which none is like another."


async def first_of(house: FakeHouse) -> Taken:
    """The first call, once it is there."""
    return await until(lambda: house.taken[0] if house.taken else None)


def as_brought(frames: list[bytes], way: Way) -> list[bytes]:
    """In the coding that this way has."""
    return [SLIN.from_ulaw(frame) for frame in frames] if way == "audiosocket" else frames


@pytest.mark.parametrize("way", WAYS)
@scene
async def test_a_call_is_heard_keyed_and_hung_up(way: Way) -> None:
    """The prompt sample for sample, her sound frame for frame, each key once, and the end told."""

    async def on_key(call: Taken, digit: str) -> None:
        if digit == "#":
            await call.line.hang_up()
            call.over = True

    house = FakeHouse(prompts=[PROMPT, PROMPT], on_key=on_key)
    channel = Channel(says=as_brought(HERS, way))
    async with asterisk(house, way) as at:
        ringing = asyncio.ensure_future(at.ring(channel, way))
        call = await first_of(house)
        await until(lambda: call.marks == ["p0", "p1"])
        for digit in "12*":
            channel.keys.put_nowait(digit)
        await until(lambda: len(call.frames) > 70)
        channel.keys.put_nowait("#")
        assert await ringing == ""
        assert at.line.parts.tickets.in_use == 0
    said = b"".join(as_brought([PROMPT, PROMPT], way))
    assert said in channel.sound
    assert channel.graceful
    first = call.frames.index(HERS[0])
    assert call.frames[first : first + len(HERS)] == HERS
    assert call.keys == ["1", "2", "*", "#"]
    assert call.contact == "+8613800000001"
    assert house.closed == [call.identifier]


@pytest.mark.parametrize("style", ["json", "plain"])
@scene
async def test_both_styles_of_control_carry_a_call(style: str) -> None:
    """Marks, keys, a flush and the end."""

    async def on_key(call: Taken, digit: str) -> None:
        if digit == "1":
            await call.line.clear()
        else:
            await call.line.hang_up()
            call.over = True

    house = FakeHouse(prompts=[PROMPT, tone(20.0)], on_key=on_key)
    channel = Channel(queue=MediaQueue(style))
    async with asterisk(house) as at:
        ringing = asyncio.ensure_future(at.ring(channel, "to us"))
        call = await first_of(house)
        await until(lambda: call.marks == ["p0"])
        channel.keys.put_nowait("1")
        await until(lambda: call.marks == ["p0", "p1"])
        assert channel.queue.length == 0
        channel.keys.put_nowait("2")
        assert await ringing == ""
    assert channel.queue.commands[-1] == "HANGUP"
    assert "FLUSH_MEDIA" in channel.queue.commands


@pytest.mark.parametrize("way", WAYS)
@scene
async def test_a_caller_is_put_through_by_the_dialplan(way: Way) -> None:
    """Her sound ends, the dialplan asks what is next, and dials it as from inside the country."""

    async def on_key(call: Taken, _digit: str) -> None:
        await call.line.transfer("+8657188001234")
        call.over = True

    house, channel = FakeHouse(on_key=on_key), Channel()
    async with asterisk(house, way) as at:
        channel.keys.put_nowait("0")
        assert await at.ring(channel, way) == "057188001234"
        await over(house)


@scene
async def test_a_transfer_to_what_is_no_number_is_refused() -> None:
    """The call hears of it and goes on."""
    refused: list[str] = []

    async def on_key(call: Taken, _digit: str) -> None:
        with pytest.raises(CarrierError):
            await call.line.transfer("Local/x@inside")
        refused.append(call.identifier)

    house, channel = FakeHouse(on_key=on_key), Channel()
    async with asterisk(house) as at:
        channel.keys.put_nowait("0")
        ringing = asyncio.ensure_future(at.ring(channel, "to us"))
        call = await first_of(house)
        await until(lambda: refused)
        heard = len(call.frames)
        await until(lambda: len(call.frames) > heard + 5)
        channel.leaves.set()
        await ringing


@pytest.mark.parametrize("way", WAYS)
@scene
async def test_she_hangs_up(way: Way) -> None:
    """At any moment: the call is told, its place is free."""
    house, channel = FakeHouse(prompts=[tone(5.0)]), Channel()
    async with asterisk(house, way) as at:
        ringing = asyncio.ensure_future(at.ring(channel, way))
        await until(lambda: len(channel.heard) > 10)
        channel.leaves.set()
        assert await ringing == ""
        await over(house)
        assert house.taken[0].ended
        assert at.line.parts.tickets.in_use == 0


@pytest.mark.parametrize("way", WAYS)
@scene
async def test_a_call_that_fails_goes_on_by_the_keys_menu(way: Way) -> None:
    """Spoken over the same connection; a key answers it."""
    house = FakeHouse(fails=True, replies={"9": MenuReply((Spoken("再见。", "zh"),), end=True)})
    channel = Channel()
    async with asterisk(house, way) as at:
        ringing = asyncio.ensure_future(at.ring(channel, way))
        await until(lambda: house.steps)
        channel.keys.put_nowait("9")
        assert await ringing == ""
    assert house.steps == [(None, True), ("9", False)]
    assert as_brought([tone(0.5)], way)[0] in channel.sound


@scene
async def test_who_rings_too_often_gets_the_keys_menu() -> None:
    """No stream of the house is taken."""
    house, channel = FakeHouse(crowded=True), Channel()
    async with asterisk(house) as at:
        ringing = asyncio.ensure_future(at.ring(channel, "to us"))
        await until(lambda: house.steps)
        channel.leaves.set()
        await ringing
    assert house.taken == []


@scene
async def test_silence_that_is_not_sent_is_heard() -> None:
    """An Asterisk sends no comfort noise; the time of a call goes on all the same."""
    house = FakeHouse()
    async with asterisk(house) as at:
        ticket = await at.announce("13800000001")
        headers = {"Authorization": basic("office", PASSWORD)}
        address = f"ws://{HOST}:{at.line.port}/media?call={ticket}"
        async with connect(address, additional_headers=headers, proxy=None) as socket:
            await socket.send(MediaQueue().start())
            call = await first_of(house)
            await until(lambda: len(call.frames) > 20)
    assert set(call.frames) == {b"\xff" * 160}


# -- who is let in --------------------------------------------------------------------------


@scene
async def test_only_the_asterisk_is_answered() -> None:
    """Another host, another password, no password: a status and nothing more."""
    async with asterisk(FakeHouse(), peer="192.0.2.9", address=HOST) as at:
        assert await at.curl("/call?caller=1") == (403, "")
        forged = {TOKEN: "abc:" + "0" * 64}
        assert await at.curl("/call?caller=1", **forged) == (403, "")
    async with asterisk(FakeHouse()) as at:
        assert await at.curl("/call?caller=1", password="wrong") == (401, "")
        assert await at.curl("/call?caller=1", Authorization="") == (401, "")
        assert await at.curl("/call?caller=1", Authorization="Basic \u00e4!") == (401, "")
        assert (await at.curl("/call?caller=1"))[0] == 200
        assert await at.curl("/elsewhere") == (404, "")
        assert await at.curl("/next?call=unknown") == (200, "")


@scene
async def test_sound_without_a_ticket_is_not_heard() -> None:
    """No ticket, an unknown one, one that was used: no call is opened."""
    house = FakeHouse()
    async with asterisk(house) as at:
        headers = {"Authorization": basic("office", PASSWORD)}
        for query in ("", "?call=", "?call=00000000-0000-0000-0000-000000000000"):
            address = f"ws://{HOST}:{at.line.port}/media{query}"
            with pytest.raises(InvalidStatus, match="404"):
                async with connect(address, additional_headers=headers, proxy=None):
                    pass
        assert (await at.curl("/attach?call=x&connection=y"))[1] == ""
    assert house.taken == []


@scene
async def test_a_plug_without_a_ticket_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong first message, an unknown identifier, silence: hung up on, and no call opened."""
    monkeypatch.setattr(plug, "START_WITHIN_S", 0.1)
    house = FakeHouse()
    async with asterisk(house, "audiosocket") as at:
        for first in (b"\x01\x00\x10" + bytes(16), b"\x01\x00\x01x", b"\x10\x00\x00", b""):
            reader, writer = await asyncio.open_connection(HOST, at.line.sound_port)
            writer.write(first)
            assert await reader.read() == b"\x00\x00\x00"
            writer.close()
    assert house.taken == []


@scene
async def test_a_full_line_and_a_full_house_are_told_before_the_sound() -> None:
    """The dialplan gets no ticket and does what it does when we are busy."""
    house = FakeHouse()
    async with asterisk(house, calls=1) as at:
        first = Channel()
        ringing = asyncio.ensure_future(at.ring(first, "to us"))
        await until(lambda: house.taken)
        assert await at.ring(Channel(), "to us") == "busy"
        first.leaves.set()
        await ringing
    async with asterisk(FakeHouse(room=0)) as at:
        channel = Channel()
        assert await at.ring(channel, "to us") == ""
        assert channel.graceful


@scene
async def test_what_cannot_be_heard_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A codec that is not spoken, no start, nonsense: the connection is closed, the place free."""
    monkeypatch.setattr(stream, "START_WITHIN_S", 0.1)
    house = FakeHouse()
    async with asterisk(house) as at:
        headers = {"Authorization": basic("office", PASSWORD)}
        for first in (MediaQueue(frame_bytes=640).start("slin16"), "nonsense", b"\xff" * 160, ""):
            ticket = await at.announce("13800000001")
            address = f"ws://{HOST}:{at.line.port}/media?call={ticket}"
            async with connect(address, additional_headers=headers, proxy=None) as socket:
                if first:
                    await socket.send(first)
                with pytest.raises(ConnectionClosed):
                    await socket.recv()
        await until(lambda: at.line.parts.tickets.in_use == 0)
    assert house.taken == []


@scene
async def test_many_messages_of_no_meaning_end_a_call() -> None:
    """A few are let pass."""
    house = FakeHouse()
    async with asterisk(house) as at:
        ticket = await at.announce("13800000001")
        headers = {"Authorization": basic("office", PASSWORD)}
        address = f"ws://{HOST}:{at.line.port}/media?call={ticket}"
        async with connect(address, additional_headers=headers, proxy=None) as socket:
            await socket.send(MediaQueue().start())
            for _ in range(stream.MAX_MALFORMED):
                await socket.send("<nonsense>")
            await socket.send('{"event": "DTMF_END", "digit": "5"}')
            await until(lambda: house.taken and house.taken[0].keys == ["5"])
            await socket.send("<nonsense>")
            await over(house)
    assert (house.taken[0].keys, house.taken[0].ended) == (["5"], True)


@pytest.mark.parametrize("last", [b"\xff\x00\x01\x02", b"\x00\x00\x00", b"\x12\x00\x02ab"])
@scene
async def test_trouble_of_the_asterisk_ends_a_plugged_call(last: bytes) -> None:
    """An error, a hang-up, sound of another rate; kinds that nobody knows are let pass before."""
    house = FakeHouse()
    async with asterisk(house, "audiosocket") as at:
        reader, writer = await asyncio.open_connection(HOST, at.line.sound_port)
        ticket = await at.announce("13800000001")
        writer.write(b"\x01\x00\x10" + bytes.fromhex(ticket.replace("-", "")))
        writer.write(b"\x42\x00\x01?" * 3 + b"\x03\x00\x015" + b"\x03\x00\x01A")
        await until(lambda: house.taken and house.taken[0].keys)
        writer.write(last)
        heard = await reader.read()
        assert heard.endswith(b"\x00\x00\x00")
        writer.close()
        await over(house)
    assert (house.taken[0].keys, house.taken[0].ended) == (["5"], True)


@pytest.mark.parametrize("way", WAYS)
@scene
async def test_calls_end_with_the_service(way: Way) -> None:
    """Nobody is left on a silent line."""
    house, channel = FakeHouse(prompts=[tone(5.0)]), Channel()
    async with asterisk(house, way) as at:
        ticket = await at.announce("13800000001")
        joined = asyncio.ensure_future(at.connect(channel, way, ticket))
        await until(lambda: len(channel.heard) > 5)
    await asyncio.wait_for(joined, 3)
    await over(house)
    assert [call.ended for call in house.taken] == [True]


@scene
async def test_sound_that_cannot_be_fetched_gives_its_place_back() -> None:
    """The Asterisk does not know the connection any more, or is gone."""
    async with asterisk(FakeHouse(), media_url=f"ws://{HOST}:9/media") as at:
        ticket = await at.announce("13800000001")
        assert (await at.curl(f"/attach?call={ticket}&connection=../x"))[1] == ""
        assert (await at.curl(f"/attach?call={ticket}&connection=abc"))[1] == ticket
        await until(lambda: at.line.parts.tickets.in_use == 0)


# -- our own check --------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["to us", "audiosocket"])
@scene
async def test_the_line_rings_itself(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """It speaks, is silent, is busy, is closed; a stranger's password is told apart."""
    house = FakeHouse(prompts=[tone(1.0)])
    async with asterisk(house, way, peer="192.0.2.9") as at:
        ours = dataclasses.replace(
            at.line.settings, port=at.line.port, sound_port=at.line.sound_port
        )
        assert await ring_ourselves(ours, "+9990001") == "speaks"
        await over(house)
        with pytest.raises(CarrierError):
            await ring_ourselves(dataclasses.replace(ours, secret=b"another"), "+9990001")
        house.prompts.clear()
        monkeypatch.setattr(probe, "SPEAKS_WITHIN_S", 0.3)
        assert await ring_ourselves(ours, "+9990001") == "silent"
        await until(lambda: at.line.parts.tickets.in_use == 0)
        while at.line.parts.tickets.issue("+8613800000001", "192.0.2.9") is not None:
            pass
        assert await ring_ourselves(ours, "+9990001") == "busy"
    assert await ring_ourselves(ours, "+9990001") == "closed"
