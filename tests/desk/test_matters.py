from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.desk.around import PHONE, Around, Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.staff.roles import Role

    SignedIn = Callable[[Role], Browser]


def test_alarms_stand_on_every_page(around: Around, signed_in: SignedIn) -> None:
    """With what it is and that nobody has it; the auditor, who sees no residents, has none."""
    around.alarm()
    for role in ("reader", "agent", "supervisor", "admin"):
        shown = signed_in(role).get("/desk/account").text
        assert 'role="alert"' in shown
        assert "摔倒" in shown
        assert "还没有人处理" in shown
    assert "摔倒" not in signed_in("auditor").get("/desk/account").text


def test_one_person_takes_an_alarm_and_closes_it_in_her_name(
    around: Around, signed_in: SignedIn
) -> None:
    """The record has the names, the log has the deeds and not the note."""
    page = f"/desk/emergencies/{around.alarm()}"
    browser = signed_in("agent")
    taken = browser.post(page, f"{page}/take")
    assert "您已接手" in taken.text
    assert browser.post(page, f"{page}/close", note="  ").status_code == 422
    closed = browser.post(page, f"{page}/close", note="儿子已到，无大碍")
    assert "紧急情况已结束" in closed.text
    alarm = around.alarms.get("GH000001")
    assert alarm is not None
    assert (alarm.taken_by, alarm.closed_by, alarm.note) == ("王芳", "王芳", "儿子已到，无大碍")
    deeds = [(one.who, one.what, one.which) for one in around.audit.latest(most=4)]
    assert deeds[0] == ("王芳", "emergency.close", "GH000001")
    assert ("王芳", "emergency.take", "GH000001") in deeds
    assert not any("儿子" in str(one) for one in around.audit.latest())


def test_two_who_take_at_once_are_told_who_has_it(around: Around, signed_in: SignedIn) -> None:
    """Exactly one has it; the other reads her name."""
    page = f"/desk/emergencies/{around.alarm()}"
    desks = [signed_in("agent"), signed_in("supervisor")]
    forms = [{"form_token": one.form_token(page), "page": page} for one in desks]
    with ThreadPoolExecutor(2) as pool:
        sent = [
            pool.submit(one.client.post, f"{page}/take", data=form)
            for one, form in zip(desks, forms, strict=True)
        ]
        answers = sorted((one.result() for one in sent), key=lambda answer: answer.status_code)
    assert [one.status_code for one in answers] == [303, 409]
    alarm = around.alarms.get("GH000001")
    assert alarm is not None
    assert f"{alarm.taken_by} 已经在处理了" in answers[1].text


def test_what_was_typed_stays_when_somebody_was_faster(around: Around, signed_in: SignedIn) -> None:
    """Two close one request: the second sees that, and her note."""
    page = f"/desk/requests/{around.request()}"
    signed_in("supervisor").post(page, f"{page}/close", outcome="solved")
    late = signed_in("agent").client
    browser = Browser(around, late)
    answer = browser.post(page, f"{page}/close", outcome="passed_on", note="转给物业")
    assert answer.status_code == 409
    assert "已经有人结束了" in answer.text
    assert "转给物业" in answer.text
    closing = around.parts.request_desk.closing("GH000001")
    assert closing is not None
    assert (closing.outcome, closing.closed_by) == ("solved", "李主任")


def test_a_number_shows_for_a_reason_that_is_written_down(
    around: Around, signed_in: SignedIn
) -> None:
    """Masked everywhere; one choice shows it, and who, what and why stand in the log."""
    around.alarm()
    around.request()
    browser = signed_in("agent")
    for page in ("/desk/emergencies", "/desk/requests", "/desk/requests/GH000001"):
        shown = browser.get(page).text
        assert "138****0001" in shown
        assert PHONE[3:] not in shown
    page = "/desk/requests/GH000001"
    assert browser.post(page, f"{page}/reveal", reason="").status_code == 422
    assert PHONE in browser.post(page, f"{page}/reveal", reason="ring_back").text
    entry = around.audit.latest(most=1)[0]
    assert (entry.who, entry.what, entry.which, entry.why) == (
        *("王芳", "number.reveal"),
        *("GH000001", "ring_back"),
    )
    assert PHONE not in browser.get(page).text


def test_a_look_is_written_down_once_a_session(around: Around, signed_in: SignedIn) -> None:
    """However often a page draws itself anew, the log has one line for each who looked."""
    around.request()
    for role in ("agent", "agent", "reader"):
        browser = signed_in(role)
        for _ in range(3):
            browser.get("/desk/requests/GH000001")
    looks = [one.who for one in around.audit.latest() if one.what == "request.view"]
    assert sorted(looks) == ["王芳", "王芳", "读者小赵"]


def test_requests_come_a_page_at_a_time(around: Around, signed_in: SignedIn) -> None:
    """Every one is on some page, once, the oldest first."""
    codes = [around.request() for _ in range(103)]
    browser = signed_in("reader")
    seen: list[str] = []
    address = "/desk/requests"
    for _ in range(3):
        page = browser.get(address).text
        seen += [code for code in codes if f"/desk/requests/{code}" in page and code not in seen]
        address = f"/desk/requests?after={seen[-1]}"
    assert seen == codes
    assert "下一页" not in page


def test_an_export_takes_two_people_and_is_had_once(around: Around, signed_in: SignedIn) -> None:
    """Who asks cannot agree; a colleague can; the file is taken once, and nobody else takes it."""
    around.request("=HYPERLINK(1)")
    around.request("@SUM(A1)")
    asks, agrees = signed_in("supervisor"), signed_in("admin")
    page = "/desk/exports"
    asks.post(page, page, reason="resident_asks")
    wish = around.people.approvals.listing()[0]
    decide, take = f"{page}/{wish.id}/decide", f"{page}/{wish.id}/file"
    assert asks.post(page, take).status_code == 409
    assert asks.post(page, decide, answer="yes").status_code == 409
    assert "等待另一位主管同意" in asks.get(page).text
    agrees.post(page, decide, answer="yes")
    assert agrees.post(page, take).status_code == 409
    file = asks.post(page, take)
    rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
    assert [row[0] for row in rows] == ["code", "GH000001", "GH000002"]
    assert [row[7] for row in rows[1:]] == ["'=HYPERLINK(1)", "'@SUM(A1)"]
    assert rows[1][4] == f"'{PHONE}"
    assert asks.post(page, take).status_code == 409
    deeds = [one.what for one in around.audit.latest() if one.what.startswith("export")]
    assert deeds[-1] == "export.ask"
    assert "export.take" in deeds


def test_an_old_wish_is_void(around: Around, signed_in: SignedIn) -> None:
    """Nobody can agree to it after a day."""
    asks = signed_in("supervisor")
    asks.post("/desk/exports", "/desk/exports", reason="mistake")
    wish = around.people.approvals.listing()[0]
    around.wait(hours=25)
    agrees = signed_in("admin")
    late = agrees.post("/desk/exports", f"/desk/exports/{wish.id}/decide", answer="yes")
    assert late.status_code == 409
    assert "已过期" in agrees.get("/desk/exports").text
