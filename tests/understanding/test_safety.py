from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from assistant.core.turn import Hypothesis
from assistant.teaching import FOLDER, taught
from assistant.understanding.safety import SafetyDetector

ROOT = Path(__file__).parents[2]
LANGUAGES = ("zh", "en")
RECALL = 0.98
FALSE_OFFERS = 0.02
HARD = ("hard", "set up two", "held out")
"""Sets of understated danger and of everyday sentences full of its words; nothing was fitted to
those held out. Bars of their own hold what is reached."""
HARD_RECALL = 0.88
HARD_FALSE_OFFERS = 0.12
SECTIONS = ("spoken", "written", "keywords")


def loaded(path: Path) -> dict[str, Any]:
    """One YAML file."""
    content: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return content


def sentences(path: Path) -> list[str]:
    """All examples of one intent file."""
    content = loaded(path)
    return [str(text) for section in SECTIONS for text in content.get(section) or ()]


@pytest.fixture(scope="module")
def detector() -> SafetyDetector:
    """The detector of the live understanding."""
    return taught(ROOT, LANGUAGES, [ROOT / FOLDER]).reader.safety


def utterances(language: str, *, hard: bool | None = None) -> list[tuple[str, str]]:
    """The made-up utterances that stand in no intent file: all, the hard or the plainer ones."""
    path = ROOT / "tests" / "language" / f"safety_{language}.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [(text, intent) for text, intent, name in rows if hard in {None, name in HARD}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_hard_cases_of_danger(detector: SafetyDetector, language: str) -> None:
    """Most understated danger is found, and most of what only sounds like danger is let pass."""
    rows = utterances(language, hard=True)
    found = [(detector.detect(text, language) is not None, intent) for text, intent in rows]
    danger = [offered for offered, intent in found if intent != "ordinary"]
    ordinary = [offered for offered, intent in found if intent == "ordinary"]
    assert sum(danger) / len(danger) >= HARD_RECALL
    assert sum(ordinary) / len(ordinary) <= HARD_FALSE_OFFERS


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_is_not_missed(detector: SafetyDetector, language: str) -> None:
    """At least 98 % of the utterances of danger bring an offer of help."""
    danger = [row[0] for row in utterances(language, hard=False) if row[1] != "ordinary"]
    missed = [text for text in danger if detector.detect(text, language) is None]
    assert len(danger) >= {"zh": 200, "en": 150}[language]
    assert 1 - len(missed) / len(danger) >= RECALL, missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_ordinary_requests_bring_no_offer(detector: SafetyDetector, language: str) -> None:
    """At most 2 % of ordinary utterances and near misses are taken for danger."""
    ordinary = [row[0] for row in utterances(language, hard=False) if row[1] == "ordinary"]
    false = [text for text in ordinary if detector.detect(text, language) is not None]
    assert len(ordinary) >= 300
    assert len(false) / len(ordinary) <= FALSE_OFFERS, false


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_class_of_danger_is_mostly_right(detector: SafetyDetector, language: str) -> None:
    """Nine in ten offers name the class the utterance was written for."""
    danger = [row for row in utterances(language) if row[1] != "ordinary"]
    found = [(detector.detect(text, language), intent) for text, intent in danger]
    right = sum(danger is not None and danger.intent == intent for danger, intent in found)
    assert right / len(danger) >= 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_utterances_are_not_examples(language: str) -> None:
    """An utterance that stands in an intent file would prove nothing."""
    folder = ROOT / "intents" / language
    known = {text for path in folder.glob("[a-z]*.yaml") for text in sentences(path)}
    known |= {str(text) for text in loaded(folder / "_safety.yaml")["calm"]}
    assert not known & {text for text, _ in utterances(language)}


@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("救命", "zh", "safety.fall"),
        ("着火", "zh", "safety.fire_gas"),
        ("着火了", "zh", "safety.fire_gas"),
        ("火", "zh", "safety.fire_gas"),
        ("救护车", "zh", "safety.chest"),
        ("不想活了", "zh", "safety.self_harm"),
        ("骗子", "zh", "safety.scam"),
        ("fire", "en", "safety.fire_gas"),
        ("help me", "en", "safety.fall"),
        ("can't breathe", "en", "safety.chest"),
        ("police", "en", "safety.abuse"),
        ("overdose", "en", "safety.medicine"),
    ],
    ids=str,
)
@pytest.mark.parametrize("confidence", [1.0, 0.1])
def test_a_cry_is_enough(
    detector: SafetyDetector, text: str, language: str, intent: str, confidence: float
) -> None:
    """One word suffices, however badly it was heard."""
    found = detector.detect(text, language, confidence)
    assert found is not None
    assert found.intent == intent
    assert found.urgency == ("strong" if confidence == 1.0 else "possible")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我没摔", "zh"),
        ("上个月摔过一跤", "zh"),
        ("要是摔了怎么办", "zh"),
        ("电视上说有人被骗了", "zh"),
        ("听说隔壁着火了", "zh"),
        ("怎么防摔", "zh"),
        ("怎么识别诈骗", "zh"),
        ("跌打损伤科在几楼", "zh"),
        ("消防站电话", "zh"),
        ("想装个扶手", "zh"),
        ("累死了", "zh"),
        ("笑死我了", "zh"),
        ("下午打我手机", "zh"),
        ("help", "en"),
        ("i haven't fallen", "en"),
        ("what should i do if i fall", "en"),
        ("i had a fall last year", "en"),
        ("i'm dying to know what's on the menu", "en"),
        ("where is the fire station", "en"),
        ("how do i spot a scam", "en"),
    ],
    ids=str,
)
def test_what_only_sounds_like_danger_is_left_alone(
    detector: SafetyDetector, text: str, language: str
) -> None:
    """Denied, past, imagined, told of, asked about, named as a service, or a figure of speech."""
    assert detector.detect(text, language) is None


