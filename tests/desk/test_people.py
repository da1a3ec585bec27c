from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.desk.api.blueprint import PREFIX
from tests.desk.around import NAMES, Around, Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.staff.roles import Role

    SignedIn = Callable[[Role], Browser]

PAGE = "/desk/people"


def test_a_new_person_gets_a_link_and_chooses_a_password(
    around: Around, signed_in: SignedIn, browser: Browser
) -> None:
    """The link is shown once, opens once, and dies with the password that was chosen."""
    shown = signed_in("admin").post(PAGE, PAGE, name=" 小刘 ", role="agent").text
    link = re.search(r"http://127\.0\.0\.1(/desk/welcome/\S+?)</code>", shown)
    assert link is not None
    assert browser.post(link[1], link[1], password="short", again="short").status_code == 422
    fresh = "nine blue kettles"
    browser.post(link[1], link[1], password=fresh, again=fresh)
    assert browser.get(link[1]).status_code == 404
    account = around.people.accounts.proves("小刘", fresh)
    assert account is not None
    assert account.role == "agent"
    assert [one.what for one in around.audit.latest(most=1)] == ["password.set"]


def test_a_link_is_old_after_a_day(around: Around, browser: Browser) -> None:
    """Then an admin makes a new one."""
    secret = around.people.accounts.make_link("王芳", around.now)
    assert browser.get(f"/desk/welcome/{secret}").status_code == 200
    around.wait(hours=25)
    assert browser.get(f"/desk/welcome/{secret}").status_code == 404


def test_names_are_told_apart(signed_in: SignedIn) -> None:
    """The same letters in another case or width are the same name."""
    admin = signed_in("admin")
    assert admin.post(PAGE, PAGE, name="Wang Fang", role="agent").status_code == 200
    assert admin.post(PAGE, PAGE, name="ＷＡＮＧ  fang", role="agent").status_code == 409
    assert admin.post(PAGE, PAGE, name="", role="agent").status_code == 422
    assert admin.post(PAGE, PAGE, name="x" * 41, role="agent").status_code == 422


def test_who_leaves_is_out_at_once(around: Around, signed_in: SignedIn) -> None:
    """Closing an account, a new role and a lost telephone end every session."""
    admin = signed_in("admin")
    for action, fields in (
        ("/desk/people/role", {"role": "reader"}),
        ("/desk/people/role", {"role": "agent"}),
        ("/desk/people/second-factor", {}),
        ("/desk/people/active", {"active": "0"}),
    ):
        agent = Browser(around, around.app().test_client())
        agent.sign_in("王芳")
        admin.post(PAGE, action, name="王芳", **fields)
        assert agent.get("/desk/requests").request.path == "/desk/sign-in"
    assert around.people.accounts.proves("王芳", "seven grey herons") is None


def test_the_last_admin_stays(around: Around, signed_in: SignedIn) -> None:
    """Nobody can lock the whole office out."""
    admin, name = signed_in("admin"), NAMES["admin"]
    assert admin.post(PAGE, "/desk/people/active", name=name, active="0").status_code == 409
    assert admin.post(PAGE, "/desk/people/role", name=name, role="reader").status_code == 409
    around.add("第二位", "admin")
    assert admin.post(PAGE, "/desk/people/role", name=name, role="reader").status_code == 200


def test_a_token_is_shown_once_and_revoked(around: Around, signed_in: SignedIn) -> None:
    """Its text stands nowhere afterwards; revoked, it opens nothing; after a year neither."""
    admin, page = signed_in("admin"), "/desk/tokens"
    shown = admin.post(page, page, name="区平台", role="reader").text
    text = re.search(r"nl_[0-9a-f]{12}_[\w-]+", shown)
    assert text is not None
    assert text[0] not in admin.get(page).text
    headers = {"Authorization": f"Bearer {text[0]}"}
    client = around.app().test_client()
    assert client.get(f"{PREFIX}/alarms", headers=headers).status_code == 200
    admin.post(page, "/desk/tokens/revoke", id=text[0].split("_")[1])
    assert client.get(f"{PREFIX}/alarms", headers=headers).status_code == 401
    old = around.token("reader")
    around.wait(days=366)
    headers = {"Authorization": f"Bearer {old}"}
    assert client.get(f"{PREFIX}/alarms", headers=headers).status_code == 401


def test_the_auditor_reads_who_did_what(around: Around, signed_in: SignedIn) -> None:
    """The log and its head, and no way to change anything."""
    around.request()
    signed_in("agent").get("/desk/requests/GH000001")
    page = signed_in("auditor").get("/desk/audit").text
    assert "request.view" in page
    assert str(around.audit.head()) in page
