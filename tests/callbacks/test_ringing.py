"""Ringing for real: the house, its database and webhooks, over a carrier on loopback."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, cast

import pytest

from assistant.callbacks.claims import Claims
from assistant.callbacks.people import Absence, Person
from assistant.channels import twilio_rest
from assistant.core.callback import Window
from assistant.outbox.quiet import QuietTime
from assistant.teaching import Taught
from tests.callbacks.carrier import ORIGIN
from tests.callbacks.office import CODE, HERS, STAFF, TUESDAY, Office, said
from tests.houses import trees_learnt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from assistant.callbacks.row import Claimed
    from assistant.understanding.reader import Reader
    from tests.callbacks.carrier import Behaviour, Made

HEARD = f"{ORIGIN}/twilio/ring/heard?c={CODE}&n=1&t=1"
OFFICE_PHONE = "零五七幺，八八零零，幺二三四"


@pytest.fixture(scope="module")
def learnt() -> Taught:
    """The prompts and words of the house. Nobody is understood here, so nothing is learnt."""
    return Taught(trees_learnt().library, cast("Reader", None))


@pytest.fixture(scope="module")
def fresh_data(tmp_path_factory: pytest.TempPathFactory, learnt: Taught) -> Path:
    """A data folder with one person on duty, to be copied."""
    folder = tmp_path_factory.mktemp("fresh")
    with ExitStack() as stack:
        Office(folder, learnt, stack).one_person()
    return folder


@pytest.fixture
def quiet_office(fresh_data: Path, tmp_path: Path, learnt: Taught) -> Iterator[Office]:
    """Nothing is promised yet."""
    shutil.copytree(fresh_data, tmp_path / "data")
    with ExitStack() as stack:
        yield Office(tmp_path / "data", learnt, stack)


@pytest.fixture
def office(quiet_office: Office) -> Office:
    """A promise for the next window, its moment come, nobody rung yet."""
    quiet_office.book()
    quiet_office.look()
    assert quiet_office.carrier.made == []
    quiet_office.into_window()
    return quiet_office


def talked(office: Office) -> tuple[Made, Made]:
    """The whole way, without a hitch: staff's call and hers."""
    office.look()
    dial, hers = office.connect()
    office.she_answers(hers)
    office.over(dial, hers, "completed", DialCallDuration="95", DialBridged="true")
    office.webhooks.report(office.staff_call(), "completed", CallDuration="160")
    return office.staff_call(), hers


# -- the plain way --------------------------------------------------------------------------


def test_staff_then_she_then_done(office: Office) -> None:
    """One ring each, in the journal with the carrier's ids; her promise is kept."""
    staff, hers = talked(office)
    row = office.row()
    assert (row.state, row.why, row.attempt) == ("done", "talked", 1)
    assert office.rings() == [("staff", 1, staff.sid), ("resident", 1, hers.sid)]
    office.look(minutes=30)
    assert len(office.carrier.made) == 2


def test_the_order_to_ring_is_what_twilio_takes(office: Office) -> None:
    """From the office's number, for 25 s, with the ring named in both addresses."""
    office.look()
    call = office.staff_call()
    assert call.url == f"{ORIGIN}/twilio/ring/staff?c={CODE}&n=1&t=1"
    assert call.reports == f"{ORIGIN}/twilio/status?c={CODE}&n=1&t=1"


def test_staff_hear_what_it_is_about_and_the_word_twice(office: Office) -> None:
    """Who, why, what was said, her language, the safe word twice; then the choices."""
    office.look()
    told = office.staff_answer()
    word = office.row().safe_word
    assert "桂花社区" in told[0]
    assert any("食堂礼拜天开不开" in sentence for sentence in told)
    assert "".join(told).count(word) == 2
    assert told[-1].startswith("现在接通，请按一")


def test_she_hears_who_and_the_word_before_anything(office: Office) -> None:
    """Nothing of the matter, whoever has taken up her telephone."""
    office.look()
    _, hers = office.connect()
    first, second = office.she_answers(hers)
    assert first == "您好，这里是桂花社区邻里热线。"
    assert second.startswith(f"先说暗号，“{office.row().safe_word}”")
    assert "食堂" not in first + second


def test_her_ring_is_forty_seconds_from_the_office_s_number(office: Office) -> None:
    """As the settings say."""
    office.look()
    dial, hers = office.connect()
    assert (dial.get("timeout"), dial.get("callerId")) == ("40", "0571-88001234")
    assert hers.to == HERS


