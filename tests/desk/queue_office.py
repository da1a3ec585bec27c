"""A desk over a real house and its carrier, and callbacks for desks that have no house."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, cast

from assistant.callbacks.claims import Claims
from assistant.callbacks.outcomes import OutcomeStore
from assistant.callbacks.worklist import Worklist
from assistant.channels.twilio_rest import TwilioControl
from assistant.config import load_config
from assistant.journal import NoJournal
from assistant.memory.store import WebhookLog
from assistant.promises import open_promises
from assistant.ringing.clock import Ringing, RingPlan
from assistant.ringing.doubts import Doubts
from assistant.ringing.minutes import Minutes
from assistant.ringing.notes import RingNotes
from assistant.ringing.records import Record
from assistant.ringing.staff import CallbackDesk
from tests.conftest import ROOT

if TYPE_CHECKING:
    from assistant.database import Database
    from assistant.ringing.texts import RingTexts
    from tests.callbacks.office import Office
    from tests.desk.around import Around

WORDS = {"zh": ("海棠", "松树", "石桥"), "en": ("red kettle", "garden gate", "blue boat")}
NOWHERE = "http://127.0.0.1:9"
"A carrier that takes no connection."


def callback_desk(database: Database) -> CallbackDesk:
    """The callbacks of a database without a house: nothing is texted, the carrier is away."""
    config = load_config(ROOT / "config.yaml", {})
    promises = open_promises(config, database, dict, WORDS)
    no_texts = cast("RingTexts", None)
    notes = RingNotes(promises.store, NoJournal(), WebhookLog(database), no_texts)
    claims = Claims(database, promises.rules)
    carrier = TwilioControl("AC" + "0" * 32, "made-up", "+8657188001200", lambda: NOWHERE)
    doubts = Doubts(promises, claims, carrier, notes)
    minutes = Minutes(promises, notes, no_texts, config.site.timezone)
    plan = RingPlan(25, config.site.country)
    ringing = Ringing(promises, claims, carrier, notes, doubts, minutes, plan)
    outcomes = OutcomeStore(database)
    return CallbackDesk(
        promises, Worklist(database), outcomes, ringing, notes, lambda _: Record((), (), ())
    )


def at_the_office(around: Around, office: Office) -> Around:
    """The same desk with the callbacks, the clock and the people of an office."""
    around.parts = dataclasses.replace(
        around.parts, callbacks=office.ringers.staff, now=office.clock.now
    )
    return around
