"""Whole calls with sound: when she has finished, who may interrupt, which ears are open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.speech.audio import from_ulaw
from tests.call import sounds
from tests.call.conftest import CALLER

if TYPE_CHECKING:
    from assistant.speech.audio import Samples
    from tests.call.conftest import Caller, Telephone

Find = Callable[[str], "Samples"]
Speak = Callable[..., "Samples"]
BACK_CHANNEL_S, UNFINISHED_S = 4.0, 8.0
VOCABULARY = {
    "zh": ["电话", "医生", "护照", "普通话", "危险", "帮助", "再见", "地址", "返回", "重复"],
    "en": ["help", "i want to ask", "i would like to know", "opening hours", "doctor", "no"],
}
"""What the ears are told here: which words they hear must not depend on the directory's names."""


@pytest.fixture(scope="module", autouse=True)
def taught_few_words(exchange: Telephone) -> None:
    """Turn-taking is under test, not recognition."""
    for language, phrases in VOCABULARY.items():
        exchange.exchange.ears.teach(language, "open", phrases)


@pytest.fixture(scope="module")
def spoken(exchange: Telephone) -> Speak:
    """Says a sentence in the project's own voice; the English ear understands it in English."""

    def speak(text: str, language: str = "en") -> Samples:
        return from_ulaw(exchange.run(exchange.exchange.mouth.speak(text, language)))

    return speak


def heard(caller: Caller) -> list[str]:
    """The words that were read, in order."""
    return [line["text"] for line in caller.events("heard")]


def cut(caller: Caller) -> list[str]:
    """The prompts that were interrupted."""
    return [line["prompt"] for line in caller.events("said") if line["interrupted"]]


def said_after(caller: Caller, number: int) -> list[str]:
    """The prompts after the first `number`."""
    return caller.prompts[number:]


def began_s(caller: Caller, prompt: str) -> float:
    """Seconds into the call at which a prompt was first said."""
    line = next(line for line in caller.events("said") if line["prompt"] == prompt)
    return float((line["time"] - caller.ringing.call.conversation.opened).total_seconds())


# -- when she has finished ------------------------------------------------------------------


def test_a_beginning_alone_is_no_answer(telephone: Telephone, spoken: Speak) -> None:
    """She is waited for, told once at 4 s that she is heard, and helped after 8 s."""
    caller = telephone.ring("en")
    caller.sound(spoken("i want to ask"))
    assert heard(caller) == []
    assert said_after(caller, 2) == ["listening", "silence.first"]
    between = began_s(caller, "silence.first") - began_s(caller, "listening")
    assert between == pytest.approx(UNFINISHED_S - BACK_CHANNEL_S, abs=0.05)


@pytest.mark.parametrize("pause_s", [2.0, 2.9, 5.0])
def test_half_a_sentence_is_waited_for(telephone: Telephone, spoken: Speak, pause_s: float) -> None:
    """However long she takes for the other half within 8 s, both are read as one, once."""
    caller = telephone.ring("en")
    caller.noise(spoken("i would like to know"))
    caller.hear(pause_s)
    caller.noise(spoken("opening hours"))
    caller.answered()
    assert heard(caller) == ["i would like to know opening hours"]
    assert cut(caller) == []
    assert ("listening" in caller.prompts) == (pause_s > BACK_CHANNEL_S)


def test_a_word_that_follows_belongs_to_the_first(telephone: Telephone, recording: Find) -> None:
    """She goes on 1.9 s after a whole word: the answer that has begun is cut, both are read."""
    caller = telephone.ring()
    caller.noise(recording("电话"))
    caller.hear(1.9)
    caller.noise(recording("医生"))
    caller.answered()
    assert heard(caller) == ["电话", "电话医生"]
    assert len(cut(caller)) <= 1
    told = [line["facts"] for line in caller.events("outcome") if line["kind"] == "answered"]
    assert [facts["field"] for facts in told] == ["phone"]


def test_words_four_seconds_apart_are_two_utterances(telephone: Telephone, recording: Find) -> None:
    """What comes later than 3 s is a new wish, read by itself."""
    caller = telephone.ring()
    caller.noise(recording("电话"))
    caller.hear(4.2)
    caller.noise(recording("医生"))
    caller.answered()
    assert heard(caller) == ["电话", "医生"]


def test_who_was_cut_off_is_given_longer(telephone: Telephone, recording: Find) -> None:
    """After she had to go on over our answer, the end of her next words comes 0.4 s later."""
    caller = telephone.ring()
    caller.noise(recording("电话"))
    caller.hear(1.9)
    caller.noise(recording("医生"))
    caller.answered()
    caller.sound(recording("护照"))
    caller.answered()
    timing = caller.events("timing")[-1]
    waited_ms = timing["decided_ms"] - timing["end_of_speech_ms"]
    assert waited_ms in (800 + 400, 1600 + 400)