def test_nothing_rings_before_its_window(quiet_office: Office) -> None:
    """A minute before nobody is rung, at its start somebody is."""
    office = quiet_office
    office.book()
    office.into_window()
    office.look(minutes=-1)
    assert office.carrier.made == []
    office.look(minutes=1)
    assert [call.to for call in office.carrier.made] == [STAFF]


def test_she_is_rung_in_her_own_language(quiet_office: Office) -> None:
    """Hello and word in English, by an English voice; staff hear which language to speak."""
    office = quiet_office
    office.book(language="en")
    office.into_window()
    office.look()
    word = office.row().safe_word
    told = office.staff_answer()
    assert "Please speak English with this resident." in told
    _, hers = office.dialled(office.press("1"))
    first = office.webhooks.post(hers.url, hers)
    assert first is not None
    redirect = first.findtext("Redirect")
    assert redirect is not None
    second = office.webhooks.post(redirect, hers)
    assert second is not None
    sentences = [*first.iter("Say"), *second.iter("Say")]
    assert {sentence.get("language") for sentence in sentences} == {"en-GB"}
    assert said(first)[0].startswith("Hello, this is the ")
    assert said(second)[0].startswith(f'First the safe word, "{word}".')


# -- keys -----------------------------------------------------------------------------------


def test_without_a_key_nobody_is_put_through(office: Office) -> None:
    """A machine at the office presses nothing: asked twice, then later, and never her telephone."""
    office.look()
    office.staff_answer()
    call = office.staff_call()
    path = call.url.replace("/staff?", "/staff/key?")
    again = office.webhooks.post(f"{path}&s=1", call)
    assert again is not None
    assert again.find("Gather") is not None
    last = said(office.webhooks.post(f"{path}&s=2", call))
    assert last == ["没有听到按键，我先挂了，晚一点再打。"]
    assert (office.row().state, office.row().staff_tries) == ("booked", 1)
    assert office.carrier.to(HERS) == []


def test_another_key_has_the_choices_said_again(office: Office) -> None:
    """Nothing is done for a key that means nothing."""
    office.look()
    office.staff_answer()
    answer = office.press("7")
    assert answer.find("Gather") is not None
    assert office.row().state == "ringing_staff"


def test_not_now_is_tried_later(office: Office) -> None:
    """After a pause, as a second ring of the staff for the same attempt."""
    office.look()
    office.staff_answer()
    assert said(office.press("2")) == ["好的，我们晚一点再打。谢谢您，再见。"]
    office.look(seconds=30)
    assert len(office.carrier.to(STAFF)) == 1
    office.look(minutes=3)
    assert [ring[:2] for ring in office.rings()] == [("staff", 1), ("staff", 2)]
    assert office.staff_call().url.endswith("&n=1&t=2")


def test_staff_may_ring_by_hand(office: Office) -> None:
    """They are told her number twice and the word; nothing rings by itself meanwhile."""
    office.look()
    office.staff_answer()
    told = "".join(said(office.press("3")))
    assert told.count("幺三八") == 2
    assert office.row().safe_word in told
    assert office.row().owner == "王芳"
    office.look(minutes=10)
    assert len(office.carrier.made) == 1


# -- she is not reached ---------------------------------------------------------------------


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed"])
def test_three_times_and_once_the_next_day(office: Office, status: str) -> None:
    """Twenty minutes apart, then a text and a person; the journal has four rings of hers."""
    for _ in range(4):
        office.look()
        dial, hers = office.connect()
        assert "没有打通" in office.over(dial, hers, status)[0]
        rung = len(office.carrier.to(HERS))
        office.look(minutes=19)
        assert len(office.carrier.to(HERS)) == rung
        later = office.row().next_at
        if later is not None:
            office.clock.at = max(office.clock.at, later).astimezone(TUESDAY.tzinfo)
    assert office.row().state == "unreached"
    assert [attempt for to, attempt, _ in office.rings() if to == "resident"] == [1, 2, 3, 4]
    assert office.texts() == ["callback.ring.unreached"]
    assert office.desk() == ["unreached"]
    office.look(hours=24)
    assert len(office.carrier.to(HERS)) == 4


def test_a_ring_the_carrier_gives_no_id_is_in_the_journal_too(office: Office) -> None:
    """The staff's call stands for it."""
    office.look()
    dial, _ = office.connect()
    office.over(dial, None, "no-answer")
    staff = office.staff_call().sid
    assert office.rings() == [("staff", 1, staff), ("resident", 1, staff)]


