"""The scorecard over a real house with made matters, whose figures are known beforehand."""

from __future__ import annotations

import re
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from assistant import desk_figures
from assistant.cases.tables import case_feedback
from assistant.core.conversation import Conversation
from assistant.core.errors import DatabaseError
from assistant.core.event import TakeDown
from assistant.core.texts import OutgoingText
from assistant.desk.guard import POLICY
from assistant.desk_figures import Figures, Look, Scorecard, Stretch
from assistant.drill.numbers import MARK, fresh_call, fresh_number
from assistant.memory.store import ConversationStore
from assistant.scorecard.figures import Share, Spread
from tests.desk.around import NAMES, PHONE, START, Around, Browser
from tests.desk.made_promises import promised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from assistant.staff.roles import Role

    SignedIn = Callable[[Role], Browser]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine has its figures too; what a page does meanwhile has tests of its own."""
    monkeypatch.setattr(desk_figures, "PATIENCE_S", 20)


def figures_of(around: Around) -> Figures:
    """Those behind the page."""
    return around.parts.tables.figures


def test_nothing_is_unknown_and_not_nought(signed_in: SignedIn) -> None:
    """An empty house has no percentage and no minutes."""
    shown = signed_in("reader").get("/desk/scorecard").text
    tiles = re.findall(r'<dd class="figure">([^<]+)</dd>', shown)
    assert len(tiles) == 2 * 6 + 2
    assert tiles[:12] == ["还不知道"] * 12
    assert tiles[12] == "0"


def test_promises_and_waits_are_those_of_the_ledger(around: Around) -> None:
    """One kept after a day, one late, one never rung; ten days ago another one kept."""
    yesterday = START - DAY
    promised(around, "GH000101", yesterday, yesterday + HOUR)
    promised(around, "GH000102", yesterday, yesterday + 3 * HOUR)
    promised(around, "GH000103", yesterday, None, "unreached")
    promised(around, "GH000104", START - 10 * DAY, START - 10 * DAY)
    week, month = figures_of(around).counted(START).stretches
    assert (week.days, week.kept, month.days, month.kept) == (7, Share(1, 3), 30, Share(2, 4))
    assert (week.bins["kept"], week.bins["late"], week.bins["broken"]) == (1, 1, 1)
    assert week.reached == Spread(2, 3, 25 * 60, 27 * 60)
    assert month.reached == Spread(3, 4, 25 * 60, 27 * 60)


def taken_down(around: Around, words: str = "楼道的灯坏了") -> str:
    """A request as the line takes it down: with its case."""
    talk = Conversation("c9", "sms", PHONE, "zh", around.now, around.now)
    code = around.house.requests.next_code()
    down = TakeDown(code, "case.report", words)
    around.house.requests.take_down(down, talk, around.now)
    return code


def week_of(around: Around) -> Stretch:
    """The figures of the last seven days."""
    return figures_of(around).stretch(7, around.now)


def test_alarms_wait_until_somebody_takes_them(around: Around) -> None:
    """Taking ends the wait, so does closing at once; a drill's alarm is nobody's."""
    for number in (1, 2, 3, 4):
        around.alarm(f"GH00000{number}")
    around.wait(minutes=4)
    around.alarms.take("GH000001", "王芳", around.now)
    around.wait(minutes=4)
    around.alarms.close("GH000002", "王芳", "没事", around.now)
    around.alarms.close("GH000003", MARK, MARK, around.now)
    around.wait(minutes=1)
    assert week_of(around).taken == Spread(2, 3, 4, 8)


def test_a_mark_without_a_question_has_no_denominator(around: Around) -> None:
    """Three were asked, two answered, one is content; a fourth gave a mark of her own accord."""
    rows = [("GH000001", "sms", 3), ("GH000002", "voice", 1), ("GH000003", "sms", None)]
    rows.append(("GH000004", "told", 3))
    around.wait(hours=1)
    with around.database.begin() as connection:
        for code, how, score in rows:
            given = None if score is None else START
            row = {"code": code, "closing": 1, "how": how, "asked": START, "words": ""}
            row |= {"score": score, "of": 3, "given": given}
            connection.execute(insert(case_feedback).values(**row))
    found = week_of(around).satisfaction
    assert (found.responded, found.content) == (Share(2, 3), Share(1, 2))


def test_a_drill_is_no_resident(around: Around) -> None:
    """Calls, texts and requests are counted by day and hour, a drill's are not."""
    store = ConversationStore(around.database)
    for name, contact in (("c0", PHONE), (fresh_call(), fresh_number())):
        moment = START - HOUR
        store.save(Conversation(name, "voice", contact, "zh", moment, moment))
        text = OutgoingText(f"copy:{name}:1:1", contact, "好", "zh", "answer", moment)
        around.house.outbox.put(text, moment)
    taken_down(around)
    taken_down(around)  # the same again: merged
    code = taken_down(around, "电梯里有异响")
    around.parts.request_desk.close(code, "solved", "王芳", "", START)
    around.wait(minutes=1)
    card = figures_of(around).counted(around.now)
    requests, contacts, hours = (one.bars for one in card.charts)
    assert (requests.names[-1], [row[-1] for row in requests.rows]) == ("11-25", [2, 1])
    assert [sum(row) for row in contacts.rows] == [1, 0]
    assert hours.rows[0][8] == 1
    assert sum(card.stretches[0].states.values()) == 1
    assert card.overdue == Share(0, 1)


def test_open_cases_past_their_day_are_among_the_open_ones(around: Around) -> None:
    """A request nobody takes for a month is overdue."""
    taken_down(around)
    around.wait(days=31)
    taken_down(around, "电梯里有异响")
    assert figures_of(around).counted(around.now).overdue == Share(1, 2)


