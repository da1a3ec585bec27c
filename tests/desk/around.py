"""A desk with people at it, over an empty database; clocks stand until a test moves them."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyotp
from flask import Flask

from assistant.alarms.store import AlarmStore
from assistant.audit.store import AuditLog
from assistant.cases.closings import RequestDesk
from assistant.cases.store import RequestStore
from assistant.core.conversation import Conversation
from assistant.core.event import Alert, TakeDown
from assistant.core.turn import Hypothesis, Utterance
from assistant.core.values import Localised
from assistant.database import Database, open_database
from assistant.desk import Box, DeskParts, People, desk_blueprints
from assistant.desk.blueprint import Desk
from assistant.memory.hearings import Answer, Exchange, Hearing, HearingStore
from assistant.memory.store import ConversationStore
from assistant.rights_desk import RightsDesk
from assistant.staff.accounts import AccountStore
from assistant.staff.approvals import ApprovalStore
from assistant.staff.drafts import DraftStore
from assistant.staff.lockout import Lockout
from assistant.staff.presence import Presence
from assistant.staff.roles import ROLES
from assistant.staff.secrets_kept import OneTimeCodes
from assistant.staff.sessions import SessionStore
from assistant.staff.tokens import TokenStore
from tests.desk.queue_office import callback_desk
from tests.desk.tables_office import house_of, tables_of

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from assistant.staff.roles import Role

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 25, 9, 0, tzinfo=ZONE)
PASSWORD = "seven grey herons"
PHONE = "+8613800000001"
NAMES: dict[Role, str] = {
    "reader": "读者小赵",
    "agent": "王芳",
    "supervisor": "李主任",
    "admin": "陈站长",
    "auditor": "孙审计",
}


@dataclass
class Around:
    """The desk's surroundings."""

    database: Database
    public_url: str = "http://127.0.0.1"
    plain_http: bool = False
    now: datetime = START
    secrets: dict[str, str] = field(default_factory=dict)
    "By name of a person: what the authenticator on their telephone holds."

    def __post_init__(self) -> None:
        self.house = house_of(self)
        self.database.close()
        self.database = self.house.database
        self.requests = RequestStore(self.database)
        self.alarms = AlarmStore(self.database)
        self.audit = AuditLog(self.database, "made-up key of the seal")
        self.people = People(
            accounts=AccountStore(self.database, OneTimeCodes("made-up key of the codes")),
            sessions=SessionStore(self.database, timedelta(minutes=15)),
            lockout=Lockout(self.database),
            tokens=TokenStore(self.database),
            drafts=DraftStore(self.database),
            approvals=ApprovalStore(self.database),
        )
        self.parts = DeskParts(
            site=Localised((("zh", "桂花社区"), ("en", "Osmanthus Community"))),
            public_url=lambda: self.public_url,
            now=lambda: self.now,
            machine_now=lambda: self.now,
            key="made-up key of the forms",
            plain_http=self.plain_http,
            people=self.people,
            audit=self.audit,
            presence=Presence(self.database),
            alarms=self.alarms,
            requests=self.requests,
            request_desk=RequestDesk(self.database),
            callbacks=callback_desk(self.database),
            hearings=HearingStore(self.database),
            rights=RightsDesk(self.house, self.audit, self.people.accounts),
            tables=tables_of(self.house),
            box=lambda: Box(ready=True, hears=("zh", "en"), speaks=True),
        )

    def app(self) -> Flask:
        """The desk as a web application."""
        app = Flask("desk of a test", static_folder=None)
        for blueprint in desk_blueprints(self.parts):
            app.register_blueprint(blueprint)
        return app

    def desk(self) -> Desk:
        """The pages with their table of routes."""
        return Desk(self.parts)

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    # -- people -----------------------------------------------------------------------------

    def add_everybody(self) -> None:
        """One person in every role, each with a password and, where needed, an authenticator."""
        for role in ROLES:
            self.add(NAMES[role], role)

    def add(self, name: str, role: Role) -> None:
        """A person who has signed in once before."""
        account = self.people.accounts.add(name, role, self.now, PASSWORD)
        if role == "reader":
            return
        secret, _ = self.people.accounts.begin_second_factor(account.key, "test")
        self.secrets[name] = secret
        code = self.code(name, before=2)
        assert self.people.accounts.confirm_second_factor(
            account.key, code, self.now - timedelta(minutes=1)
        )

    def code(self, name: str, before: int = 0) -> str:
        """What the person's authenticator shows now, or so many steps of 30 s ago."""
        return pyotp.TOTP(self.secrets[name]).at(self.now - timedelta(seconds=30 * before))

    def token(self, role: Role) -> str:
        """A token of the JSON interface."""
        return self.people.tokens.make("city", role, "陈站长", self.now)[1]

    # -- matters ----------------------------------------------------------------------------

    def alarm(self, code: str = "GH000001", words: str = "我摔倒了\n起不来") -> str:
        """Somebody has fallen."""
        talk = Conversation("c1", "voice", PHONE, "zh", self.now, self.now)
        self.alarms.raise_(Alert(code, "safety.fall", words), talk, self.now)
        return code

    def request(self, words: str = "楼道的灯坏了") -> str:
        """Somebody has asked for a repair."""
        talk = Conversation("c2", "sms", PHONE, "zh", self.now, self.now)
        code = self.requests.next_code()
        self.requests.take_down(TakeDown(code, "case.report", words), talk, self.now)
        return code

    def turns(self) -> None:
        """What was heard and answered in the talk of that request."""
        talk = Conversation("c2", "voice", PHONE, "zh", self.now, self.now)
        heard = Utterance("楼道的灯坏了", "zh", 0.6, (Hypothesis("楼道的凳坏了", 0.3),))
        said = (Answer("take.case.report", "我记下来了。", "zh"),)
        for number, words in enumerate((heard, None), start=1):
            turn = Hearing("c2", number, self.now, "voice", "", Exchange(words, said))
            ConversationStore(self.database).save_turn(talk, turn)