def test_a_machine_is_told_the_office_s_number_only(office: Office) -> None:
    """No matter and no word; it counts as no answer, and staff hear so."""
    office.look()
    dial, hers = office.connect()
    word = office.row().safe_word
    hello = said(office.webhooks.post(hers.url, hers))
    heard = f"{ORIGIN}/twilio/ring/heard?c={CODE}&n=1&t=1"
    office.webhooks.post(heard, hers, AnsweredBy="machine_start")
    ((sid, changed),) = office.carrier.changed
    assert sid == hers.sid
    told = "".join(hello) + changed["Twiml"]
    assert OFFICE_PHONE in told
    assert word not in told
    assert "食堂" not in told
    page = office.webhooks.post(hers.url.replace("s=0", "s=1"), hers)
    assert word not in "".join(said(page))
    assert "录音机" in office.over(dial, hers, "completed", DialBridged="false")[0]
    assert (office.row().state, office.row().spent) == ("no_answer", 1)


def test_what_the_detector_does_not_know_is_a_person(office: Office) -> None:
    """`unknown` changes nothing."""
    office.look()
    dial, hers = office.connect()
    office.she_answers(hers)
    office.webhooks.post(HEARD, hers, AnsweredBy="unknown")
    assert office.row().state == "talking"
    office.over(dial, hers, "completed", DialBridged="true")
    assert office.row().state == "done"


def test_a_detector_that_speaks_up_in_the_middle_of_a_talk_cuts_nobody_off(office: Office) -> None:
    """Staff hear for themselves what has her telephone; her word stays what it is."""
    office.look()
    dial, hers = office.connect()
    office.she_answers(hers)
    word = office.row().safe_word
    office.clock.at += timedelta(seconds=30)
    office.webhooks.post(HEARD, hers, AnsweredBy="machine_start")
    assert office.carrier.changed == []
    assert (office.row().state, office.row().safe_word) == ("talking", word)
    office.over(dial, hers, "completed", DialBridged="true")
    assert office.row().state == "done"


def word_on_a_machine(office: Office) -> tuple[str, str]:
    """A machine gives itself away after the word was said; the word before and since."""
    office.look()
    dial, hers = office.connect()
    before = office.row().safe_word
    assert before in "".join(office.she_answers(hers))
    office.clock.at += timedelta(seconds=5)
    heard = HEARD.replace("&n=1&", f"&n={office.row().attempt}&")
    office.webhooks.post(heard, hers, AnsweredBy="machine_start")
    office.over(dial, hers, "completed", DialBridged="true")
    assert office.row().state == "no_answer"
    return before, office.row().safe_word


def test_a_word_that_a_machine_has_recorded_is_replaced(office: Office) -> None:
    """She is texted the new one before she is rung again; the old one is said no more."""
    before, since = word_on_a_machine(office)
    assert since not in {"", before}
    assert office.texts() == ["callback.ring.reminder"]
    assert since in office.journal.kept[-1]["text"]
    office.look(minutes=21)
    told = "".join(office.staff_answer())
    assert told.count(since) == 2
    assert before not in told


def test_the_new_word_comes_with_the_day_of_the_last_ring(office: Office) -> None:
    """The rings of her window are used up: the text says tomorrow, at the same hours."""
    for _ in range(2):
        office.look()
        dial, hers = office.connect()
        office.over(dial, hers, "no-answer")
        office.look(minutes=20)
    word_on_a_machine(office)
    assert office.row().extra_day
    assert "11月25日周三14:00-17:00" in office.journal.kept[-1]["text"]


def test_a_word_that_no_machine_has_heard_stays(office: Office) -> None:
    """It gave itself away at the first sentence."""
    office.look()
    dial, hers = office.connect()
    word = office.row().safe_word
    office.webhooks.post(hers.url, hers)
    office.webhooks.post(HEARD, hers, AnsweredBy="machine_start")
    office.over(dial, hers, "completed", DialBridged="false")
    assert (office.row().state, office.row().safe_word) == ("no_answer", word)
    assert office.texts() == []


