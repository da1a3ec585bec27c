"""Whole talks by text: what is sent, as it is sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from smsutil import split as oracle

from assistant.core.texts import CarrierDid, IncomingText
from assistant.core.turn import Utterance
from assistant.dialogue import traffic
from assistant.dialogue.prompts import Prompt, PromptBook
from tests.scenarios.conftest import Opened

NINE = datetime.fromisoformat("2026-11-25T09:00+08:00")
HERS = "13800000001"
SENTENCE = "每周三上午在二楼的大房间里有人教写毛笔字。"
IN_HAND = "【桂花社区】编号GH000001，我们收到了，正在安排人。最晚11月26日周四给您回话。"


class Texter:
    """Somebody who texts; half a minute goes by between texts."""

    def __init__(self, opened: Opened, contact: str = HERS) -> None:
        self.house, self.clock, self.journal = opened
        self.contact = contact
        self.pause_s = 30

    def __call__(self, body: str, *, pictures: int = 0, did: CarrierDid = "") -> list[str]:
        """The texts that answer this one."""
        text = IncomingText(self.contact, body, pictures, did)
        texts = self.house.talk.text(text, self.clock.now()).texts
        self.clock.advance(timedelta(seconds=self.pause_s))
        return list(texts)

    def wait(self, **time: float) -> None:
        """Let time go by."""
        self.clock.advance(timedelta(**time))

    def outcomes(self) -> list[str]:
        """The kinds of what came of it so far."""
        return [line["kind"] for line in self.journal.lines if line["event"] == "outcome"]


@pytest.fixture
def texter(open_at: Callable[[datetime], Opened]) -> Texter:
    """A resident on a Wednesday at nine."""
    return Texter(open_at(NINE))


# -- what is sent ---------------------------------------------------------------------------


def test_a_reply_is_signed_and_one_segment(texter: Texter) -> None:
    """In the language of the talk; the journal holds what was sent, one line a text."""
    (zh,) = texter("食堂电话多少")
    (en,) = texter("the number of the canteen please")
    assert zh == "【桂花社区】老年食堂电话：0571-88001015。"
    assert en == "Osmanthus: Seniors' Canteen: 0571-88001015."
    assert [line["text"] for line in texter.journal.lines if line["event"] == "said"] == [zh, en]


@pytest.fixture
def wordy(texter: Texter) -> Texter:
    """The same, with a greeting of twelve long sentences."""
    told = texter.house.library
    prompts = {**told.prompts["zh"], "greeting.back": Prompt("您好。", SENTENCE * 12)}
    book = PromptBook({**told.prompts, "zh": prompts}, told.wordings)
    texter.house.talk.rooms = replace(texter.house.talk.rooms, book=book)
    return texter


def test_a_long_answer_comes_in_two_and_the_rest_on_request(wordy: Texter) -> None:
    """Every text is one segment, by smsutil's count too; 更多 goes on where the second ended."""
    first = wordy("您好")
    assert [part[:11] for part in first] == ["【桂花社区】(1/2)", "【桂花社区】(2/2)"]
    assert first[1].endswith("回“更多”看下文。")
    parts = [*first, *wordy("更多"), *wordy("更多")]
    assert all(len(oracle(part).parts) == 1 for part in parts)
    told = "".join(re.sub(r"【桂花社区】(\(\d/2\) )?|回“更多”看下文。", "", part) for part in parts)
    assert told == SENTENCE * 12
    assert wordy("更多") == ["【桂花社区】前面的已经说完了。要问别的，直接写就行。"]


@pytest.mark.parametrize(("hours", "kept"), [(23, True), (25, False)])
def test_the_rest_is_kept_for_a_day(wordy: Texter, hours: int, *, kept: bool) -> None:
    """After that there is nothing more to send, and it says so."""
    wordy("您好")
    wordy.wait(hours=hours)
    assert (SENTENCE in wordy("更多")[0]) is kept


def test_another_question_lets_the_rest_go(wordy: Texter) -> None:
    """更多 is about the last answer only."""
    wordy("您好")
    wordy("食堂电话")
    assert SENTENCE not in wordy("更多")[0]


# -- a digit means what it meant ------------------------------------------------------------


