from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from assistant.speech.audio import Samples
    from tests.call.conftest import Caller, Telephone

Find = Callable[[str], "Samples"]
GREETINGS = ("greeting", "greeting.other")

AFTER_KEY_S = 0.5
"Silence before the answer to a key; the prompt that was playing stops at once."


def after_greeting(caller: Caller) -> list[str]:
    """What was said after the line had answered."""
    return [prompt for prompt in caller.prompts if prompt not in GREETINGS]


def hiss(seconds: float, level: float, seed: int = 5) -> Samples:
    """White noise."""
    noise = np.random.default_rng(seed).normal(0, level, round(seconds * 8000))
    return noise.clip(-32000, 32000).astype(np.int16)


def clicks(number: int) -> Samples:
    """Clicks of 5 ms somewhere in two seconds."""
    chance, wave = np.random.default_rng(6), np.zeros(16000)
    for place in chance.integers(0, 15900, number):
        wave[place : place + 40] = chance.normal(0, 12000, 40)
    return wave.clip(-32000, 32000).astype(np.int16)


def cough() -> Samples:
    """Two bursts of noise that die away in a quarter of a second."""
    chance, wave, long = np.random.default_rng(8), np.zeros(16000), 2000
    fading = np.exp(-np.arange(long) / 500)
    for place in (2000, 6000):
        wave[place : place + long] = chance.normal(0, 6000, long) * fading
    return wave.clip(-32000, 32000).astype(np.int16)


@pytest.mark.parametrize(
    ("word", "intent", "prompt", "field"),
    [
        ("医生", "service.find", "answer.ring", "phone"),
        ("交通", "service.transport", "answer.transport.known", "transport"),
        ("护照", "service.documents", "answer.documents.known", "documents"),
        ("地址", "service.address", "which.place", None),
        ("电话", "service.phone", "which.place", None),
        ("地铁", "service.transport", "which.place", None),
        ("帮助", "talk.help", "help", None),
        ("重复", "talk.repeat", "greeting", None),
        ("返回", "talk.back", "open.ask", None),
        ("不是", "talk.no", "open.ask", None),
        ("普通话", "talk.language", "language.switched", None),
        ("再见", "talk.goodbye", "goodbye", None),
    ],
)
def test_a_mandarin_word_is_heard_understood_and_answered(
    telephone: Telephone,
    recording: Find,
    word: str,
    intent: str,
    prompt: str,
    field: str | None,
) -> None:
    """A person's recording of one word leads where the word means to go, and nowhere else."""
    caller = telephone.ring()
    caller.sound(recording(word))
    caller.answered()
    assert [line["text"] for line in caller.events("heard")] == [word]
    assert [line["language"] for line in caller.events("heard")] == ["zh"]
    assert [line["intent"] for line in caller.events("understood")] == [intent]
    assert prompt in caller.prompts
    told = [line["facts"]["field"] for line in caller.events("outcome")]
    assert told == ([field] if field else [])
    assert caller.over() == (intent == "talk.goodbye")


def test_a_place_named_after_the_question_gets_the_fact_asked_for(
    telephone: Telephone, recording: Find
) -> None:
    """A spoken 地址, then a spoken 医生: the address of the health centre."""
    caller = telephone.ring()
    caller.sound(recording("地址"))
    caller.answered()
    caller.sound(recording("医生"))
    caller.answered()
    told = [line["facts"]["field"] for line in caller.events("outcome")]
    assert told == ["address"]


def test_a_repeat_after_the_greeting_is_its_question(telephone: Telephone, recording: Find) -> None:
    """A spoken 重复 right after the greeting: its question again, and nothing of the rest."""
    caller = telephone.ring()
    caller.sound(recording("重复"))
    caller.answered()
    said = caller.events("said")
    assert [line["prompt"] for line in said] == [*GREETINGS, "open.ask"]
    assert said[0]["text"].endswith(said[2]["text"])


def test_a_spoken_zero_in_the_menu_asks_for_a_person(telephone: Telephone, recording: Find) -> None:
    """The menu names the person first, behind zero; the word does what the key does."""
    caller = telephone.ring("en")
    caller.press("#")
    caller.sound(recording("fsdd/0_jackson_20.wav"))
    caller.answered()
    assert [line["text"] for line in caller.events("heard")] == ["zero"]
    assert caller.prompts[-1] == "person.words"


@pytest.mark.parametrize("digit", ["1", "2", "3"])
def test_an_english_digit_picks_what_it_stands_for(
    telephone: Telephone, recording: Find, digit: str
) -> None:
    """A spoken digit of a human recording does in the menu what its key does."""
    spoken, keyed = telephone.ring("en"), telephone.ring("en")
    for caller in (spoken, keyed):
        caller.press("#")
    first_menu = len(keyed.events("said"))
    keyed.press(digit)
    words = {"1": "one", "2": "two", "3": "three"}
    takes = {"1": "fsdd/1_jackson_3.wav", "2": "fsdd/2_jackson_4.wav", "3": "fsdd/3_jackson_7.wav"}
    spoken.sound(recording(takes[digit]))
    spoken.answered()
    assert [line["text"] for line in spoken.events("heard")] == [words[digit]]
    assert texts(spoken)[first_menu:] == texts(keyed)[first_menu:]
    assert len(texts(spoken)) > first_menu


