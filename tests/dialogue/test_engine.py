from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.app import House, open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.conversation import Conversation
from assistant.core.turn import (
    Channel,
    HungUp,
    Hypothesis,
    Key,
    Opened,
    Silence,
    Turn,
    Unclear,
    Utterance,
)
from assistant.dialogue.binding import PENDING_HOURS
from assistant.dialogue.choices import PAGE
from assistant.dialogue.engine import step
from assistant.dialogue.move import Context
from assistant.memory.store import STATE, state_json
from assistant.rooms import Reply
from tests.conftest import ROOT
from tests.houses import trees_learnt

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
CALLER = "+8613800000001"
SAID = {
    "zh": (
        "老年食堂几点开门", "地址", "电话", "谁能修水管", "我要看医生", "医生", "再说一遍",
        "慢一点", "大声点", "返回", "等一下", "帮帮我", "说英语", "谢谢", "再见", "好",
        "不要", "是的", "第二个", "零", "三", "开门时间", "人工", "给我回电话", "我家水管漏了",
        "我摔倒了", "事情办得怎么样GH000001",
        "胸口疼", "别再发短信了", "怎么防骗子", "今天吃什么", "今天停水吗", "删掉我的信息",
        "食堂几点开门，理发店电话多少", "呵呵乌拉", "现在开着吗", "明天呢", "没有了", "喂",
    ),
    "en": (
        "when does the canteen open", "the address", "phone number", "who can mend a tap",
        "I need a doctor", "say that again", "slower please", "speak up", "go back",
        "wait a moment", "help", "speak Chinese", "thank you", "goodbye", "yes", "no",
        "the second one", "zero", "three", "opening hours", "a person please", "ring me back",
        "my tap is leaking", "how is my case GH000001", "I have fallen", "chest pain",
        "no more messages", "how to spot a swindle", "what is for lunch", "is the water off",
        "delete my details", "blah wibble", "is it open now", "what about tomorrow",
        "canteen hours and also the barber's number",
    ),
}  # fmt: skip
ODD = (
    "", " ", "\x00", "a\x00b", "\ud800", "😀😀", "１", "\u202e\u0007\ufeff", "{service}",
    "%s", "=1+1", "'; DROP TABLE services; --", "<b>", "x" * 1600, "喂" * 1600,
    "canteen 几点 open吗", "9" * 40, "GH000001 GH000002", "0", "*", "#", "STOP", "T",
    "退订", "\n\n", "。。。",
)  # fmt: skip
KEYS = "0123456789*#"
LEADS_TO_A_PERSON = {
    "person.words",
    "person.taken",
    "person.transfer",
    "callback.which",
    "callback.which_else",
    "callback.standing",
    "callback.number",
    "callback.booked",
    "callback.about",
    "callback.changed",
    "callback.which_deed",
}
"What 0 leads to: her words, a person, a time or number to ring back, or what is promised already."
PARTING = {"callback.when.open", "callback.booked", "callback.changed", "goodbye"}
"What 9 says: goodbye, after what will come of the callback that was being arranged."
GENTLE = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


class Quiet:
    """A house that is not written out at length when an example fails."""

    def __init__(self, house: House) -> None:
        self.talk = house.talk

    def __repr__(self) -> str:
        return "house"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quiet]:
    """The real house on demo data."""
    learnt = trees_learnt()
    config = load_config(ROOT / "config.yaml", {})
    data = tmp_path_factory.mktemp("house")
    opened = open_house(config, data, ROOT, ConversationClock(NOW), learnt=learnt)
    yield Quiet(opened)
    opened.close()


def words() -> st.SearchStrategy[str]:
    """What residents say, what nobody says, and anything at all."""
    return st.one_of(
        st.sampled_from(SAID["zh"]),
        st.sampled_from(SAID["en"]),
        st.sampled_from(ODD),
        st.text(max_size=30),
    )


def utterances() -> st.SearchStrategy[Utterance]:
    """Heard well or badly, with or without other hypotheses."""
    return st.builds(
        Utterance,
        words(),
        st.sampled_from(["zh", "en"]),
        st.sampled_from([0.05, 0.3, 0.6, 1.0]),
        st.lists(st.builds(Hypothesis, words(), st.just(0.3)), max_size=2).map(tuple),
    )


def moves(channel: Channel) -> st.SearchStrategy[Turn | Utterance]:
    """One move of the resident."""
    if channel == "sms":
        return utterances()
    return st.one_of(
        utterances(),
        st.sampled_from(KEYS).map(Key),
        st.just(Silence(8.0)),
        st.just(Unclear()),
    )


def answered(reply: Reply, channel: Channel) -> None:
    """Something true was said, and the `error` prompt was not."""
    assert [item.prompt for item in reply.sentences if item.prompt == "error"] == []
    assert reply.sentences, channel
    assert all(item.text.strip() for item in reply.sentences)


