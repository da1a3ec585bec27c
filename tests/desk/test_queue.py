"""The queue and the page of a callback, over a real house and a carrier on loopback."""

from __future__ import annotations

import re
import shutil
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest
from sqlalchemy import update

from assistant.callbacks import events
from assistant.callbacks.outcomes import callback_outcomes
from assistant.teaching import Taught
from tests.callbacks.office import CODE, HERS, STAFF, Office
from tests.desk.around import NAMES, Around, Browser
from tests.desk.queue_office import at_the_office
from tests.houses import trees_learnt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

    from assistant.staff.roles import Role
    from assistant.understanding.reader import Reader

ITEM = f"/desk/queue/{CODE}"
LATER = "GH000778"


@pytest.fixture(scope="module")
def learnt() -> Taught:
    """The prompts and words of the house. Nobody is understood here, so nothing is learnt."""
    return Taught(trees_learnt().library, cast("Reader", None))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, learnt: Taught, quick_passwords: None) -> Path:
    """A data folder with one person on duty and everybody at the desk, to be copied."""
    del quick_passwords
    folder = tmp_path_factory.mktemp("fresh")
    with ExitStack() as stack:
        Office(folder, learnt, stack).one_person()
    return folder


@pytest.fixture
def office(fresh: Path, tmp_path: Path, learnt: Taught) -> Iterator[Office]:
    """A promise whose window has begun; nobody has been rung yet."""
    shutil.copytree(fresh, tmp_path / "data")
    with ExitStack() as stack:
        opened = Office(tmp_path / "data", learnt, stack)
        opened.book()
        opened.into_window()
        yield opened


@pytest.fixture
def around(office: Office) -> Around:
    """The desk of that office."""
    desk = at_the_office(Around(office.house.database), office)
    desk.add_everybody()
    return desk


@pytest.fixture
def sit(around: Around) -> Callable[[Role], Browser]:
    """Somebody of that role, signed in."""

    def one(role: Role) -> Browser:
        browser = Browser(around, around.app().test_client())
        browser.sign_in(NAMES[role])
        return browser

    return one


def deed(browser: Browser, name: str, **fields: str) -> TestResponse:
    """One deed on the page of the callback."""
    return browser.post(ITEM, f"{ITEM}/{name}", **fields)


def ripe(office: Office) -> None:
    """Let the ten seconds pass, and have what was said carried out."""
    office.clock.at += timedelta(seconds=11)
    office.ringers.outcomes.carry_out(office.clock.now())


def noted(around: Around) -> list[tuple[str, str, str]]:
    """What stands in the audit log of callbacks and numbers: what, on which, why."""
    found = [(one.what, one.which, one.why) for one in around.audit.latest(None, 100)]
    return [one for one in reversed(found) if one[0].startswith(("callback.", "number."))]


# -- the list -------------------------------------------------------------------------------


def test_the_most_pressing_stands_first_and_no_number_is_whole(
    office: Office, sit: Callable[[Role], Browser]
) -> None:
    """By the end of what was promised; number masked, no safe word anywhere."""
    later = office.book("+8613800000402", LATER, which=1)
    page = sit("reader").get("/desk/queue").text
    assert page.index(CODE) < page.index(LATER)
    assert "138****0401" in page
    assert HERS not in page
    assert office.row().safe_word not in page
    assert later.safe_word not in page
    assert "<br>问开门时间</th>" in page


def test_every_view_holds_what_its_name_says(
    office: Office, sit: Callable[[Role], Browser]
) -> None:
    """Nobody's, mine, overdue, within the hour, not reached, without a time."""
    agent = sit("agent")
    office.book("+8613800000402", LATER, which=2)
    views = {name: f"/desk/queue?show={name}" for name in ("free", "mine", "soon", "overdue")}

    def held(name: str) -> set[str]:
        return set(re.findall(r"GH\d{6}", agent.get(f"/desk/queue?show={name}").text))

    assert {name: held(name) for name in views} == {
        "free": {CODE, LATER}, "mine": set(), "soon": set(), "overdue": set(),
    }  # fmt: skip
    deed(agent, "claim")
    assert held("mine") == {CODE}
    assert held("free") == {LATER}
    window = office.row().window
    assert window is not None
    office.clock.at = window.end - timedelta(minutes=30)
    assert held("soon") == {CODE}
    office.clock.at = window.end + timedelta(minutes=1)
    assert CODE in held("overdue")
    assert held("unreached") == set()


