"""What every voice engine must keep to, whichever it is. Each runs in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.core.ports import Synthesiser
from assistant.speech.audio import read_wav, rms
from assistant.speech.synthesisers import ENGINES
from assistant.speech.synthesisers.engine import Setup
from assistant.speech.workers import ChildEnd, Worker, WorkerFailed, serve
from tests.speech.speaking import piper_like

VOICES = {"pyttsx3": {"sit/cmn": 136.0, "gmw/en": 137.0}, "piper": {"chinese": 1.0, "english": 1.1}}
"A voice for Chinese and one for English, with normal rates, for each engine."

TEXTS = ("您好，这里是邻里热线。", "Good morning, this is the neighbour line.")

Order = tuple[str, str, float, str]


def bare(connection: ChildEnd, engine: str, setup: Setup) -> None:
    """The port and nothing around it."""
    synthesiser: Synthesiser = ENGINES[engine](setup)

    def answer(order: Order) -> None:
        synthesiser.render(*order)

    serve(connection, answer)


@pytest.fixture(scope="module", params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    """The name of each engine in the table."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def render(
    engine: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str, str, float, Path], None]]:
    """The engine's `render`, asked from outside its process."""
    place = piper_like(tmp_path_factory.mktemp("neural"), *VOICES["piper"])
    setup = Setup(VOICES[engine], str(place.program), place.folder)
    worker = Worker(f"contract {engine}", bare, (engine, setup))
    worker.start()
    assert worker.wait_ready(30), worker.last_error

    def ask(text: str, voice: str, rate: float, path: Path) -> None:
        worker.ask((text, voice, rate, str(path)), 20)

    yield ask
    worker.stop()


Render = Callable[[str, str, float, Path], None]


def test_every_engine_has_voices_to_test() -> None:
    """An engine added to the table is added here too."""
    assert set(VOICES) == set(ENGINES)


def test_writes_sound(render: Render, engine: str, tmp_path: Path) -> None:
    """Each voice says its language into a file that holds sound."""
    for text, voice in zip(TEXTS, VOICES[engine], strict=True):
        path = tmp_path / "speech.wav"
        render(text, voice, 1.0, path)
        samples = read_wav(path)
        assert 1 < samples.size / 8000 < 6
        assert rms(samples) > 300


def test_rate_one_is_normal_and_less_is_slower(render: Render, engine: str, tmp_path: Path) -> None:
    """The same text takes longer at a lower rate, about in proportion."""
    voice = next(iter(VOICES[engine]))
    sizes = []
    for rate in (1.3, 1.0, 0.7):
        render(TEXTS[0], voice, rate, tmp_path / "speech.wav")
        sizes.append(read_wav(tmp_path / "speech.wav").size)
    assert sizes == sorted(sizes)
    assert sizes[2] / sizes[0] == pytest.approx(1.3 / 0.7, rel=0.15)


def test_replaces_an_older_file(render: Render, engine: str, tmp_path: Path) -> None:
    """A file already there is never mistaken for the new one."""
    path = tmp_path / "speech.wav"
    path.write_bytes(b"old")
    render(TEXTS[0], next(iter(VOICES[engine])), 1.0, path)
    assert read_wav(path).size > 8000


def test_failure_is_an_exception(render: Render, engine: str, tmp_path: Path) -> None:
    """Nothing to say, or no place to write to, raises and leaves no file."""
    voice = next(iter(VOICES[engine]))
    nowhere = tmp_path / "missing" / "speech.wav"
    with pytest.raises(WorkerFailed):
        render("", voice, 1.0, tmp_path / "speech.wav")
    with pytest.raises(WorkerFailed):
        render(TEXTS[0], voice, 1.0, nowhere)
    assert not (tmp_path / "speech.wav").exists()
    assert not nowhere.exists()
