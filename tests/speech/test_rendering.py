from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import signal
import time
from pathlib import Path

import pytest

from assistant.core.errors import SynthesisError
from assistant.speech.audio import seconds
from assistant.speech.mouth import Mouth
from tests.speech.speaking import EN, ZH, project_voices, with_mouth


def test_a_crash_in_mid_sentence_costs_nothing_but_time(tmp_path: Path) -> None:
    """The process is killed while asked; the sentence comes from its replacement."""

    async def use(mouth: Mouth) -> tuple[bytes, bytes]:
        before = await mouth.speak(ZH, "zh")
        for worker in mouth.workers:
            assert worker.pid is not None
            os.kill(worker.pid, signal.SIGSTOP)  # so that the request is open when it dies
            asyncio.get_running_loop().call_later(0.2, os.kill, worker.pid, signal.SIGKILL)
        return before, await mouth.speak(EN, "en")

    before, after = with_mouth(tmp_path, use)
    assert seconds(before) > 3
    assert seconds(after) > 3


def test_a_hang_is_ended_and_the_sentence_retried(tmp_path: Path) -> None:
    """A process that stops answering is replaced after the time-out."""

    async def use(mouth: Mouth) -> tuple[bytes, int]:
        await mouth.speak("好", "zh")
        (worker,) = mouth.workers
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
        return await mouth.speak("您好。", "zh"), worker.starts

    audio, starts = with_mouth(tmp_path, use, timeout_s=6.0)
    assert seconds(audio) > 0.3
    assert starts == 2


def test_what_cannot_be_said_is_an_error_and_the_voice_lives_on(tmp_path: Path) -> None:
    """A language without a voice, and a process that is not running, raise `SynthesisError`."""

    async def use(mouth: Mouth) -> None:
        with pytest.raises(SynthesisError, match="no voice for xx"):
            await mouth.speak("text", "xx")
        assert await mouth.speak("您好", "zh")
        await mouth.stop()
        with pytest.raises(SynthesisError, match="gave no sound"):
            await mouth.speak("这句话还没有说过", "zh")
        assert await mouth.speak("您好", "zh")

    with_mouth(tmp_path, use)


def test_only_fixed_prompts_reach_the_disk(tmp_path: Path) -> None:
    """What is said to one resident leaves no file; what `warm` was given does."""

    async def use(mouth: Mouth) -> None:
        await mouth.speak("您的号码是幺三八。", "zh")

    async def fill(mouth: Mouth) -> int:
        return await mouth.warm([(ZH, "zh"), (EN, "en")])

    with_mouth(tmp_path, use)
    assert not list(tmp_path.rglob("*.ulaw"))
    assert with_mouth(tmp_path, fill) == 0
    assert len(list(tmp_path.rglob("*.ulaw"))) == 4
    assert not list(tmp_path.rglob("*.part"))


def test_a_warmed_prompt_needs_no_engine(tmp_path: Path) -> None:
    """A new mouth that is never started says what is on disk, sample for sample."""

    async def fill(mouth: Mouth) -> bytes:
        await mouth.warm([(ZH, "zh")])
        return await mouth.speak(ZH, "zh")

    expected = with_mouth(tmp_path, fill)
    cold = Mouth(project_voices(), tmp_path, tmp_path)
    assert expected == asyncio.run(cold.speak(ZH, "zh"))


def test_a_damaged_entry_is_made_again(tmp_path: Path) -> None:
    """Cut, empty and altered files are found out, and replaced by whole ones.

    The engine may differ by a few samples from one rendering to the next.
    """

    async def fill(mouth: Mouth) -> bytes:
        await mouth.warm([(ZH, "zh"), (EN, "en")])
        return await mouth.speak(ZH, "zh") + await mouth.speak(EN, "en")

    expected = with_mouth(tmp_path, fill)
    entries = sorted(tmp_path.rglob("*.ulaw"))
    whole = [entry.read_bytes() for entry in entries]
    entries[0].write_bytes(whole[0][:500])
    entries[1].write_bytes(b"")
    entries[2].write_bytes(whole[2][:-1] + bytes([whole[2][-1] ^ 1]))
    again = with_mouth(tmp_path, fill)
    assert abs(len(again) - len(expected)) <= 0.05 * len(expected)
    made = [entry.read_bytes() for entry in entries]
    pairs = zip(made, whole, strict=True)
    assert all(abs(len(new) - len(old)) <= 0.05 * len(old) for new, old in pairs)
    assert made[3:] == whole[3:]
    assert all(hashlib.sha256(entry[32:]).digest() == entry[:32] for entry in made)
    same = again == with_mouth(tmp_path, fill)
    assert same


def test_an_unusable_cache_costs_only_speed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A cache folder that cannot be made is logged once, and everything is said."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")

    async def use(mouth: Mouth) -> bytes:
        await mouth.warm([(ZH, "zh"), (EN, "en")])
        return await mouth.speak(ZH, "zh")

    with caplog.at_level(logging.WARNING, logger="assistant.speech.audiocache"):
        assert seconds(with_mouth(blocked / "cache", use)) > 3
    assert len([r for r in caplog.records if "audio cache" in r.getMessage()]) == 1


def test_warming_lets_live_requests_pass(tmp_path: Path) -> None:
    """A live sentence waits for one sentence of the background at most, not for all of them."""
    texts = [(f"这是第{'一' * count}句话。", "zh") for count in range(1, 60)]

    async def use(mouth: Mouth) -> tuple[int, bool]:
        await mouth.speak("好", "zh")
        warming = asyncio.create_task(mouth.warm(texts))
        await asyncio.sleep(0.1)
        await mouth.speak("请问您要办什么事？", "zh")
        passed = not warming.done()
        return await warming, passed

    assert with_mouth(tmp_path, use) == (0, True)


def test_a_cached_sentence_is_instant(tmp_path: Path) -> None:
    """A hundred answers from memory take less time than one from the engine may."""

    async def use(mouth: Mouth) -> float:
        await mouth.speak(ZH, "zh")
        started = time.perf_counter()
        for _ in range(100):
            await mouth.speak(ZH, "zh")
        return time.perf_counter() - started

    assert with_mouth(tmp_path, use) < 1.0