@pytest.mark.parametrize("how", ["landline", "opted out"])
def test_whom_no_text_can_tell_a_new_word_is_rung_without_one(
    quiet_office: Office, how: str
) -> None:
    """The old one could be anybody's: neither staff nor the line say one in the next ring."""
    office = quiet_office
    phone = HERS if how == "opted out" else "+8657188005555"
    office.book(phone)
    if how == "opted out":
        office.house.requests.opt_out(HERS, stop=True, now=office.clock.now())
    office.into_window()
    before, since = word_on_a_machine(office)
    assert (since, office.texts()) == ("", [])
    office.look(minutes=21)
    assert "暗号" not in "".join(office.staff_answer())
    _, hers = office.dialled(office.press("1"))
    assert office.she_answers(hers) == ["您好，这里是桂花社区邻里热线。"]
    assert before


def test_put_down_before_staff_were_on_is_no_talk(office: Office) -> None:
    """She took it up and put it down at the first sentence: tried again later."""
    office.look()
    dial, hers = office.connect()
    office.webhooks.post(hers.url, hers)
    office.over(dial, hers, "completed", DialBridged="false")
    assert office.row().state == "no_answer"


# -- a carrier that misbehaves --------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 400, 401])
def test_a_refused_order_is_given_later(office: Office, status: int) -> None:
    """The carrier said no: nobody was rung, and it is asked again after a pause."""
    office.carrier.next.append(status)
    office.look()
    assert (office.carrier.made, office.row().state) == ([], "booked")
    office.look(minutes=3)
    assert len(office.carrier.to(STAFF)) == 1
    assert [ring[0] for ring in office.rings()] == ["staff"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An order is waited for a second instead of ten."""
    monkeypatch.setattr(twilio_rest, "TIMEOUT_S", 1.0)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("behaviour", ["ring and hang up", "ring and fail", "ring and hang"])
def test_an_order_that_may_have_been_taken_is_looked_up(
    office: Office, behaviour: Behaviour
) -> None:
    """It was: the carrier's list has it, the call goes on, and nobody is rung a second time."""
    office.carrier.next.append(behaviour)
    office.look()
    assert (office.row().state, office.desk()) == ("unknown", ["unknown_ring"])
    office.look(seconds=5)
    assert office.row().state == "ringing_staff"
    dial, hers = office.connect()
    office.she_answers(hers)
    office.over(dial, hers, "completed", DialBridged="true")
    assert office.row().state == "done"
    assert len(office.carrier.to(STAFF)) == len(office.carrier.to(HERS)) == 1
    assert [ring[:2] for ring in office.rings()] == [("staff", 1), ("resident", 1)]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("behaviour", [500, 503, "hang up", "hang"])
def test_an_order_that_was_not_taken_is_given_again(office: Office, behaviour: Behaviour) -> None:
    """The carrier's list has no such call after a while: staff are rung later."""
    office.carrier.next.append(behaviour)
    office.look()
    office.look(seconds=5)
    assert office.row().state == "unknown"
    office.look(seconds=40)
    assert office.row().state == "booked"
    office.look(minutes=3)
    assert len(office.carrier.to(STAFF)) == 1


def test_nothing_rings_while_the_carrier_cannot_say(office: Office) -> None:
    """Its list fails too: the callback stands with the desk, for as long as it takes."""
    office.carrier.next.append("ring and fail")
    office.carrier.list_fails = True
    for _ in range(5):
        office.look(minutes=5)
    assert office.row().state == "unknown"
    assert len(office.carrier.made) == 1
    office.carrier.list_fails = False
    office.look(minutes=5)
    assert office.row().state == "ringing_staff"


def test_a_webhook_before_the_order_is_answered(office: Office) -> None:
    """Staff have answered when the carrier's own answer comes: one ring, one line, its own id."""
    heard: list[list[str]] = []
    office.carrier.before_answer = lambda call: heard.append(office.staff_answer(call))
    office.look()
    office.carrier.before_answer = None
    assert len(heard[0]) > 3
    assert office.rings() == [("staff", 1, office.staff_call().sid)]
    _, hers = office.dialled(office.press("1"))
    assert office.she_answers(hers)


def test_an_order_carried_out_twice_connects_once(office: Office) -> None:
    """The second call is told that nothing is to be done; her telephone rings once."""
    office.carrier.next.append("ring twice")
    office.look()
    first, second = office.carrier.to(STAFF)
    assert len(office.staff_answer(first)) > 3
    assert office.staff_answer(second) == ["这个电话现在不用打了。谢谢您，再见。"]
    assert office.press("1", second).find("Dial") is None
    assert office.press("1", first).find("Dial") is not None
    assert office.row().attempt == 1


def test_webhooks_delivered_again_have_one_effect(office: Office) -> None:
    """Every page and report twice: the same answers, one ring each."""
    office.look()
    assert office.staff_answer() == office.staff_answer()
    one, two = office.press("1"), office.press("1")
    assert one.find("Dial/Number") is not None
    assert [item.tag for item in one] == [item.tag for item in two]
    dial, hers = office.dialled(one)
    assert office.she_answers(hers) == office.she_answers(hers)
    for _ in range(2):
        office.over(dial, hers, "completed", DialBridged="true")
    assert (office.row().state, office.row().attempt) == ("done", 1)
    assert len(office.rings()) == 2


def test_reports_out_of_order_change_nothing_that_is_settled(office: Office) -> None:
    """Late words about a call that is over are written down and ignored."""
    staff, hers = talked(office)
    for call in (staff, hers):
        for status in ("completed", "in-progress", "ringing", "initiated", "no-answer", "busy"):
            office.webhooks.report(call, status)
    assert (office.row().state, office.row().attempt) == ("done", 1)
    assert len(office.rings()) == 2


def test_a_report_that_staff_did_not_answer(office: Office) -> None:
    """By the carrier's report alone: again after a pause, a little longer each time."""
    waits = []
    for _ in range(3):
        office.look()
        office.webhooks.report(office.staff_call(), "no-answer")
        later = office.row().next_at
        assert later is not None
        waits.append(later - office.clock.at)
        office.clock.at = later.astimezone(TUESDAY.tzinfo)
    assert waits == [timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=10)]
    assert office.desk() == ["staff_do_not_answer"]
    assert office.carrier.to(HERS) == []


