from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.desk.api.blueprint import PREFIX, api_routes
from assistant.staff.roles import PERMISSIONS, ROLES, TABLE, may
from tests.desk.around import NAMES, Around, Browser, open_around

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assistant.staff.roles import Role

OPEN = {"nobody", "half"}
SENDS_AWAY = {"/sign-out"}
"Signs out whoever opens it: tried last."


@pytest.fixture(scope="module")
def around(
    tmp_path_factory: pytest.TempPathFactory, prepared: tuple[Path, dict[str, str]]
) -> Iterator[Around]:
    """One desk for the whole table."""
    opened = open_around(tmp_path_factory.mktemp("roles"), prepared)
    opened.alarm()
    opened.request()
    yield opened
    opened.database.close()


def filled(rule: str) -> str:
    """An address of that form."""
    values = {"<code>": "GH000001", "<identity>": "0" * 16, "<path:rest>": "nowhere"}
    values |= {"<secret>": "x", "<name>": "keys", "<value>": "1"}
    for gap, value in values.items():
        rule = rule.replace(gap, value)
    return "/desk" + rule


@pytest.mark.parametrize("role", [*ROLES, None])
def test_every_page_opens_for_its_roles_and_no_others(around: Around, role: Role | None) -> None:
    """Each route is asked for by each role, and by nobody, with a form that is ours."""
    browser = Browser(around, around.app().test_client())
    if role is not None:
        browser.sign_in(NAMES[role])
    token = browser.form_token("/desk/account" if role else "/desk/sign-in")
    routes = [one for one in around.desk().routes if one.rule not in SENDS_AWAY]
    wrong = []
    for route in routes:
        form = {"form_token": token} if route.method == "POST" else None
        answer = browser.client.open(filled(route.rule), method=route.method, data=form)
        to_sign_in = answer.headers.get("Location", "").startswith("/desk/sign-in")
        if route.needs == "nobody":
            expected = not to_sign_in or route.rule.startswith("/view")
        elif role is None or route.needs == "half":
            expected = answer.status_code == 303 and to_sign_in
        elif route.needs == "someone" or may(role, route.needs):
            expected = answer.status_code not in {403, 405, 500} and not to_sign_in
        else:
            expected = answer.status_code == 403
        if not expected:
            wrong.append((route.method, route.rule, route.needs, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", [*ROLES, None])
def test_every_answer_in_json_is_for_its_roles_only(around: Around, role: Role | None) -> None:
    """The same for the JSON interface with a token of each role, and without one."""
    client = around.app().test_client()
    headers = {"Authorization": f"Bearer {around.token(role)}"} if role else {}
    wrong = []
    for route in api_routes(around.parts):
        address = PREFIX + route.rule.replace("<code>", "GH000001")
        answer = client.open(address, method=route.method, headers=headers, json={})
        refused = answer.status_code in {401, 403}
        if refused == (role is not None and may(role, route.needs)):
            wrong.append((route.method, route.rule, answer.status_code))
    assert wrong == []


def test_a_session_is_no_token(around: Around) -> None:
    """Cookies mean nothing to the JSON interface, so another website can do nothing there."""
    browser = Browser(around, around.app().test_client())
    browser.sign_in(NAMES["admin"])
    assert browser.client.get(f"{PREFIX}/alarms").status_code == 401


def test_every_permission_is_somebodys_and_used(around: Around) -> None:
    """No permission stands in the table for nothing, and no route needs one that nobody has."""
    given = frozenset[str]().union(*TABLE.values())
    used = {route.needs for route in around.desk().routes} - OPEN - {"someone"}
    assert given == set(PERMISSIONS)
    assert used == set(PERMISSIONS)


def test_the_auditor_sees_nothing_of_residents() -> None:
    """Who checks the others gets by without anybody's words or numbers."""
    assert TABLE["auditor"] == {"audit.read"}