def test_a_television_neither_holds_nor_starts_a_turn(
    telephone: Telephone, recording: Find
) -> None:
    """Other voices 15 dB below hers: her word is answered in time, and theirs are not."""
    word = recording("医生")
    others = [recording(text) for text in ("教师", "朋友", "电话", "昨天", "普通话")]
    caller = telephone.ring()
    bed = sounds.television(others, 5.0, 15.0, word)
    caller.noise(sounds.over(word, bed))
    caller.answered()
    assert heard(caller) == ["医生"]
    timing = caller.events("timing")[1]
    assert timing["decided_ms"] - timing["end_of_speech_ms"] <= 1620
    spoke = len(caller.prompts)
    caller.noise(sounds.television(others, 7.0, 15.0, word))
    assert heard(caller) == ["医生"]
    assert said_after(caller, spoke) == []


# -- who may interrupt ----------------------------------------------------------------------


def test_one_syllable_does_not_cut_a_prompt(telephone: Telephone, recording: Find) -> None:
    """A single digit said into the greeting is no interruption."""
    caller = telephone.ring(greeted=False)
    caller.hear(2)
    caller.noise(recording("fsdd/2_jackson_4.wav"))
    caller.quiet(1)
    assert cut(caller) == []


def test_a_command_of_one_word_cuts_a_prompt(telephone: Telephone, spoken: Speak) -> None:
    """One syllable that steers the talk, "help": the greeting stops for it."""
    caller = telephone.ring("en", greeted=False)
    caller.hear(2)
    caller.noise(spoken("help"))
    caller.answered()
    assert heard(caller) == ["help"]
    assert cut(caller) == ["greeting"]


def test_danger_cuts_the_first_moments(telephone: Telephone, recording: Find) -> None:
    """What sounds like danger is acted on even when it is over before 1.5 s of the prompt."""
    caller = telephone.ring(greeted=False)
    caller.noise(recording("危险")[:9600])
    caller.answered()
    assert cut(caller) == ["greeting"]
    assert any(prompt.startswith("emergency") for prompt in caller.prompts)


def test_the_echo_of_our_voice_does_not_cut_it(telephone: Telephone) -> None:
    """A caller on a loudspeaker sends the whole greeting back, 0.2 s later and 14 dB down."""
    caller = telephone.ring(greeted=False)
    call, delay = caller.ringing.call, 10
    loudness = 10 ** (-14 / 20)
    for frame in range(600):
        ours = from_ulaw(call._playback.sounds(max(0, frame - delay), 1))
        caller.noise((ours * loudness).astype(np.int16))
    assert caller.prompts[:2] == ["greeting", "greeting.other"]
    assert cut(caller) == []
    assert heard(caller) == []


@contextmanager
def no_words(telephone: Telephone) -> Iterator[None]:
    """The Mandarin ear waits for one long sentence: in anything short it makes out no word."""
    teach = telephone.exchange.ears.teach
    teach("zh", "open", ["社区卫生服务中心星期一上午几点开门星期二下午几点关门"])
    yield
    teach("zh", "open", VOCABULARY["zh"])


def answering(telephone: Telephone, recording: Find) -> Caller:
    """A call in which the line is in the second sentence of an answer."""
    caller = telephone.ring()
    caller.noise(recording("医生"))
    caller.hear(6.5)
    assert caller.prompts[2:] == ["answer.summary.short"]
    return caller


def test_after_noise_the_answer_goes_on_from_the_fact_that_was_cut(
    telephone: Telephone, recording: Find, spoken: Speak
) -> None:
    """Sound without words stops us; the cut sentence is said again, the finished one is not."""
    caller = answering(telephone, recording)
    with no_words(telephone):
        caller.noise(spoken("老年食堂", "zh"))
        caller.answered()
    (stopped,) = cut(caller)
    assert heard(caller) == ["医生"]
    assert caller.prompts.count("answer.summary.short") == 1
    assert caller.prompts.count(stopped) == 2
    assert caller.prompts[-1] == "field.ask"


def test_wait_then_go_on(telephone: Telephone, recording: Find) -> None:
    """She asks for a moment in mid-answer, then says 继续: the rest of the answer follows."""
    caller = answering(telephone, recording)
    caller.hear(0.8)  # past the pause between two sentences
    caller.say("等一下")
    assert caller.prompts[-1] == "wait"
    (stopped,) = cut(caller)
    caller.sound(recording("继续"))
    caller.answered()
    assert heard(caller)[-1] == "继续"
    assert caller.prompts[-2:] == [stopped, "field.ask"]


def test_noise_cannot_keep_a_prompt_from_being_heard(
    telephone: Telephone, recording: Find, spoken: Speak
) -> None:
    """After two interruptions without words the third time the prompt is said to its end."""
    caller = answering(telephone, recording)
    babble = spoken("老年食堂", "zh")
    with no_words(telephone):
        for _ in range(4):
            caller.noise(babble)
            caller.hear(3.5)
        caller.answered()
    assert len(cut(caller)) == 2
    assert caller.prompts[-1] == "field.ask"


