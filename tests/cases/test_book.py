from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, event, select

from assistant.cases.closings import RequestDesk
from assistant.cases.tables import case_history, cases
from assistant.core.case import CaseError, Deed, DeedName
from tests.cases.casework import ANN, BEN, NOW, Office, later

if TYPE_CHECKING:
    from assistant.database import Database

LAMP, DRAIN = "楼道灯坏了，看不见路", "下水道堵了"


@pytest.fixture
def office(any_database: Database) -> Office:
    """The rooms of cases over a database of each kind."""
    return Office(any_database)


def do(
    office: Office,
    code: str,
    name: DeedName,
    why: str = "",
    owner: str | None = None,
    days: int = 0,
) -> None:
    """One deed of a member of staff at `NOW`."""
    office.book.advance(code, Deed(name, "王师傅", why, owner, days), NOW)


def test_every_request_is_a_case(office: Office) -> None:
    """Kind and topic are proposed, the terms run from the moment it came, it is in the history."""
    code = office.ask(LAMP)
    case = office.book.get(code.lower())
    assert case is not None
    assert (case.state, case.kind, case.topic, case.sorted) == ("new", "help", "lighting", False)
    assert case.begun == NOW
    (first,) = office.book.history(code)
    assert (first.deed, first.before, first.after, first.by) == ("open", "", "new", "line")


def test_a_whole_life_is_in_the_history(office: Office) -> None:
    """Every deed with who did it and why; the request closes and opens with its case."""
    code = office.ask(LAMP)
    do(office, code, "accept")
    do(office, code, "assign", owner="李师傅")
    do(office, code, "return", why="不归我们管")
    do(office, code, "assign", owner="赵师傅")
    do(office, code, "start")
    do(office, code, "extend", why="等配件", days=3)
    do(office, code, "answer")
    do(office, code, "close")
    assert office.requests.status(code) == "closed"
    do(office, code, "reopen", why="又坏了")
    assert office.requests.status(code) == "open"
    told = [(entry.deed, entry.after, entry.by, entry.why) for entry in office.book.history(code)]
    assert told == [
        ("open", "new", "line", ""),
        ("accept", "accepted", "王师傅", ""),
        ("assign", "assigned", "王师傅", "李师傅"),
        ("return", "returned", "王师傅", "不归我们管"),
        ("assign", "assigned", "王师傅", "赵师傅"),
        ("start", "in_progress", "王师傅", ""),
        ("extend", "extended", "王师傅", "等配件"),
        ("answer", "answered", "王师傅", ""),
        ("close", "closed", "王师傅", ""),
        ("reopen", "reopened", "王师傅", "又坏了"),
    ]


def test_what_does_not_fit_changes_nothing(office: Office) -> None:
    """A refusal leaves case and history as they were; an unknown code is named."""
    code = office.ask(LAMP)
    with pytest.raises(CaseError):
        do(office, code, "visit")
    assert len(office.book.history(code)) == 1
    with pytest.raises(CaseError, match="GH999999"):
        do(office, "GH999999", "accept")


def test_saying_the_same_twice_is_one_case_with_both_voices(office: Office) -> None:
    """The oldest time counts, either code tells how it stands, and staff see one."""
    first = office.ask(LAMP)
    again = office.ask(f"{LAMP}！", now=later(days=1))
    ((request, case),) = office.book.listing()
    assert (request.code, case.begun) == (first, NOW)
    assert [voice.code for voice in office.book.voices(first)] == [first, again]
    assert [voice.words for voice in office.book.voices(first)] == [LAMP, f"{LAMP}！"]
    do(office, first, "accept")
    assert office.book.told(again, NOW) == office.book.told(first, NOW)
    assert [item.code for item in office.requests.open_for(ANN)] == [first]


def test_nobody_elses_words_make_one_case(office: Office) -> None:
    """Another telephone, another wish, another person on it, a hidden number, a closed matter."""
    first = office.ask(LAMP, nickname="老李")
    others = [
        office.ask(LAMP, contact=BEN),
        office.ask(LAMP, intent="case.complain"),
        office.ask(LAMP, nickname="张阿姨"),
        office.ask(LAMP, contact="anonymous"),
        office.ask(LAMP, contact="anonymous"),
    ]
    do(office, first, "close")
    others.append(office.ask(LAMP, nickname="老李", now=later(days=1)))
    assert {request.code for request, _ in office.book.listing()} == set(others)


def test_staff_make_two_cases_one_and_two_again(office: Office) -> None:
    """The older goes on whichever is named first; split, each has its own term."""
    older, newer = office.ask(LAMP), office.ask("灯不亮", now=later(hours=1))
    assert office.book.merge(older, newer, "王师傅", later(hours=2)).code == older
    assert len(office.book.listing()) == 1
    with pytest.raises(CaseError, match=older):
        do(office, newer, "accept")
    apart = office.book.split(newer, "王师傅", later(hours=3))
    assert (apart.state, apart.begun, apart.merged_into) == ("new", later(hours=1), None)
    assert len(office.book.listing()) == 2
    with pytest.raises(CaseError, match="not part"):
        office.book.split(newer, "王师傅", later(hours=4))


