"""After a case is closed: who is asked, how, once; what she answers, by text and in a call."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from assistant.afterwards import ask_about_closed
from assistant.app import House, open_house
from assistant.cases.tables import case_feedback
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.case import Deed
from assistant.core.conversation import Conversation
from assistant.core.event import TakeDown
from assistant.core.texts import IncomingText
from assistant.core.turn import Key, Opened, Utterance
from assistant.teaching import Taught
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.core.turn import Turn
    from assistant.rooms import Reply

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
TOMORROW = datetime.fromisoformat("2026-11-26T09:00+08:00")
MOBILE, LANDLINE = "+8613800000001", "+8657188001001"


class Journal:
    """Keeps what came of it."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[str, dict[str, object]]] = []

    def write(self, event: str, conversation: Conversation, when: datetime, **keys: object) -> None:
        """One line."""
        del conversation, when
        if event == "outcome":
            self.outcomes.append((str(keys["kind"]), dict(keys["facts"])))  # type: ignore[call-overload]  # facts are a mapping

    def marks(self) -> list[dict[str, object]]:
        """Facts of every mark given."""
        return [facts for kind, facts in self.outcomes if kind == "feedback.given"]


class Community:
    """A house, and residents of it."""

    def __init__(self, house: House, clock: ConversationClock, journal: Journal) -> None:
        self.house, self.clock, self.journal = house, clock, journal

    def closed_case(
        self, contact: str, words: str = "楼道灯坏了", intent: str = "case.report"
    ) -> str:
        """A case of this telephone that was closed today."""
        code = self.house.requests.next_code()
        talk = self.house.talk.begin("voice", contact, NOW)
        self.house.requests.take_down(TakeDown(code, intent, words), talk, NOW)
        self.house.casework.book.advance(code, Deed("close", "王师傅"), NOW)
        return code

    def text(self, body: str, now: datetime = TOMORROW, contact: str = MOBILE) -> str:
        """What is answered to a text."""
        return "\n".join(self.house.talk.text(IncomingText(contact, body), now).texts)

    def state(self, code: str) -> str:
        """How a case stands."""
        case = self.house.casework.book.get(code)
        assert case is not None
        return case.state

    def sent(self, now: datetime = TOMORROW) -> list[str]:
        """Texts that leave the house."""
        bodies = []
        while (held := self.house.outbox.claim(now)) is not None:
            bodies.append(held.body)
        return bodies

    def kept(self) -> list[tuple[object, ...]]:
        """Solved, score, of, words of everything given."""
        table = case_feedback.c
        with self.house.database.read() as connection:
            rows = connection.execute(
                select(table.code, table.solved, table.score, table.of, table.words)
            )
            return [tuple(row) for row in rows]


@pytest.fixture
def community(tmp_path: Path, learnt: Taught, migrated_file: Path) -> Iterator[Community]:
    """Everything that answers, a day after a case was closed."""
    clock, journal = ConversationClock(TOMORROW), Journal()
    shutil.copytree(migrated_file.parent, tmp_path, dirs_exist_ok=True)
    url = f"sqlite:///{tmp_path / migrated_file.name}"
    config = load_config(ROOT / "config.yaml", {"ASSISTANT_DATABASE__URL": url})
    house = open_house(config, tmp_path, ROOT, clock, journal, learnt)
    yield Community(house, clock, journal)
    house.close()


def said(reply: Reply) -> str:
    """What she hears."""
    return "".join(sentence.text for sentence in reply.sentences)


def call(community: Community, *turns: Turn | Utterance, contact: str = LANDLINE) -> list[str]:
    """A call of this telephone; what is said to each turn, the greeting first."""
    talk, heard = community.house.talk.begin("voice", contact, TOMORROW), []
    for turn in (Opened(), *turns):
        reply = community.house.talk.take(talk, turn, TOMORROW)
        talk = reply.conversation
        heard.append(said(reply))
    return heard


def zh(words: str) -> Utterance:
    """Said in Chinese."""
    return Utterance(words, "zh")


def test_she_is_asked_by_text_the_working_day_after_and_once(community: Community) -> None:
    """Not on the day itself; one text however often it is looked; it names nobody."""
    code = community.closed_case(MOBILE)
    early = datetime.fromisoformat("2026-11-25T20:00+08:00")
    assert community.house.casework.feedback.due(early) == ()
    assert [ask_about_closed(community.house) for _ in range(3)] == [1, 0, 0]
    assert community.sent() == [
        f"【桂花社区】编号{code}的事办完了。解决了吗？解决了回1，没解决回2。"
    ]


def test_three_answers_by_digit(community: Community) -> None:
    """Solved, content, nothing more: kept as they come, one mark in the journal."""
    code = community.closed_case(MOBILE)
    ask_about_closed(community.house)
    assert "满意回1" in community.text("1")
    assert "不用回了" in community.text("1")
    assert "记下了" in community.text("没有")
    assert community.journal.marks() == [{"score": 3, "of": 3}]
    assert community.kept() == [(code, True, 3.0, 3, "")]
    assert community.state(code) == "closed"


