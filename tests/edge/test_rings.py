"""Promises whose telephone may not be dialled, or when a day's calls are gone: staff have them."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, cast

import pytest
from flask import Flask

from assistant.account import ring_settings
from assistant.app import Replays
from assistant.channels.twilio_ring import ring_blueprint
from assistant.channels.twilio_signature import Gate
from assistant.channels.webhook import EMPTY
from assistant.channels.webhook import Webhooks as Checks
from assistant.edge.purse import CarefulCarrier, Purse
from assistant.edge.tolls import Tolls
from assistant.ringing.setup import build_ringers
from assistant.teaching import Taught
from assistant.thrift import open_purse
from tests.callbacks.carrier import SECRET, Webhooks
from tests.callbacks.office import STAFF, Office, said
from tests.houses import trees_learnt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assistant.understanding.reader import Reader

ABROAD = "+4479460000000"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """One person on duty; one promise for the next window, its moment not yet come."""
    learnt = Taught(trees_learnt().library, cast("Reader", None))
    with ExitStack() as stack:
        office = Office(tmp_path, learnt, stack)
        office.one_person()
        yield office


def careful(office: Office) -> Purse:
    """Ring from now on as a house with an account does: it costs."""
    purse = open_purse(office.house)
    purse = Purse(Tolls("CN"), purse.budget)
    control, house = office.carrier.control(), office.house
    carrier = CarefulCarrier(control, purse, house.clock.now)
    office.ringers = build_ringers(house, carrier, purse=purse)
    app = Flask("webhooks of a test")
    checks = Checks(Gate(lambda: [SECRET], house.config.public_url), Replays(house.webhooks, EMPTY))
    settings = ring_settings(house.config)
    app.register_blueprint(
        ring_blueprint(checks, office.ringers.desk, settings, control.redirect, house.clock.now)
    )
    office.webhooks = Webhooks(app.test_client(), office.carrier)
    return purse


def test_toll_fraud_by_a_callback(office: Office) -> None:
    """A promise to a number abroad: staff hear it and have it; the line never dials it."""
    careful(office)
    office.book(phone=ABROAD)
    office.look()
    office.into_window()
    office.look()
    office.staff_answer()
    told = "".join(said(office.press("1")))
    assert "四四七九四六" in told.replace("，", "")
    assert (office.row().owner, office.row().state) == ("王芳", "booked")
    office.look(minutes=10)
    assert [call.to for call in office.carrier.made] == [STAFF]


def test_used_up_calls_leave_the_promise_on_the_queue(office: Office) -> None:
    """Nothing rings, nothing is lost: it is due until a person rings, or goes to the next day."""
    purse = careful(office)
    office.book()
    office.look()
    office.into_window()
    purse.budget.note("rings", 10_000, office.clock.now())
    office.look()
    office.look(minutes=5)
    assert office.carrier.made == []
    assert office.row().state == "due"
    assert office.ringers.clock.ring_for(office.row().code, "王芳", office.clock.now()) == "spent"
    office.look(hours=5)
    assert office.row().state == "booked"
    window = office.row().next_at
    assert window is not None
    assert window.astimezone(office.clock.at.tzinfo).date() > office.clock.at.date()
    office.clock.at = window.astimezone(office.clock.at.tzinfo)
    office.look()
    assert [call.to for call in office.carrier.made] == [STAFF]
