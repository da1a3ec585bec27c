from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.speech.audio import Samples, from_ulaw, seconds
from assistant.speech.synthesisers import ENGINES, run
from assistant.speech.synthesisers.engine import Setup
from assistant.speech.workers import Worker, WorkerFailed

SETUP = Setup({"sit/cmn": 136.0, "gmw/en": 137.0, "gmw/en+f3": 137.0})
ROUNDS = 60


@pytest.fixture(scope="module")
def voice() -> Iterator[Worker]:
    """The engine in its process."""
    worker = Worker("voice under test", run, ("pyttsx3", SETUP))
    worker.start()
    assert worker.wait_ready(30)
    yield worker
    worker.stop()


def say(voice: Worker, text: str, name: str, rate: float = 1.0, pauses: float = 1.0) -> bytes:
    """One sentence."""
    audio: bytes = voice.ask((text, name, rate, pauses), 20)
    return audio


def test_hanzi_are_read_as_chinese(voice: Worker) -> None:
    """Ten characters take three to five seconds; spelt out as letters they would take ten."""
    assert 2.5 < seconds(say(voice, "社区食堂今天几点开门", "sit/cmn")) < 5


def test_neither_voice_nor_rate_is_lost_between_sentences(voice: Worker) -> None:
    """Changing voice and rate with every sentence, each comes out as long as it did first."""
    orders = [
        ("您好，这里是邻里热线。", "sit/cmn", 1.0),
        ("Good morning, this is the neighbour line.", "gmw/en", 0.8),
        ("您好，这里是邻里热线。", "sit/cmn", 1.4),
        ("Good morning, this is the neighbour line.", "gmw/en", 1.3),
    ]
    lengths = Counter(
        (order, round(seconds(say(voice, *order)), 1)) for order in orders * (ROUNDS // 4)
    )
    usual = [lengths.most_common()[at][0][1] for at in range(4)]
    assert sum(lengths.values()) == ROUNDS
    assert {order for order, _ in lengths} == set(orders)
    for order, length in lengths:
        assert min(abs(length - other) for other in usual) <= 0.1, order
    assert max(usual) > 1.4 * min(usual)


def test_the_file_of_another_sentence_is_never_taken(voice: Worker) -> None:
    """After a long sentence a short one is short."""
    say(voice, "这是一句很长很长的话，说了半天也没有说完。", "sit/cmn")
    assert seconds(say(voice, "好", "sit/cmn")) < 1


@pytest.mark.parametrize(
    ("text", "name", "rate", "reason"),
    [
        ("您好", "sit/nobody", 1.0, "no voice sit/nobody"),
        ("，。", "sit/cmn", 1.0, "nothing to say"),
        ("", "sit/cmn", 1.0, "nothing to say"),
        ("您好", "sit/cmn", 0.0, "out of range"),
        ("您好", "sit/cmn", float("nan"), "out of range"),
    ],
    ids=["voice", "signs", "empty", "rate", "nan"],
)
def test_refuses_one_request_and_lives_on(
    voice: Worker, text: str, name: str, rate: float, reason: str
) -> None:
    """A request that cannot be met is refused; the next one is spoken in the right voice."""
    with pytest.raises(WorkerFailed, match=reason):
        say(voice, text, name, rate)
    assert 0.2 < seconds(say(voice, "好", "sit/cmn")) < 1


def test_a_variant_of_timbre_is_another_voice(voice: Worker) -> None:
    """The clear voice speaks an octave above the lower one."""
    text = "Good morning, this is the neighbour line."
    low, clear = [pitch(from_ulaw(say(voice, text, name))) for name in ("gmw/en", "gmw/en+f3")]
    assert 80 < low < 140
    assert clear > 1.5 * low


def pitch(samples: Samples) -> float:
    """The usual pitch in Hz: the lag at which a frame is most like itself."""
    found = []
    for at in range(0, samples.size - 400, 200):
        frame = samples[at : at + 400] / 32768
        if np.std(frame) > 0.03:
            likeness = np.correlate(frame, frame, "full")[399:]
            lag = 23 + int(np.argmax(likeness[23:123]))  # 65 to 350 Hz
            found += [8000 / lag] if likeness[lag] > 0.4 * likeness[0] else []
    return float(np.median(found))


@pytest.mark.parametrize("text", ["a<b & c>d", "[[x]]", "<speak>你好</speak>", "é ü ß", "-v en"])
def test_markup_is_only_text(voice: Worker, text: str) -> None:
    """Nothing a resident said is taken for a command of the engine."""
    assert seconds(say(voice, text, "gmw/en")) > 0.2


@pytest.mark.skipif(sys.platform != "linux", reason="memory files are a thing of Linux")
def test_nothing_said_stays_in_a_file(voice: Worker) -> None:
    """Between two sentences the file they go through is empty."""
    say(voice, "您好", "sit/cmn")
    sizes = [
        file.stat().st_size
        for file in Path(f"/proc/{voice.pid}/fd").iterdir()
        if "memfd:speech" in str(file.readlink())
    ]
    assert sizes == [0]


def test_nothing_native_is_loaded_here() -> None:
    """The service's own process never loads the engine; it only knows its version."""
    assert "pyttsx3" in ENGINES["pyttsx3"].version(SETUP, "sit/cmn")
    assert not any(name.startswith("pyttsx3") for name in sys.modules)
