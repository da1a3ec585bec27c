from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import signal
import struct
import time
from pathlib import Path

import numpy as np
import pytest

from assistant.core.errors import DataError, SynthesisError
from assistant.speech.audio import FULL_SCALE, from_ulaw, seconds
from assistant.speech.loudness import TARGET_DBOV, active_level
from assistant.speech.mouth import Mouth
from assistant.speech.voice import VoiceSettings, count
from tests.speech.speaking import EN, LONG, VOICES_DIR, ZH, project_voices, with_mouth


def level(ulaw: bytes) -> float:
    """Active speech level in dB below overload."""
    return active_level(from_ulaw(ulaw) / FULL_SCALE)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A set of renderings by one mouth, for the tests that only look at sound."""
    orders = {
        "zh": (ZH, "zh", 1.0, 0.0),
        "en": (EN, "en", 1.0, 0.0),
        "zh slow": (ZH, "zh", 0.84, 0.0),
        "en slow": (EN, "en", 0.83, 0.0),
        "en fast": (EN, "en", 1.25, 0.0),
        "zh loud": (ZH, "zh", 1.0, 6.0),
        "en loud": (EN, "en", 1.0, 6.0),
        "nothing": ("……", "zh", 1.0, 0.0),
        "mixed": ("Please ask at 桂花社区, thank you.", "en", 1.0, 0.0),
        "hanzi": ("桂花社区", "zh", 1.0, 0.0),
        "hanzi in en": ("桂花社区", "en", 1.0, 0.0),
        "controls": ("您好\x00\x1b。\n\n邻里热线", "zh", 1.0, 0.0),
    }

    async def use(mouth: Mouth) -> dict[str, bytes]:
        return {name: await mouth.speak(*order) for name, order in orders.items()}

    return with_mouth(tmp_path_factory.mktemp("cache"), use)


@pytest.mark.parametrize("name", ["zh", "en", "zh slow", "en fast"])
def test_one_loudness_for_every_language_and_rate(spoken: dict[str, bytes], name: str) -> None:
    """Whatever is said, its active speech level is the same."""
    assert level(spoken[name]) == pytest.approx(TARGET_DBOV, abs=1.0)


@pytest.mark.parametrize("name", ["zh", "en"])
def test_louder_is_six_decibels(spoken: dict[str, bytes], name: str) -> None:
    """The step "louder" is about 6 dB, and the speech as long as before."""
    assert level(spoken[f"{name} loud"]) - level(spoken[name]) == pytest.approx(6, abs=0.8)
    assert len(spoken[f"{name} loud"]) == len(spoken[name])


@pytest.mark.parametrize("name", ["zh", "en", "en loud"])
def test_keeps_to_the_telephone_band(spoken: dict[str, bytes], name: str) -> None:
    """Less than a hundredth of the power lies outside 250-3600 Hz, limiter and coding included."""
    samples = from_ulaw(spoken[name])
    power = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(samples.size, 1 / 8000)
    assert power[(hertz < 250) | (hertz > 3600)].sum() < 0.01 * power.sum()


@pytest.mark.parametrize(
    ("language", "rate", "per_minute"),
    [
        ("zh", 1.0, 155),
        ("zh", 0.84, 130),
        ("zh", 1.25, 194),
        ("en", 1.0, 145),
        ("en", 0.83, 120),
        ("en", 1.25, 181),
    ],
)
def test_real_speaking_rate(
    answers: dict[tuple[str, float], float], language: str, rate: float, per_minute: int
) -> None:
    """Characters or words a minute, all pauses included, over three whole answers."""
    units = sum(count(text, "character" if language == "zh" else "word") for text in LONG[language])
    assert 60 * units / answers[language, rate] == pytest.approx(per_minute, rel=0.08)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, float], float]:
    """Seconds that the long answers take, by language and rate."""

    async def use(mouth: Mouth) -> dict[tuple[str, float], float]:
        return {
            (language, rate): sum(
                [seconds(await mouth.speak(text, language, rate)) for text in texts]
            )
            for language, texts in LONG.items()
            for rate in (1.0, 0.83, 0.84, 1.25)
        }

    return with_mouth(tmp_path_factory.mktemp("answers"), use)


def test_slower_lengthens_pauses_more_than_words(spoken: dict[str, bytes]) -> None:
    """The longest silence grows by more than the whole does."""
    whole = len(spoken["zh slow"]) / len(spoken["zh"])
    pause = _longest_pause(spoken["zh slow"]) / _longest_pause(spoken["zh"])
    assert pause > whole > 1.1


def test_a_question_waits_a_second(spoken: dict[str, bytes]) -> None:
    """Before the question at the end stands one second of silence, and what speech leaves."""
    assert 1.0 <= _longest_pause(spoken["en"]) <= 1.2


def _longest_pause(ulaw: bytes) -> float:
    loud = np.flatnonzero(np.abs(from_ulaw(ulaw).astype(int)) > 150)
    return float(np.diff(loud).max()) / 8000


def test_nothing_to_say_is_a_short_silence(spoken: dict[str, bytes]) -> None:
    """A text without a letter makes 100 ms of silence, so that its mark still comes back."""
    assert spoken["nothing"] == b"\xff" * 800


def test_foreign_characters_go_to_the_voice_that_reads_them(spoken: dict[str, bytes]) -> None:
    """Hanzi in an English sentence are said by the Chinese voice, not spelt as letters."""
    assert spoken["hanzi in en"] == spoken["hanzi"]
    assert seconds(spoken["mixed"]) < 6


def test_control_characters_are_not_said(spoken: dict[str, bytes]) -> None:
    """NUL, escape and line ends separate words and make no noise."""
    assert 1 < seconds(spoken["controls"]) < 4


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


def test_an_unknown_engine_is_named() -> None:
    """A wrong engine in voice.yaml stops the start with file and key."""
    voice = project_voices()["zh"].model_copy(update={"engine": "nobody"})
    with pytest.raises(DataError, match=r"voices/zh/voice\.yaml: speaking\.engine.*pyttsx3"):
        Mouth({"zh": voice}, Path("cache"), VOICES_DIR)


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
    cold = Mouth(project_voices(), tmp_path, VOICES_DIR)
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


def test_a_recording_wins(tmp_path: Path) -> None:
    """A person's recording of a fixed prompt is played, levelled like the voice."""
    folder = tmp_path / "zh" / "recordings"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(3)
    sound = (rng.standard_normal(16000) * 400).astype("<i2").tobytes()
    header = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(sound), b"WAVE", b"fmt ", 16,
                         1, 1, 16000, 32000, 2, 16, b"data", len(sound))  # fmt: skip
    (folder / "greeting.hello.wav").write_bytes(header + sound)
    (folder / "broken.wav").write_bytes(b"RIFF")

    async def use(mouth: Mouth) -> list[bytes]:
        names = (None, "greeting.hello", "broken", "../zh/recordings/greeting.hello")
        return [await mouth.speak("您好", "zh", prompt=name) for name in names]

    synthesised, recorded, broken, outside = with_mouth(tmp_path / "c", use, recordings=tmp_path)
    assert seconds(recorded) == pytest.approx(1.0, abs=0.05)
    assert level(recorded) == pytest.approx(TARGET_DBOV, abs=1.0)
    assert synthesised == broken == outside