def test_a_digit_is_answered_with_the_words_it_stood_for(texter: Texter) -> None:
    """A category by its name, a place by an answer that begins with its name."""
    texter("阿巴阿巴阿巴")
    (category,) = texter("①")
    assert "您选的是“看病和照顾”。" in category
    (below,) = texter("1.")
    assert "您选的是“看病吃药”。" in below
    (place,) = texter("第一个")
    assert place.startswith("【桂花社区】社区卫生服务中心：")


@pytest.mark.parametrize("body", ["2", "二", "贰", "②", "２", "2️⃣", "选2", "option 2 pls"])
def test_a_digit_stays_bound_for_a_day(texter: Texter, body: str) -> None:
    """Whatever came in between, and however it is written."""
    for text in ("阿巴阿巴阿巴", "1", "1"):
        texter(text)
    texter("食堂电话")
    texter.wait(hours=23)
    (answer,) = texter(body)
    assert "中医理疗科" in answer or "Chinese Medicine" in answer


def test_the_newest_numbered_message_wins_unless_another_is_named(texter: Texter) -> None:
    """The digit is that of the newest; the words of an older line are that line."""
    texter("阿巴阿巴阿巴")
    texter("1")
    (older,) = texter("2 吃饭和家务")
    assert "1 吃饭送饭" in older or "吃饭" in older
    (newest,) = texter("1")
    assert "看病" not in newest


def test_after_a_day_it_asks_what_the_digit_is_about(texter: Texter) -> None:
    """Her open matters come first, by code alone; then what was on offer."""
    texter("人工")
    texter("阿巴阿巴阿巴")
    texter.wait(hours=25)
    (asked,) = texter("2")
    assert asked.split("\n")[:3] == [
        "【桂花社区】您回复的是哪件事？",
        "1 GH000001",
        "2 看病和照顾",
    ]
    assert texter("1") == ["【桂花社区】您要回电，我记着呢，时间还没有定。"]


def test_a_digit_that_was_not_offered_is_said_to_be_none(texter: Texter) -> None:
    """And the choices come again."""
    texter("阿巴阿巴阿巴")
    (again,) = texter("7")
    assert again.startswith("【桂花社区】没有这一项。")
    assert "1 看病和照顾" in again


@pytest.mark.parametrize("body", ["1和2", "1, 2", "一、三", "1 and 2"])
def test_two_digits_at_once_are_asked_for_one_by_one(texter: Texter, body: str) -> None:
    """And the choices come again."""
    texter("阿巴阿巴阿巴")
    (again,) = texter(body)
    assert "一次只回一个" in again or "One number at a time" in again
    assert "\n3 " in again


# -- words that command ---------------------------------------------------------------------


def test_stop_is_confirmed_once_and_then_there_is_silence(texter: Texter) -> None:
    """Only danger is answered; START opens again."""
    assert len(texter("食堂电话")) == 1
    assert texter("退订") == [
        "【桂花社区】以后不再给您发短信。想再用，回“开始”，或打0571-88001234。"
    ]
    assert texter.house.requests.opted_out("+86" + HERS)
    assert [texter(body) for body in ("STOP", "食堂电话", "1", "")] == [[]] * 4
    (danger,) = texter("我胸口疼得厉害")
    assert "120" in danger
    assert texter("食堂电话") == []
    assert texter("开始") == ["【桂花社区】好的，又可以给您发短信了。要问什么，直接写就行。"]
    assert not texter.house.requests.opted_out("+86" + HERS)
    assert len(texter("食堂电话")) == 1
    assert texter.outcomes().count("opted_out") == 1


def test_yes_opens_again_only_after_stop(texter: Texter) -> None:
    """As the carriers have it."""
    texter("STOP")
    assert len(texter("YES")) == 1
    assert not texter.house.requests.opted_out("+86" + HERS)


@pytest.mark.parametrize("did", ["stop", "start", "help"])
def test_what_the_carrier_has_answered_is_not_answered_again(
    texter: Texter, did: CarrierDid
) -> None:
    """Twilio has sent its own answer; we only remember what she wants."""
    assert texter(did.upper(), did=did) == []
    assert texter.house.requests.opted_out("+86" + HERS) is (did == "stop")
    assert (len(texter("食堂电话")) == 0) is (did == "stop")