def consistent(before: Conversation, turn: Turn | Utterance, after: Conversation) -> None:
    """Counters go where they may, nobody changes identity, and the value survives storage.

    A second wish of the same sentence counts as a move of its own.
    """
    moved = after.turns - before.turns
    assert 1 <= moved <= 2
    assert 0 <= after.misses <= before.misses + 2 * moved
    assert 0 <= after.misses_in_all <= before.misses_in_all + moved
    assert not (isinstance(turn, Key) and after.misses)
    assert (after.id, after.channel, after.contact) == (before.id, before.channel, before.contact)
    assert after.opened == before.opened
    assert len(after.trail) <= 5
    assert 0.65 <= after.pace.rate <= 1.3
    assert 0 <= after.pace.gain_db <= 12
    stored = STATE.validate_json(state_json(after))
    if "\\ud800" not in repr(after):
        assert stored == after
    assert stored.turns == after.turns


def play(
    house: Quiet, channel: Channel, language: str, turns: list[Turn | Utterance], *, keys_only: bool
) -> Conversation:
    """Take turns until the end or until the call is over, checking each."""
    now = NOW
    conversation = house.talk.begin(channel, CALLER, now, language=language)
    if channel == "voice":
        reply = house.talk.take(conversation, Opened(), now, keys_only=keys_only)
        answered(reply, channel)
        conversation = reply.conversation
    for turn in turns:
        now += timedelta(seconds=9)
        reply = house.talk.take(conversation, turn, now, keys_only=keys_only)
        if reply.sentences or not conversation.stopped:
            answered(reply, channel)
        consistent(conversation, turn, reply.conversation)
        conversation = reply.conversation
        if channel == "voice" and (reply.end or reply.transfer):
            break
    return conversation


def every_option_leads_somewhere(
    house: Quiet, conversation: Conversation, *, keys_only: bool
) -> None:
    """Each digit that was read out does something else than to say that it does nothing."""
    pending = conversation.pending
    if pending is None or conversation.ended:
        return
    named = [option.digit for option in pending.options[:PAGE]]
    assert named == [str(number) for number in range(1, len(named) + 1)]
    for digit in [*named, *([str(PAGE + 1)] if len(pending.options) > PAGE else [])]:
        reply = house.talk.take(conversation, Key(digit), conversation.updated, keys_only=keys_only)
        answered(reply, "voice")
        assert "key.unknown" not in [item.prompt for item in reply.sentences]


def fixed_keys_keep_their_meaning(
    house: Quiet, conversation: Conversation, *, keys_only: bool
) -> None:
    """`*` back, `0` a person, `9` the end, wherever the talk stands."""

    def press(digit: str) -> Reply:
        now = conversation.updated
        return house.talk.take(conversation, Key(digit), now, keys_only=keys_only)

    person = press("0")
    assert LEADS_TO_A_PERSON & {item.prompt for item in person.sentences}
    assert not person.end
    end = press("9")
    assert end.end
    said = [item.prompt for item in end.sentences]
    assert said[-1] == "goodbye"
    assert said[0] in PARTING
    assert end.conversation.ended
    back = press("*")
    first = back.sentences[0].prompt
    assert not back.end
    if conversation.pending is not None and conversation.pending.question == "emergency":
        assert first.startswith("emergency.")
    elif conversation.trail:
        assert first == "back"
    else:
        assert first == ("menu.person" if keys_only else "open.ask")


@pytest.mark.parametrize("keys_only", [False, True], ids=["ears", "keys only"])
@pytest.mark.parametrize("language", ["zh", "en"])
@GENTLE
@given(turns=st.lists(moves("voice"), max_size=7))
def test_any_call_is_answered_to_its_end(
    house: Quiet, language: str, turns: list[Turn | Utterance], *, keys_only: bool
) -> None:
    """Whatever is said, pressed or not said: an answer every time, and every key keeps its word."""
    conversation = play(house, "voice", language, turns, keys_only=keys_only)
    if conversation.ended:
        return
    assert conversation.turns >= len(turns)
    every_option_leads_somewhere(house, conversation, keys_only=keys_only)
    fixed_keys_keep_their_meaning(house, conversation, keys_only=keys_only)


@pytest.mark.parametrize("language", ["zh", "en"])
@GENTLE
@given(turns=st.lists(moves("sms"), max_size=6))
def test_any_text_is_answered(house: Quiet, language: str, turns: list[Turn | Utterance]) -> None:
    """Whatever is texted, a text comes back, until she has written STOP."""
    conversation = play(house, "sms", language, turns, keys_only=False)
    assert conversation.turns >= len(turns)