def test_without_any_report_the_carrier_is_asked(office: Office) -> None:
    """Staff did not answer and nobody said so: its list closes the ring."""
    office.look()
    office.staff_call().status = "no-answer"
    office.look(minutes=2)
    assert office.row().state == "ringing_staff"
    office.look(minutes=2)
    assert (office.row().state, office.row().staff_tries) == ("booked", 1)


def test_who_left_the_roster_while_rung_is_given_up(office: Office) -> None:
    """Nobody can be asked about that telephone any more; her promise goes on without it."""
    office.look()
    office.house.promises.roster.remove("王芳")
    office.house.promises.roster.add(Person("李明", "+8657188001242", ("zh",)))
    office.look(minutes=4)
    office.look(minutes=3)
    assert [call.to for call in office.carrier.made] == [STAFF, "+8657188001242"]


@pytest.mark.parametrize(
    ("status", "state"),
    [("no-answer", "no_answer"), ("in-progress", "ringing_resident")],
)
def test_her_ring_without_reports_is_looked_up(office: Office, status: str, state: str) -> None:
    """By its id: not answered, or still going on."""
    office.look()
    _, hers = office.connect()
    office.webhooks.report(hers, "initiated")
    hers.status = status
    office.look(minutes=4)
    assert office.row().state == state


def test_a_talk_whose_end_nobody_reported_is_closed(office: Office) -> None:
    """It is left alone while it goes on, however long."""
    office.look()
    _, hers = office.connect()
    office.she_answers(hers)
    office.look(hours=1)
    assert office.row().state == "talking"
    hers.status = "completed"
    office.look(minutes=1)
    assert office.row().state == "done"


def test_her_ring_that_was_never_made_is_no_second_ring(office: Office) -> None:
    """Staff pressed 1 and hung up at once: nothing rang, and the next is 20 minutes later."""
    office.look()
    office.staff_answer()
    office.press("1")
    office.webhooks.report(office.staff_call(), "completed")
    office.look(minutes=4)
    assert office.row().state == "unknown"
    office.look(minutes=1)
    assert office.row().state == "no_answer"
    office.look(minutes=15)
    assert len(office.carrier.to(STAFF)) == 1
    office.look(minutes=10)
    assert office.staff_call().url.endswith("&n=2&t=1")


# -- crash, clock, cancel -------------------------------------------------------------------


def test_another_process_goes_on_with_a_ring(office: Office) -> None:
    """The service is started anew between staff's ring and their key."""
    office.look()
    office.restart()
    office.look(seconds=5)
    dial, hers = office.connect()
    office.she_answers(hers)
    office.over(dial, hers, "completed", DialBridged="true")
    assert office.row().state == "done"
    assert len(office.carrier.made) == 2


