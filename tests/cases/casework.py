"""Cases for tests: the rules of config.yaml in Shanghai, and requests as residents leave them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import cache
from itertools import count
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.cases.book import CaseBook
from assistant.cases.deadlines import WorkCalendar
from assistant.cases.feedback import FeedbackStore
from assistant.cases.intake import Intake
from assistant.cases.publication import Publication
from assistant.cases.rules import Rules
from assistant.cases.store import RequestStore
from assistant.cases.topics import load_sorting
from assistant.casework import rules_of
from assistant.config import load_config
from assistant.core.conversation import Conversation
from assistant.core.event import TakeDown
from tests.conftest import ROOT

if TYPE_CHECKING:
    from assistant.database import Database

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
"A Wednesday."
SHANGHAI = WorkCalendar(ZoneInfo("Asia/Shanghai"), "CN", time(17))
ANN, BEN = "+8613800000001", "+8613800000002"


@cache
def the_rules() -> Rules:
    """Those of config.yaml."""
    return rules_of(load_config(ROOT / "config.yaml", {}), load_sorting())


class Office:
    """The rooms of cases over a database, as `casework` joins them."""

    def __init__(self, database: Database) -> None:
        names = count(1)
        self.database = database
        self.intake = Intake(
            database,
            the_rules(),
            load_sorting(),
            nobody=lambda contact: contact.startswith("+999"),
            new_id=lambda: f"public{next(names)}",
        )
        self.requests = RequestStore(database, opened=self.intake.opened)
        self.book = CaseBook(database, the_rules())
        kinds = load_config(ROOT / "config.yaml", {}).cases.ask_after
        self.feedback = FeedbackStore(database, the_rules(), kinds)
        self.publication = Publication(database, self.intake, self.requests.next_code)

    def ask(
        self,
        words: str,
        *,
        intent: str = "case.report",
        contact: str = ANN,
        place: str | None = None,
        now: datetime = NOW,
        nickname: str = "",
    ) -> str:
        """Somebody asks something of the staff; its code."""
        code = self.requests.next_code()
        talk = Conversation("c", "voice", contact, "zh", now, now, nickname=nickname)
        self.requests.take_down(TakeDown(code, intent, words, place), talk, now)
        return code


def later(**how_much: float) -> datetime:
    """A moment after `NOW`."""
    return NOW + timedelta(**how_much)
