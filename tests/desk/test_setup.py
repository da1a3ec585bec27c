"""The first start in the browser: who may take its steps, and what they write."""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyotp
import pytest

from assistant.config import load_config
from assistant.database import open_database
from assistant.first_start import FirstStart
from tests.conftest import ROOT
from tests.desk.around import PASSWORD, Around, Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.usefixtures("quick_passwords")

OFFICE = {
    "name_zh": "梅园社区",
    "name_en": "Plum Garden",
    "languages": "zh,en",
    "country": "CN",
    "timezone": "Asia/Shanghai",
    "emergency_number": "120",
    "fire_number": "119",
    "office_phone": "0571-88009999",
    "case_letters": "my",
}
TWILIO = {
    "kind": "twilio",
    "account_sid": "AC" + "a" * 32,
    "auth_token": "made-up-token",
    "from_number": "+8657188005678",
    "public_url": "https://line.example.org",
}
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def fresh(tmp_path: Path, migrated_file: Path) -> Iterator[Around]:
    """A desk nobody has an account at, with settings of its own."""
    shutil.copytree(migrated_file.parent, tmp_path, dirs_exist_ok=True)
    around = Around(open_database(f"sqlite:///{tmp_path / migrated_file.name}"))
    settings = Path(shutil.copy(ROOT / "config.yaml", tmp_path / "config.yaml"))
    start = FirstStart(around.house, settings)
    around.parts = replace(around.parts, first_start=start)
    yield around
    around.database.close()


@pytest.fixture
def visitor(fresh: Around) -> Browser:
    """A browser on the line's own machine."""
    return Browser(fresh, fresh.app().test_client())


def start_of(around: Around) -> FirstStart:
    """What its pages work on."""
    assert around.parts.first_start is not None
    return around.parts.first_start


def test_a_newcomer_is_led_through_all_steps(fresh: Around, visitor: Browser) -> None:
    """From the desk's door to the settings, the account, its codes, and the admin's steps."""
    assert 'id="name_zh"' in visitor.get("/desk/").text
    answer = visitor.post("/desk/setup/office", "/desk/setup/office", **OFFICE)
    assert 'id="kind-none"' in answer.text
    answer = visitor.post("/desk/setup/line", "/desk/setup/line", kind="none")
    assert 'id="again"' in answer.text
    typed = {"name": "陈站长", "password": PASSWORD, "again": PASSWORD}
    answer = visitor.post("/desk/setup/account", "/desk/setup/account", **typed)
    found = re.search(r"<dd><code>([A-Z2-7 ]+)</code>", answer.text)
    assert found is not None
    code = pyotp.TOTP(found[1].replace(" ", "")).at(fresh.now)
    page = "/desk/second-factor?next=/desk/setup/hearing"
    answer = visitor.post(page, "/desk/second-factor", code=code, next="/desk/setup/hearing")
    assert 'href="/desk/setup/hearing"' in answer.text
    for step in ("hearing", "directory", "ring"):
        assert visitor.get(f"/desk/setup/{step}").status_code == 200
    site = start_of(fresh).settings().site
    assert site.name == {"zh": "梅园社区", "en": "Plum Garden"}
    assert (site.office_phone, site.case_letters) == ("0571-88009999", "MY")
    assert start_of(fresh).settings().texts.signature["zh"] == "【梅园社区】"
    assert start_of(fresh).needs_restart()


def test_a_secret_never_stands_in_the_settings_or_on_a_page(
    fresh: Around, visitor: Browser, tmp_path: Path
) -> None:
    """Twilio's token goes into a file for its owner and comes back by a start alone."""
    visitor.post("/desk/setup/line", "/desk/setup/line", **TWILIO)
    assert "made-up-token" not in (tmp_path / "config.yaml").read_text("utf-8")
    assert "made-up-token" not in visitor.get("/desk/setup/line").text
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o600
    twilio = load_config(tmp_path / "config.yaml").twilio
    assert (twilio.auth_token, twilio.from_number) == ("made-up-token", "+8657188005678")
    assert start_of(fresh).settings().simulator is False