@GENTLE
@given(turns=st.lists(moves("voice"), max_size=5))
def test_a_hang_up_is_taken_at_any_moment(house: Quiet, turns: list[Turn | Utterance]) -> None:
    """Hanging up never fails, and what was kept can be read back."""
    conversation = play(house, "voice", "zh", turns, keys_only=False)
    reply = house.talk.take(conversation, HungUp(), conversation.updated)
    assert "error" not in [item.prompt for item in reply.sentences]
    if conversation.turns and "\\ud800" not in repr(conversation):
        assert house.talk.rooms.store.get(conversation.id) == reply.conversation


@pytest.mark.parametrize("turn", [Opened(), Key("#"), Key("0"), Key("5"), Silence(8), Unclear()])
def test_a_step_is_pure(house: Quiet, turn: Turn) -> None:
    """The same conversation, turn and context give the same conversation and events."""
    rooms = house.talk.rooms
    context = Context(NOW, rooms.site, rooms.entries, lambda: "GH000001")
    conversation = house.talk.begin("voice", CALLER, NOW, identifier="same")
    assert step(conversation, turn, context) == step(conversation, turn, context)
    assert conversation == house.talk.begin("voice", CALLER, NOW, identifier="same")


@pytest.mark.parametrize(
    ("hours", "stays"), [(PENDING_HOURS, True), (PENDING_HOURS + 0.1, False)], ids=["day", "later"]
)
def test_a_numbered_answer_is_bound_for_a_day(house: Quiet, hours: float, *, stays: bool) -> None:
    """A bare digit answers the question of the last text for a day, and nothing after it."""
    talk = house.talk
    asked = talk.take(
        talk.begin("sms", CALLER, NOW, language="zh"), Utterance("呵呵乌拉", "zh"), NOW
    ).conversation
    assert asked.pending is not None
    assert asked.pending.options
    late = talk.take(asked, Utterance("2", "zh"), NOW + timedelta(hours=hours))
    menu = {item.text for item in late.sentences if item.prompt == "menu.option"}
    named = {option.name.text("zh") for option in asked.pending.options}
    assert bool(menu) or not stays
    assert (not any(name in text for name in named for text in menu)) or not stays


@pytest.mark.parametrize("confidence", [0.1, 0.3, 0.44, 0.6, 1.0])
@pytest.mark.parametrize(
    ("words", "language"),
    [("着火了", "zh"), ("我摔倒了", "zh"), ("fire", "en"), ("gas leak", "en")],
)
def test_danger_heard_badly_is_never_an_excuse(
    house: Quiet, words: str, language: str, confidence: float
) -> None:
    """However unsure the ear was: the number, or the one question before it."""
    talk = house.talk
    conversation = talk.begin("voice", CALLER, NOW, language=language)
    reply = talk.take(conversation, Utterance(words, language, confidence), NOW)
    assert reply.sentences[0].prompt.startswith("emergency.")


def test_a_moment_asked_for_ends_with_the_next_move(house: Quiet) -> None:
    """`waiting` holds for one silence."""
    talk = house.talk
    conversation = talk.begin("voice", CALLER, NOW, language="zh")
    waiting = talk.take(conversation, Utterance("等一下", "zh"), NOW).conversation
    assert waiting.waiting
    assert not talk.take(waiting, Key("#"), NOW).conversation.waiting


def test_an_unknown_key_reads_the_choices_again(house: Quiet) -> None:
    """A digit that was not read out is said to do nothing, and the same question stays."""
    talk = house.talk
    menu = talk.take(talk.begin("voice", CALLER, NOW), Key("#"), NOW).conversation
    assert menu.pending is not None
    reply = talk.take(menu, Key("8"), NOW)
    assert reply.sentences[0].prompt == "key.unknown"
    assert reply.conversation.pending is not None
    assert reply.conversation.pending.options == menu.pending.options


def test_misses_lead_to_a_person_once(house: Quiet) -> None:
    """Three noises in a row lead to times for a call, three more to one; then nothing is added."""
    talk = house.talk
    nobody_before = "+8613800000777"
    conversation, prompts = talk.begin("voice", nobody_before, NOW, language="zh"), []
    for _ in range(9):
        reply = talk.take(conversation, Unclear(), NOW)
        conversation = reply.conversation
        prompts += [item.prompt for item in reply.sentences]
    assert prompts.count("callback.booked") == 1


def test_an_old_conversation_of_another_day_is_answered(house: Quiet) -> None:
    """A text weeks later goes on where nothing is open any more."""
    talk = house.talk
    conversation = talk.begin("sms", CALLER, NOW, language="zh")
    old = talk.take(conversation, Utterance("呵呵乌拉", "zh"), NOW).conversation
    later = talk.take(replace(old), Utterance("老年食堂电话多少", "zh"), NOW + timedelta(days=40))
    assert [item.prompt for item in later.sentences] == ["answer.phone.known", "answer.assured"]