def test_likely_duplicates_are_shown_likeliest_first(office: Office) -> None:
    """Only open matters of the same telephone and wish."""
    code = office.ask("厨房水龙头一直漏水")
    near = office.ask("我家水龙头漏水")
    office.ask(DRAIN)
    assert [name for name, _ in office.intake.likely_duplicates(code)] == [near]
    assert office.intake.likely_duplicates("GH999999") == ()


def test_sorted_by_staff(office: Office) -> None:
    """Kind and topic are confirmed, the term follows; a topic nobody has is refused."""
    code = office.ask(LAMP)
    case = office.book.sort(code, "report", "hazard", "王师傅", NOW)
    assert (case.kind, case.topic, case.sorted) == ("report", "hazard", True)
    assert case.due == later(hours=2)
    with pytest.raises(CaseError, match="hazard"):
        office.book.sort(code, "report", "gossip", "王师傅", NOW)


def test_closed_cases_stand_by_their_day_then_as_they_came(office: Office) -> None:
    """A later page begins where the one before ended; what stands open is not among them."""
    codes = [office.ask(f"{DRAIN}{number}", now=later(hours=-number)) for number in range(4)]
    office.ask(LAMP)
    for code in codes:
        do(office, code, "close")
    early = office.ask("暖气不热", now=later(days=-9))
    do(office, early, "close")
    found = [request.code for request, _ in office.book.listing(closed=True)]
    assert found == [early, *reversed(codes)]
    pages = [office.book.listing(closed=True, most=2, skip=skip) for skip in (0, 2, 4)]
    assert [request.code for page in pages for request, _ in page] == found


def test_no_page_of_closed_cases_sorts_all_of_them(office: Office) -> None:
    """SQLite walks them in the order of their days: only those of one day are put in order."""
    if office.database.engine.dialect.name != "sqlite":
        pytest.skip("how SQLite goes about it")
    asked: list[tuple[str, tuple[object, ...]]] = []
    event.listen(
        office.database.engine,
        "before_cursor_execute",
        lambda *call: asked.append((call[2], call[3])),
    )
    office.book.listing(closed=True, most=2, skip=2)
    statement, values = asked[-1]
    with office.database.read() as connection:
        told = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        steps = [row[3] for row in told]
    page = steps[: next(at for at, step in enumerate(steps) if step.startswith("SCAN anon"))]
    assert "USE TEMP B-TREE FOR ORDER BY" not in page
    assert any("USING COVERING INDEX ix_cases_merged_into_due_code" in step for step in page)


def test_overdue_is_listed_once_its_time_is_past(office: Office) -> None:
    """Not while it waits for her, not when it is closed by whatever way."""
    untaken, waiting, shut = office.ask(LAMP), office.ask(DRAIN), office.ask("暖气不热")
    do(office, waiting, "start")
    do(office, waiting, "wait", why="要看锁")
    RequestDesk(office.database).close(shut, "solved", "王师傅", "", NOW)
    assert office.book.overdue(NOW) == ()
    assert [request.code for request, _ in office.book.overdue(later(days=2))] == [untaken]


def test_closed_at_the_desk_is_closed_as_a_case(office: Office) -> None:
    """With who did it and how it ended; closed once more after it was opened again."""
    code, desk = office.ask(LAMP), RequestDesk(office.database)
    assert desk.close(code, "solved", "王师傅", "换了灯泡", NOW)
    case = office.book.get(code)
    assert case is not None
    assert (case.state, case.closings) == ("closed", 1)
    last = office.book.history(code)[-1]
    assert (last.deed, last.by, last.why) == ("close", "王师傅", "solved 换了灯泡")
    do(office, code, "reopen", why="又坏了")
    assert desk.close(code, "passed_on", "李师傅", "", NOW)
    closing = desk.closing(code)
    assert closing is not None
    assert closing.outcome == "passed_on"


def test_a_drill_leaves_no_case(office: Office) -> None:
    """Its requests are kept as requests and nothing more."""
    code = office.ask(LAMP, contact="+9990000000001")
    assert office.book.get(code) is None
    assert office.intake.catch_up() == 0


def test_requests_of_an_older_database_become_cases(office: Office) -> None:
    """Open ones with their terms, closed ones closed and asked about by nobody."""
    open_one, closed = office.ask(LAMP), office.ask(DRAIN)
    office.ask(LAMP, contact="+9990000000001")
    office.requests.close(closed)
    with office.database.begin() as connection:
        connection.execute(delete(case_history))
        connection.execute(delete(cases))
    assert (office.intake.catch_up(), office.intake.catch_up()) == (2, 0)
    states = {code: office.book.get(code) for code in (open_one, closed)}
    assert {code: case and (case.state, case.closings) for code, case in states.items()} == {
        open_one: ("new", 0),
        closed: ("closed", 0),
    }
    assert office.feedback.due(later(days=2)) == ()


def test_two_desks_do_one_deed(office: Office) -> None:
    """Eight at once accept one case: one does, seven are told, and the history has one line."""
    code = office.ask(LAMP)

    def accept(number: int) -> bool:
        try:
            office.book.advance(code, Deed("accept", f"staff {number}"), NOW)
        except CaseError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(accept, range(8))) == 1
    with office.database.read() as connection:
        deeds = connection.execute(select(case_history.c.deed)).scalars().all()
    assert sorted(deeds) == ["accept", "open"]
