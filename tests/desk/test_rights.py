"""Wishes about what is kept at the desk: who may see and do what, and what stays in the log."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from assistant.core.conversation import Conversation
from assistant.core.event import TakeDown
from tests.desk.around import NAMES, PHONE, START

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from assistant.staff.roles import Role
    from tests.desk.around import Around, Browser

SAID = "楼道里那盏灯又不亮了"
FIGURES = "托办的事"


def wish(around: Around, intent: str = "privacy.what") -> str:
    """A resident with one matter asks; the code of her wish."""
    house = around.house
    talk = Conversation("c1", "voice", PHONE, "zh", START, START)
    house.requests.take_down(TakeDown(house.requests.next_code(), "case.report", SAID), talk, START)
    asked = TakeDown(house.requests.next_code(), intent, "你们存了我什么")
    house.requests.take_down(asked, talk, START)
    house.wishes.asked(asked, talk, START)
    return asked.code


def do(browser: Browser, code: str, deed: str, **form: str) -> TestResponse:
    """Send one of the wish's forms, and see what comes of it."""
    return browser.post("/desk/account", f"/desk/rights/{code}/{deed}", **form)


def deeds(around: Around, code: str) -> list[tuple[str, str, str]]:
    """What the log has of it: who, what, why."""
    return [(one.who, one.what, one.why) for one in around.audit.about([code])]


def test_a_wish_waits_with_its_day_and_a_masked_number(
    around: Around, signed_in: Callable[[Role], Browser]
) -> None:
    """Nothing of her is on the page before it is proved, whoever looks."""
    code = wish(around)
    supervisor = signed_in("supervisor")
    listed = supervisor.get("/desk/rights").text
    assert code in listed
    assert "2026-11-30 17:00" in listed
    page = supervisor.get(f"/desk/rights/{code}").text
    assert PHONE not in listed + page
    assert FIGURES not in page
    assert deeds(around, code) == [(NAMES["supervisor"], "rights.view", "")]


def test_a_fact_proves_it_and_she_is_told_counts(
    around: Around, signed_in: Callable[[Role], Browser]
) -> None:
    """Kinds and counts, never what she said; each deed is in the log before it is done."""
    code, agent = wish(around), signed_in("agent")
    do(agent, code, "prove", proof="fact", fact="matter")
    page = agent.get(f"/desk/rights/{code}").text
    assert f"{FIGURES}: 2" in page
    assert SAID not in page
    do(agent, code, "tell")
    right = around.parts.rights.get(code)
    assert right is not None
    assert right.outcome == "told"
    name = NAMES["agent"]
    assert deeds(around, code) == [
        (name, "rights.prove", "fact.matter"),
        (name, "rights.view", ""),
        (name, "rights.tell", ""),
    ]


@pytest.mark.parametrize(
    ("form", "status"), [({}, 422), ({"proof": "fact"}, 422), ({"proof": "ring"}, 409)]
)
def test_a_proof_that_is_none_is_refused(
    around: Around, signed_in: Callable[[Role], Browser], form: dict[str, str], status: int
) -> None:
    """Nothing chosen, no fact, or a ring that was never made."""
    code, agent = wish(around), signed_in("agent")
    assert do(agent, code, "prove", **form).status_code == status
    right = around.parts.rights.get(code)
    assert right is not None
    assert right.proofs == ()


@pytest.mark.parametrize("deed", ["tell", "delete", "paper", "copy"])
def test_nothing_is_done_before_the_proof(
    around: Around, signed_in: Callable[[Role], Browser], deed: str
) -> None:
    """The form is there for whoever knows the address; the wish refuses it."""
    code = wish(around, "privacy.delete" if deed == "delete" else "privacy.what")
    assert do(signed_in("supervisor"), code, deed).status_code == 409


def test_a_curious_member_of_staff_is_refused(
    around: Around, signed_in: Callable[[Role], Browser]
) -> None:
    """A reader sees no counts and does nothing, an agent makes no copy; who looked is written."""
    code = wish(around)
    around.parts.rights.prove(code, "counter")
    reader, agent = signed_in("reader"), signed_in("agent")
    assert FIGURES not in reader.get(f"/desk/rights/{code}").text
    assert do(reader, code, "tell").status_code == 403
    assert do(agent, code, "copy").status_code == 403
    assert signed_in("auditor").get(f"/desk/rights/{code}").status_code == 403
    assert (NAMES["reader"], "rights.view", "") in deeds(around, code)


def test_the_copy_is_a_pdf_with_what_she_said(
    around: Around, signed_in: Callable[[Role], Browser]
) -> None:
    """Made by a supervisor, written into the log, kept by no browser."""
    code, supervisor = wish(around), signed_in("supervisor")
    do(supervisor, code, "prove", proof="counter")
    do(supervisor, code, "paper")
    assert "2026-12-10 17:00" in supervisor.get(f"/desk/rights/{code}").text
    answer = do(supervisor, code, "copy")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert SAID in text.replace("\n", "")
    assert (NAMES["supervisor"], "rights.copy", "") in deeds(around, code)


def test_who_looked_is_told_by_day_and_role(
    around: Around, signed_in: Callable[[Role], Browser]
) -> None:
    """Neither by name nor with what they saw."""
    code, agent = wish(around, "privacy.who_looked"), signed_in("agent")
    agent.get("/desk/requests/GH000001")
    do(agent, code, "prove", proof="counter")
    page = agent.get(f"/desk/rights/{code}").text
    assert "2026-11-25，工作人员，" in page
    assert NAMES["agent"] not in page.split("可以告诉她的")[1].split("</section>")[0]


def test_a_deletion_takes_the_number_out(
    around: Around, signed_in: Callable[[Role], Browser]
) -> None:
    """What is open stays, and the page says how many; afterwards it says that it is deleted."""
    code, agent = wish(around, "privacy.delete"), signed_in("agent")
    do(agent, code, "prove", proof="counter")
    assert "其中 2 条还要用到" in agent.get(f"/desk/rights/{code}").text
    assert do(agent, code, "delete").status_code == 200
    assert "已删除" in agent.get(f"/desk/rights/{code}").text
    assert around.requests.get(code) is None
    assert around.requests.get("GH000001") is not None


def test_a_helper_s_number_is_written_down_once(
    around: Around, signed_in: Callable[[Role], Browser]
) -> None:
    """Not the resident's own; until a day that the page names."""
    code, agent = wish(around, "privacy.helper"), signed_in("agent")
    do(agent, code, "prove", proof="counter")
    assert do(agent, code, "helper", number=PHONE).status_code == 409
    do(agent, code, "helper", number="13900000777")
    page = agent.get(f"/desk/rights/{code}").text
    assert "可以问到 2027-11-25" in page
    assert "13900000777" not in page


def test_a_refusal_has_a_reason(around: Around, signed_in: Callable[[Role], Browser]) -> None:
    """One of three; the number is taken out, the case is closed."""
    code, agent = wish(around), signed_in("agent")
    assert do(agent, code, "refuse", why="").status_code == 422
    do(agent, code, "refuse", why="not_hers")
    right = around.parts.rights.get(code)
    assert right is not None
    assert (right.outcome, right.why, right.contact) == ("refused", "not_hers", "")
    assert around.requests.status(code) == "closed"