def test_services_grow_stale(around: Around) -> None:
    """After years nothing in the directory is vouched for; the denominator is all of it."""
    before = figures_of(around).counted(around.now).stale
    around.wait(days=2000)
    after = figures_of(around).counted(around.now).stale
    services = len(around.house.store.current().services)
    assert (before.whole, after) == (services, Share(services, services))
    assert before.part < services


def test_a_count_is_kept_for_a_minute(around: Around) -> None:
    """Whoever looks again within it, also at a chart, costs nothing; then it is counted anew."""
    figures = figures_of(around)
    counted = figures.look(around.now).card
    assert counted is not None
    around.alarm()
    around.wait(seconds=59)
    assert figures.look(around.now).card is counted
    around.wait(seconds=1)
    anew = figures.look(around.now).card
    assert anew is not None
    assert anew.stretches[0].taken == Spread(0, 1, None, None)


@pytest.fixture
def slow(around: Around, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A house so big that counting goes on until the event is set."""
    counted, done = Figures.counted, threading.Event()

    def slowly(figures: Figures, now: datetime) -> Scorecard:
        assert done.wait(20)
        return counted(figures, now)

    del around
    monkeypatch.setattr(desk_figures, "PATIENCE_S", 0.01)
    monkeypatch.setattr(Figures, "counted", slowly)
    yield done
    done.set()


def test_no_page_waits_for_a_count(
    around: Around, signed_in: SignedIn, slow: threading.Event
) -> None:
    """Before the first the page says so and looks again; then the last figures stand, dated."""
    browser = signed_in("reader")
    first = browser.get("/desk/scorecard").text
    assert "正在重新统计" in first
    assert "data-poll>" in first
    assert '<meta http-equiv="refresh" content="5">' in first
    assert "截至" not in first
    assert browser.get("/desk/scorecard/requests.svg").status_code == 404
    slow.set()
    shown = settled(browser)
    asked = around.now
    assert f"截至 {asked:%Y-%m-%d %H:%M}" in shown
    slow.clear()
    around.wait(minutes=5)
    later = browser.get("/desk/scorecard").text
    assert "正在重新统计" in later
    assert f"截至 {asked:%Y-%m-%d %H:%M}" in later
    assert browser.get("/desk/scorecard/requests.svg").status_code == 200
    slow.set()
    assert f"截至 {around.now:%Y-%m-%d %H:%M}" in settled(browser)


def settled(browser: Browser) -> str:
    """The page once the count is over."""
    for _ in range(400):
        shown = browser.get("/desk/scorecard").text
        if "data-poll>" not in shown:
            return shown
        time.sleep(0.01)
    raise AssertionError("the count did not end")


def test_one_count_serves_everybody(around: Around, slow: threading.Event) -> None:
    """Who looks while it goes on begins no second one, even when its minute has passed."""
    figures = figures_of(around)
    begun = figures.look(around.now)
    around.wait(minutes=3)
    assert (begun, figures.look(around.now)) == (Look(None, counting=True),) * 2
    slow.set()
    card = until_counted(figures, around.now - timedelta(minutes=3))
    assert card.at == around.now - timedelta(minutes=3)


def until_counted(figures: Figures, now: datetime) -> Scorecard:
    """What was counted, once it is."""
    for _ in range(400):
        found = figures.look(now).card
        if found is not None:
            return found
        time.sleep(0.01)
    raise AssertionError("the count did not end")


def torn(*_: object) -> Stretch:
    """A table that cannot be read."""
    raise DatabaseError("the disk is full")


def test_a_count_that_fails_is_told_and_tried_again(
    around: Around,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The page says so instead of breaking; a minute later it has its figures."""
    browser = signed_in("reader")
    with monkeypatch.context() as broken:
        broken.setattr(Figures, "stretch", torn)
        assert "这次没有统计出来" in settled(browser)
        assert "这次没有统计出来" in settled(browser)
    assert caplog.text.count("could not be counted") == 1
    around.wait(minutes=1)
    assert "截至" in settled(browser)


def test_charts_are_pictures_that_can_do_nothing(around: Around, signed_in: SignedIn) -> None:
    """Each chart is served as SVG with a policy of its own; the page keeps the desk's."""
    taken_down(around)
    browser = signed_in("agent")
    page = browser.get("/desk/scorecard")
    assert page.headers["Content-Security-Policy"] == POLICY
    assert " style=" not in page.text
    sources = re.findall(r'<img src="([^"]+)"[^>]* alt="[^"]{5,}"', page.text)
    assert len(sources) == 3
    for source in sources:
        picture = browser.get(source)
        assert picture.mimetype == "image/svg+xml"
        assert picture.data.startswith(b"<?xml")
        assert "script-src" not in picture.headers["Content-Security-Policy"]
        assert "default-src 'none'" in picture.headers["Content-Security-Policy"]
    assert browser.get("/desk/scorecard/nothing.svg").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_names_nobody(around: Around, signed_in: SignedIn, language: str) -> None:
    """No number, no word said and no colleague but the one who looks, in both languages."""
    around.alarm()
    around.alarms.take("GH000001", NAMES["agent"], around.now)
    taken_down(around)
    browser = signed_in("reader")
    browser.get(f"/desk/view/language/{language}?next=/desk/scorecard")
    shown = browser.get("/desk/scorecard").text
    main = shown[shown.index("<main") :]
    assert "scorecard." not in main.replace("/desk/scorecard", "")
    for word in (PHONE, "0001", "楼道", NAMES["agent"]):
        assert word not in main