def test_a_digit_holds_for_a_week_and_after_other_matters(community: Community) -> None:
    """Old people answer late; in between she asks something else."""
    code = community.closed_case(MOBILE)
    ask_about_closed(community.house)
    community.text("食堂几点开门")
    assert "满意回1" in community.text("2", now=TOMORROW + timedelta(days=5))
    assert community.kept()[0][:2] == (code, False)


def test_unhappy_for_cause_opens_it_again(community: Community) -> None:
    """Not solved, not content, and why: the case is worked on, with her words and a new day."""
    code = community.closed_case(MOBILE)
    ask_about_closed(community.house)
    community.text("2")
    assert "哪里没办好" in community.text("3")
    answer = community.text("灯装歪了，一碰就灭")
    assert "重新办" in answer
    assert "12月3日" in answer
    assert community.state(code) == "reopened"
    last = community.house.casework.book.history(code)[-1]
    assert (last.deed, last.by, last.why) == ("reopen", "resident", "灯装歪了，一碰就灭")
    assert community.journal.marks() == [{"score": 1, "of": 3}]
    ask_about_closed(community.house)
    community.house.casework.book.advance(code, Deed("close", "王师傅"), TOMORROW)
    community.clock.advance(timedelta(days=1))
    assert ask_about_closed(community.house) == 1


def test_unhappy_without_a_cause_stays_closed(community: Community) -> None:
    """She does not say why: her mark is kept, nobody guesses."""
    code = community.closed_case(MOBILE)
    ask_about_closed(community.house)
    for answer in ("2", "3", "没有了"):
        community.text(answer)
    assert community.state(code) == "closed"
    assert community.kept() == [(code, False, 1.0, 3, "")]


def test_another_wish_is_heard_while_she_is_asked(community: Community) -> None:
    """A question about the canteen is no remark on the lamp."""
    community.closed_case(MOBILE)
    ask_about_closed(community.house)
    community.text("1")
    community.text("1")
    assert "食堂" in community.text("老年食堂在哪里")


NOTHING_ELSE = (zh("GH000001办得怎么样了"), zh("没有了"))
"One matter, and then nothing else."


@pytest.mark.parametrize(
    ("contact", "stopped"), [(LANDLINE, False), (MOBILE, True)], ids=["landline", "no texts"]
)
def test_without_texts_she_is_asked_when_she_next_rings(
    community: Community, *, contact: str, stopped: bool
) -> None:
    """Once she wants nothing else, once in all, by keys or by words."""
    code = community.closed_case(contact)
    community.house.requests.opt_out(contact, stop=stopped, now=NOW)
    assert ask_about_closed(community.house) == 0
    heard = call(
        community,
        zh("老年食堂几点开门"),
        zh("不用了"),
        zh("没有了"),
        zh("解决了"),
        Key("1"),
        zh("没有"),
        contact=contact,
    )
    assert "办完了" not in "".join(heard[:3])
    assert "解决了吗" in heard[3]
    assert "满意按一" in heard[4]
    assert "还有什么想说" in heard[5]
    assert "记下了" in heard[6]
    assert community.journal.marks() == [{"score": 3, "of": 3}]
    assert community.kept() == [(code, True, 3.0, 3, "")]
    assert "解决了吗" not in "".join(call(community, *NOTHING_ELSE, contact=contact))


def test_hanging_up_in_the_middle_loses_no_answer(community: Community) -> None:
    """What was answered is kept; she is not asked again."""
    code = community.closed_case(LANDLINE)
    ask_about_closed(community.house)
    call(community, *NOTHING_ELSE, Key("2"))
    assert community.kept() == [(code, False, None, None, "")]
    assert "解决了吗" not in "".join(call(community, *NOTHING_ELSE))


@pytest.mark.parametrize(
    ("words", "mark"),
    [
        ("我给你们打个分，五分", {"score": 5, "of": 5}),
        ("那位师傅打九分", {"score": 9, "of": 10}),
        ("这个电话我给好评", {"score": 3, "of": 3}),
        ("I'd give it four out of five", {"score": 4, "of": 5}),
    ],
)
def test_a_mark_of_her_own_accord(
    community: Community, words: str, mark: dict[str, object]
) -> None:
    """With a closed case or without one: her mark on her own scale."""
    language = "en" if words.isascii() else "zh"
    call(community, Utterance(words, language))
    assert community.journal.marks() == [mark]


def test_an_unhappy_mark_with_its_cause_opens_the_case(community: Community) -> None:
    """The case closed last on this telephone is meant."""
    code = community.closed_case(LANDLINE)
    heard = call(community, zh("评价嘛差评，修完第二天就坏"))
    assert "重新办" in heard[1]
    assert community.state(code) == "reopened"


def test_who_wants_to_give_a_mark_is_asked_which(community: Community) -> None:
    """No mark in her words: one question; no closed case: nothing to open again."""
    heard = call(community, zh("我要给昨天那件事评个价"), zh("一般"), zh("没有"))
    assert "满意按一" in heard[1]
    assert community.journal.marks() == [{"score": 2, "of": 3}]


@pytest.mark.parametrize("intent", ["case.thank"])
def test_for_praise_nobody_is_asked(community: Community, intent: str) -> None:
    """Thanks need no mark."""
    community.closed_case(MOBILE, "谢谢小王", intent)
    assert ask_about_closed(community.house) == 0
