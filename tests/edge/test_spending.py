"""Where the line may ring and text, and what a day may cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.core.errors import CarrierError
from assistant.edge.budget import Budget
from assistant.edge.callers import Callers
from assistant.edge.purse import CarefulCarrier, Purse
from assistant.edge.tolls import Tolls

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("country", "prefixes", "number", "may"),
    [
        ("CN", (), "+8613800000001", True),
        ("CN", (), "057188001234", True),
        ("CN", (), "+4479460000000", False),
        ("CN", (), "+37160000000", False),
        ("CN", ("+86", "+852"), "+85291234567", True),
        ("CN", ("+86", "+852"), "+4479460000000", False),
        ("GB", (), "+447400123456", True),
        ("GB", (), "+449098790000", False),
        ("GB", ("+44",), "+449098790000", False),
        ("GB", (), "+447012345678", False),
        ("US", (), "+12125550123", True),
        ("US", (), "+18765550123", False),
        ("US", (), "+19005550123", False),
        ("CN", (), "anonymous", False),
        ("CN", (), "", False),
    ],
)
def test_toll_fraud(country: str, prefixes: tuple[str, ...], number: str, may: bool) -> None:  # noqa: FBT001 - a column
    """Home or named, never dear; Jamaica has America's code and is another country."""
    assert Tolls(country, prefixes).allows(number) is may


def test_people_on_duty_are_always_reached() -> None:
    """The office has written their numbers down itself."""
    abroad = "+4479460000000"
    assert Tolls("CN", (), frozenset({abroad})).allows(abroad)


@pytest.mark.parametrize(("number", "may"), [("101", True), ("8001", True), ("1", False)])
def test_an_exchange_has_numbers_of_its_own(number: str, may: bool) -> None:  # noqa: FBT001 - a column
    """Extensions of staff are rung over the office's exchange; without one they are no numbers."""
    assert Tolls("CN", extensions=True).allows(number) is may
    assert not Tolls("CN").allows(number)


class Kept:
    """What the database has counted."""

    def __init__(self) -> None:
        self.amount, self.asked = 0, [NOW]

    def __call__(self, since: datetime) -> int:
        """Since when is remembered."""
        self.asked.append(since)
        return self.amount


def test_a_days_budget(caplog: pytest.LogCaptureFixture) -> None:
    """Counted here and in the database, told once, new at the site's own midnight."""
    kept = Kept()
    budget = Budget({"texts": 10, "rings": 1}, ZONE, {"texts": kept, "rings": lambda _: 0})
    budget.note("texts", 4, NOW)
    kept.amount = 5
    assert not budget.used_up("texts", NOW)
    budget.note("texts", 1, NOW)
    assert budget.used_up("texts", NOW)
    assert budget.all_used_up(NOW) == ("texts",)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert kept.asked[-1] == NOW.replace(hour=0)
    kept.amount = 0
    assert not budget.used_up("texts", budget.tomorrow(NOW))
    assert budget.tomorrow(NOW) == NOW.replace(hour=0) + timedelta(days=1)


def test_the_database_is_not_asked_for_every_text() -> None:
    """A flood is answered from what was known a moment ago."""
    kept = Kept()
    budget = Budget({"texts": 10, "rings": 1}, ZONE, {"texts": kept, "rings": kept})
    for second in range(40):
        budget.spent("texts", NOW + timedelta(seconds=second))
    assert len(kept.asked) == 3


class Carrier:
    """Takes note of what it is asked."""

    def __init__(self) -> None:
        self.rung: list[str] = []
        self.texted: list[str] = []

    def ring(self, to: str, instructions: str, *, seconds: int) -> str:
        """Ring."""
        assert instructions
        assert seconds
        self.rung.append(to)
        return "CA1"

    def send_text(self, to: str, body: str) -> str:
        """Send."""
        assert body
        self.texted.append(to)
        return "SM1"

    def find_text(self, to: str, body: str, since: datetime) -> str | None:
        """Find."""
        raise NotImplementedError

    def find_rings(self, to: str, since: datetime) -> tuple[()]:
        """Find."""
        raise NotImplementedError

    def hang_up(self, identifier: str) -> None:
        """Hang up."""
        raise NotImplementedError


def test_the_carrier_is_not_asked_for_what_is_forbidden() -> None:
    """Refused as a carrier refuses, for certain: the outbox hands such a text to staff."""
    carrier = Carrier()
    budget = Budget({"texts": 9, "rings": 1}, ZONE, {"texts": Kept(), "rings": Kept()})
    purse = Purse(Tolls("CN"), budget)
    careful = CarefulCarrier(carrier, purse, lambda: NOW)
    assert careful.send_text("+8613800000001", "您好") == "SM1"
    assert careful.ring("+8613800000001", "/x", seconds=20) == "CA1"
    asks: tuple[Callable[[], str], ...] = (
        lambda: careful.send_text("+449098790000", "x"),
        lambda: careful.ring("+449098790000", "/x", seconds=20),
    )
    for ask in asks:
        with pytest.raises(CarrierError) as refused:
            ask()
        assert refused.value.certain
        assert refused.value.code in {21408, 21215}
        assert "449098790000" not in str(refused.value)
    budget.note("rings", 1, NOW)
    with pytest.raises(CarrierError):
        careful.ring("+8613800000001", "/x", seconds=20)
    assert (carrier.rung, carrier.texted) == (["+8613800000001"], ["+8613800000001"])


def test_one_telephone_does_not_take_the_line_from_the_others() -> None:
    """Only while streams are scarce, only that number, and never a withheld one."""
    crowded = False
    callers = Callers(3, "CN", lambda: crowded)
    assert not any(callers.too_often("+8613800000001", at) for at in range(10))
    crowded = True
    assert callers.too_often("13800000001", 11)
    assert not callers.too_often("+8613800000002", 11)
    assert not any(callers.too_often("+266696687", at) for at in range(10))
    assert not callers.too_often("+8613800000001", 700)
