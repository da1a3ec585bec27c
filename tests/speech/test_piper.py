from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.core.errors import SynthesisError
from assistant.speech.audio import read_wav, seconds
from assistant.speech.mouth import Mouth
from assistant.speech.synthesisers.engine import Setup
from assistant.speech.synthesisers.piper import KEPT, Piper
from assistant.speech.voice import VoiceSettings
from tests.speech.speaking import PiperLike, piper_like, project_voices, with_mouth

TEXT = "您好，这里是邻里热线。"


@pytest.fixture
def place(tmp_path: Path) -> PiperLike:
    """The program and two voices."""
    return piper_like(tmp_path, "chinese", "english")


@pytest.fixture
def piper(place: PiperLike) -> Iterator[Piper]:
    """The engine with one voice loading."""
    engine = Piper(Setup({"chinese": 1.0}, str(place.program), place.folder))
    yield engine
    engine.end()


def test_a_loaded_voice_is_used_again(piper: Piper, tmp_path: Path) -> None:
    """The second sentence needs no new process, and no sentence gets the sound of another."""
    lengths = []
    for text in (TEXT, "好", TEXT):
        piper.render(text, "chinese", 1.0, str(tmp_path / "said.wav"))
        lengths.append(read_wav(tmp_path / "said.wav").size)
    assert lengths[0] == lengths[2] > 5 * lengths[1]
    assert len(piper._running) == 1


def test_few_processes_are_kept(piper: Piper, tmp_path: Path) -> None:
    """A voice at many speeds keeps the latest few; those given up have ended."""
    given_up = piper._running["chinese", 1.0]
    for rate in (0.7, 0.8, 0.9, 1.1):
        piper.render("好", "chinese", rate, str(tmp_path / "said.wav"))
    assert [rate for _, rate in piper._running] == [0.8, 0.9, 1.1]
    assert len(piper._running) == KEPT
    assert given_up._process.returncode is not None


def test_nothing_said_stays_in_a_file(piper: Piper, tmp_path: Path) -> None:
    """What piper wrote is gone once it has been read, and its folder goes with the process."""
    piper.render(TEXT, "chinese", 1.0, str(tmp_path / "said.wav"))
    folder = piper._running["chinese", 1.0]._folder
    assert list(folder.iterdir()) == []
    piper._running["chinese", 1.0].end()
    assert not folder.exists()


def test_folders_of_a_killed_process_are_cleared_away(place: PiperLike) -> None:
    """What a process that was killed left behind goes when the next one starts."""
    setup = Setup({"chinese": 1.0}, str(place.program), place.folder)
    first = Piper(setup)
    left = first._running["chinese", 1.0]._folder
    dead = left.with_name(f"{left.name.split('-')[0]}-{2**22 + 1}-left")
    dead.mkdir()
    (dead / "1.wav").write_bytes(b"words")
    second = Piper(setup)
    assert not dead.exists()
    assert left.exists()
    for engine in (first, second):
        engine.end()


def test_a_crash_costs_one_sentence(piper: Piper, tmp_path: Path) -> None:
    """Its last words are told, and the next sentence is spoken by a new process."""
    with pytest.raises(SynthesisError, match="out of memory"):
        piper.render("CRASH", "chinese", 1.0, str(tmp_path / "said.wav"))
    piper.render(TEXT, "chinese", 1.0, str(tmp_path / "said.wav"))
    assert read_wav(tmp_path / "said.wav").size > 8000


def test_what_is_missing_is_named(place: PiperLike, tmp_path: Path) -> None:
    """No program, and no file for a voice, are errors with a remedy."""
    with pytest.raises(SynthesisError, match=r"nobody; install piper and name it in speech\.piper"):
        Piper(Setup({"chinese": 1.0}, str(tmp_path / "nobody"), place.folder))
    with pytest.raises(SynthesisError, match=r"german\.onnx: this voice is missing; copy"):
        Piper(Setup({"german": 1.0}, str(place.program), place.folder))


def test_a_damaged_voice_is_told_when_it_is_loaded(place: PiperLike) -> None:
    """Its last words come at the start, not with the first caller."""
    (place.folder / "chinese.onnx").write_bytes(b"")
    with pytest.raises(SynthesisError, match=r"piper ended .the voice is damaged"):
        Piper(Setup({"chinese": 1.0}, str(place.program), place.folder))


def test_another_file_is_another_version(place: PiperLike) -> None:
    """A voice file that was replaced makes cached audio void; a missing one is no error here."""
    setup = Setup({}, str(place.program), place.folder)
    before = Piper.version(setup, "chinese")
    (place.folder / "chinese.onnx").write_bytes(b"another voice")
    assert Piper.version(setup, "chinese") != before
    assert Piper.version(setup, "nobody") == "piper none"


def with_neural(name: str, rate: float = 1.0) -> dict[str, VoiceSettings]:
    """The project's voices, Chinese usually spoken by piper."""
    voices = project_voices()
    data = voices["zh"].model_dump()
    data["voices"]["neural"] = {"engine": "piper", "voice": name, "rate": rate}
    data["default"] = "neural"
    return {**voices, "zh": VoiceSettings.model_validate(data)}


def test_the_mouth_speaks_with_a_neural_voice(place: PiperLike, tmp_path: Path) -> None:
    """A voice of this engine is used like any other, and a caller may have the other one."""

    async def use(mouth: Mouth) -> tuple[bytes, bytes]:
        return await mouth.speak(TEXT, "zh"), await mouth.speak(TEXT, "zh", voice="low")

    (tmp_path / "voices").mkdir()
    place.folder.rename(tmp_path / "voices" / "neural")
    neural, other = with_mouth(
        tmp_path / "cache",
        use,
        recordings=tmp_path / "voices",
        voices=with_neural("chinese"),
        program=str(place.program),
    )
    assert seconds(neural) == pytest.approx(0.25 * 9, abs=0.1)
    assert neural != other


def test_without_piper_the_other_voice_speaks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A neural voice that is not there costs no sentence: another engine says it."""

    async def use(mouth: Mouth) -> tuple[bytes, bytes, float]:
        usual = await mouth.speak(TEXT, "zh", voice="low")
        stood_in = await mouth.speak(TEXT, "zh")
        started = time.monotonic()
        await mouth.speak("今天星期三。", "zh")
        return usual, stood_in, time.monotonic() - started

    with caplog.at_level(logging.ERROR, logger="assistant.speech.workers"):
        usual, stood_in, took_s = with_mouth(
            tmp_path, use, voices=with_neural("nobody"), program=str(tmp_path / "nobody")
        )
    assert usual == stood_in
    assert took_s < 5