def test_a_clock_set_back_rings_nobody_again(office: Office) -> None:
    """An hour back, in the middle and after it."""
    office.look()
    office.look(hours=-1)
    assert len(office.carrier.made) == 1
    dial, hers = office.connect()
    office.over(dial, hers, "no-answer")
    office.look(hours=-1)
    office.look(minutes=50)
    assert len(office.carrier.to(HERS)) == 1


def test_taken_back_while_staff_are_rung(office: Office) -> None:
    """Staff hear that nothing is to be done, and nothing of her; her telephone stays silent."""
    office.look()
    assert office.house.promises.book.cancel(CODE, office.clock.now()) is not None
    assert office.staff_answer() == ["这个电话现在不用打了。谢谢您，再见。"]
    assert office.press("1").find("Dial") is None
    assert office.row().state == "cancelled"


# -- who is rung ----------------------------------------------------------------------------


def test_nobody_is_rung_as_staff_for_her_own_callback(quiet_office: Office) -> None:
    """The only person on duty asked for it: put off, not rung, not lost."""
    office = quiet_office
    office.book(phone=STAFF)
    office.into_window()
    office.look()
    office.look(minutes=15)
    assert office.carrier.made == []
    office.house.promises.roster.add(Person("李明", "+8657188001242", ("zh",)))
    office.look(minutes=15)
    assert [call.to for call in office.carrier.made] == ["+8657188001242"]


def test_whoever_is_away_is_not_rung(office: Office) -> None:
    """Nobody is left on duty: nothing rings; at the end of the day it goes to the next workday."""
    now = office.clock.now()
    away = Absence("王芳", Window(now - timedelta(hours=1), now + timedelta(hours=12)))
    office.house.promises.roster.absent(away.name, away.away)
    office.look()
    assert office.carrier.made == []
    row = office.row()
    assert (row.state, office.desk()[-1]) == ("booked", "not_rung_today")
    assert row.next_at is not None
    office.clock.at = row.next_at.astimezone(TUESDAY.tzinfo)
    office.look()
    assert len(office.carrier.to(STAFF)) == 1


def test_one_person_has_one_telephone(office: Office) -> None:
    """A second callback waits until staff are free again, and a moment longer."""
    office.book("+8613800000402", "GH000778")
    office.look()
    office.look(minutes=1)
    assert len(office.carrier.made) == 1
    _, hers = talked_on(office)
    assert hers.to == HERS
    office.look(minutes=3)
    assert [call.to for call in office.carrier.made] == [STAFF, HERS, STAFF]


def test_two_diallers_never_ring_one_person_at_once(office: Office) -> None:
    """Both have seen her free before either rings: one does, the other gives its callback back."""
    office.book("+8613800000402", "GH000778")
    one = office.ringers.clock
    office.restart()
    both = (one, office.ringers.clock)
    seen = threading.Barrier(2, timeout=20)
    for ringing in both:
        claim = ringing._claims.claim

        def after_both_looked(
            owner: str, lease_s: float, claim: Callable[[str, float], Claimed | None] = claim
        ) -> Claimed | None:
            seen.wait()
            return claim(owner, lease_s)

        ringing._claims.claim = after_both_looked  # type: ignore[method-assign]  # holds both up
    now = office.clock.now()
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(ringing.look, now) for ringing in both]:
            done.result()
    assert [call.to for call in office.carrier.made] == [STAFF]
    assert {office.row(code).state for code in (CODE, "GH000778")} == {"ringing_staff", "due"}
    given_back = Claims(office.house.database).claim("whoever is next", -1)
    assert given_back is not None
    assert given_back.callback.state == "due"
    office.restart()
    talked_of = next(c for c in (CODE, "GH000778") if office.row(c).state == "ringing_staff")
    office.webhooks.report(office.staff_call(), "no-answer")
    office.look(seconds=121)
    assert len(office.carrier.to(STAFF)) == 2
    assert office.row(talked_of).staff_tries == 1


def test_who_is_rung_by_another_dialler_meanwhile_keeps_what_she_took(office: Office) -> None:
    """She asks for a ring at the desk as her telephone begins to ring for another callback."""
    take = office.ringers.clock._claims.take

    def too_late(code: str, by: str, now: datetime, lease_s: float) -> Claimed | None:
        office.house.promises.roster.rung(by, now)
        return take(code, by, now, lease_s)

    office.ringers.clock._claims.take = too_late  # type: ignore[method-assign]  # the rival's turn
    now = office.clock.now()
    assert office.ringers.staff.ring(CODE, "王芳", now) == "in_use"
    row = office.row()
    assert (row.state, row.owner, row.staff_tries) == ("booked", "王芳", 0)
    assert row.next_at == now + timedelta(minutes=30)
    assert office.carrier.made == []


