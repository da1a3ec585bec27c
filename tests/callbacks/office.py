"""An office with one promise, its clock, its carrier and everybody's telephones, for a test."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import Flask

from assistant.account import ring_settings
from assistant.app import Replays, open_house
from assistant.callbacks.people import Person
from assistant.channels.twilio_ring import ring_blueprint
from assistant.channels.twilio_signature import Gate
from assistant.channels.twilio_status import status_blueprint
from assistant.channels.webhook import EMPTY
from assistant.channels.webhook import Webhooks as Checks
from assistant.config import Config, load_config
from assistant.core.callback import Wish
from assistant.ringing.setup import build_ringers
from tests.callbacks.carrier import ORIGIN, SECRET, LoopbackCalls, Made, Webhooks, loopback_calls
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.app import House
    from assistant.callbacks.row import Callback
    from assistant.core.callback import Promise
    from assistant.core.conversation import Conversation
    from assistant.core.texts import OutgoingText
    from assistant.teaching import Taught

HERS, STAFF = "+8613800000401", "+8657188001241"
TUESDAY = datetime.fromisoformat("2026-11-24T12:30+08:00")
CODE = "GH000777"


@dataclass
class Clock:
    """A clock that a test moves, back too."""

    at: datetime = TUESDAY

    def now(self) -> datetime:
        """The present moment."""
        return self.at


@dataclass
class Lines:
    """A journal in memory."""

    kept: list[dict[str, Any]] = field(default_factory=list)

    def write(self, event: str, conversation: Conversation, when: datetime, **keys: object) -> None:
        """Keep one event."""
        kept = {"event": event, "contact": conversation.contact, "time": when, **keys}
        self.kept.append(kept)


class Office:
    """One promise in a real house over a carrier on loopback."""

    def __init__(self, data: Path, learnt: Taught, stack: ExitStack) -> None:
        config = load_config(
            ROOT / "config.yaml",
            {"ASSISTANT_SERVER__PUBLIC_URL": ORIGIN, "ASSISTANT_TWILIO__AUTH_TOKEN": SECRET},
        )
        self.clock, self.journal = Clock(), Lines()
        self.house: House = open_house(config, data, ROOT, self.clock, self.journal, learnt)
        stack.callback(self.house.close)
        self.carrier: LoopbackCalls = stack.enter_context(loopback_calls(self.clock.now))
        self.restart()

    def one_person(self) -> None:
        """Put one person on the roster, in place of the made-up ones."""
        roster = self.house.promises.roster
        for person in roster.staff().people:
            roster.remove(person.name)
        roster.add(Person("王芳", STAFF, ("zh",)))

    def restart(self) -> None:
        """The process is gone and another one stands in its place."""
        control = self.carrier.control()
        self.ringers = build_ringers(self.house, control)
        self.webhooks = Webhooks(_app(self.house, self.ringers.desk, control), self.carrier)

    # -- her promise ------------------------------------------------------------------------

    def book(
        self, phone: str = HERS, code: str = CODE, which: int = 0, language: str = "zh"
    ) -> Promise:
        """Promise the next window, or a later one."""
        book, now = self.house.promises.book, self.clock.now()
        wish = Wish(code, phone, language, "service.hours", "食堂礼拜天开不开", "voice", "CA-asked")
        promise = book.book(wish, book.offers(now).windows[which], now)
        assert promise is not None
        return promise

    def row(self, code: str = CODE) -> Callback:
        """Her callback as it stands."""
        found = self.house.promises.store.get(code)
        assert found is not None
        return found

    def into_window(self) -> None:
        """The window of her promise has begun."""
        window = self.row().window
        assert window is not None
        self.clock.at = window.start.astimezone(TUESDAY.tzinfo)

    def look(self, **later: float) -> None:
        """The alarm clock goes, after so much time."""
        self.clock.at += timedelta(**later)
        self.ringers.clock.look(self.clock.now())

    def staff_call(self) -> Made:
        """The ring of the staff's telephone, the latest."""
        return self.carrier.to(STAFF)[-1]

    # -- telephones -------------------------------------------------------------------------

    def staff_answer(self, call: Made | None = None) -> list[str]:
        """They take it up; what they hear."""
        taken = call or self.staff_call()
        taken.status = "in-progress"
        return said(self.webhooks.post(taken.url, taken))

    def press(self, digit: str, call: Made | None = None) -> ET.Element:
        """They press a key; the TwiML that answers."""
        taken = call or self.staff_call()
        path = taken.url.replace("/staff?", "/staff/key?") + "&s=1"
        answer = self.webhooks.post(path, taken, Digits=digit)
        assert answer is not None
        return answer

    def connect(self) -> tuple[ET.Element, Made]:
        """Staff answer and press 1: the `Dial`, and her ring."""
        self.staff_answer()
        return self.dialled(self.press("1"))

    def dialled(self, answer: ET.Element) -> tuple[ET.Element, Made]:
        """Her telephone rings, as this TwiML says."""
        dial, number = answer.find("Dial"), answer.find("Dial/Number")
        assert dial is not None
        assert number is not None
        reports, parent = number.attrib["statusCallback"], self.staff_call().sid
        hers = self.carrier.add(number.text or "", number.attrib["url"], reports, parent)
        return dial, hers

    def she_answers(self, hers: Made) -> list[str]:
        """She takes it up and hears both pages; all that is said to her."""
        hers.status = "in-progress"
        first = self.webhooks.post(hers.url, hers)
        assert first is not None
        redirect = first.find("Redirect")
        if redirect is None:
            return said(first)
        return said(first) + said(self.webhooks.post(redirect.text or "", hers))

    def over(self, dial: ET.Element, hers: Made | None, status: str, **form: str) -> list[str]:
        """Her telephone is free again; what staff still hear."""
        told = {"DialCallStatus": status, **form}
        if hers is not None:
            hers.status = status
            told["DialCallSid"] = hers.sid
        return said(self.webhooks.post(dial.attrib["action"], self.staff_call(), **told))

    # -- what came of it --------------------------------------------------------------------

    def rings(self) -> list[tuple[str, int, str]]:
        """The journal's rings."""
        lines = [line for line in self.journal.kept if line["event"] == "ring"]
        return [(line["to"], line["attempt"], line["carrier_id"]) for line in lines]

    def desk(self) -> list[str]:
        """What the desk was told, in order."""
        told = [line["facts"] for line in self.journal.kept if line.get("kind") == "staff.alerted"]
        return [facts["class"].removeprefix("callback.") for facts in told]

    def texts(self) -> list[OutgoingText | str]:
        """Prompts of the texts that were put into the outbox."""
        lines = [line for line in self.journal.kept if line["event"] == "said"]
        return [line["prompt"] for line in lines]


def _app(house: House, desk: Any, control: Any) -> Any:  # noqa: ANN401 - a test client
    """The webhooks as the service has them."""
    config: Config = house.config
    checks = Checks(Gate(lambda: [SECRET], config.public_url), Replays(house.webhooks, EMPTY))
    app = Flask("office")
    settings = ring_settings(config)
    app.register_blueprint(
        ring_blueprint(checks, desk, settings, control.redirect, house.clock.now)
    )
    app.register_blueprint(status_blueprint(checks, lambda *_: None, desk.reported))
    return app.test_client()


def said(answer: ET.Element | None) -> list[str]:
    """The sentences of one page."""
    assert answer is not None
    return [item.text or "" for item in answer.iter("Say")]
