from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.desk.around import NAMES, PASSWORD, Around, Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.staff.roles import Role

    SignedIn = Callable[[Role], Browser]


def test_a_password_alone_opens_nothing_but_for_readers(around: Around, browser: Browser) -> None:
    """Everybody else is asked for a code, and until it is given every page sends them back."""
    answer = browser.post("/desk/sign-in", "/desk/sign-in", name="王芳", password=PASSWORD)
    assert 'id="code"' in answer.text
    assert browser.get("/desk/requests").request.path == "/desk/sign-in"
    reader = Browser(around, around.app().test_client())
    assert reader.sign_in(NAMES["reader"]).request.path == "/desk/emergencies"


def test_who_signs_in_comes_to_where_they_wanted_to_be(around: Around, browser: Browser) -> None:
    """A page opened before signing in is the first seen after it."""
    around.request()
    asked = browser.get("/desk/requests/GH000001")
    assert asked.request.path == "/desk/sign-in"
    wanted = asked.request.args["next"]
    token = browser.form_token("/desk/sign-in")
    form = {"form_token": token, "name": NAMES["reader"], "password": PASSWORD, "next": wanted}
    answer = browser.client.post("/desk/sign-in", data=form, follow_redirects=True)
    assert answer.request.path == "/desk/requests/GH000001"


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/desk/\\evil", "/desk/sign-out", "", "/x"]
)
def test_nobody_is_sent_elsewhere(browser: Browser, wanted: str) -> None:
    """After signing in only our own pages follow."""
    token = browser.form_token("/desk/sign-in")
    form = {"form_token": token, "name": NAMES["reader"], "password": PASSWORD, "next": wanted}
    assert browser.client.post("/desk/sign-in", data=form).headers["Location"] == "/desk/"


def test_wrong_name_and_wrong_password_look_the_same(browser: Browser) -> None:
    """The page does not tell who has an account."""
    pages = [
        browser.post("/desk/sign-in", "/desk/sign-in", name=name, password="not this one")
        for name in ("王芳", "nobody at all")
    ]
    texts = [re.sub(r'value="[^"]*"', "", page.text) for page in pages]
    assert [page.status_code for page in pages] == [403, 403]
    assert texts[0] == texts[1]


def test_guessing_makes_one_wait_longer_and_longer(around: Around, browser: Browser) -> None:
    """After five failures the right password waits too; after the wait it is taken."""
    for _ in range(5):
        browser.post("/desk/sign-in", "/desk/sign-in", name="王芳", password="guess")
    assert browser.sign_in("王芳").status_code == 429
    around.wait(seconds=31)
    browser.post("/desk/sign-in", "/desk/sign-in", name="王芳", password="guess")
    around.wait(seconds=31)
    assert browser.sign_in("王芳").status_code == 429
    around.wait(seconds=31)
    assert browser.sign_in("王芳").request.path == "/desk/emergencies"


def test_codes_are_guessed_no_better(browser: Browser) -> None:
    """Whoever knows the password cannot try all codes."""
    browser.post("/desk/sign-in", "/desk/sign-in", name="王芳", password=PASSWORD)
    answers = [
        browser.post("/desk/sign-in/code", "/desk/sign-in/code", code="000000").status_code
        for _ in range(6)
    ]
    assert answers == [403] * 5 + [429]


def test_a_code_is_good_once(around: Around, browser: Browser) -> None:
    """Whoever looks over a shoulder has nothing from it."""
    code = around.code("王芳")
    browser.post("/desk/sign-in", "/desk/sign-in", name="王芳", password=PASSWORD)
    first = browser.post("/desk/sign-in/code", "/desk/sign-in/code", code=code)
    other = Browser(around, around.app().test_client())
    other.post("/desk/sign-in", "/desk/sign-in", name="王芳", password=PASSWORD)
    second = other.post("/desk/sign-in/code", "/desk/sign-in/code", code=code)
    assert (first.status_code, second.status_code) == (200, 403)


def test_the_first_time_a_telephone_is_set_up(around: Around, browser: Browser) -> None:
    """QR code and key, then ten recovery codes; one of them stands in for the telephone, once."""
    around.people.accounts.add("新来的", "agent", around.now, PASSWORD)
    page = browser.post("/desk/sign-in", "/desk/sign-in", name="新来的", password=PASSWORD)
    assert "<svg" in page.text
    assert "otpauth://totp/" in page.text
    secret = re.search(r"<code>((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})</code>", page.text)
    assert secret is not None
    around.secrets["新来的"] = secret[1].replace(" ", "")
    shown = browser.post("/desk/second-factor", "/desk/second-factor", code=around.code("新来的"))
    codes = re.findall(r"<code>([a-z2-7-]{19})</code>", shown.text)
    assert len(set(codes)) == 10
    assert browser.get("/desk/").request.path == "/desk/emergencies"
    tries = []
    for _ in range(2):
        lost = Browser(around, around.app().test_client())
        lost.post("/desk/sign-in", "/desk/sign-in", name="新来的", password=PASSWORD)
        tries.append(lost.post("/desk/sign-in/code", "/desk/sign-in/code", code=codes[3].upper()))
    assert [one.status_code for one in tries] == [200, 403]