def test_cancel_means_the_callback_where_one_is_open(texter: Texter) -> None:
    """And says how to have no more texts; without a callback nothing is cancelled."""
    (nothing,) = texter("取消")
    assert nothing.startswith("【桂花社区】您这个号码没有等着的回电。")
    texter("明天上午给我回电话")
    (cancelled,) = texter("取消")
    assert "11月26日周四9:00-11:00的电话不打了" in cancelled
    assert cancelled.endswith("不想再收短信，就回“退订”。")
    assert not texter.house.requests.opted_out("+86" + HERS)


def test_the_carriers_cancel_without_a_callback_is_stop(texter: Texter) -> None:
    """CANCEL is one of their words for it."""
    texter("CANCEL")
    assert texter.house.requests.opted_out("+86" + HERS)


def test_a_command_word_does_not_change_the_language(texter: Texter) -> None:
    """Who writes Chinese and sends STOP is answered in Chinese."""
    texter("食堂电话")
    (answer,) = texter("STOP")
    assert answer.startswith("【桂花社区】以后")


def test_status_tells_codes_and_nothing_of_what_they_are_about(texter: Texter) -> None:
    """Telephones are shared: who has this one learns no more than that something is in hand."""
    texter("我家厨房的水管漏了，没人管")
    (answer,) = texter("进度")
    assert answer == IN_HAND


# -- odd texts ------------------------------------------------------------------------------


def test_a_text_without_words_is_answered_kindly(texter: Texter) -> None:
    """Nothing at all, and a picture."""
    (empty,) = texter(" ")
    (picture,) = texter("", pictures=1)
    assert "没有字" in empty
    assert "图片" in picture


@pytest.mark.parametrize("body", ["喂" * 1600, "x" * 1600, "9" * 1600, "食堂" * 800])
def test_the_longest_text_is_answered(texter: Texter, body: str) -> None:
    """In two texts at most, each one segment."""
    sent = texter(body)
    assert 1 <= len(sent) <= 2
    assert all(len(oracle(part).parts) == 1 for part in sent)


@pytest.mark.parametrize(
    "bodies",
    [
        ["您好，我们已经收到您的来信，会尽快处理"] * 20,
        [f"自动回复：第{number}号来信已收到" for number in range(20)],
        [f"Auto-reply: I am away, ticket {number}" for number in range(20)],
    ],
    ids=["the same again", "zh", "en"],
)
def test_two_machines_do_not_go_on_for_ever(texter: Texter, bodies: list[str]) -> None:
    """Three texts at most, until somebody seems to have written."""
    assert 1 <= sum(len(texter(body)) for body in bodies) <= 3
    assert len(texter("食堂电话")) == 1


def test_the_same_question_on_another_day_is_a_question(texter: Texter) -> None:
    """And so is one that is asked twice."""
    for pause in (0, 0.01, 24, 24):
        texter.wait(hours=pause)
        assert texter("食堂今天有什么菜") != []


def test_a_flood_is_told_once_and_then_not_answered(texter: Texter) -> None:
    """Danger always is; after a pause everything is again."""
    texter.pause_s = 1
    usual = [texter(body) for body in ["食堂电话", "图书室电话"] * (traffic.MOST // 2)]
    assert all(usual)
    (told,) = texter("食堂电话")
    assert "太快" in told
    assert [texter("食堂电话"), texter("图书室电话")] == [[], []]
    assert "120" in texter("我胸口疼得厉害")[0]
    texter.wait(minutes=11)
    assert texter("食堂电话") != []


# -- across channels ------------------------------------------------------------------------


def test_the_word_given_on_the_telephone_opens_the_case_by_text(texter: Texter) -> None:
    """From any telephone, by the word alone or in a question; nobody learns what it is about."""
    talk, now = texter.house.talk, texter.clock.now()
    call = talk.begin("voice", "057188005678", now)
    call = talk.take(call, Utterance("我家水管漏了", "zh"), now).conversation
    said = talk.take(call, Utterance("好", "zh"), now).sentences
    (told,) = [item.text for item in said if item.prompt == "case.word"]
    word = told.split("“")[1].split("”")[0]
    assert texter(word) == [IN_HAND]
    assert texter(f"{word}的事办得怎么样了") == [IN_HAND]
    assert texter.house.requests.close("GH000001")
    assert texter(word) == ["【桂花社区】编号GH000001，已经办完了。"]
