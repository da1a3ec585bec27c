"""Voting by voice, key and text, in both languages, over the whole house."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from assistant.app import House, lessons, open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.conversation import Conversation
from assistant.core.errors import DataError
from assistant.core.turn import HungUp, Key, Opened, Utterance
from assistant.directory.exchange import import_tables
from assistant.memory.hearings import HearingStore
from assistant.poll_desk import PollDesk
from assistant.polling import tell_results
from assistant.polls import rules
from assistant.teaching import Taught
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.core.turn import Turn

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
MOBILE, OTHER, LANDLINE = "+8613800000001", "+8613800000002", "+8657188001001"
PARK = {
    "id": "park",
    "title": "小公园里先添什么？",
    "choices": ["长椅", "遮雨的亭子", "健身器材"],
    "opens": "2026-11-16",
    "closes": "2026-12-31",
}
PARKING = {
    "id": "parking",
    "title": "停车收费怎么定？",
    "choices": ["按小时", "包月"],
    "opens": "2026-10-01",
    "closes": "2026-11-10",
}
DANCE = {
    "id": "dance",
    "title": "广场舞几点开始？",
    "choices": ["早上八点", "晚上七点"],
    "opens": "2026-12-01",
    "closes": "2026-12-10",
}
LIFT = {"id": "lift", "title": "装不装电梯？", "choices": ["同意", "不同意"], "opens": "2026-11-01"}
ROOM = {
    "id": "room",
    "title": "活动室添什么？",
    "choices": ["棋桌", "书柜", "空调", "沙发", "电视"],
}


@dataclass
class Journal:
    """Keeps what came of it."""

    outcomes: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def write(self, event: str, conversation: Conversation, when: datetime, **keys: object) -> None:
        """One line."""
        del conversation, when
        if event == "outcome":
            self.outcomes.append((str(keys["kind"]), dict(keys["facts"])))  # type: ignore[call-overload]  # facts are a mapping

    def votes(self) -> list[tuple[object, ...]]:
        """Poll, choice, replaced and standing votes of everything counted."""
        return [
            tuple(facts[name] for name in ("poll", "choice", "replaces", "votes"))
            for kind, facts in self.outcomes
            if kind == "poll.voted"
        ]


@dataclass
class Community:
    """A house and its residents."""

    house: House
    clock: ConversationClock
    journal: Journal

    def call(self, contact: str, *turns: str, language: str = "zh") -> list[str]:
        """A call: words, or a key as `#1`; what is said to each."""
        talk = self.house.talk.begin("voice", contact, self.clock.now(), language=language)
        heard = []
        for turn in ("", *turns):
            given: Turn | Utterance = Utterance(turn, language)
            if not turn:
                given = Opened()
            elif turn.startswith("#"):
                given = Key(turn[1:])
            reply = self.house.talk.take(talk, given, self.clock.now())
            talk = reply.conversation
            heard.append("".join(one.text for one in reply.sentences))
            self.clock.advance(timedelta(seconds=12))
        self.house.talk.take(talk, HungUp(), self.clock.now())
        return heard[1:]

    def text(self, contact: str, *bodies: str, language: str = "zh") -> list[str]:
        """Texts one after the other; what is answered to each."""
        answers = []
        for body in bodies:
            talk = self.house.talk.resume_text(contact, self.clock.now())
            reply = self.house.talk.take(talk, Utterance(body, language), self.clock.now())
            answers.append("\n".join(one.text for one in reply.sentences))
            self.clock.advance(timedelta(seconds=60))
        return answers

    @property
    def desk(self) -> PollDesk:
        """The votes as staff work on them."""
        return PollDesk(self.house.database, self.house.polling)


Opening = Callable[..., Community]


@pytest.fixture
def open_with(tmp_path: Path, learnt: Taught, migrated_file: Path) -> Iterator[Opening]:
    """Opens a house with these polls, imported from a `community.json`."""
    houses: list[House] = []

    def make(*polls: object, **settings: str) -> Community:
        data = tmp_path / str(len(houses))
        shutil.copytree(migrated_file.parent, data)
        url = f"sqlite:///{data / migrated_file.name}"
        environment = {"ASSISTANT_DATABASE__URL": url, **settings}
        config = load_config(ROOT / "config.yaml", environment)
        clock, journal = ConversationClock(NOW), Journal()
        house = open_house(config, data, ROOT, clock, journal, learnt)
        houses.append(house)
        file = tmp_path / "community.json"
        file.write_text(json.dumps({"polls": polls}), "utf-8")
        import_tables([file], house.database)
        house.store.current()
        return Community(house, clock, journal)

    yield make
    for house in houses:
        house.close()


def place(community: Community, contact: str, choice: int, poll: str = "park") -> int:
    """The number by which this caller hears a published choice."""
    asked = next(one for one in community.house.polling.polls() if one.id == poll)
    return rules.order(asked, contact).index(choice) + 1


def test_one_vote_is_read_with_its_choices(open_with: Opening) -> None:
    """The question, until when, each choice with its key; the question last."""
    (heard,) = open_with(PARK).call(MOBILE, "有什么投票")
    assert "“小公园里先添什么？”" in heard
    assert all(choice in heard for choice in PARK["choices"])
    assert heard.endswith("您选哪一样？")


def test_a_spoken_vote_is_confirmed_in_one_sentence(open_with: Opening) -> None:
    """Nothing is counted before her yes; the outcome has the published number."""
    community = open_with(PARK)
    asked, _ = community.call(MOBILE, "我投亭子", "不对")
    assert asked == "您选的是遮雨的亭子，对吗？"
    assert community.journal.votes() == []
    community.call(MOBILE, "我投亭子", "对")
    assert community.journal.votes() == [("park", 2, None, 1)]


def test_a_number_is_a_place_in_what_she_was_read(open_with: Opening) -> None:
    """By voice and by key, whatever the order she hears; a key needs no second question."""
    community = open_with(PARK)
    for contact in (MOBILE, OTHER, LANDLINE):
        digit = place(community, contact, 3)
        word = "第" + "一二三"[digit - 1] + "个"
        read, asked, _ = community.call(contact, "有什么投票", word, "对")
        assert read.index("健身器材") > -1
        assert "健身器材" in asked
        community.call(contact, "有什么投票", f"#{digit}")
    assert [vote[1:3] for vote in community.journal.votes()] == [(3, None), (3, 3)] * 3


def test_who_was_read_nothing_counts_as_it_was_published(open_with: Opening) -> None:
    """As on the notice in the hall; the sentence names it."""
    asked, _ = open_with(PARK).call(MOBILE, "我投第二个", "对")
    assert "遮雨的亭子" in asked


def test_a_change_says_what_it_replaces(open_with: Opening) -> None:
    """One voice stays one; before it is counted and after."""
    community = open_with(PARK)
    community.call(MOBILE, "我投长椅", "对")
    asked, told = community.call(MOBILE, "我改投亭子", "对")
    assert asked == "您上回选的是长椅，这回改成遮雨的亭子，对吗？"
    assert "原来投的是长椅" in told
    assert community.journal.votes() == [("park", 1, None, 1), ("park", 2, 1, 1)]


def test_a_text_is_counted_at_once_and_may_be_changed_by_a_digit(open_with: Opening) -> None:
    """Numbers in the message are as in its list; a later digit changes the vote."""
    community = open_with(PARK)
    first, third = place(community, MOBILE, 1), place(community, MOBILE, 3)
    listed, voted, changed, kept = community.text(
        MOBILE, "有什么投票", str(first), str(third), "要"
    )
    assert f"{first} 长椅" in listed
    assert "您投的是“长椅”" in voted
    assert "现在投的是健身器材" in changed
    assert "发短信告诉您" in kept
    assert community.journal.votes() == [("park", 1, None, 1), ("park", 3, 1, 1)]


def test_english_by_voice_and_text(open_with: Opening) -> None:
    """Choices that are known in one language only are said in that one."""
    community = open_with(LIFT)
    heard, asked, told = community.call(
        MOBILE, "what can I vote on", "I vote no", "yes", language="en"
    )
    assert "Which one do you choose?" in heard
    assert asked.startswith("You choose 不同意")
    assert "counted" in told
    community.text(MOBILE, "I vote yes", language="en")
    assert community.journal.votes() == [("lift", 2, None, 1), ("lift", 1, 2, 1)]


def test_yes_and_no_may_be_the_choices(open_with: Opening) -> None:
    """不同意 is a choice here and no refusal to vote."""
    community = open_with(LIFT)
    _, asked, _ = community.call(MOBILE, "有什么投票", "不同意", "对")
    assert "不同意" in asked
    assert community.journal.votes() == [("lift", 2, None, 1)]


def test_an_unclear_choice_is_asked_back(open_with: Opening) -> None:
    """Only the choices that fit are read again; nothing is counted."""
    stairs = {"id": "stairs", "title": "楼道添什么？", "choices": ["加装电梯", "加装雨棚", "坡道"]}
    community = open_with(stairs)
    asked, *_ = community.call(MOBILE, "我投加装的那个", "雨棚", "对")
    assert "加装电梯" in asked
    assert "坡道" not in asked
    assert community.journal.votes() == [("stairs", 2, None, 1)]


def test_a_closed_vote_takes_none_and_tells_its_result_once_published(open_with: Opening) -> None:
    """It says when it closed; small numbers stay hidden."""
    community = open_with(PARK | {"closes": "2026-11-25"})
    for number in range(11):
        community.house.polling.ballots.cast("park", f"+86139{number:08d}", str(number), 1, NOW)
    community.house.polling.ballots.cast("park", LANDLINE, LANDLINE, 2, NOW)
    community.clock.advance(timedelta(days=1))
    (heard,) = community.call(MOBILE, "我投长椅")
    assert "昨天" in heard
    assert "结果还没有公布" in heard
    assert community.desk.publish("park", by="陈站长", at=community.clock.now())
    (heard,) = community.text(MOBILE, "有什么投票")
    assert "长椅，11票" in heard
    assert "遮雨的亭子，少于十票" in heard
    assert community.journal.votes() == []


def test_a_vote_that_is_not_open_yet_says_when(open_with: Opening) -> None:
    """Beside an open one it is found by its name."""
    community = open_with(PARK, DANCE)
    heard, *_ = community.call(MOBILE, "广场舞的投票我选晚上七点")
    assert "才开始投票" in heard
    assert community.journal.votes() == []


def test_a_digit_that_comes_after_the_end_is_not_counted(open_with: Opening) -> None:
    """The list was sent while it was open."""
    community = open_with(PARK | {"closes": "2026-11-25T10:00:00+08:00"})
    community.text(MOBILE, "有什么投票")
    community.clock.advance(timedelta(hours=2))
    (told,) = community.text(MOBILE, "1")
    assert "已经结束了" in told
    assert community.journal.votes() == []


def test_of_several_votes_she_says_which(open_with: Opening) -> None:
    """By key, by its question, or by a choice that only one of them has."""
    community = open_with(PARK, LIFT)
    heard, read = community.call(MOBILE, "有什么投票", "#2")
    assert "您要听哪一件？" in heard
    assert "不同意" in read
    _, read = community.call(MOBILE, "我要投票", "公园那个")
    assert "健身器材" in read
    asked, _ = community.call(MOBILE, "我投健身器材", "对")
    assert asked == "您选的是健身器材，对吗？"


HOURS = {
    "id": "hours",
    "title": {"zh": "广场舞几点结束？", "en": "When should the square dancing end?"},
    "choices": ["晚上七点", "晚上八点半", "晚上九点"],
}


def test_who_says_that_she_votes_is_not_taken_for_another_wish(open_with: Opening) -> None:
    """Her words may also sound like a question of hours, or like an idea."""
    community = open_with(HOURS, LIFT)
    heard, *_ = community.call(MOBILE, "广场舞几点结束，我投八点半", "对")
    assert heard == "您选的是晚上八点半，对吗？"
    heard, *_ = community.call(
        OTHER, "should we have a lift, I vote against it", "yes", language="en"
    )
    assert "不同意" in heard
    assert community.journal.votes() == [("hours", 2, None, 1), ("lift", 2, None, 1)]
    heard, *_ = community.call(MOBILE, "我投诉广场舞太吵")
    assert "投票" not in heard


@pytest.mark.parametrize("contact", [MOBILE, LANDLINE])
def test_a_vote_may_be_changed_in_the_next_breath(open_with: Opening, contact: str) -> None:
    """Whatever she is asked since; a yes or no to that question changes nothing."""
    community = open_with(HOURS, PARK)
    said = community.call(
        contact, "我投长椅", "对", "不，改成亭子", "对", "改成健身器材", "对", "不用了"
    )
    assert "改成遮雨的亭子" in said[2]
    assert [vote[1:3] for vote in community.journal.votes()] == [(1, None), (2, 1), (3, 2)]
    community.call(contact, "我投长椅", "对", "不用了，谢谢")
    assert len(community.journal.votes()) == 4


def test_another_vote_is_named_after_one_was_counted(open_with: Opening) -> None:
    """By a part of its title, open or over; and while one is read."""
    community = open_with(PARK, PARKING, HOURS)
    said = community.text(MOBILE, "我投长椅", "广场舞", "停车收费怎么定")
    assert "广场舞几点结束" in said[1]
    assert "停车收费怎么定" in said[2]
    heard = community.call(OTHER, "公园的投票", "停车收费那个投票呢")
    assert "已经结束" in heard[1]
    assert len(community.journal.votes()) == 1


def test_more_than_four_choices_come_in_two_parts(open_with: Opening) -> None:
    """The fifth key reads on; every choice can be had."""
    community = open_with(ROOM)
    first, rest, _ = community.call(MOBILE, "有什么投票", "#5", "#1")
    fifth = next(choice for choice in ROOM["choices"] if choice not in first)
    assert fifth in rest
    assert community.journal.votes() == [("room", ROOM["choices"].index(fifth) + 1, None, 1)]


def test_without_a_vote_she_may_say_what_she_would_like(open_with: Opening) -> None:
    """Her words are a suggestion, kept as she said them."""
    community = open_with()
    heard, _, taken = community.call(MOBILE, "有什么投票", "好", "食堂多做点软饭")
    assert "没有要投票的事" in heard
    assert "记下了" in taken
    (kind, facts) = community.journal.outcomes[-1]
    assert (kind, facts["intent"]) == ("case.opened", "case.suggest")


def test_people_of_one_telephone_vote_apart_or_together(open_with: Opening) -> None:
    """As the site decides; whoever gives no name is the telephone."""
    community = open_with(PARK)
    community.call(MOBILE, "这里是老李，我投长椅", "对")
    community.call(MOBILE, "我是王阿姨，我投健身器材", "对")
    assert community.journal.votes() == [("park", 1, None, 1), ("park", 3, None, 2)]
    together = open_with(PARK, ASSISTANT_POLLS__VOICE="telephone")
    together.call(MOBILE, "这里是老李，我投长椅", "对")
    together.call(MOBILE, "我是王阿姨，我投健身器材", "对")
    assert together.journal.votes() == [("park", 1, None, 1), ("park", 3, 1, 1)]


def test_a_hidden_number_has_no_vote(open_with: Opening) -> None:
    """It could vote as often as it likes."""
    community = open_with(PARK)
    (heard,) = community.call("anonymous", "我投长椅")
    assert "号码没有显示" in heard
    _, heard = community.call("anonymous", "有什么投票", "#1")
    assert "号码没有显示" in heard
    assert community.journal.votes() == []


def test_another_wish_is_heard_while_a_vote_is_read(open_with: Opening) -> None:
    """A question about hours is no choice; nonsense twice leads to a person."""
    community = open_with(PARK)
    _, hours = community.call(MOBILE, "有什么投票", "食堂几点开门")
    assert "老年食堂" in hours
    *_, third = community.call(MOBILE, "有什么投票", "哈哈呼噜", "阿巴", "呜哩哇啦")
    assert "工作人员" in third


def test_results_are_told_to_who_wanted_them(open_with: Opening) -> None:
    """Asked once; a text when it is published, one however often it is looked."""
    community = open_with(PARK | {"closes": "2026-11-25"})
    *_, asked = community.call(MOBILE, "我投长椅", "对")
    assert "发短信告诉您吗" in asked
    community.call(MOBILE, "我改投亭子", "对", "好")
    *_, told = community.text(OTHER, "我投长椅", "要")
    assert told == "好，有了结果就发短信告诉您。"
    community.clock.advance(timedelta(days=1))
    assert tell_results(community.house) == 0
    assert community.desk.publish("park", by="陈站长", at=community.clock.now())
    assert [tell_results(community.house), tell_results(community.house)] == [1, 0]
    sent = community.house.outbox.claim(community.clock.now())
    assert sent is not None
    assert sent.body.startswith("【桂花社区】您投过票的事有结果了")


def test_no_trace_of_a_choice_is_left(open_with: Opening, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in logs, nor in what is kept of the talk and its turns."""
    community = open_with(PARK)
    with caplog.at_level(logging.DEBUG):
        community.call(MOBILE, "我投亭子", "对", "不用", "不用")
    assert "亭子" not in caplog.text
    kept = community.house.talk.rooms.store.load("voice", MOBILE)
    assert kept is not None
    assert "亭子" not in str(kept)
    turns = HearingStore(community.house.database).about("", kept.id)
    assert turns
    assert "亭子" not in str(turns)