def test_idle_desks_lock_and_busy_ones_do_not(around: Around, signed_in: SignedIn) -> None:
    """Fifteen minutes without a click, or twelve hours in all."""
    browser = signed_in("agent")
    for _ in range(3):
        around.wait(minutes=14)
        assert browser.get("/desk/requests").request.path == "/desk/requests"
    around.wait(minutes=16)
    locked = browser.get("/desk/requests")
    assert locked.request.path == "/desk/sign-in"
    assert "已锁定" in locked.text
    busy = signed_in("agent")
    for _ in range(60):
        around.wait(minutes=12.5)
        last = busy.get("/desk/requests").request.path
    assert last == "/desk/sign-in"


def test_a_page_that_redraws_itself_keeps_no_desk_open(around: Around, signed_in: SignedIn) -> None:
    """Background requests are nobody's work."""
    browser = signed_in("agent")
    for _ in range(4):
        around.wait(minutes=5)
        browser.client.get("/desk/requests", headers={"X-Desk-Background": "1"})
    assert browser.get("/desk/requests").request.path == "/desk/sign-in"


def test_signing_out_ends_the_session_itself(around: Around, signed_in: SignedIn) -> None:
    """A cookie kept from before opens nothing."""
    browser = signed_in("agent")
    cookie = browser.client.get_cookie("desk", path="/")
    assert cookie is not None
    browser.post("/desk/account", "/desk/sign-out")
    thief = Browser(around, around.app().test_client())
    thief.client.set_cookie("desk", cookie.value)
    assert thief.get("/desk/requests").request.path == "/desk/sign-in"


def test_sessions_are_listed_and_ended_from_another_desk(
    around: Around, signed_in: SignedIn
) -> None:
    """A desk left open elsewhere is closed from here; another person's session is not."""
    left, here, other = signed_in("agent"), signed_in("agent"), signed_in("supervisor")
    listed = re.findall(r'name="session" value="([0-9a-f]{64})"', here.get("/desk/account").text)
    assert len(listed) == 1
    other.post("/desk/account", "/desk/account/sessions/end", session=listed[0])
    assert left.get("/desk/requests").request.path == "/desk/requests"
    here.post("/desk/account", "/desk/account/sessions/end", session=listed[0])
    assert left.get("/desk/requests").request.path == "/desk/sign-in"
    assert around.audit.latest(most=1)[0].what == "session.end"


def test_cookies_are_out_of_reach(around: Around) -> None:
    """HttpOnly and SameSite always; over TLS also Secure, with a name no other host can set."""
    around.public_url = "https://line.example"
    client = around.app().test_client()
    page = client.get("/desk/sign-in")
    token = re.search(r'name="form_token" value="([0-9a-f]{64})"', page.text)
    assert token is not None
    client.set_cookie("desk_form", page.headers["Set-Cookie"].split("=", 1)[1].split(";")[0])
    form = {"form_token": token[1], "name": NAMES["reader"], "password": PASSWORD}
    sent = client.post("/desk/sign-in", data=form).headers.getlist("Set-Cookie")
    (session,) = [one for one in sent if one.startswith("__Host-desk=")]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(session.split("; "))


def test_another_machine_signs_in_over_tls_only(around: Around, browser: Browser) -> None:
    """Where others can read along, the desk says what to do instead."""
    afar = {"REMOTE_ADDR": "192.168.1.20"}
    refused = browser.client.get("/desk/sign-in", environ_overrides=afar)
    assert refused.status_code == 403
    assert "https" in refused.text
    around.public_url = "https://line.example"
    assert (
        around.app().test_client().get("/desk/sign-in", environ_overrides=afar).status_code == 200
    )


def test_a_password_is_changed_by_who_knows_it(around: Around, signed_in: SignedIn) -> None:
    """The old one is asked for, weak ones are refused, and other sessions end."""
    here, left = signed_in("agent"), signed_in("agent")
    page, action = "/desk/account", "/desk/account/password"
    fresh = "nine blue kettles"
    for old, new, again in (
        ("wrong", fresh, fresh),
        (PASSWORD, fresh, "different thing"),
        (PASSWORD, "short", "short"),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa"),
    ):
        assert here.post(page, action, old=old, password=new, again=again).status_code == 422
    here.post(page, action, old=PASSWORD, password=fresh, again=fresh)
    assert around.people.accounts.proves("王芳", fresh) is not None
    assert left.get("/desk/requests").request.path == "/desk/sign-in"
    assert here.get("/desk/requests").request.path == "/desk/requests"
