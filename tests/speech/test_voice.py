from __future__ import annotations

from itertools import pairwise

import pytest

from assistant.core.errors import ConfigError, DataError
from assistant.speech.voice import Pace, by_language, is_question, sentences, voice_settings
from tests.speech.speaking import project_voices

ONE = {"engine": "pyttsx3", "voice": "gmw/en", "rate": 137}
TWO = {"engine": "pyttsx3", "voice": "gmw/en+f3", "rate": 137}
GOOD = {
    "unit": "word",
    "per_minute": 145,
    "slow_per_minute": 120,
    "default": "low",
    "voices": {"low": ONE, "clear": TWO},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("您好。请说！您要办什么事？", ["您好。", "请说！", "您要办什么事？"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("Ask Dr. Li. He is in.", ["Ask Dr. Li.", "He is in."]),
        ("It costs 1.50 yuan. Good?", ["It costs 1.50 yuan.", "Good?"]),
        ("No end", ["No end"]),
        ("第一行\n第二行", ["第一行", "第二行"]),
        ("……！？", []),
        ("", []),
        ("\x00\x07", []),
    ],
    ids=["zh", "quotes", "abbreviation", "decimals", "no stop", "lines", "signs", "none", "nul"],
)
def test_cuts_at_sentence_ends(text: str, expected: list[str]) -> None:
    """Sentences end where they end, and nowhere else."""
    assert expected == list(sentences(text, ("Dr.",)))


@pytest.mark.parametrize("text", ["好" * 1000, "好，" * 500, "word " * 400])
def test_no_sentence_is_endless(text: str) -> None:
    """A sentence without end is cut into pieces, and nothing of it is lost."""
    pieces = list(sentences(text))
    assert max(map(len, pieces)) <= 200
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [("好吗？", True), ("Is it?”", True), ("好。", False), ("Yes", False)],
)
def test_knows_a_question(sentence: str, expected: bool) -> None:  # noqa: FBT001 - a table column
    """A question is known by its mark, within quotes too."""
    assert is_question(sentence) is expected


def test_hands_foreign_characters_over() -> None:
    """Characters of the other voice's script are its own, with the signs between them."""
    parts = list(by_language("Ask at 桂花、社区 today.", "en", project_voices()))
    assert parts == [("en", "Ask at"), ("zh", "桂花、社区"), ("en", "today.")]
    assert list(by_language("请按A。", "zh", project_voices())) == [("zh", "请按A。")]


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(0.95, "pauses"), (0.93, "pauses"), (0.85, "both"), (0.7, "both"), (1.15, "faster")],
)
def test_pauses_grow_before_words_slow_down(rate: float, expected: str) -> None:
    """A little slower is longer pauses alone; words follow once those are half as long again."""
    pace = Pace.of(rate)
    if expected == "pauses":
        assert pace.words == 1
        assert 1 < pace.pauses <= 1.5
    elif expected == "both":
        assert pace.words < 1
        assert pace.pauses == 1.5
    else:
        assert pace.words > 1 > pace.pauses


def test_pace_never_jumps() -> None:
    """From the slowest rate to the fastest, words and pauses change step by small step."""
    paces = [Pace.of(rate / 100) for rate in range(50, 201)]
    words, pauses = [pace.words for pace in paces], [pace.pauses for pace in paces]
    assert words == sorted(words)
    assert pauses == sorted(pauses, reverse=True)
    assert max(b - a for a, b in pairwise(words)) < 0.03
    assert max(a - b for a, b in pairwise(pauses)) < 0.25


def test_the_site_and_a_caller_choose_a_voice() -> None:
    """The site's choice becomes the usual voice, the other one the alternative."""
    usual = voice_settings(GOOD, "voices/en/voice.yaml")
    assert (usual.default, usual.other, usual.named(None)) == ("low", "clear", "low")
    chosen = usual.usually("clear")
    assert (chosen.default, chosen.other, chosen.named("nobody")) == ("clear", "low", "clear")
    assert usual.usually("") == usual
    with pytest.raises(ConfigError, match=r"speech\.voice.*nobody.*low, clear"):
        usual.usually("nobody")


@pytest.mark.parametrize("rate", [0.0, 0.5, 0.84, 1.0, 1.3, 9.0])
def test_pace_has_bounds(rate: float) -> None:
    """Words are never slower than 0.65, pauses never longer than three times."""
    pace = Pace.of(rate)
    assert 0.65 <= pace.words <= 1.8
    assert 0.1 < pace.pauses <= 3
    assert (pace == Pace(1, 1)) is (rate == 1)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"voices": {"low": ONE | {"rate": 0}}}, "speaking.voices.low.rate"),
        ({"voices": {}}, "speaking.voices"),
        ({"default": "loud"}, "speaking: default: loud is none of low, clear"),
        ({"unit": "letter"}, "speaking.unit"),
        ({"pauses": {"long": 1}}, "speaking.pauses.long"),
        ({"loudness": 3}, "speaking.loudness"),
        ({"script": "["}, "speaking.script"),
    ],
    ids=["rate", "voices", "default", "unit", "pauses", "unknown", "script"],
)
def test_refuses_a_wrong_voice(change: dict[str, object], named: str) -> None:
    """A wrong key of voice.yaml is refused with the file and the key."""
    with pytest.raises(DataError, match=f"voices/en/voice.yaml: {named}"):
        voice_settings(GOOD | change, "voices/en/voice.yaml")
