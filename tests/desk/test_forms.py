from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.desk.around import NAMES, Around, Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.staff.roles import Role

    SignedIn = Callable[[Role], Browser]

NOTE = "她说儿子已经到了 <b>&</b>"


def test_headers_stand_on_every_answer(browser: Browser) -> None:
    """No foreign content, no framing, no sniffing, no referrer, no copy in a cache."""
    for path in ("/desk/sign-in", "/desk/nowhere", "/desk/requests", "/desk/static/main.js"):
        with browser.client.get(path) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
    assert browser.client.get("/desk/sign-in").headers["Cache-Control"] == "no-store"


def test_every_form_refuses_what_another_website_sends(around: Around, signed_in: SignedIn) -> None:
    """Without the form's own token nothing is done, on any route that does something."""
    around.alarm()
    around.request()
    browser = signed_in("admin")
    before = around.audit.head().number
    for route in around.desk().routes:
        if route.method != "POST" or route.needs == "half":
            continue
        path = "/desk" + route.rule.replace("<code>", "GH000001").replace("<identity>", "0")
        for form in ({}, {"form_token": "0" * 64}):
            answer = browser.client.post(path, data=form)
            assert answer.status_code == 400, path
    assert around.audit.head().number == before


def test_a_token_of_another_session_is_refused(signed_in: SignedIn) -> None:
    """A form that somebody else was shown is not taken."""
    mine, theirs = signed_in("agent"), signed_in("supervisor")
    token = theirs.form_token("/desk/account")
    assert mine.client.post("/desk/sign-out", data={"form_token": token}).status_code == 400


def test_a_right_token_from_another_site_is_refused(signed_in: SignedIn) -> None:
    """The browser's own word on where a form comes from counts too."""
    browser = signed_in("agent")
    form = {"form_token": browser.form_token("/desk/account")}
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = browser.client.post("/desk/sign-out", data=form, headers=headers)
    assert answer.status_code == 400


def test_nothing_typed_is_lost_when_the_session_ends(around: Around, signed_in: SignedIn) -> None:
    """A note sent after the lock waits in its field after signing in, and only for its writer."""
    code = around.alarm()
    page = f"/desk/emergencies/{code}"
    browser = signed_in("agent")
    token = browser.form_token(page)
    around.wait(minutes=20)
    form = {"form_token": token, "page": page, "note": NOTE}
    sent = browser.client.post(f"{page}/close", data=form, follow_redirects=True)
    assert sent.request.path == "/desk/sign-in"
    assert sent.request.args["next"] == page
    found = around.alarms.get(code)
    assert found is not None
    assert found.status == "open"
    other = signed_in("supervisor")
    assert "儿子" not in other.get(page).text
    browser.sign_in(NAMES["agent"])
    back = browser.get(page).text
    assert "她说儿子已经到了 &lt;b&gt;&amp;&lt;/b&gt;</textarea>" in back
    assert "已经放回来了" in back
    assert "儿子" not in browser.get(page).text


def test_a_forged_form_leaves_no_draft(around: Around, signed_in: SignedIn) -> None:
    """What another website sends in a locked session is not put before its owner."""
    page = f"/desk/emergencies/{around.alarm()}"
    browser = signed_in("agent")
    around.wait(minutes=20)
    browser.client.post(f"{page}/close", data={"form_token": "0" * 64, "note": "forged"})
    browser.sign_in(NAMES["agent"])
    assert "forged" not in browser.get(page).text


def test_a_draft_is_kept_a_day(around: Around) -> None:
    """Then it is gone, taken or not."""
    around.people.drafts.keep("王芳", "/desk/x", {"note": "words"}, around.now)
    around.wait(hours=25)
    assert around.people.drafts.take("王芳", "/desk/x", around.now) == {}


@pytest.mark.parametrize("length", [4001, 200_000])
def test_a_note_that_is_too_long_comes_back_whole(
    around: Around, signed_in: SignedIn, length: int
) -> None:
    """It is refused in words, with everything still in the field."""
    page = f"/desk/emergencies/{around.alarm()}"
    note = "长" * length
    answer = signed_in("agent").post(page, f"{page}/close", note=note)
    assert answer.status_code == 422
    assert f">{note}</textarea>" in answer.text


def test_a_flood_of_letters_is_refused_in_words(around: Around, signed_in: SignedIn) -> None:
    """More than any note can be is not read at all."""
    page = f"/desk/emergencies/{around.alarm()}"
    answer = signed_in("agent").post(page, f"{page}/close", note="x" * 3_000_000)
    assert answer.status_code == 413
    assert "太长" in answer.text


def test_pasted_html_stays_text(around: Around, signed_in: SignedIn) -> None:
    """On the list, on the item, and after closing."""
    nasty = "<script>alert(1)</script>"
    code = around.request(nasty)
    around.alarm(words=nasty)
    browser = signed_in("agent")
    page = f"/desk/requests/{code}"
    browser.post(page, f"{page}/close", outcome="solved", note=nasty)
    for path in ("/desk/emergencies", "/desk/emergencies/GH000001", page):
        shown = browser.get(path).text
        assert nasty not in shown
        assert "&lt;script&gt;" in shown


def test_ten_thousand_pages_a_minute_are_too_many(browser: Browser) -> None:
    """One address is slowed down before it slows everybody."""
    answers = {browser.client.get("/desk/nowhere").status_code for _ in range(605)}
    assert answers == {404, 429}