def test_a_goodbye_can_be_interrupted(telephone: Telephone, recording: Find) -> None:
    """The line does not hang up on somebody who begins to speak into its goodbye."""
    caller = telephone.ring()
    telephone.run(caller.ringing.call.typed("再见", 0.5))
    caller.hear(1.6)
    caller.noise(recording("普通话"))
    caller.answered()
    assert heard(caller)[-1] == "普通话"
    assert not caller.over()
    assert not caller.ringing.line.ended


# -- bad lines ------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["lost", "late", "doubled"])
@pytest.mark.parametrize("word", ["医生", "护照"])
def test_a_bad_line_is_borne(telephone: Telephone, recording: Find, word: str, fault: str) -> None:
    """With every twentieth frame lost, late or doubled a word is answered and no turn is left."""
    caller = telephone.ring()
    for frame in sounds.lossy(recording(word), fault):
        telephone.run(caller.ringing._pass(frame))
    caller.answered()
    assert len(caller.prompts) > 2
    assert heard(caller) in ([word], [])
    assert telephone.exchange.ears.open_ears == 0
    spoke = len(caller.prompts)
    caller.press("#")
    assert said_after(caller, spoke)
    assert not caller.over()


# -- two ears -------------------------------------------------------------------------------


def ears_while(caller: Caller, telephone: Telephone, sound: Samples) -> int:
    """How many ears are open in the middle of a sound; its answer is heard out."""
    middle = sound.size // 2
    caller.noise(sound[:middle])
    number = telephone.exchange.ears.open_ears
    caller.noise(sound[middle:])
    caller.answered()
    return number


def test_the_first_words_have_two_ears_and_the_next_one(
    telephone: Telephone, recording: Find
) -> None:
    """Both languages are listened for until she has been understood once; then her own."""
    caller = telephone.ring()
    assert ears_while(caller, telephone, recording("普通话")) == 2
    assert heard(caller) == ["普通话"]
    assert ears_while(caller, telephone, recording("普通话")) == 1


def test_the_other_ear_wakes_on_a_switch(telephone: Telephone, recording: Find) -> None:
    """She asks for English: the next words are heard in both languages."""
    caller = telephone.ring()
    assert ears_while(caller, telephone, recording("普通话")) == 2
    caller.say("说英语")
    assert caller.ringing.call.conversation.language == "en"
    assert ears_while(caller, telephone, recording("普通话")) == 2


def test_the_other_ear_wakes_after_two_doubtful_turns(
    telephone: Telephone, recording: Find
) -> None:
    """One turn that led nowhere is bad luck; after two the language may be another."""
    for doubtful, ears in ((0, 1), (1, 1), (2, 2)):
        caller = telephone.ring()
        assert ears_while(caller, telephone, recording("普通话")) == 2
        for _ in range(doubtful):
            caller.say("嘎巴嘎巴嘎巴")
        assert ears_while(caller, telephone, recording("普通话")) == ears


@pytest.fixture
def loaded(telephone: Telephone) -> Iterator[Telephone]:
    """The exchange with half of its places taken by other callers."""
    ears = telephone.exchange.ears
    with ExitStack() as taken:
        for _ in range(ears.settings.workers * ears.settings.max_per_worker // 2):
            taken.callback(ears.open("zh", "open").close)
        assert ears.load >= 0.5
        yield telephone
    assert ears.open_ears == 0


def test_under_load_every_call_has_one_ear(loaded: Telephone, recording: Find) -> None:
    """The first words have one ear only, for the language this caller spoke last time."""
    before = loaded.exchange.ears.open_ears
    last = loaded.house.talk.last_language("voice", CALLER)
    caller = loaded.ring()
    assert ears_while(caller, loaded, recording("普通话")) == before + 1
    assert {line["language"] for line in caller.events("heard")} <= {last or "zh"}


def test_what_an_ear_costs_is_known(telephone: Telephone, recording: Find) -> None:
    """Every language's share of a processor is measured from what it heard."""
    caller = telephone.ring()
    caller.sound(recording("医生"))
    caller.answered()
    cost = telephone.exchange.ears.cost
    assert set(cost) == {"zh", "en"}
    assert all(0 < share < 2 for share in cost.values())
    assert telephone.exchange.ears.load == 0


@pytest.mark.parametrize(
    "words", ["我想 book 一个 callback", "I want 医生 please", "食堂 open 吗", "okay 再说一遍"]
)
def test_mixed_sentences_do_not_break_a_call(telephone: Telephone, words: str) -> None:
    """Two languages in one sentence lead to an answer or a question, never to an error."""
    caller = telephone.ring()
    caller.say(words)
    assert len(caller.prompts) > 2
    assert "error" not in caller.prompts
    assert not caller.over()
