"""Every command, key and silence in every open question, in both languages: never a dead end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import count

import pytest

from assistant.app import House, open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.conversation import Conversation
from assistant.core.turn import HungUp, Key, Opened, Silence, Turn, Unclear, Utterance
from assistant.rooms import Reply
from tests.conftest import ROOT
from tests.houses import trees_learnt

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
MOBILE = "+8613800000001"
Move = str | Turn
"Words of the resident, or a turn without any."

WAYS: dict[str, dict[str, tuple[Move, ...]]] = {
    "open": {"zh": ("您好",), "en": ("hello",)},
    "else": {"zh": ("理发店在哪里",), "en": ("where is the hairdresser",)},
    "more": {"zh": ("老年活动室电话多少",), "en": ("what is the number of the activity room",)},
    "copy": {"zh": ("理发店在哪里",), "en": ("where is the hairdresser",)},
    "keep": {
        "zh": ("慢一点", "理发店在哪里", "没有了"),
        "en": ("slower please", "where is the hairdresser", "no thank you"),
    },
    "resume": {
        "zh": ("理发店在哪里", HungUp(), Opened()),
        "en": ("where is the hairdresser", HungUp(), Opened()),
    },
    "field": dict.fromkeys(("zh", "en"), (Key("#"), Key("1"), Key("1"), Key("1"))),
    "which": {"zh": ("几点开门",), "en": ("when do they open",)},
    "menu": {"zh": (Key("#"),), "en": (Key("#"),)},
    "confirm": {"zh": ("楼道灯坏了",), "en": ("the light on the stairs is broken",)},
    "words": {"zh": ("我要找人工",), "en": ("a person please",)},
    "emergency": {"zh": ("我摔倒了起不来",), "en": ("i have fallen and cannot get up",)},
    "done": {"zh": ("理发店在哪里", "没有了"), "en": ("where is the hairdresser", "no thank you")},
}
"How a call comes to each open question."

COMMANDS: dict[str, dict[str, str]] = {
    "repeat": {"zh": "再说一遍", "en": "say that again"},
    "slower": {"zh": "慢一点", "en": "slower please"},
    "faster": {"zh": "快一点", "en": "a bit faster please"},
    "louder": {"zh": "大声点", "en": "speak up please"},
    "back": {"zh": "返回上一步", "en": "go back please"},
    "help": {"zh": "帮帮我", "en": "help"},
    "wait": {"zh": "等一下", "en": "wait a moment"},
    "person": {"zh": "转人工", "en": "a person please"},
}
KEEP_THE_QUESTION = ("repeat", "slower", "faster", "louder", "wait")
"Commands after which exactly the same question is open."
CALLED = {"person.taken", "callback.which", "callback.number", "callback.standing"}
"How somebody begins to be rung back: the time is asked, or the number that is withheld."
KEYS = "0123456789*#"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The real house on demo data."""
    learnt = trees_learnt()
    config = load_config(ROOT / "config.yaml", {})
    data = tmp_path_factory.mktemp("everywhere")
    opened = open_house(config, data, ROOT, ConversationClock(NOW), learnt=learnt)
    yield opened
    opened.close()


Call = Callable[[Conversation, Move], Reply]


@pytest.fixture
def take(house: House) -> Call:
    """Takes one move in a call."""

    def taken(conversation: Conversation, move: Move) -> Reply:
        turn = Utterance(move, conversation.language) if isinstance(move, str) else move
        return house.talk.take(conversation, turn, conversation.updated + timedelta(seconds=9))

    return taken


Lead = Callable[[str, str], Conversation]


@pytest.fixture(scope="module")
def lead_to(house: House) -> Lead:
    """A call in which this question is open; each caller has a telephone of her own."""
    numbers = count()

    @cache
    def lead(question: str, language: str) -> Conversation:
        contact = MOBILE if question == "copy" else f"withheld {next(numbers)}"
        conversation = house.talk.begin("voice", contact, NOW, language=language)
        for move in (Opened(), *WAYS[question][language]):
            if isinstance(move, Opened):
                conversation = house.talk.begin("voice", contact, NOW, language=language)
            turn = Utterance(move, language) if isinstance(move, str) else move
            conversation = house.talk.take(conversation, turn, NOW).conversation
        assert conversation.pending is not None
        assert conversation.pending.question == question
        return conversation

    return lead


def answered(reply: Reply) -> list[str]:
    """The prompts said; something was said, and no failure."""
    said = [item.prompt for item in reply.sentences]
    assert said
    assert "error" not in said
    assert all(item.text.strip() for item in reply.sentences)
    return said