def test_pages_go_on_behind_the_last_row(office: Office, sit: Callable[[Role], Browser]) -> None:
    """Nothing twice and nothing left out."""
    store, now = office.house.promises.store, office.clock.now()
    template = office.row()
    for number in range(120):
        row = replace(template, code=f"GH1{number:05d}", phone=f"+8613900{number:06d}")
        store.keep(replace(row, state="new", window=None, safe_word=""), now, "test")
    reader, address, seen = sit("reader"), "/desk/queue", list[str]()
    while address:
        page = reader.get(address).text
        seen += re.findall(r'id="(GH\d{6})"', page)
        more = re.search(r'href="([^"]*after=[^"]*)" data-key="m"', page)
        address = more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == 121


# -- taking and ringing ---------------------------------------------------------------------


def test_of_two_people_one_has_it_and_the_other_is_told(
    office: Office, sit: Callable[[Role], Browser]
) -> None:
    """Both press the same button; both know who has it."""
    first, second = sit("agent"), sit("supervisor")
    assert deed(first, "claim").status_code == 200
    late = deed(second, "claim")
    assert late.status_code == 409
    assert "王芳 已经在办了" in late.text
    assert office.row().owner == "王芳"
    assert deed(second, "outcome", outcome="settled").status_code == 409


def test_whoever_looks_at_the_same_row_is_seen(
    around: Around, sit: Callable[[Role], Browser]
) -> None:
    """On its page and in the list, for half a minute after the page was last open."""
    first, second = sit("agent"), sit("supervisor")
    before = around.parts.presence.mark(around.now)
    first.get(ITEM)
    assert around.parts.presence.mark(around.now) != before
    assert "王芳 也开着这一页" in second.get(ITEM).text
    assert "李主任 也开着这一页" in first.get("/desk/queue").text
    around.wait(seconds=31)
    assert "也开着这一页" not in first.get("/desk/queue").text
    assert second.get(f"{ITEM}/here").status_code == 204
    assert "李主任 也开着这一页" in first.get("/desk/queue").text


def test_taking_is_undone_by_giving_back_and_it_rings_as_if_nothing_had_been(
    office: Office, sit: Callable[[Role], Browser]
) -> None:
    """It is not put off for half an hour by a slip of the finger."""
    agent = sit("agent")
    deed(agent, "claim")
    office.look()
    assert office.carrier.made == []
    deed(agent, "release")
    office.look()
    assert [one.to for one in office.carrier.made] == [STAFF]


def test_staff_take_it_ring_and_say_what_came_of_it(
    office: Office, around: Around, sit: Callable[[Role], Browser]
) -> None:
    """The own telephone first, then hers; the safe word shows while they ring and not before."""
    agent, word = sit("agent"), office.row().safe_word
    deed(agent, "claim")
    assert word not in agent.get(ITEM).text
    assert "请接起来按 1" in deed(agent, "ring").text
    assert word in agent.get(ITEM).text
    assert word not in sit("supervisor").get(ITEM).text
    dial, hers = office.connect()
    office.she_answers(hers)
    office.over(dial, hers, "completed", DialCallDuration="95", DialBridged="true")
    assert (office.row().state, office.row().why) == ("done", "talked")
    assert "请填结果" in agent.get("/desk/queue?show=mine").text
    deed(agent, "outcome", outcome="settled", note="都说清楚了")
    assert CODE not in agent.get("/desk/queue?show=mine").text
    ripe(office)
    assert "都说清楚了" in agent.get(ITEM).text
    assert ("callback.outcome", CODE, "settled") in noted(around)


def test_the_line_rings_nobody_before_her_time_without_a_reason(
    office: Office, around: Around, sit: Callable[[Role], Browser]
) -> None:
    """Put first, with a reason that stays in the history and the audit log, it rings."""
    window = office.row().window
    assert window is not None
    office.clock.at = window.start - timedelta(hours=1)
    agent = sit("agent")
    early = deed(agent, "ring")
    assert early.status_code == 409
    assert "没到约定的时间" in early.text
    assert deed(agent, "first", why="because").status_code == 422
    deed(agent, "first", why="frail")
    assert deed(agent, "ring").status_code == 200
    assert [one.to for one in office.carrier.made] == [STAFF]
    assert ("callback.first", CODE, "frail") in noted(around)
    assert "体弱或独居" in agent.get(ITEM).text


