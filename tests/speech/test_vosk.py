from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from assistant.core.errors import ModelError
from assistant.speech.recognisers import vosk as adapter
from assistant.speech.recognisers.vosk import VoskRecogniser, utterance
from tests.speech import korean

if TYPE_CHECKING:
    from pathlib import Path

FRAME = 320


@pytest.fixture(scope="module")
def engine() -> VoskRecogniser:
    """A real small model."""
    return korean.recogniser()


@pytest.fixture(scope="module")
def spoken() -> dict[str, bytes]:
    """Six words over the telephone."""
    return korean.speak()


def hear(decoder: adapter.VoskDecoder, pcm: bytes, step: int = FRAME) -> list[str]:
    """Feed the sound in pieces; the words so far after each."""
    return [decoder.accept(pcm[at : at + step]) for at in range(0, len(pcm), step)]


@pytest.mark.parametrize("step", [FRAME, 4001], ids=["20 ms frames", "odd pieces"])
def test_words_of_the_grammar_are_heard(
    engine: VoskRecogniser, spoken: dict[str, bytes], step: int
) -> None:
    """Six of six words are right with their confidence, however the sound is cut."""
    decoder = engine.decoder(korean.WORDS)
    for word, pcm in spoken.items():
        hear(decoder, pcm, step)
        heard = decoder.finish()
        assert (heard.text, heard.language) == (word, "ko")
        assert 0.5 < heard.confidence <= 1


def test_words_come_while_they_are_spoken(engine: VoskRecogniser, spoken: dict[str, bytes]) -> None:
    """The words so far start empty, appear before the sound has ended, and agree with the end."""
    decoder = engine.decoder(korean.WORDS)
    so_far = hear(decoder, spoken["예약"])
    assert so_far[0] == ""
    assert so_far.index("예약") < len(so_far) - 20
    assert decoder.finish().text == so_far[-1] == "예약"


def test_a_pause_joins_what_the_library_cuts(
    engine: VoskRecogniser, spoken: dict[str, bytes]
) -> None:
    """Two words around a pause longer than the library's own end of speech are one utterance."""
    decoder = engine.decoder(korean.WORDS)
    hear(decoder, spoken["병원"] + bytes(16000) + spoken["예약"])
    assert decoder.finish().text == "병원 예약"


def test_free_speech_gives_alternatives(engine: VoskRecogniser, spoken: dict[str, bytes]) -> None:
    """Without phrases the model's own language is heard, with other hypotheses best first."""
    decoder = engine.decoder(())
    hear(decoder, spoken["안녕하세요"])
    heard = decoder.finish()
    assert heard.text
    assert heard.alternatives
    shares = [heard.confidence, *(other.confidence for other in heard.alternatives)]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)
    assert heard.text not in [other.text for other in heard.alternatives]


def test_a_used_recogniser_hears_the_same_again(
    engine: VoskRecogniser, spoken: dict[str, bytes]
) -> None:
    """A pooled free recogniser carries nothing over from the caller before."""
    found: list[set[str]] = []
    for _ in range(3):
        decoder = engine.decoder(())
        hear(decoder, spoken["안녕하세요"])
        heard = decoder.finish()
        found.append({heard.text, *(other.text for other in heard.alternatives)})
        hear(decoder, spoken["네"])
        decoder.close()
    assert set.intersection(*found)
    assert all(len(text.split()) <= 4 for texts in found for text in texts)


def test_utterances_side_by_side_do_not_mix(
    engine: VoskRecogniser, spoken: dict[str, bytes]
) -> None:
    """Six callers speak at once, frame by frame in turn, each with her own word."""
    decoders = {word: engine.decoder(korean.WORDS) for word in spoken}
    for at in range(0, max(map(len, spoken.values())), FRAME):
        for word, decoder in decoders.items():
            decoder.accept(spoken[word][at : at + FRAME])
    assert [decoder.finish().text for decoder in decoders.values()] == list(spoken)


@pytest.mark.parametrize(
    "phrases",
    [["zzz", "…"], ['"', "[", "]"], [""], ["\0"], ["[unk]"]],
    ids=["unknown", "brackets", "empty", "nul", "unk"],
)
def test_no_grammar_of_nothing_is_ever_made(engine: VoskRecogniser, phrases: list[str]) -> None:
    """Phrases without a known word mean free speech: an empty grammar would kill the process."""
    assert engine.grammar(phrases) == ""


def test_grammars_hold_known_words_only(engine: VoskRecogniser) -> None:
    """Unknown words are left out word by word, doubles once, and what remains is valid JSON."""
    grammar = engine.grammar(["병원 zzz 예약", "병원, 예약!", '네"]'])
    assert json.loads(grammar) == ["병원 예약", "네"]


def test_old_grammars_are_forgotten(engine: VoskRecogniser, spoken: dict[str, bytes]) -> None:
    """Many lists, one after the other, do not pile up, and each is still heard with."""
    words = list(korean.WORDS)
    for seed in range(adapter.GRAMMARS + 8):
        words.append(words.pop(0))
        decoder = engine.decoder([*words, f"{words[0]} {words[seed % 6]}"])
        decoder.accept(spoken["네"])
        assert decoder.finish().text == "네"
    assert len(engine._grammars) <= adapter.GRAMMARS
    assert len(engine._spare) <= adapter.GRAMMARS + 1


@pytest.mark.parametrize(
    ("segments", "text", "confidence", "others"),
    [
        ([], "", 0.0, []),
        ([[("", 3.0)]], "", 0.0, []),
        ([[("你 好", 5.0)], [("", 9.0)]], "你好", 1.0, []),
        ([[("医保", 0.0), ("一 宝", 0.0)]], "医保", 0.5, ["一宝"]),
        ([[("a", 0.0), ("b", 0.0)], [("c", 0.0)]], "a c", 0.5, ["b c"]),
        ([[("医 保", 1.0), ("医保", 1.0)]], "医保", 1.0, []),
        ([[("[unk] 医生", 0.0)]], "医生", 0.5, []),
        ([[("[unk]", 0.0)]], "", 0.0, []),
    ],
    ids=["none", "empty", "spaces", "two", "joined", "merged", "unknown part", "unknown"],
)
def test_joining_segments(
    segments: list[list[tuple[str, float]]], text: str, confidence: float, others: list[str]
) -> None:
    """Segments become whole texts with the share of probability each has."""
    heard = utterance(segments, "zh")
    assert heard.text == text
    assert heard.confidence == pytest.approx(confidence)
    assert [other.text for other in heard.alternatives] == others


def test_a_folder_the_library_refuses_is_named(tmp_path: Path) -> None:
    """What native code cannot load is a `ModelError` with the folder in it."""
    with pytest.raises(ModelError, match=str(tmp_path)):
        VoskRecogniser(tmp_path, "ko")