@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("我熊口疼", "zh", "safety.chest"),
        ("煤七漏了", "zh", "safety.fire_gas"),
        ("我迷鹿了", "zh", "safety.lost"),
        ("我摔到了起不赖", "zh", "safety.fall"),
        ("i cant breth", "en", "safety.chest"),
        ("chess pain", "en", "safety.chest"),
        ("ive falen down", "en", "safety.fall"),
    ],
    ids=str,
)
def test_slips_and_mishearings_are_understood(
    detector: SafetyDetector, text: str, language: str, intent: str
) -> None:
    """Words that sound alike or are misspelt still count."""
    found = detector.detect(text, language)
    assert found is not None
    assert found.intent == intent


def test_another_hypothesis_may_hold_the_danger(detector: SafetyDetector) -> None:
    """What the recogniser nearly heard is asked about, never taken as certain."""
    heard = (Hypothesis("着火了", 0.4),)
    found = detector.detect("找货了", "zh", 0.45, heard)
    assert found is not None
    assert (found.intent, found.urgency) == ("safety.fire_gas", "possible")
    assert detector.detect("找货了", "zh", 0.95, heard) is None


def test_low_confidence_lowers_the_bar(detector: SafetyDetector) -> None:
    """A single word of danger counts where the rest was hardly heard."""
    text = "那个什么煤气什么的"
    assert detector.detect(text, "zh", 1.0) is None
    assert detector.detect(text, "zh", 0.2) is not None


def test_a_language_nobody_taught_is_silent(detector: SafetyDetector) -> None:
    """No table, no offer; and no exception."""
    assert detector.detect("au secours", "fr") is None


def test_without_cues_the_likeness_still_speaks() -> None:
    """A language may start with examples alone."""
    plain = SafetyDetector(
        {"en": {"safety.fire_gas": ["the kitchen is on fire", "my house is on fire come quick"]}},
        {"en": ["when do you open", "where is the library", "ring me tomorrow"]},
    )
    found = plain.detect("the house is on fire come quick", "en")
    assert found is not None
    assert found.intent == "safety.fire_gas"
    assert plain.detect("when do you open tomorrow", "en") is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120), st.sampled_from(LANGUAGES), st.floats(0, 1))
def test_any_text_is_answered(
    detector: SafetyDetector, text: str, language: str, confidence: float
) -> None:
    """No text raises, and a score stays between 0 and 1."""
    found = detector.detect(text, language, confidence)
    assert found is None or 0 <= found.score <= 1


@pytest.mark.parametrize(
    "text", ["着火了我不想活了救命" * 1000, "help me fire " * 900, "😀" * 10_000]
)
def test_a_very_long_text_is_answered_quickly(detector: SafetyDetector, text: str) -> None:
    """Ten thousand characters are cut: under 20 ms, here with room for a busy machine."""
    detector.detect("a", "en")
    begun = time.perf_counter()
    detector.detect(text, "zh")
    detector.detect(text, "en")
    assert time.perf_counter() - begun < 0.2


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i'm on the floor", "en"),
        ("help i'm on the third floor", "en"),
        ("help i'm up on the seventh floor", "en"),
        ("help me my flat is number nine", "en"),
        ("i'm bleeding i'm on the first floor", "en"),
        ("the old lady on the ground floor isn't moving", "en"),
        ("nobody would miss me if i was gone", "en"),
        ("somebody's broken in downstairs i can hear them", "en"),
        ("我跟大家道个别，我走了，别找我", "zh"),
        ("活到这把岁数没什么意思，早点走了你们都省心", "zh"),
        ("有人要我把短信里收到的那串数字念给他", "zh"),
    ],
)
def test_quiet_danger_is_heard(detector: SafetyDetector, text: str, language: str) -> None:
    """Giving up, a farewell, a swindle, burglars; and danger on whichever floor."""
    assert detector.detect(text, language) is not None


@pytest.mark.parametrize(
    ("text", "language", "ruled_out"),
    [
        ("there's no hot water", "en", True),
        ("家里没热水了", "zh", True),
        ("my chest of drawers wants moving", "en", True),
        ("i can't catch my breath even sat still", "en", False),
    ],
)
def test_harmless_words_tell_the_matcher_nothing(
    detector: SafetyDetector, text: str, language: str, *, ruled_out: bool
) -> None:
    """What was taken out of an utterance as harmless is no ground for an intent of danger."""
    assert detector.rules_out(text, language) == ruled_out