@dataclass
class Browser:
    """A browser that fills in forms as they stand on the page."""

    around: Around
    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, follow_redirects=True)

    def post(self, page: str, action: str, **fields: str) -> TestResponse:
        """Fill in a form that stands on `page`, and see what comes of it."""
        form = {"form_token": self.form_token(page), "page": page, **fields}
        return self.client.post(action, data=form, follow_redirects=True)

    def form_token(self, page: str) -> str:
        """The token that forms of this page carry."""
        found = re.search(r'name="form_token" value="([0-9a-f]{64})"', self.get(page).text)
        assert found is not None, f"no form on {page}"
        return found[1]

    def sign_in(self, name: str, password: str = PASSWORD) -> TestResponse:
        """All the way in."""
        answer = self.post("/desk/sign-in", "/desk/sign-in", name=name, password=password)
        if name not in self.around.secrets or 'id="code"' not in answer.text:
            return answer
        code = self.around.code(name)
        self.around.wait(seconds=30)  # so that the next sign-in has a fresh code
        token = re.search(r'name="form_token" value="([0-9a-f]{64})"', answer.text)
        assert token is not None
        form = {"form_token": token[1], "code": code}
        return self.client.post("/desk/sign-in/code", data=form, follow_redirects=True)


def prepare(folder: Path) -> dict[str, str]:
    """Make a database with everybody in it; returns what their authenticators hold."""
    around = Around(open_database(f"sqlite:///{folder / 'desk.db'}"))
    around.add_everybody()
    around.database.close()
    return around.secrets


def open_around(folder: Path, prepared: tuple[Path, dict[str, str]]) -> Around:
    """A desk over a copy of the prepared database, with everybody at it."""
    shutil.copytree(prepared[0], folder, dirs_exist_ok=True)
    return Around(open_database(f"sqlite:///{folder / 'desk.db'}"), secrets=dict(prepared[1]))