def texts(caller: Caller) -> list[str]:
    """Every sentence said."""
    return [line["text"] for line in caller.events("said")]


@pytest.mark.parametrize(
    "sound",
    [hiss(12, 200), hiss(12, 1500), hiss(12, 6000), clicks(5), clicks(30), cough()],
    ids=["soft hiss", "hiss", "loud hiss", "clicks", "crackle", "cough"],
)
def test_noise_is_never_taken_for_a_wish(telephone: Telephone, sound: Samples) -> None:
    """Hiss, clicks and coughs lead to nothing or to help: no words, no answer, no request."""
    caller = telephone.ring()
    caller.sound(sound)
    caller.answered()
    assert caller.events("heard") == []
    assert caller.outcomes == []
    assert set(after_greeting(caller)) <= {"silence.first", "unclear.first"}
    assert not caller.over()


def test_a_word_is_heard_through_noise_that_came_before(
    telephone: Telephone, recording: Find
) -> None:
    """After clicks and hiss a word is still understood."""
    caller = telephone.ring()
    caller.noise(clicks(5))
    caller.noise(hiss(2, 60))
    caller.sound(recording("医生"))
    caller.answered()
    assert [line["text"] for line in caller.events("heard")] == ["医生"]


@pytest.mark.parametrize("word", ["医生", "普通话"])
def test_speech_cuts_a_prompt_and_is_understood(
    telephone: Telephone, recording: Find, word: str
) -> None:
    """Two seconds into the greeting a word interrupts it, and its beginning is not lost."""
    caller = telephone.ring(greeted=False)
    caller.hear(2)
    caller.noise(recording(word))
    caller.quiet(3)
    greeting = caller.events("said")[0]
    assert greeting["prompt"] == "greeting"
    assert greeting["interrupted"]
    assert "greeting.other" not in caller.prompts
    assert [line["text"] for line in caller.events("heard")] == [word]


def test_the_first_moments_of_a_prompt_are_not_cut(telephone: Telephone, recording: Find) -> None:
    """Speech that is over before 1.5 s of a prompt does not interrupt it and is not acted on."""
    caller = telephone.ring(greeted=False)
    caller.noise(recording("医生")[: 8000 * 14 // 10])
    caller.quiet(1)
    assert caller.prompts == list(GREETINGS)
    assert not any(line["interrupted"] for line in caller.events("said"))
    assert caller.events("heard") == []


def test_a_cough_does_not_cut_a_prompt(telephone: Telephone) -> None:
    """Only speech of 0.6 s interrupts."""
    caller = telephone.ring(greeted=False)
    caller.hear(2)
    caller.noise(cough())
    caller.quiet(1)
    assert not any(line["interrupted"] for line in caller.events("said"))


@pytest.mark.parametrize("after_s", [0.1, 2.0, 8.0])
def test_a_key_cuts_a_prompt_at_once(telephone: Telephone, after_s: float) -> None:
    """A key interrupts at any moment, the very first included; what was not begun is not said."""
    caller = telephone.ring(greeted=False)
    caller.hear(after_s)
    cut_at = caller.now_s
    caller.press("#")
    said = caller.events("said")
    assert [line["interrupted"] for line in said[:1]] == [after_s < said[0]["seconds"]]
    menu = next(line for line in said if line["prompt"] == "menu.person")
    opened = caller.ringing.call.conversation.opened
    began = (menu["time"] - opened).total_seconds() - AFTER_KEY_S
    assert began == pytest.approx(cut_at, abs=0.02)


def test_times_lie_on_the_audio_clock(telephone: Telephone, recording: Find) -> None:
    """The end of speech is where the word ended; the reply starts after the pause that ends it."""
    word = recording("医生")
    caller = telephone.ring()
    before_s = caller.now_s
    caller.sound(word)
    caller.answered()
    timing = caller.events("timing")[-1]
    ended_ms = timing["end_of_speech_ms"]
    assert before_s * 1000 < ended_ms < before_s * 1000 + len(word) / 8 + 40
    pause_ms = timing["reply_started_ms"] - ended_ms
    assert 1580 <= pause_ms < 1600 + 2000
    assert timing["decode_cpu_ms"] > 0
    reply = next(line for line in caller.events("said") if line["prompt"] == "answer.summary.short")
    opened = caller.ringing.call.conversation.opened
    decided_ms = (reply["time"] - opened).total_seconds() * 1000
    assert decided_ms == pytest.approx(ended_ms + 1600, abs=21)


def played(caller: Caller) -> list[dict[str, Any]]:
    """The journal without what differs from call to call: ids, measured times."""
    measured = {"conversation", "reply_started_ms", "decode_cpu_ms"}
    return [
        {key: value for key, value in line.items() if key not in measured} for line in caller.lines
    ]


def test_the_same_call_twice_gives_the_same_journal(telephone: Telephone, recording: Find) -> None:
    """Sounds, words, keys and silences: every time and sentence is the same again."""

    def one() -> list[dict[str, Any]]:
        caller = telephone.ring()
        caller.sound(recording("电话"))
        caller.answered()
        caller.say("老年食堂")
        caller.quiet(9)
        caller.press("*")
        caller.sound(recording("交通"))
        caller.answered()
        caller.press("9")
        return played(caller)

    first = one()
    assert {"heard", "understood", "key", "said", "outcome", "timing"} == {
        line["event"] for line in first
    }
    assert one() == first