def test_who_is_on_no_roster_is_told_to_ring_by_hand(sit: Callable[[Role], Browser]) -> None:
    """The desk knows accounts, the roster knows telephones."""
    answer = deed(sit("supervisor"), "ring")
    assert answer.status_code == 409
    assert "值班表上没有您" in answer.text


def test_ringing_by_hand_shows_number_and_word_and_is_written_down(
    office: Office, around: Around, sit: Callable[[Role], Browser]
) -> None:
    """One key; the callback is hers from then on, so that nobody else rings it."""
    shown = deed(sit("supervisor"), "reveal", reason="ring_back").text
    assert HERS in shown
    assert office.row().safe_word in shown
    assert office.row().owner == "李主任"
    assert ("number.reveal", CODE, "ring_back") in noted(around)
    assert deed(sit("agent"), "reveal", reason="ring_back").status_code == 409


# -- outcomes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "state", "reached"),
    [
        ("settled", "done", True),
        ("more", "done", True),
        ("not_reached", "no_answer", False),
        ("wrong_number", "done", False),
    ],
)
def test_an_outcome_is_done_after_ten_seconds_and_once(
    office: Office, sit: Callable[[Role], Browser], outcome: str, state: str, *, reached: bool
) -> None:
    """Before that nothing has changed; after it her telephone counts as rung once."""
    agent = sit("agent")
    deed(agent, "outcome", outcome=outcome)
    office.ringers.outcomes.carry_out(office.clock.now())
    assert office.row().state in {"booked", "due"}
    ripe(office)
    ripe(office)
    assert office.row().state == state
    rings = office.house.promises.store.rings_of(CODE)
    assert [(one.by_staff, one.reached) for one in rings] == [(True, reached)]


def test_a_process_that_ends_in_between_takes_no_step_twice(
    office: Office, sit: Callable[[Role], Browser]
) -> None:
    """The step was written down, that it was taken was not: her telephone has rung once."""
    deed(sit("agent"), "outcome", outcome="not_reached")
    ripe(office)
    with office.house.database.begin() as connection:
        connection.execute(update(callback_outcomes).values(carried_out=False))
    ripe(office)
    assert len(office.house.promises.store.rings_of(CODE)) == 1
    assert office.row().attempt == 1


def test_what_was_said_can_be_taken_back_for_ten_seconds(
    office: Office, sit: Callable[[Role], Browser]
) -> None:
    """The note stands in its field again; later it is too late, and said so."""
    agent = sit("agent")
    deed(agent, "outcome", outcome="settled", note="说好了")
    back = deed(agent, "undo")
    assert back.status_code == 200
    assert ">说好了</textarea>" in back.text
    ripe(office)
    assert office.row().state != "done"
    deed(agent, "outcome", outcome="settled")
    ripe(office)
    assert deed(agent, "undo").status_code == 409
    assert office.row().state == "done"


def test_another_time_is_promised_and_she_gets_a_text(
    office: Office, sit: Callable[[Role], Browser]
) -> None:
    """A window from the list, a new safe word, and the same text as when she moves it herself."""
    agent, before = sit("agent"), office.row()
    missing = deed(agent, "outcome", outcome="another_time", note="改天")
    assert missing.status_code == 422
    assert ">改天</textarea>" in missing.text
    windows = re.findall(r'<option value="(2026[^"]+)"', missing.text)
    deed(agent, "outcome", outcome="another_time", window=windows[-1])
    assert office.texts() == []
    ripe(office)
    after = office.row()
    assert after.window is not None
    assert after.window.start.isoformat() == windows[-1]
    assert after.safe_word != before.safe_word
    assert office.texts() == ["callback.changed"]
    texts = [line["text"] for line in office.journal.kept if line["event"] == "said"]
    assert after.safe_word in texts[0]
    facts = [
        line["facts"]
        for line in office.journal.kept
        if line.get("kind", "").startswith("callback.ch")
    ]
    assert [(one["callback"], one["safe_word"]) for one in facts] == [(CODE, after.safe_word)]


def test_a_long_note_is_refused_and_not_lost(sit: Callable[[Role], Browser]) -> None:
    """200,000 characters come back as they were, and what looks like a page is only shown."""
    agent = sit("agent")
    long = deed(agent, "outcome", outcome="settled", note="长" * 200_000)
    assert long.status_code == 422
    assert "长" * 200_000 in long.text
    deed(agent, "outcome", outcome="more", note="<script>alert(1)</script>")
    shown = agent.get(ITEM).text
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown


