"""Real telephones and a real load generator ring the line: Debian's baresip and sipp."""

from __future__ import annotations

import asyncio
import wave
from collections import Counter
from pathlib import Path

from assistant.benchmarks.lines import SCENARIO, Sipp, ring
from assistant.speech.audio import ulaw_to_pcm
from tests.sip.baresip import established, needs, telephone
from tests.sip.office import HOST, FakeHouse, likeness, line, tone, until
from tests.sip.test_calls import over, scene


@scene
async def test_a_telephone_rings_hears_its_prompt_and_presses_keys(tmp_path: Path) -> None:
    """What baresip records is what was said, sample for sample; every key arrives once."""
    prompt = tone(1.5)
    house = FakeHouse(prompts=[prompt])
    async with line(house) as agent, telephone(tmp_path) as phone:
        phone.do("dial", f"sip:line@{HOST}:{agent.own[1]}")
        await established(phone)
        taken = await until(lambda: next(iter(house.taken), None))
        await until(lambda: taken.marks == ["p0"])
        for digit in "159#":
            phone.do("sndcode", digit)
            await asyncio.sleep(0.3)
        await until(lambda: taken.keys == list("159#"))
        phone.do("hangup")
        await over(house)
        assert taken.contact == "+8613800000001"
    assert likeness(phone.heard(), ulaw_to_pcm(prompt)) > 0.999


@scene
async def test_what_a_telephone_says_is_heard(tmp_path: Path) -> None:
    """A recording played into baresip arrives here, and its hold stops and resumes the call."""
    spoken = tone(2.0, 500)
    wav = tmp_path / "spoken.wav"
    _write(wav, ulaw_to_pcm(spoken))
    house = FakeHouse()
    async with line(house) as agent, telephone(tmp_path / "phone", says=wav) as phone:
        phone.do("dial", f"sip:line@{HOST}:{agent.own[1]}")
        await established(phone)
        taken = await until(lambda: next(iter(house.taken), None))
        await until(lambda: len(taken.frames) > 120)
        phone.do("hold")
        await asyncio.sleep(0.3)
        counted = len(taken.frames)
        await asyncio.sleep(0.2)
        assert len(taken.frames) == counted
        phone.do("resume")
        await until(lambda: len(taken.frames) > counted + 10)
        phone.do("hangup")
        await over(house)
    assert likeness(ulaw_to_pcm(b"".join(taken.frames)), ulaw_to_pcm(spoken)) > 0.95


@scene
async def test_sipp_rings_ten_times_a_second_and_loses_no_key() -> None:
    """Ten calls with recorded A-law sound and recorded keys: none fails, no key is lost."""
    needs("sipp")
    house = FakeHouse(prompts=[tone(1.0)])
    async with line(house, calls=20) as agent:
        came = await asyncio.to_thread(ring, agent.own[1], Sipp(calls=10, rate=10, hold_s=0.5))
        await over(house, 10)
    assert (came.made, came.failed) == (10, 0)
    assert len(house.taken) == 10
    assert Counter("".join(taken.keys) for taken in house.taken) == {"1#": 10}
    assert all(taken.marks == ["p0"] for taken in house.taken)
    assert SCENARIO.is_file()


def _write(path: Path, pcm: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as recording:
        recording.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        recording.writeframes(pcm + bytes(2 * 8000 * 20))