@pytest.mark.parametrize(("text", "language"), [(ZH, "zh"), (EN, "en")])
def test_estimates_without_synthesis(spoken: dict[str, bytes], text: str, language: str) -> None:
    """The estimated length is within a quarter of the real one."""
    mouth = Mouth(project_voices(), Path("cache"), VOICES_DIR)
    assert mouth.estimate_seconds(text, language) == pytest.approx(
        seconds(spoken[language]), rel=0.25
    )
    assert mouth.estimate_seconds(text, language, 0.5) == pytest.approx(
        2 * mouth.estimate_seconds(text, language)
    )
    assert mouth.estimate_seconds("three words here", "xx") == pytest.approx(0.9)


def test_no_voices_still_plays_recordings_only() -> None:
    """An office without an engine starts, and says so where there is no recording."""
    nobody: dict[str, VoiceSettings] = {}
    mouth = Mouth(nobody, Path("cache"), VOICES_DIR)
    with pytest.raises(SynthesisError, match="no voice for zh"):
        asyncio.run(mouth.speak("您好", "zh"))


def test_a_cached_sentence_is_instant(tmp_path: Path) -> None:
    """A hundred answers from memory take less time than one from the engine may."""

    async def use(mouth: Mouth) -> float:
        await mouth.speak(ZH, "zh")
        started = time.perf_counter()
        for _ in range(100):
            await mouth.speak(ZH, "zh")
        return time.perf_counter() - started

    assert with_mouth(tmp_path, use) < 1.0
