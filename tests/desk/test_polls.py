"""Votes at the desk: put up, closed, counted, published, by whom it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.desk.around import Around, Browser
from tests.desk.tables_office import house_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.staff.roles import Role

    SignedIn = Callable[[Role], Browser]

PAGE = "/desk/polls"
NEW = {
    "title-zh": "谁来领操？",
    "title-en": "Who leads the exercises?",
    "choices-zh": "老张\n小王",
    "choices-en": "Old Zhang\nYoung Wang",
    "opens": "2026-11-01",
    "closes": "2026-12-31",
}


def test_a_vote_is_put_up_closed_and_published(around: Around, signed_in: SignedIn) -> None:
    """Counts show once it is over, fewer than ten as few; each deed is in the audit log."""
    house, browser = house_of(around), signed_in("supervisor")
    assert browser.post(PAGE, PAGE, **NEW).status_code == 200
    made = next(one for one in house.polling.polls() if one.title.text("en") == NEW["title-en"])
    now = around.house.clock.now()
    for number in range(12):
        house.polling.ballots.cast(made.id, f"+86139{number:08d}", str(number), 2, now)
    house.polling.ballots.cast(made.id, "+8613800000009", "x", 1, now)
    page = browser.get(PAGE).text
    assert "投票的人超过 10 个" in page
    assert "12 票" not in page
    assert browser.post(PAGE, f"{PAGE}/close", poll=made.id).status_code == 200
    around.wait(seconds=1)
    page = browser.get(PAGE).text
    assert "12 票" in page
    assert "少于十票" in page
    assert browser.post(PAGE, f"{PAGE}/publish", poll=made.id).status_code == 200
    assert browser.post(PAGE, f"{PAGE}/publish", poll=made.id).status_code == 409
    assert [tally.votes for tally in house.polling.ballots.published()[made.id]] == [None, 12]
    log = signed_in("auditor").get("/desk/audit").text
    assert all(f"poll.{deed}" in log for deed in ("make", "close", "publish"))


def test_what_cannot_be_asked_is_shown_again(signed_in: SignedIn) -> None:
    """With what was typed: one choice only, or no day."""
    browser = signed_in("supervisor")
    for wrong in ({"choices-zh": "老张", "choices-en": ""}, {"opens": ""}):
        answer = browser.post(PAGE, PAGE, **{**NEW, **wrong})
        assert answer.status_code == 422
        assert NEW["title-zh"] in answer.text


def test_who_only_looks_makes_no_vote(signed_in: SignedIn) -> None:
    """A reader and an agent see votes and have no form."""
    for role in ("reader", "agent"):
        page = signed_in(role).get(PAGE).text
        assert "小公园里先添什么" in page
        assert f'action="{PAGE}"' not in page
