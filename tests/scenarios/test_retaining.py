"""The night's upkeep in a whole house: when it runs, and that keys are looked after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from assistant.alarms.store import AlarmStore
from assistant.core.conversation import Conversation
from assistant.core.errors import DatabaseError
from assistant.core.event import Alert
from assistant.retaining import Keeping, look_for
from assistant.vault.rewrap import keys_in_use
from assistant.vault.sources import FILE, KeyFile

if TYPE_CHECKING:
    import pytest

Open = Callable[[datetime], Any]
EVENING = datetime.fromisoformat("2026-11-25T22:00+08:00")
NUMBER = "+8613800000001"


def test_it_runs_once_a_night_and_after_a_night_asleep(open_at: Open) -> None:
    """At its hour, not again before the next; a machine that was off catches up."""
    house, clock, _ = open_at(EVENING)
    keeping = Keeping(house)
    keeping.look()
    ran = [keeping.retention.last()]
    for hours in (4.5, 0.25, 20, 80):
        clock.advance(timedelta(hours=hours))
        keeping.look()
        ran.append(keeping.retention.last())
    times = [moment.astimezone(EVENING.tzinfo).strftime("%d %H:%M") for moment in ran if moment]
    assert times == ["25 22:00", "25 22:00", "26 02:45", "26 02:45", "30 06:45"]


def test_it_takes_up_a_new_key_and_closes_what_the_old_one_did(open_at: Open) -> None:
    """The key was added by somebody else; after the night no row needs the old one."""
    house, clock, _ = open_at(EVENING)
    talk = Conversation("c1", "voice", NUMBER, "zh", clock.now(), clock.now())
    house.alarms.raise_(Alert("GH000001", "safety.fall", "我摔倒了"), talk, clock.now())
    old = house.database.vault.ring.writing
    KeyFile(house.data / "keys" / FILE).add()
    assert set(keys_in_use(house.database)) == {old}
    Keeping(house).look()
    new = house.database.vault.ring.writing
    assert new != old
    assert set(keys_in_use(house.database)) == {new}
    (alarm,) = AlarmStore(house.database).listing()
    assert (alarm.contact, alarm.words) == (NUMBER, "我摔倒了")


def test_a_night_that_fails_is_logged_and_tried_again(
    open_at: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The service goes on; the next look does it."""
    house, _, _ = open_at(EVENING)
    keeping = Keeping(house)

    def full(_: datetime) -> None:
        raise DatabaseError("The database cannot grow; make room on the disk.")

    with monkeypatch.context() as patch:
        patch.setattr(keeping.retention, "run", full)
        keeping.look()
    assert "make room on the disk" in caplog.text
    keeping.look()
    assert keeping.retention.last() is not None


def test_without_an_hour_it_never_runs(open_at: Open) -> None:
    """And with one it is looked at."""
    house, _, _ = open_at(EVENING)
    assert look_for(house) is not None
    never = house.config.retention.model_copy(update={"at": ""})
    object.__setattr__(house, "config", house.config.model_copy(update={"retention": never}))
    assert look_for(house) is None
