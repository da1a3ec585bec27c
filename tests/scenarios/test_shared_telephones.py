"""Two people, one number: neither is told what the other asked; nobody is asked without need."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

import pytest

from assistant.core.turn import HungUp, Utterance
from assistant.core.turn import Opened as Ringing
from tests.scenarios.conftest import Opened
from tests.scenarios.test_texts import NINE, Texter


@pytest.fixture
def texter(open_at: Callable[[datetime], Opened]) -> Texter:
    """A telephone on a Wednesday at nine."""
    return Texter(open_at(NINE))


def codes(texter: Texter) -> dict[str, str]:
    """The open matters' codes by the nicknames they are kept with."""
    return {item.nickname or "": item.code for item in texter.house.requests.listing()}


@pytest.fixture
def shared(texter: Texter) -> Texter:
    """The same after two people have each asked for something, two hours ago."""
    texter("我是张阿姨，三号楼的楼道灯坏了")
    texter("我是李叔，我家厕所的水管漏水")
    texter.wait(hours=2)
    return texter


def test_nobody_is_asked_for_a_name_at_first(texter: Texter) -> None:
    """One person's telephone is answered as if names did not exist."""
    texter("楼道灯坏了")
    (told,) = texter("进度")
    assert codes(texter)[""] in told
    assert "哪位" not in told


def test_one_name_alone_is_not_asked_about(texter: Texter) -> None:
    """She has said who she is once; the next day it is still her telephone."""
    texter("我是张阿姨，楼道灯坏了")
    texter.wait(hours=20)
    (told,) = texter("进度")
    assert codes(texter)["张阿姨"] in told


def test_a_matter_is_kept_with_the_name_that_was_said(shared: Texter) -> None:
    """Each with its own."""
    assert set(codes(shared)) == {"张阿姨", "李叔"}


@pytest.mark.parametrize("answer", ["2", "张阿姨", "我是张阿姨", "选2"])
def test_after_a_pause_she_is_asked_and_told_only_hers(shared: Texter, answer: str) -> None:
    """However she answers; the other's code is not in the text."""
    (asked,) = shared("进度")
    assert "您是哪位" in asked
    assert "1 李叔" in asked
    assert "2 张阿姨" in asked
    assert not any(code in asked for code in codes(shared).values())
    (told,) = shared(answer)
    assert codes(shared)["张阿姨"] in told
    assert codes(shared)["李叔"] not in told


def test_who_has_just_said_who_he_is_is_not_asked_again(shared: Texter) -> None:
    """Within the same talk the name holds."""
    (told,) = shared("我是李叔，查一下进度")
    assert codes(shared)["李叔"] in told
    (again,) = shared("进度")
    assert codes(shared)["李叔"] in again
    assert codes(shared)["张阿姨"] not in again


def test_a_third_person_is_told_neither(shared: Texter) -> None:
    """A name that nobody knows opens nothing; somebody looks into it."""
    shared("进度")
    told = " ".join(shared("小王"))
    assert not any(
        code in told for name, code in codes(shared).items() if name in {"张阿姨", "李叔"}
    )


def test_a_wish_is_no_answer_to_who_she_is(shared: Texter) -> None:
    """She may ask for something else instead of saying it."""
    shared("进度")
    (told,) = shared("食堂电话多少")
    assert "老年食堂" in told


def test_anothers_digit_does_not_choose_from_her_list(texter: Texter) -> None:
    """The list was sent to Aunt Zhang; what Uncle Li means by 1 is asked."""
    texter("我是张阿姨")
    texter("阿巴阿巴阿巴")
    texter("我是李叔")
    (asked,) = texter("1")
    assert "您选的是" not in asked


def test_her_own_digit_still_chooses_after_the_other_has_written(texter: Texter) -> None:
    """She comes back, says who she is, and her list still counts."""
    texter("我是张阿姨")
    texter("阿巴阿巴阿巴")
    texter("我是李叔，食堂电话多少")
    texter("我是张阿姨")
    (chosen,) = texter("1")
    assert "您选的是" in chosen


def test_after_a_pause_a_bare_digit_on_a_shared_telephone_is_asked_about(texter: Texter) -> None:
    """Nobody knows whose it is."""
    texter("我是李叔，食堂电话多少")
    texter("我是张阿姨")
    texter("阿巴阿巴阿巴")
    texter.wait(hours=2)
    (asked,) = texter("1")
    assert "您选的是" not in asked


def test_a_digit_stays_bound_for_who_is_alone_with_her_telephone(texter: Texter) -> None:
    """Having said who she is costs her nothing."""
    texter("我是张阿姨")
    texter("阿巴阿巴阿巴")
    texter.wait(hours=20)
    (chosen,) = texter("1")
    assert "您选的是" in chosen


def test_what_was_said_to_one_is_not_repeated_to_the_other(texter: Texter) -> None:
    """再说一遍 from another person repeats nothing."""
    texter("我是张阿姨，食堂电话多少")
    texter("我是李叔")
    assert "88001015" not in " ".join(texter("再说一遍"))


def test_a_name_alone_is_answered_by_it(texter: Texter) -> None:
    """In both languages, with the question that stands open."""
    assert "好的，老李。" in texter("我是老李")[0]
    assert "Thank you, Mary's son." in texter("this is Mary's son")[0]


def test_danger_is_met_whoever_speaks(shared: Texter) -> None:
    """It is not asked who she is first."""
    (offered,) = shared("我是李叔，我胸口疼得喘不上气")
    assert "120" in offered


def test_no_name_is_in_the_log(shared: Texter, caplog: pytest.LogCaptureFixture) -> None:
    """Nicknames are words that were said."""
    with caplog.at_level(logging.DEBUG):
        shared("进度")
        shared("我是张阿姨，进度")
        shared("我是张阿姨，路灯坏了")
    assert "张阿姨" not in caplog.text


def test_by_voice_the_name_is_kept_with_the_matter(open_at: Callable[[datetime], Opened]) -> None:
    """What was taken down in a call asks for the name by text later."""
    house, clock, journal = open_at(NINE)
    texter = Texter((house, clock, journal))
    texter("我是张阿姨，楼道灯坏了")
    call = house.talk.begin("voice", texter.contact, clock.now())
    for turn in (
        Ringing(),
        Utterance("我是李叔 厕所 水管 漏水", "zh"),
        Utterance("对", "zh"),
        HungUp(),
    ):
        call = house.talk.take(call, turn, clock.now()).conversation
    assert set(codes(texter)) == {"张阿姨", "李叔"}