@pytest.mark.parametrize(
    ("step", "typed", "name", "bad"),
    [
        ("office", OFFICE, "timezone", "Mars/One"),
        ("office", OFFICE, "country", "XX"),
        ("office", OFFICE, "languages", "de"),
        ("office", OFFICE, "name_zh", "{site}"),
        ("office", OFFICE, "office_phone", "ring us"),
        ("line", TWILIO, "public_url", "http://line.example.org"),
        ("line", TWILIO, "auth_token", "two\nlines=1"),
        ("line", TWILIO, "account_sid", "AC1"),
    ],
)
def test_what_cannot_be_is_marked_and_nothing_is_written(
    visitor: Browser, tmp_path: Path, step: str, typed: dict[str, str], name: str, bad: str
) -> None:
    """The field is named, what else was typed stays."""
    page = f"/desk/setup/{step}"
    answer = visitor.post(page, page, **{**typed, name: bad})
    assert answer.status_code == 422
    assert f'id="{name}-wrong"' in answer.text or name == "languages"
    assert (tmp_path / "config.yaml").read_bytes() == (ROOT / "config.yaml").read_bytes()
    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"environ_overrides": ELSEWHERE},
        {"headers": {"X-Forwarded-For": "192.0.2.7"}},
        {"headers": {"Host": "evil.example.org"}},
    ],
    ids=["another machine", "through a proxy", "by a foreign name"],
)
def test_nobody_elsewhere_gets_in_without_the_code(
    fresh: Around, asked: dict[str, dict[str, str]]
) -> None:
    """Neither another machine, nor a proxy on this one, nor a page that has its name lead here."""
    fresh.public_url = "https://line.example.org"
    client = fresh.app().test_client()
    options = {"base_url": "https://127.0.0.1", **asked}
    for step in ("office", "line", "account"):
        assert client.get(f"/desk/setup/{step}", **options).status_code == 403


def test_the_code_opens_it_over_https(fresh: Around) -> None:
    """Wrong ones do not, and are slowed after some; the right one does."""
    fresh.public_url = "https://line.example.org"
    client = fresh.app().test_client()
    base = "https://line.example.org"

    def give(code: str) -> int:
        page = client.get("/desk/setup/code", base_url=base, environ_overrides=ELSEWHERE)
        token = re.search(r'name="form_token" value="([0-9a-f]{64})"', page.text)
        assert token is not None
        form = {"form_token": token[1], "code": code}
        place = {"base_url": base, "environ_overrides": ELSEWHERE}
        return client.post("/desk/setup/code", data=form, **place).status_code

    assert give("AAAAAAAA") == 403
    assert give(start_of(fresh).code.lower()) == 303
    opened = client.get("/desk/setup/office", base_url=base, environ_overrides=ELSEWHERE)
    assert opened.status_code == 200
    assert 429 in {give("AAAAAAAA") for _ in range(30)}


def test_it_is_closed_once_somebody_has_an_account(fresh: Around, visitor: Browser) -> None:
    """Also to who has the page open already; nothing is written any more."""
    token = visitor.form_token("/desk/setup/office")
    fresh.people.accounts.add("陈站长", "admin", fresh.now, PASSWORD)
    form = {"form_token": token, **OFFICE}
    assert visitor.client.post("/desk/setup/office", data=form).status_code == 403
    assert visitor.client.get("/desk/setup/account").status_code == 403
    assert start_of(fresh).first_admin("二号", PASSWORD, fresh.now) is None
    assert start_of(fresh).settings().site.name["zh"] == "桂花社区"


def test_the_demo_is_put_away_and_comes_back(fresh: Around) -> None:
    """Residents are told nothing of it until that is taken back."""
    start, directory = start_of(fresh), fresh.parts.tables.directory
    _, demo = start.services()
    assert demo > 30
    start.put_demo_away(directory, fresh.now)
    assert start.services() == (0, 0)
    directory.undo(directory.changes()[0].number)
    assert start.services() == (0, demo)


def test_a_model_that_is_none_is_told(fresh: Around, tmp_path: Path) -> None:
    """What a folder lacks stands on the page; what was installed before is as it was."""
    empty = tmp_path / "no-model"
    empty.mkdir()
    start = start_of(fresh)
    assert start.fetch("zh", empty)
    fetching = start.fetching()["zh"]
    for _ in range(200):
        if fetching.over:
            break
        time.sleep(0.02)
    assert fetching.over
    assert "no-model" in fetching.problem


def test_without_a_service_the_ring_says_why(fresh: Around) -> None:
    """Nobody answers at the port of a desk that is not served."""
    start = start_of(fresh)
    assert start.ring("zh")
    start._ringing.acquire()
    start._ringing.release()
    trial = start.trial()
    assert trial is not None
    assert trial.fault == "not_rung"
    assert trial.asked
    assert trial.why
