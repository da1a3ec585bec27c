from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.attention import Attention
from assistant.config import load_config
from assistant.core.conversation import Conversation, Option, Pace, Pending
from assistant.core.turn import Key, Unclear, Utterance
from assistant.core.values import Localised
from assistant.library import read_yaml
from assistant.speech.hesitation import Hesitation

if TYPE_CHECKING:
    from assistant.config import ListeningConfig

ROOT = Path(__file__).parents[2]
NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
CALL = Conversation("c1", "voice", "+8613800000001", "zh", NOW, NOW)
BOTH = ("zh", "en")


@pytest.fixture
def settings() -> ListeningConfig:
    """The settings as shipped."""
    return load_config(ROOT / "config.yaml", {}).listening


def attention(settings: ListeningConfig) -> Attention:
    """The attention of a call that begins."""
    ways = {
        name: Hesitation.of(name, read_yaml(ROOT / f"intents/{name}/_common.yaml")) for name in BOTH
    }
    return Attention(settings, BOTH, ways, confirm_below=0.45)


def asked(question: str) -> Conversation:
    """A call with this question open."""
    return replace(CALL, pending=Pending(question, NOW))  # type: ignore[arg-type]  # one of them


@pytest.mark.parametrize(
    ("conversation", "start_s", "end_s"),
    [
        (CALL, 8.0, 1.6),
        (asked("open"), 8.0, 1.6),
        (asked("confirm"), 8.0, 0.8),
        (asked("emergency"), 5.0, 1.6),
        (replace(CALL, pace=Pace(patient=True)), 12.0, 2.5),
        (replace(asked("confirm"), pace=Pace(patient=True)), 12.0, 2.5),
        (replace(CALL, waiting=True), 20.0, 1.6),
        (replace(CALL, waiting=True, pace=Pace(patient=True)), 20.0, 2.5),
    ],
    ids=["", "open", "yes or no", "emergency", "slow", "slow yes or no", "wait", "slow wait"],
)
def test_patience_is_as_documented(
    settings: ListeningConfig, conversation: Conversation, start_s: float, end_s: float
) -> None:
    """The figures of SENIOR 1.3 hold as shipped, the caller's own over the question's."""
    held = attention(settings).patience(conversation)
    assert (held.start_s, held.end_s, held.max_s) == (start_s, end_s, 30.0)


def test_a_language_may_have_its_own_patience(tmp_path: Path) -> None:
    """A layer in the settings file changes what it names, for that language only."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    own = tmp_path / "config.yaml"
    own.write_text(text.replace("languages: {}", "languages: {en: {end_s: 1.2}}"), encoding="utf-8")
    held = attention(load_config(own, {}).listening)
    assert held.patience(CALL).end_s == 1.6
    assert held.patience(replace(CALL, language="en")).end_s == 1.2


def test_the_end_comes_later_for_who_was_cut_off(settings: ListeningConfig) -> None:
    """Each time by 0.4 s, at most as late as in slow mode."""
    held = attention(settings)
    ends = []
    for _ in range(4):
        ends.append(held.patience(CALL).end_s)
        held.was_cut_off()
    assert ends == pytest.approx([1.6, 2.0, 2.4, 2.5])


def test_go_on_is_listened_for_only_where_it_makes_sense(settings: ListeningConfig) -> None:
    """Beside the names read out, "go on" is a word of the vocabulary after we were stopped."""
    names = Localised((("zh", "食堂"), ("en", "canteen")))
    chosen = Pending("which", NOW, (Option("1", names, "service:x"),))
    conversation = replace(CALL, pending=chosen)
    held = attention(settings)
    assert held.vocabulary(conversation, stopped=False) == (
        "digits",
        {"zh": ["食堂"], "en": ["canteen"]},
    )
    _, more = held.vocabulary(CALL, stopped=True)
    assert "继续" in more["zh"]
    assert "go on" in more["en"]


def test_two_ears_until_she_is_understood(settings: ListeningConfig) -> None:
    """Every ear for the first words, also after noise; one once something was understood."""
    held = attention(settings)
    assert held.ears(CALL, BOTH, 0.0) == BOTH
    held.took(Unclear(), CALL, replace(CALL, misses=1))
    assert held.ears(CALL, BOTH, 0.0) == BOTH
    held.took(Utterance("医生", "zh", 0.9), CALL, CALL)
    assert held.ears(CALL, BOTH, 0.0) == ("zh",)


def test_the_other_ear_wakes(settings: ListeningConfig) -> None:
    """After two doubtful turns in a row, and after a change of language until the next words."""
    held, missed = attention(settings), replace(CALL, misses=1)
    english = replace(CALL, language="en")
    sure = Utterance("医生", "zh", 0.9)
    held.took(sure, CALL, CALL)
    held.took(Unclear(), CALL, missed)
    assert held.ears(CALL, BOTH, 0.0) == ("zh",)
    held.took(Utterance("嗯", "zh", 0.2), CALL, CALL)
    assert held.ears(CALL, BOTH, 0.0) == BOTH
    held.took(sure, CALL, CALL)
    assert held.ears(CALL, BOTH, 0.0) == ("zh",)
    held.took(Key("2"), CALL, english)
    assert held.ears(english, BOTH, 0.0) == BOTH
    held.took(Utterance("doctor", "en", 0.9), english, english)
    assert held.ears(english, BOTH, 0.0) == ("en",)


def test_under_load_there_is_one_ear(settings: ListeningConfig) -> None:
    """For the language spoken last time; where that cannot be heard, for what can."""
    held = attention(settings)
    assert held.ears(CALL, BOTH, 0.6) == ("zh",)
    held.before = "en"
    assert held.ears(CALL, BOTH, 0.6) == ("en",)
    assert held.ears(CALL, ("zh",), 0.6) == ("zh",)


@pytest.mark.parametrize(
    ("text", "unfinished", "nothing"),
    [
        ("嗯", True, True),
        ("我想问一下", True, True),
        ("医生", False, False),
        ("继续", False, False),
    ],
)
def test_words_that_are_no_answer_yet(
    settings: ListeningConfig, text: str, *, unfinished: bool, nothing: bool
) -> None:
    """Hesitation and beginnings are waited for; words and commands are not."""
    said = Utterance(text, "zh")
    assert attention(settings).unfinished(said) == unfinished
    assert attention(settings).is_empty(said) == nothing