def test_what_is_being_typed_is_kept_while_it_is_typed(
    around: Around, sit: Callable[[Role], Browser]
) -> None:
    """Another browser of the same person finds it; a session that ended loses nothing either."""
    agent = sit("agent")
    token = agent.form_token(ITEM)
    form = {"form_token": token, "page": ITEM, "note": "她说周五女儿来"}
    assert agent.client.post(f"{ITEM}/draft", data=form).status_code == 204
    assert "她说周五女儿来" in sit("agent").get(ITEM).text
    around.wait(minutes=16)
    late = agent.client.post(f"{ITEM}/outcome", data={**form, "outcome": "more", "note": "再打"})
    assert late.status_code == 303
    agent.sign_in(NAMES["agent"])
    assert ">再打</textarea>" in agent.get(ITEM).text


# -- what nobody knows ----------------------------------------------------------------------


@pytest.mark.parametrize(("rang", "spent"), [("yes", 1), ("no", 1)])
def test_a_ring_nobody_knows_of_is_settled_by_a_person(
    office: Office, sit: Callable[[Role], Browser], rang: str, spent: int
) -> None:
    """Until then nothing rings; both ways lead on."""
    agent, store = sit("agent"), office.house.promises.store
    office.look()
    office.connect()
    store.apply(CODE, events.LostTrack("resident"), office.clock.now(), cause="test")
    assert office.row().state == "unknown"
    assert "不知道电话响没响" in agent.get(ITEM).text
    assert CODE in agent.get("/desk/queue?show=unreached").text
    assert deed(agent, "settle", rang="perhaps").status_code == 422
    deed(agent, "settle", rang=rang)
    assert (office.row().state, office.row().spent) == ("no_answer", spent)


def test_a_person_decides_about_somebody_who_was_not_reached(
    office: Office, sit: Callable[[Role], Browser]
) -> None:
    """With a reason of her own words, which stay in the history and not in the audit log."""
    store, agent = office.house.promises.store, sit("agent")
    office.look()
    office.connect()
    for event in (
        events.LostTrack("resident"),
        events.Reconciled(found=True, answered=True, over=True),
    ):
        store.apply(CODE, event, office.clock.now(), cause="test")
    assert office.row().state == "unreached"
    assert deed(agent, "decide", decision="visit").status_code == 422
    deed(agent, "decide", decision="visit", why="网格员下午去看看")
    assert (office.row().state, office.row().why) == ("done", "visit")
    assert "网格员下午去看看" in agent.get(ITEM).text


# -- beside it ------------------------------------------------------------------------------


def test_her_words_stand_with_pinyin_and_the_service_she_meant(
    sit: Callable[[Role], Browser],
) -> None:
    """What was said, how it is read, and what the directory knows of it."""
    page = sit("reader").get(ITEM).text
    assert "食堂礼拜天开不开" in page
    assert "shí táng lǐ bài tiān" in page
    assert "可能问的是" in page
    assert "<button" not in page.split("<main")[1].split("</main")[0]


def test_what_she_meant_is_proposed_from_her_callback(
    around: Around, sit: Callable[[Role], Browser]
) -> None:
    """The link on its page leads to her words and back; the audit log has the look."""
    agent = sit("agent")
    (address,) = re.findall(r'href="(/desk/meant/new[^"]+)"', agent.get(ITEM).text)
    shown = agent.get(address)
    assert shown.status_code == 200
    assert "食堂礼拜天开不开" in shown.text
    assert f'href="{ITEM}"' in shown.text
    assert agent.get("/desk/meant/new?code=GH999999").status_code == 404
    assert noted(around) == [("callback.view", CODE, "")]


def test_live_signals_tell_of_every_change(
    office: Office, around: Around, sit: Callable[[Role], Browser]
) -> None:
    """Taking, giving back, an outcome, its end: each makes every open list draw itself anew."""
    agent, marks = sit("agent"), [around.parts.callbacks.mark()]
    for name, outcome in (("claim", ""), ("release", ""), ("outcome", "settled")):
        office.clock.at += timedelta(seconds=1)
        deed(agent, name, outcome=outcome)
        marks.append(around.parts.callbacks.mark())
    ripe(office)
    marks.append(around.parts.callbacks.mark())
    assert len(set(marks)) == len(marks)
