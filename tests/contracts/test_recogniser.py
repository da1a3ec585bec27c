"""What every recogniser keeps to, whatever its engine (`core.ports.Recogniser`, `Decoder`)."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.core.errors import ModelError
from assistant.core.turn import Utterance
from assistant.speech import models, recognisers
from assistant.speech.audio import read_wav
from assistant.speech.recognisers import ENGINES, detect
from tests.speech import korean

if TYPE_CHECKING:
    from assistant.speech.recognisers import Engine


@dataclass(frozen=True)
class Case:
    """An engine with something it hears."""

    engine: Engine
    name: str
    phrases: tuple[str, ...]
    word: str
    pcm: bytes


@pytest.fixture(scope="module", params=["vosk ko", "pocketsphinx zh", "pocketsphinx en"])
def case(request: pytest.FixtureRequest, shared: Path) -> Case:
    """Each engine of the table with a real model and real speech."""
    audio = shared / "data/audio"
    hiss = np.random.default_rng(1).normal(0, 8, 4000).astype("<i2").tobytes()
    if request.param == "vosk ko":
        pcm = korean.speak(["병원"])["병원"]
        return Case(korean.recogniser(), "vosk", korean.WORDS, "병원", pcm)
    if request.param == "pocketsphinx zh":
        engine = recognisers.load(shared / "models/pocketsphinx-zh-tdt-sc-8k", "zh")
        pcm = hiss + read_wav(audio / "cmn_words/cmn_101_tan.wav").tobytes() + hiss
        told = ("再见", "医生", "危险", "星期", "晚上", "电话", "地址", "不是")
        row = next(
            r for r in (audio / "manifest.tsv").read_text("utf-8").split("\n") if "_101_" in r
        )
        word = row.split("\t")[2]
        return Case(engine, "pocketsphinx", tuple(dict.fromkeys((*told, word))), word, pcm)
    bundled = models.bundled()
    assert bundled is not None
    engine = recognisers.load(bundled.folder, "en")
    pcm = hiss + read_wav(audio / "fsdd/9_jackson_11.wav").tobytes() + hiss
    return Case(engine, "pocketsphinx", ("one", "two", "nine"), "nine", pcm)


def hear(case: Case, pcm: bytes, step: int = 320) -> Utterance:
    """What is heard of sound that comes in pieces of `step` bytes."""
    decoder = case.engine.decoder(case.phrases)
    for at in range(0, len(pcm), step):
        decoder.accept(pcm[at : at + step])
    return decoder.finish()


def test_every_engine_is_tried() -> None:
    """The table holds the engines this suite runs over, and no other."""
    assert set(ENGINES) == {"vosk", "pocketsphinx"}


@pytest.mark.parametrize("step", [320, 1601, 1 << 20], ids=["frames", "odd pieces", "at once"])
def test_a_told_word_is_heard(case: Case, step: int) -> None:
    """One of the phrases comes back as told, with language, confidence and ranked alternatives."""
    heard = hear(case, case.pcm, step)
    assert (heard.text, heard.language) == (case.word, case.engine.language)
    assert 0 < heard.confidence <= 1
    scores = [other.confidence for other in heard.alternatives]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert heard.text not in [other.text for other in heard.alternatives]


def test_a_decoder_is_used_again(case: Case) -> None:
    """The same decoder hears utterance after utterance, and one that is dropped leaves no trace."""
    decoder = case.engine.decoder(case.phrases)
    for _ in range(3):
        decoder.accept(case.pcm[:9600])
        decoder.close()
        decoder.accept(case.pcm)
        assert decoder.finish().text == case.word


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [b""],
        [b"\1"],
        [b"\1\2\3"],
        [bytes(321), b"", bytes(319)],
        [b"\xff" * 8000],
        [np.random.default_rng(5).bytes(320_000)],
        [bytes(320_000)],
    ],
    ids=[
        "none",
        "empty",
        "one byte",
        "three",
        "odd",
        "mu-law silence",
        "20 s random",
        "20 s zeros",
    ],
)
def test_odd_sound_gives_an_utterance(case: Case, pieces: list[bytes]) -> None:
    """Any bytes end in an utterance of the engine's language, silence in an empty one."""
    decoder = case.engine.decoder(case.phrases)
    for piece in pieces:
        assert isinstance(decoder.accept(piece), str)
    heard = decoder.finish()
    assert heard.language == case.engine.language
    if not any(any(piece) for piece in pieces):
        assert (heard.text, heard.confidence) == ("", 0.0)


def test_silence_has_no_words_and_no_confidence(case: Case) -> None:
    """Ending without any sound is an empty utterance."""
    assert case.engine.decoder(case.phrases).finish() == Utterance("", case.engine.language, 0.0)


@pytest.mark.parametrize(
    "phrases",
    [(), ("\0",), ('["',), ("x" * 5000,), ("",)],
    ids=["none", "nul", "brackets", "endless", "empty"],
)
def test_no_phrases_are_no_crash(case: Case, phrases: tuple[str, ...]) -> None:
    """Nothing to listen for, or nothing that is a word, still ends in an utterance."""
    decoder = case.engine.decoder(phrases)
    decoder.accept(case.pcm)
    assert isinstance(decoder.finish(), Utterance)


def test_a_model_is_told_by_its_files(case: Case, shared: Path) -> None:
    """Each engine's folder is recognised as its own."""
    folders = {"ko": korean.MODEL, "zh": shared / "models/pocketsphinx-zh-tdt-sc-8k"}
    bundled = models.bundled()
    assert bundled is not None
    assert detect(folders.get(case.engine.language, bundled.folder)) == case.name


@pytest.mark.parametrize("name", ["mdef", "means", "sendump", "feat.params", "transition_matrices"])
@pytest.mark.parametrize("damage", ["missing", "empty"])
def test_a_broken_pocketsphinx_folder_is_named(
    tmp_path: Path, shared: Path, name: str, damage: str
) -> None:
    """A missing or empty file is told by name before native code sees the folder."""
    folder = tmp_path / "model"
    shutil.copytree(shared / "models/pocketsphinx-en-tidigits-8k", folder, copy_function=_link)
    (folder / "hmm" / name).unlink()
    if damage == "empty":
        (folder / "hmm" / name).touch()
    with pytest.raises(ModelError, match=name):
        detect(folder)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("graph/Gr.fst", None, "Gr.fst: missing"),
        ("graph/Gr.fst", b"", "Gr.fst: empty"),
        ("graph/Gr.fst", b"<html>", "Gr.fst: damaged"),
        ("am/final.mdl", b"<html>", "final.mdl: damaged"),
        ("ivector/final.ie", None, "final.ie: missing"),
        ("conf/model.conf", None, "model.conf: missing"),
    ],
)
def test_a_broken_vosk_folder_is_named(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    """A missing, empty or foreign file is told by name before native code sees the folder."""
    folder = tmp_path / "model"
    shutil.copytree(korean.MODEL, folder, copy_function=_link)
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match=message):
        detect(folder)


def _link(source: str, target: str) -> None:
    Path(target).symlink_to(source)


def test_a_folder_of_nothing_is_named(tmp_path: Path) -> None:
    """Neither an empty folder nor a missing one is a model."""
    with pytest.raises(ModelError, match="neither a Vosk model"):
        detect(tmp_path)
    with pytest.raises(ModelError, match="no such folder"):
        detect(tmp_path / "none")