def goes_on(reply: Reply) -> None:
    """The call stands, and something is open that the next words answer."""
    assert not reply.end
    assert not reply.conversation.ended
    assert reply.conversation.pending is not None or reply.transfer


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("question", WAYS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_understood_everywhere(
    lead_to: Lead, take: Call, command: str, question: str, language: str
) -> None:
    """Whatever was asked: the command is obeyed, and the talk goes on with a question open."""
    conversation = lead_to(question, language)
    reply = take(conversation, COMMANDS[command][language])
    said = answered(reply)
    goes_on(reply)
    assert conversation.pending is not None
    assert reply.conversation.pending is not None
    now = reply.conversation.pending
    if command in KEEP_THE_QUESTION:
        assert (now.question, now.options) == (question, conversation.pending.options)
        assert now.says == conversation.pending.says or question == "open"
    if command == "help" and question not in {"open", "else", "done"}:
        assert now.question == question
    if command in {"slower", "faster", "louder"}:
        assert said[0] == f"pace.{command}"
        assert reply.conversation.pace != conversation.pace or question == "keep"
    if command in {"repeat", "slower", "faster", "louder"}:
        assert said[-1] == conversation.pending.says[-1].prompt or question == "open"
    if command == "person":
        assert {"person.words", *CALLED} & set(said)
    if command == "wait":
        assert reply.conversation.waiting


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("question", WAYS)
@pytest.mark.parametrize("key", KEYS)
def test_a_key_leads_somewhere_everywhere(
    lead_to: Lead, take: Call, key: str, question: str, language: str
) -> None:
    """No key ends a call but 9, and after every other something is open."""
    conversation = lead_to(question, language)
    reply = take(conversation, Key(key))
    said = answered(reply)
    if key == "9":
        assert reply.end
        assert reply.conversation.ended
        assert said[-1] == "goodbye"
        return
    goes_on(reply)
    now = reply.conversation.pending
    if key == "0" and question != "emergency":
        assert {"person.words", *CALLED} & set(said)
    if key in "345678" and question in {"more", "copy", "keep", "resume", "confirm", "words"}:
        assert now is not None
        assert now.question == question


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("question", WAYS)
@pytest.mark.parametrize("turn", [Silence(8.0), Unclear()], ids=["silence", "noise"])
def test_patience_has_three_steps_everywhere(
    lead_to: Lead, take: Call, turn: Turn, question: str, language: str
) -> None:
    """Simpler words, the keys, a person; never a hang-up, and silence alone calls nobody."""
    conversation = lead_to(question, language)
    called = 0
    for _ in range(5):
        reply = take(conversation, turn)
        said = answered(reply)
        goes_on(reply)
        asked = None if conversation.pending is None else conversation.pending.question
        called += bool(CALLED & set(said)) and asked not in {"callback", "number"}
        conversation = reply.conversation
    if question == "emergency":
        assert called == 0
    else:
        assert called == (1 if isinstance(turn, Unclear) else 0)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("question", ["confirm", "more", "copy", "keep", "resume"])
def test_a_question_heard_badly_comes_back(
    lead_to: Lead, take: Call, question: str, language: str
) -> None:
    """After words that fit nothing the same question is put again with how to answer it."""
    conversation = lead_to(question, language)
    reply = take(conversation, Unclear())
    said = answered(reply)
    assert conversation.pending is not None
    assert said[0] == "unclear.sorry"
    assert said[-1] == conversation.pending.says[-1].prompt
    assert reply.conversation.pending == conversation.pending
    keys = [item.prompt for item in take(reply.conversation, Unclear()).sentences]
    assert keys[-2:] == ["menu.person", "ears.yes_no"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_wish_is_heard_in_every_question(lead_to: Lead, take: Call, language: str) -> None:
    """Who answers a question with another wish is not held to the question."""
    wish = {"zh": "社区医院电话是多少", "en": "what is the number of the health centre"}[language]
    for question in WAYS:
        if question in {"words", "emergency"}:
            continue
        reply = take(lead_to(question, language), wish)
        assert "answer.phone.known" in answered(reply), question


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_question_by_keys_alone_names_its_keys(house: House, language: str) -> None:
    """Where nobody can be heard, a yes-or-no question says which key is which."""
    at = NOW + timedelta(days=2)
    conversation = house.talk.begin("voice", MOBILE, at, language=language)
    for turn in (Opened(), Key("1"), Key("1"), Key("1"), Key("2")):
        reply = house.talk.take(conversation, turn, at, keys_only=True)
        conversation = reply.conversation
    assert [item.prompt for item in reply.sentences][-2:] == ["copy.offer", "ears.yes_no"]
    reply = house.talk.take(conversation, Key("2"), at, keys_only=True)
    assert [item.prompt for item in reply.sentences] == ["else.ask", "ears.yes_no"]
    reply = house.talk.take(reply.conversation, Key("1"), at, keys_only=True)
    assert reply.sentences[0].prompt == "menu.person"
