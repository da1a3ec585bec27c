"""Callbacks as residents meet them: real understanding, real book, by voice, key and text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from assistant.callbacks.tables import callback_rings
from assistant.core.callback import ENDED, Promise
from assistant.core.conversation import Conversation
from assistant.core.texts import IncomingText
from assistant.core.turn import HungUp, Key, Opened, Silence, Turn, Utterance
from assistant.drill.numbers import fresh_number
from assistant.ringing.texts import RingTexts
from tests.scenarios.conftest import Opened as OpenedHouse

NINE = datetime.fromisoformat("2026-11-25T09:00+08:00")
"A Wednesday."
HERS, LANDLINE, ANOTHER = "+8613800000001", "+8657188001299", "+8613912345678"
FRIDAY_MORNING = ["2026-11-27T09:00:00+08:00", "2026-11-27T11:00:00+08:00"]
FRIDAY_AFTERNOON = ["2026-11-27T14:00:00+08:00", "2026-11-27T17:00:00+08:00"]


class Resident:
    """Somebody at a telephone; `#1` is a key, `~` a silence, other words are said or texted."""

    def __init__(self, opened: OpenedHouse, contact: str = HERS, language: str = "zh") -> None:
        self.house, self.clock, self.journal = opened
        self.contact, self.language = contact, language
        self.keys_only = False
        self.now: Conversation | None = None
        self.spoken: list[str] = []
        "The sentences of the last turn."

    def ring(self) -> Resident:
        """A new call is answered."""
        talk = self.house.talk
        self.now = talk.begin("voice", self.contact, self.clock.now(), language=self.language)
        self.take(Opened())
        return self

    def __call__(self, *moves: str) -> list[str]:
        """Say, press or wait, one after the other; the prompts of the last."""
        said: list[str] = []
        for move in moves:
            said = self.take(self._turn(move))
            self.clock.advance(timedelta(seconds=12))
        return said

    def _turn(self, move: str) -> Turn | Utterance:
        if move.startswith("#"):
            return Key(move[1:])
        return Silence(8.0) if move == "~" else Utterance(move, self.language)

    def hang_up(self) -> None:
        """Put the receiver down."""
        self.take(HungUp())

    def take(self, turn: Turn | Utterance) -> list[str]:
        """One turn of the call."""
        assert self.now is not None
        reply = self.house.talk.take(self.now, turn, self.clock.now(), keys_only=self.keys_only)
        self.now = reply.conversation
        self.spoken = [item.text for item in reply.sentences]
        said = [item.prompt for item in reply.sentences]
        assert "error" not in said
        return said

    def text(self, body: str) -> str:
        """Send a text; all that answers it."""
        answer = self.house.talk.text(IncomingText(self.contact, body), self.clock.now()).texts
        self.clock.advance(timedelta(seconds=30))
        return " ".join(answer)

    @property
    def open(self) -> tuple[Promise, ...]:
        """What is promised to this telephone."""
        return self.house.promises.book.open_for(self.contact)

    def outcomes(self, kind: str) -> list[dict[str, Any]]:
        """Facts of what came of it so far."""
        lines = [line for line in self.journal.lines if line["event"] == "outcome"]
        return [line["facts"] for line in lines if line["kind"] == kind]

    def texts(self) -> list[str]:
        """Texts sent so far, in answers and besides."""
        return [line["text"] for line in self.journal.lines if line["event"] == "said"]


OpenAt = Callable[[datetime], OpenedHouse]


@pytest.fixture
def caller(open_at: OpenAt) -> Resident:
    """A resident with a mobile telephone who has just been greeted."""
    return Resident(open_at(NINE)).ring()


@pytest.fixture
def english(open_at: OpenAt) -> Resident:
    """The same in English."""
    return Resident(open_at(NINE), language="en").ring()


# -- booking ---------------------------------------------------------------------------------


def test_three_windows_are_offered_and_one_is_taken_by_number(caller: Resident) -> None:
    """Earliest first; then what it is about, once; then all that she must know."""
    offered = caller("给我回个电话吧")
    assert [name for name in offered if "option" in name] == [
        "callback.option.morning",
        "callback.option.afternoon",
        "callback.option.morning",
    ]
    assert caller("第二个") == ["callback.about"]
    said = caller("想问医保")
    assert said == [
        "callback.booked",
        "callback.safe_word",
        "callback.case_word",
        "callback.texted",
        "else.ask",
    ]
    (facts,) = caller.outcomes("callback.booked")
    (promise,) = caller.open
    assert facts == {
        "callback": promise.code,
        "window": ["2026-11-25T14:00:00+08:00", "2026-11-25T17:00:00+08:00"],
        "phone": HERS,
        "case": promise.code,
        "safe_word": promise.safe_word,
    }
    kept = caller.house.promises.store.get(promise.code)
    assert kept is not None
    assert "医保" in kept.words


@pytest.mark.parametrize(
    ("language", "words", "window"),
    [
        ("zh", "后天上午给我回个电话", FRIDAY_MORNING),
        ("zh", "礼拜五下午打给我", FRIDAY_AFTERNOON),
        ("en", "ring me Friday afternoon", FRIDAY_AFTERNOON),
    ],
)
def test_a_time_in_the_same_sentence_is_taken(
    open_at: OpenAt, language: str, words: str, window: list[str]
) -> None:
    """Nothing is read out; that she would rather not say what it is about is as good."""
    caller = Resident(open_at(NINE), language=language).ring()
    assert caller(words) == ["callback.about"]
    assert caller({"zh": "不想说", "en": "I'd rather not say"}[language])[0] == "callback.booked"
    assert caller.outcomes("callback.booked")[0]["window"] == window


def test_a_time_nobody_works_is_refused_with_the_nearest(caller: Resident) -> None:
    """One sentence why not, then what there is; the hour of one on offer means that one."""
    said = caller("晚上十点给我回个电话")
    assert said[:2] == ["callback.refused.closed", "callback.which_else"]
    assert caller("礼拜五上午", "~", "~")[0] == "callback.booked"
    assert caller.outcomes("callback.booked")[0]["window"] == FRIDAY_MORNING


@pytest.mark.parametrize("words", ["哪天都行", "随便", "越快越好", "好"])
def test_any_time_is_the_first(caller: Resident, words: str) -> None:
    """Whoever leaves it to us gets the earliest."""
    caller("给我回个电话吧", words, "不想说")
    window = caller.outcomes("callback.booked")[0]["window"]
    assert window[0] == "2026-11-25T09:00:00+08:00"


def test_any_time_in_english(english: Resident) -> None:
    """The same; "not any of those" is a no."""
    english("please have somebody call me back")
    assert english("not any of those") == ["callback.another_time"]
    english("any time", "my pension")
    assert len(english.outcomes("callback.booked")) == 1


def test_who_rings_off_over_the_times_is_kept(caller: Resident) -> None:
    """The wish is in the book with what was offered; the next call takes it up."""
    caller("给我回个电话吧")
    caller.hang_up()
    (wish,) = caller.open
    assert (wish.state, wish.window) == ("offered", None)
    assert caller.outcomes("person.callback") == [{"case": wish.code, "phone": HERS}]
    caller.ring()
    caller("好", "第三个", "不想说")
    (promise,) = caller.open
    assert promise.code == wish.code
    assert promise.window is not None


@pytest.mark.parametrize("moves", [("后天上午给我回个电话",), ("给我回个电话吧", "#1")])
def test_who_rings_off_over_what_it_is_about_is_booked(
    caller: Resident, moves: tuple[str, ...]
) -> None:
    """The time was settled, so it is promised."""
    caller(*moves)
    caller.hang_up()
    assert [promise.state for promise in caller.open] == ["booked"]
    assert len(caller.outcomes("callback.booked")) == 1


def test_who_rings_off_before_saying_what_about_is_kept(caller: Resident) -> None:
    """She asked for a person and was promised a ring."""
    caller("我要找人工")
    caller.hang_up()
    assert len(caller.open) == 1
    assert len(caller.outcomes("person.callback")) == 1


def test_no_twice_drops_it_and_leaves_nothing(caller: Resident) -> None:
    """None of the times, then none at all."""
    assert caller("给我回个电话吧", "都不行") == ["callback.another_time"]
    assert caller("不要了")[0] == "callback.dropped"
    assert caller.open == ()


def test_a_withheld_number_is_asked_for_and_read_back(open_at: OpenAt) -> None:
    """In words or by keys; until then nothing is promised."""
    caller = Resident(open_at(NINE), contact="anonymous").ring()
    assert caller("明天上午给我回个电话") == ["callback.number"]
    assert caller("一三九一二三四五六七八") == ["callback.number_check"]
    assert caller("不对") == ["callback.number"]
    assert caller(*(f"#{digit}" for digit in "13912345678#")) == ["callback.number_check"]
    assert caller("#1") == ["callback.about"]
    caller("修水管")
    assert caller.outcomes("callback.booked")[0]["phone"] == ANOTHER


def test_another_number_is_read_back_before_it_is_rung(caller: Resident) -> None:
    """And is rung although she rings off over the question."""
    assert caller("明天下午打我女儿的电话13912345678，给我回电话") == ["callback.number_check"]
    caller.hang_up()
    assert caller.outcomes("callback.booked")[0]["phone"] == ANOTHER


def test_five_wishes_are_one_promise(caller: Resident) -> None:
    """She is told of the one she has, and it can be moved or taken back by a key."""
    caller("后天上午给我回个电话", "不想说")
    for _ in range(4):
        said = caller("给我回个电话吧")
        assert said == ["callback.standing", "callback.deed.change", "callback.deed.cancel"]
    assert len(caller.open) == 1
    assert caller("#2")[0] == "callback.cancelled"
    assert not caller.open


def test_everything_works_by_keys_alone(open_at: OpenAt) -> None:
    """`0` offers times, a digit books, `0` again moves or cancels."""
    caller = Resident(open_at(NINE)).ring()
    caller.keys_only = True
    assert caller("#0")[0] == "callback.which"
    assert caller("#3")[0] == "callback.booked"
    assert caller("#0")[0] == "callback.standing"
    assert caller("#1")[0] == "callback.which"
    assert caller("#1")[0] == "callback.changed"
    assert len(caller.open) == 1


@pytest.mark.parametrize("words", ["我胸口疼", "我摔倒了起不来"])
@pytest.mark.parametrize("before", [("给我回个电话吧",), ("后天上午给我回个电话",)])
def test_danger_wins_in_every_question(
    caller: Resident, before: tuple[str, ...], words: str
) -> None:
    """Over the times and over what it is about."""
    caller(*before)
    assert caller(words)[0].startswith("emergency.check.")


def test_a_person_on_duty_is_put_through_and_one_off_duty_is_not(caller: Resident) -> None:
    """Off duty the line does not ring an empty desk: times are offered."""
    talk = caller.house.talk
    site = replace(talk.rooms.site, staff_phone="+8657188001234")
    talk.rooms = replace(talk.rooms, site=site, staffed=lambda _: False)
    assert caller("我要找人工") == ["person.words"]
    talk.rooms = replace(talk.rooms, staffed=lambda _: True)
    assert caller.ring()("我要找人工") == ["person.transfer"]


def test_a_drill_leaves_nothing(open_at: OpenAt) -> None:
    """It hears all of it, and nobody is rung or texted."""
    caller = Resident(open_at(NINE), contact=fresh_number()).ring()
    caller("后天上午给我回个电话", "不想说")
    assert len(caller.outcomes("callback.booked")) == 1
    assert caller.open == ()


# -- afterwards ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "book", "moves"),
    [
        ("zh", ("后天上午给我回个电话", "不想说"), ("改到周五下午",)),
        ("zh", ("后天上午给我回个电话", "不想说"), ("我约的电话换个时间", "周五下午")),
        ("en", ("ring me Friday morning", "no"), ("change my call to Friday afternoon",)),
    ],
)
def test_it_is_moved(
    open_at: OpenAt, language: str, book: tuple[str, ...], moves: tuple[str, ...]
) -> None:
    """To a time she names, at once or when asked; with a new safe word."""
    caller = Resident(open_at(NINE), language=language).ring()
    caller(*book)
    before = caller.open[0].safe_word
    assert caller(*moves)[0] == "callback.changed"
    (facts,) = caller.outcomes("callback.changed")
    assert facts["window"] == FRIDAY_AFTERNOON
    assert facts["safe_word"] != before


def test_it_is_cancelled_without_a_question(caller: Resident) -> None:
    """There is only one; the outcome tells which window it had."""
    caller("后天上午给我回个电话", "不想说")
    assert caller("不用给我打电话了")[0] == "callback.cancelled"
    assert caller.outcomes("callback.cancelled")[0]["window"] == FRIDAY_MORNING
    assert caller.open == ()


def test_the_time_is_told_to_the_number_it_was_booked_from_and_no_reason(
    caller: Resident,
) -> None:
    """To another number only by its word, and then only the time."""
    caller("后天上午给我回个电话", "医保的事")
    caller.hang_up()
    caller.ring()
    assert caller("你们几点打给我")[0] == "callback.when.booked"
    assert "医保" not in " ".join(caller.spoken)
    stranger = Resident((caller.house, caller.clock, caller.journal), contact=LANDLINE).ring()
    assert stranger("你们几点打给我") == ["callback.none"]
    assert stranger(f"我的编号是{caller.open[0].code}")[0] == "callback.when.booked"


def test_a_stranger_with_the_code_learns_no_safe_word(caller: Resident) -> None:
    """Else he could ring her with it; she is told of the change by text."""
    caller("后天上午给我回个电话", "不想说")
    (promise,) = caller.open
    caller.journal.lines.clear()
    stranger = Resident((caller.house, caller.clock, caller.journal), contact=LANDLINE).ring()
    said = stranger(f"把{promise.code}那个电话改到周五下午")
    if "callback.changed_elsewhere" in said:
        assert "callback.safe_word" not in said
        assert any("11月27日" in text for text in caller.texts())
    else:
        assert caller.open[0].window == promise.window


def test_was_that_you_warns_and_asks_for_money(caller: Resident) -> None:
    """No ring of ours: what not to do; money was asked: the questions of a swindle."""
    said = caller("刚才十点是你们打的吗")
    assert said == ["callback.verify.no", "callback.verify.money"]
    assert caller("是的") == ["emergency.check.scam"]
    caller.ring()
    assert caller("刚才是你们打的吗", "没有") == ["else.ask"]


def test_we_rang_and_the_safe_word_was_wrong(caller: Resident) -> None:
    """A ring of ours is told; whoever did not know the word was somebody else all the same."""
    caller("后天上午给我回个电话", "不想说")
    (promise,) = caller.open
    row = {"code": promise.code, "attempt": 1, "party": "resident", "nth": 1, "state": "done"}
    row |= {"began": caller.clock.now(), "reached": True, "by_staff": False}
    with caller.house.database.begin() as connection:
        connection.execute(insert(callback_rings).values(**row))
    caller.clock.advance(timedelta(minutes=30))
    caller.ring()
    assert caller("今天有人打电话说是你们，是不是骗子")[0] == "callback.verify.yes"
    caller.ring()
    said = caller("刚才是你们打的吗，他说不出暗号")
    assert said == ["callback.verify.word", "callback.verify.money"]
    assert caller("当然没有") == ["else.ask"]
    assert caller("有人打电话来，暗号不对")[0] == "callback.verify.word"
    assert caller("他要我转账")[0] == "emergency.check.scam"


# -- by text ---------------------------------------------------------------------------------


def test_the_confirmation_is_one_text_whose_digits_hold_until_the_window(
    caller: Resident,
) -> None:
    """Two days later 2 still finds another time and 3 still cancels."""
    caller("后天下午给我回个电话", "不想说")
    (sent,) = caller.texts()
    assert len(sent) <= 70
    (promise,) = caller.open
    assert promise.safe_word in sent
    assert "改时间回2，取消回3" in sent
    caller.clock.advance(timedelta(hours=47))
    assert "请回数字" in caller.text("2")
    assert "改到" in caller.text("1")
    assert "不打了" in caller.text("3")
    assert caller.open == ()


def test_a_landline_gets_no_text(open_at: OpenAt) -> None:
    """It is told twice by voice and that is all."""
    caller = Resident(open_at(NINE), contact=LANDLINE).ring()
    assert "callback.texted" not in caller("后天下午给我回个电话", "不想说")
    assert caller.texts() == []
    assert len(caller.open) == 1


def test_it_is_arranged_by_text(caller: Resident) -> None:
    """Times by number or in words; every answer is one text."""
    first = caller.text("给我回电话")
    assert "1 11月25日周三上午" in first
    assert "(1/2)" not in first
    assert "回电，暗号" in caller.text("2")
    assert "1 " in caller.text("改时间")
    assert "改到11月27日周五9:00-11:00" in caller.text("周五上午")
    assert "11月27日周五9:00-11:00给您打电话" in caller.text("进度")
    assert "不打了" in caller.text("取消")
    assert all(len(text) <= 70 for text in caller.texts())
    assert len(caller.outcomes("callback.changed")) == 1


def test_cancel_is_asked_about_while_a_callback_is_open(caller: Resident) -> None:
    """1 takes the callback back, 2 stops the texts."""
    caller.text("明天上午给我回电话")
    assert caller.text("CANCEL").endswith("1 取消回电\n2 不再收短信")
    assert "不再给您发短信" in caller.text("2")
    assert len(caller.open) == 1
    caller.text("START")
    caller.text("CANCEL")
    assert "不打了" in caller.text("1")
    assert not caller.open


def test_an_english_confirmation_is_one_text(english: Resident) -> None:
    """As long as words and dates get."""
    english("ring me Friday afternoon", "my pension")
    (sent,) = english.texts()
    assert len(sent) <= 160
    assert english.open[0].safe_word in sent


# -- rung off at once ------------------------------------------------------------------------


def test_a_missed_call_is_rung_back_once_a_day(caller: Resident) -> None:
    """Booked into the first window and told by text; no second one today, one more tomorrow."""
    caller.hang_up()
    (promise,) = caller.open
    assert promise.window is not None
    (sent,) = caller.texts()
    assert sent.startswith("【桂花社区】刚才没接上")
    assert "不打了" in caller.text("3")
    caller.ring().hang_up()
    assert caller.open == ()
    caller.clock.advance(timedelta(days=1))
    caller.ring().hang_up()
    assert len(caller.open) == 1


@pytest.mark.parametrize("contact", ["anonymous", LANDLINE])
def test_a_missed_call_without_number_or_texts(open_at: OpenAt, contact: str) -> None:
    """Nothing for one that hides its number; a landline is rung without a text."""
    caller = Resident(open_at(NINE), contact=contact).ring()
    caller.hang_up()
    assert len(caller.outcomes("callback.booked")) == (contact == LANDLINE)
    assert caller.texts() == []


def test_a_missed_call_adds_nothing_to_a_promise(caller: Resident) -> None:
    """She has one already; and whoever heard the greeting through has not rung off at once."""
    caller.text("后天上午给我回电话")
    caller.hang_up()
    assert [promise.state not in ENDED for promise in caller.open] == [True]
    assert len(caller.outcomes("callback.booked")) == 1
    other = Resident((caller.house, caller.clock, caller.journal), contact=ANOTHER).ring()
    caller.clock.advance(timedelta(seconds=6))
    other.hang_up()
    assert other.open == ()


# -- who comes first --------------------------------------------------------------------------


def test_whoever_spoke_of_what_cannot_wait_comes_first(open_at: OpenAt) -> None:
    """Without heat in winter she is rung before those who only asked earlier; nobody else is."""
    opened = open_at(NINE)
    cold = Resident(opened).ring()
    cold("家里暖气停了，老人冻得受不了", "不用", "明天上午给我回个电话", "不想说")
    other = Resident(opened, ANOTHER).ring()
    other("明天上午给我回个电话，我很急，快点", "不想说")
    found = [cold.house.promises.store.get(who.open[0].code) for who in (cold, other)]
    assert [row.priority for row in found if row is not None] == ["P1", "P2"]


# -- a promise that may slip ------------------------------------------------------------------


@pytest.fixture
def slipping(caller: Resident) -> Resident:
    """She was texted that tomorrow morning's ring may be late: wait, or another time?"""
    caller("明天上午给我回个电话", "不想说")
    caller.hang_up()
    caller.clock.advance(timedelta(days=1))
    row = caller.house.promises.store.get(caller.open[0].code)
    assert row is not None
    texts = RingTexts(caller.house.talk.rooms, ())
    assert texts.slips(row, caller.clock.now())
    return caller


def test_whoever_can_wait_keeps_her_time(slipping: Resident) -> None:
    """`1` is answered with the time that stands."""
    before = slipping.open[0].window
    assert "9:00-11:00" in slipping.text("1")
    assert slipping.open[0].window == before


def test_whoever_cannot_wait_is_offered_other_times(slipping: Resident) -> None:
    """`2` reads times out; the one she takes replaces the old one, with a new safe word."""
    before = slipping.open[0]
    assert "1 " in slipping.text("2")
    slipping.text("1")
    after = slipping.open[0]
    assert after.code == before.code
    assert (after.window, after.safe_word) != (before.window, before.safe_word)
    assert len(slipping.outcomes("callback.changed")) == 1