def talked_on(office: Office) -> tuple[Made, Made]:
    """The ring that is on goes to its end."""
    dial, hers = office.connect()
    office.she_answers(hers)
    office.over(dial, hers, "completed", DialBridged="true")
    return office.staff_call(), hers


# -- texts ----------------------------------------------------------------------------------


def test_the_evening_before_she_is_reminded_once(quiet_office: Office) -> None:
    """With the word and the time, between supper and the quiet hours."""
    office = quiet_office
    office.clock.at = TUESDAY.replace(hour=9)
    office.book(which=2)
    office.clock.at = TUESDAY.replace(hour=17, minute=59)
    office.look()
    assert office.texts() == []
    for _ in range(5):
        office.look(minutes=10)
    assert office.texts() == ["callback.ring.reminder"]


def test_nobody_is_reminded_of_a_word_that_is_none(quiet_office: Office) -> None:
    """It was burnt, and staff arranged another ring: no text with a gap in it."""
    office = quiet_office
    office.clock.at = TUESDAY.replace(hour=9)
    office.book(which=2)
    assert office.house.promises.book.reword(CODE, office.clock.now(), fresh=False) is not None
    office.clock.at = TUESDAY.replace(hour=18, minute=30)
    office.look()
    assert (office.row().state, office.texts()) == ("booked", [])


def test_whoever_wants_no_texts_gets_none_and_the_desk_tells_her(quiet_office: Office) -> None:
    """Neither the evening before, nor when it slips, nor when nobody was reached."""
    office = quiet_office
    office.clock.at = TUESDAY.replace(hour=9)
    window = office.book(which=2).window
    assert window is not None
    office.house.requests.opt_out(HERS, stop=True, now=office.clock.now())
    office.clock.at = TUESDAY.replace(hour=18, minute=30)
    office.look()
    office.house.promises.roster.absent("王芳", window)
    office.into_window()
    office.look()
    assert office.desk() == ["slips_untold"]
    office.house.promises.roster.back("王芳", office.clock.now())
    for _ in range(5):
        later = office.row().next_at
        if later is not None:
            office.clock.at = max(office.clock.at, later).astimezone(TUESDAY.tzinfo)
        office.look(minutes=2)
        if office.row().state == "ringing_staff":
            dial, hers = office.connect()
            office.over(dial, hers, "no-answer")
    assert (office.row().state, office.desk()[-1]) == ("unreached", "unreached")
    assert office.texts() == []


def test_a_promise_that_slips_is_told_before_its_window_ends(office: Office) -> None:
    """Nobody is left to ring in it: she is asked once what she would like; a digit answers."""
    start = office.row().window
    assert start is not None
    office.clock.at = office.clock.at - timedelta(hours=1)
    office.house.promises.roster.absent("王芳", start)
    for _ in range(3):
        office.look(minutes=1)
    assert office.texts() == ["callback.ring.slips"]
    talk = office.house.talk.rooms.store.load("sms", HERS)
    assert talk is not None
    options = talk.numbered[-1].question.options
    assert [option.digit for option in options] == ["1", "2"]
    assert options[1].target == f"callback.change:{CODE}"


def test_a_text_that_would_come_too_late_is_not_sent(office: Office) -> None:
    """The quiet hours outlast her window: the desk has to tell her."""
    quiet = (QuietTime(time(13), time(18)),)
    minutes = office.ringers.clock._minutes
    minutes._texts = replace(minutes._texts, quiet=quiet)
    window = office.row().window
    assert window is not None
    office.house.promises.roster.absent("王芳", window)
    office.look(minutes=1)
    assert office.texts() == []
    assert "slips_untold" in office.desk()


def test_a_slipping_promise_to_a_landline_is_the_desk_s_to_tell(quiet_office: Office) -> None:
    """No text reaches it."""
    office = quiet_office
    office.book("+8657188005555")
    window = office.row().window
    assert window is not None
    office.house.promises.roster.absent("王芳", window)
    for _ in range(3):
        office.look(minutes=1)
    assert office.texts() == []
    assert office.desk() == ["slips_untold"]
