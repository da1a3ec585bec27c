from __future__ import annotations

import pytest

from assistant.understanding.normalise import LONGEST, Trimmer, normalise, shorten


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        pytest.param("What's the  TIME?!", "en", "whats the time", id="case and signs"),
        pytest.param(
            "don’t — ring_me", "en", "dont ring me", id="curly apostrophe, dash, underscore"
        ),
        pytest.param("Ｏｐｅｎ　９－５", "en", "open 9 5", id="full-width forms"),
        pytest.param("at 9.30 on the 4th", "en", "at 9 30 on the 4th", id="digits stay"),
        pytest.param("食堂 几点 开门？", "zh", "食堂几点开门", id="spaces between hanzi go"),
        pytest.param("食堂，幾點開門呀！", "zh", "食堂几点开门呀", id="traditional characters"),
        pytest.param("用 WiFi 打 110", "zh", "用wifi打110", id="mixed scripts"),
        pytest.param("open door 吗", "zh", "open door吗", id="latin words stay apart"),
        pytest.param("\x00\x07嗯\u200b好\n", "zh", "嗯好", id="control and invisible signs"),
        pytest.param("😀👍", "zh", "", id="emoji alone is nothing"),
        pytest.param("", "en", "", id="empty"),
        pytest.param("a\ud800b", "en", "ab", id="half a surrogate pair"),
    ],
)
def test_text_is_made_comparable(text: str, language: str, expected: str) -> None:
    """Script, case, punctuation and spacing do not distinguish two texts."""
    assert normalise(text, language) == expected


def test_a_long_text_keeps_its_first_and_its_last_half() -> None:
    """A book loses its middle, not the question at its end."""
    short = shorten("a" * 5000 + "b" * 5000)
    assert (short[0], short[-1], len(short)) == ("a", "b", LONGEST + 1)


@pytest.mark.parametrize(
    ("phrases", "language", "text", "expected"),
    [
        pytest.param(
            ["请问", "谢谢", "请问一下"], "zh", "请问一下食堂在哪谢谢", "食堂在哪", id="both ends"
        ),
        pytest.param(
            ["Sorry to bother you", "um"],
            "en",
            "um sorry to bother you um is it open",
            "is it open",
            id="over and over",
        ),
        pytest.param(["thank you"], "en", "thank you", "thank you", id="never down to nothing"),
        pytest.param(["um"], "en", "umbrella please", "umbrella please", id="whole words only"),
        pytest.param(["那个"], "zh", "我要那个号码", "我要那个号码", id="the middle stays"),
        pytest.param([], "en", "hello", "hello", id="nothing by default"),
        pytest.param(["!?"], "en", "hello", "hello", id="a phrase without a word"),
    ],
)
def test_fillers_and_politeness_are_trimmed(
    phrases: list[str], language: str, text: str, expected: str
) -> None:
    """Phrases the caller names are taken off the ends and nowhere else."""
    assert Trimmer(phrases, language).trim(text) == expected