def test_a_drill_leaves_no_ballot(open_with: Opening) -> None:
    """It is answered like everybody."""
    community = open_with(PARK)
    _, told = community.call("+9990000000001", "我投长椅", "对")
    assert "您投的是长椅" in told
    assert community.house.polling.ballots.turnout("park") == 0


def test_votes_are_made_closed_and_published_at_the_desk(open_with: Opening) -> None:
    """In both languages, heard at once, exported with the rest; what cannot be asked is refused."""
    community = open_with(PARK)
    desk, today = community.desk, NOW.date()
    made = desk.make(
        {"zh": "谁来领操？", "en": "Who leads the exercises?"},
        {"zh": ["老张", "小王"], "en": ["Old Zhang", "Young Wang"]},
        (today, today),
        by="陈站长",
        at=NOW,
    )
    heard, *_ = community.call(MOBILE, "I vote for Young Wang", "yes", language="en")
    assert heard == "You choose Young Wang, is that right?"
    assert community.journal.votes() == [(made, 2, None, 1)]
    assert [view.poll.id for view in desk.listing(NOW)] == ["park", made]
    assert not desk.publish(made, by="陈站长", at=NOW)
    later = community.clock.now()
    assert [desk.close(made, by="陈站长", at=later) for _ in range(2)] == [True, False]
    community.clock.advance(timedelta(seconds=1))
    view = desk.get(made, community.clock.now())
    assert view is not None
    assert (view.state, view.about, [tally.votes for tally in view.result]) == (
        "over",
        None,
        [None, None],
    )
    for title, choices in (
        ("", ["a", "b"]),
        ("?", ["a"]),
        ("?", ["a", "A"]),
        ("?", ["a", "b" * 61]),
    ):
        with pytest.raises(DataError):
            desk.make({"zh": title}, {"zh": choices}, (today, today), by="x", at=NOW)


def test_ears_know_what_can_be_voted_for(open_with: Opening) -> None:
    """Questions and choices of open votes; not those of closed ones."""
    community = open_with(PARK, PARKING)
    heard = {phrase for _, _, phrases in lessons(community.house) for phrase in phrases}
    assert "遮雨的亭子" in heard
    assert "包月" not in heard
