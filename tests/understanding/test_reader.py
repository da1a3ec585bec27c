from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.core.intent import Reading
from assistant.core.turn import Hypothesis, Utterance
from assistant.understanding.reader import SURE_DANGER, Reader
from tests.directory.demo_community import demo_index, service
from tests.houses import trees_learnt

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")


@pytest.fixture(scope="module")
def reader() -> Reader:
    """The live understanding."""
    return trees_learnt().reader


def read(
    reader: Reader,
    text: str,
    language: str = "zh",
    *,
    confidence: float = 1.0,
    others: tuple[Hypothesis, ...] = (),
) -> Reading:
    """One utterance in a conversation of that language, over the demo community."""
    utterance = Utterance(text, language, confidence, others)
    return reader.read(utterance, language, NOW, demo_index())


@pytest.mark.parametrize(
    ("text", "conversation", "read_in"),
    [
        ("老年食堂几点开门", "zh", "zh"),
        ("老年食堂几点开门", "en", "zh"),
        ("when does the canteen open", "zh", "en"),
        ("when does the canteen open", "en", "en"),
        ("T", "zh", "zh"),
        ("T", "en", "en"),
        ("12", "en", "en"),
        ("", "zh", "zh"),
        ("😀", "en", "en"),
        ("canteen 几点开门呢", "en", "zh"),
    ],
)
def test_the_script_decides_the_language(
    reader: Reader, text: str, conversation: str, read_in: str
) -> None:
    """What has no script of its own is read in the language of the talk."""
    assert read(reader, text, conversation).language == read_in


def test_an_unknown_language_of_the_talk_falls_to_the_ears(reader: Reader) -> None:
    """A conversation in a language nobody learnt is read as the ear heard it."""
    utterance = Utterance("12", "en")
    assert reader.read(utterance, "ko", NOW, demo_index()).language == "en"


@pytest.mark.parametrize(
    ("text", "language", "intent", "name"),
    [
        ("老年食堂几点开门", "zh", "service.hours", "老年食堂"),
        ("社区卫生服务中心电话多少", "zh", "service.phone", "社区卫生服务中心"),
        ("where is the health centre", "en", "service.address", "社区卫生服务中心"),
    ],
)
def test_wish_and_place_come_out_of_one_sentence(
    reader: Reader, text: str, language: str, intent: str, name: str
) -> None:
    """The intent with the place it is about."""
    reading = read(reader, text, language)
    assert reading.match.intent == intent
    assert reading.match.accepted
    assert reading.slots.services[0].service == service(name).id
    assert reading.safety is None
    assert reading.second is None
    assert reading.words == text


def test_a_problem_is_kept_as_said(reader: Reader) -> None:
    """What staff will read is the resident's sentence, with its filler and all."""
    text = "哎哟，我家厨房的水管漏水了，麻烦你们来看看。"
    reading = read(reader, text)
    assert reading.match.intent == "case.report"
    assert reading.slots.problem == text
    assert read(reader, "老年食堂几点开门").slots.problem is None


@pytest.mark.parametrize(
    ("text", "language"),
    [("我摔倒了起不来", "zh"), ("胸口疼得厉害", "zh"), ("I have fallen and cannot get up", "en")],
)
def test_danger_is_seen_whatever_else_was_said(reader: Reader, text: str, language: str) -> None:
    """Danger comes beside the intent and is strong when it is sure."""
    reading = read(reader, text, language)
    assert reading.safety is not None
    assert reading.safety.urgency == "strong"
    assert reading.safety.score >= SURE_DANGER


def test_danger_that_is_not_sure_is_only_possible(reader: Reader) -> None:
    """Heard badly, the same words are asked about before an alarm is raised."""
    unsure = read(reader, "我摔倒了起不来", confidence=0.2).safety
    assert unsure is not None
    assert unsure.urgency == "possible"


def test_danger_in_another_hypothesis_counts(reader: Reader) -> None:
    """What the ear nearly heard may be what was said; it is asked about."""
    others = (Hypothesis("我摔倒了起不来", 0.5),)
    heard = read(reader, "五三六", confidence=0.6, others=others).safety
    assert heard is not None
    assert heard.urgency == "possible"
    assert read(reader, "五三六", confidence=0.6).safety is None


@pytest.mark.parametrize(
    ("text", "language", "intents"),
    [
        ("老年食堂几点开门，还有理发店电话多少", "zh", ("service.hours", "service.phone")),
        (
            "when does the canteen open, and also what is the phone number of the library",
            "en",
            ("service.hours", "service.phone"),
        ),
    ],
)
def test_two_wishes_are_two_wishes(
    reader: Reader, text: str, language: str, intents: tuple[str, str]
) -> None:
    """The first is read now; the words of the second are kept and mean the second."""
    reading = read(reader, text, language)
    assert reading.match.intent == intents[0]
    assert reading.second is not None
    assert reading.words in text
    assert reading.second in text
    assert read(reader, reading.second, language).match.intent == intents[1]


@pytest.mark.parametrize(
    ("text", "agrees"),
    [("好的", True), ("要", True), ("不用了", False), ("老年食堂几点开门", None), ("", None)],
)
def test_yes_and_no_stand_beside_the_intent(
    reader: Reader, text: str, *, agrees: bool | None
) -> None:
    """A short yes or no is noticed whatever it means otherwise."""
    assert read(reader, text).agrees is agrees


def test_other_hypotheses_help_a_wish(reader: Reader) -> None:
    """Where the best hypothesis means nothing, a likely second one is heard."""
    others = (Hypothesis("老年食堂几点开门", 0.55),)
    alone = read(reader, "老年十堂鸡点开闷", confidence=0.6)
    helped = read(reader, "老年十堂鸡点开闷", confidence=0.6, others=others)
    assert helped.match.intent == "service.hours"
    assert helped.match.score >= alone.match.score


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(
    text=st.one_of(
        st.text(max_size=60),
        st.sampled_from(["\x00", "\ud800", "喂" * 3000, "a " * 3000, "，。" * 500, "9" * 500]),
    ),
    language=st.sampled_from(["zh", "en"]),
    confidence=st.floats(0, 1),
    other=st.text(max_size=10),
)
def test_no_words_make_the_reader_fail(
    reader: Reader, text: str, language: str, confidence: float, other: str
) -> None:
    """Whatever is said: a reading, with scores that are scores, and the same one again."""
    others = (Hypothesis(other, confidence),)
    reading = read(reader, text, language, confidence=confidence, others=others)
    assert reading.language in {"zh", "en"}
    assert 0 <= reading.match.score <= 1
    assert reading.safety is None or 0 <= reading.safety.score <= 1
    assert read(reader, text, language, confidence=confidence, others=others) == reading


@pytest.mark.parametrize(
    "text", ["somebody's smoking on the landing", "my chest freezer needs taking away"]
)
def test_the_likeness_of_an_intent_alone_makes_no_danger(reader: Reader, text: str) -> None:
    """Where the detector is far from any alarm, the matcher's resemblance to danger is dropped."""
    reading = read(reader, text, "en")
    assert reading.safety is None
    assert not (reading.match.intent or "").startswith("safety.")
