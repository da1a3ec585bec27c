from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assistant.core.service import (
    Notice,
    Organization,
    Phone,
    Records,
    Roster,
    Schedule,
    Service,
    Translation,
)
from assistant.database import open_database
from assistant.directory.exchange import import_tables
from assistant.directory.review import reachable, review
from assistant.directory.store import DirectoryStore
from assistant.directory.vouching import Vouching
from assistant.directory.worksheet import Block, worksheet
from tests.directory.demo_community import demo_records

TODAY = date(2026, 11, 28)
FINE = Service(
    "s",
    "老年食堂",
    Organization("o", "居委会"),
    assured_date=date(2026, 11, 1),
    phones=(Phone("p", "0571-88001015"),),
    schedules=(Schedule("h", "WEEKLY", byday=("MO",), opens_at=time(8), closes_at=time(12)),),
    translations=(Translation("services", "s", "name", "en", "Canteen"),),
)


def kinds(*services: Service, **more: object) -> list[str]:
    """What is found in a directory of these services."""
    records = Records(services=services, **more)  # type: ignore[arg-type]
    wrong = frozenset({("w", "phone")})
    return [item.kind for item in review(records, Vouching(180, wrong), TODAY)]


def test_a_service_in_order_has_nothing_to_look_at() -> None:
    """Checked this month, hours that can be believed, a number that rings, a name in both."""
    assert kinds(FINE) == []


SLIP = Schedule("h", "WEEKLY", byday=("MO",), opens_at=time(15), closes_at=time(6))


@pytest.mark.parametrize(
    ("service", "kind"),
    [
        (replace(FINE, assured_date=None), "undated"),
        (replace(FINE, assured_date=date(2025, 11, 1)), "stale"),
        (replace(FINE, assured_date=date(2026, 8, 1)), "old"),
        (replace(FINE, schedules=(SLIP,)), "hours"),
        (replace(FINE, schedules=(Schedule("h", opens_at=time(9), closes_at=time(10)),)), "hours"),
        (replace(FINE, schedules=(Schedule("h", description="先问"),)), "spoken"),
        (replace(FINE, phones=(Phone("p", "88"),)), None),
        (replace(FINE, phones=(Phone("p", "请问居委会"),)), "phone"),
        (replace(FINE, phones=(Phone("p", "0571-8800101500099"),)), "phone"),
        (replace(FINE, alert="见 https://example.org"), "spoken"),
        (replace(FINE, translations=()), "spoken"),
        (replace(FINE, translations=(), status="defunct"), None),
        (replace(FINE, id="w", translations=()), "flagged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_kind_of_trouble_is_named(service: Service, kind: str | None) -> None:
    """The worst first; a service that is given no more needs no look."""
    assert next(iter(kinds(service)), None) == kind


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("老年食堂", "脑年食堂", True),
        ("老年食堂", "老年澡堂", False),
        ("桂花社区图书阅览室", "桂花社区图书预览室", True),
        ("Saint Mary Pantry", "Saint Marie Pantry", True),
        ("Community Health Centre", "Community Service Centre", False),
    ],
)
def test_names_that_callers_confuse(one: str, other: str, *, alike: bool) -> None:
    """The same to an older ear, or one syllable off in a long name; another word is heard."""
    pair = (replace(FINE, name=one), replace(FINE, id="t", name=other, translations=()))
    assert ("alike" in kinds(*pair)) is alike


def test_what_is_on_is_looked_at_too() -> None:
    """A notice no voice can read, and a menu that has run out."""
    notice = Notice("n", "详情 www.example.org", TODAY, TODAY)
    menu = Roster("menu", "s", ("鱼 #3",), date(2026, 11, 1))
    assert kinds(FINE, notices=(notice,), rosters=(menu,)) == ["spoken", "spoken", "old"]


@pytest.mark.parametrize(
    ("number", "country", "rings"),
    [
        ("0571-88001015", "CN", True),
        ("138 0000 1018", "CN", True),
        ("12345", "CN", True),
        ("(202) 555-0143 ext. 7", "US", True),
        ("call us", "US", False),
        ("", "CN", False),
    ],
)
def test_numbers_that_can_be_rung(number: str, country: str, *, rings: bool) -> None:
    """Landlines, mobiles, short numbers; no words."""
    assert reachable(number, country) is rings


def test_the_demo_community_is_in_order() -> None:
    """One service was not checked for over a year, one gives its hours as text alone."""
    found = review(demo_records(), Vouching(), TODAY)
    assert [(item.kind, item.name) for item in found] == [
        ("stale", "邮政代办点"),
        ("spoken", "安宁疗护"),
    ]
    assert not any(item.wrong for item in found)


def test_the_real_directory_shows_every_oddity(shared: Path, tmp_path: Path) -> None:
    """338 food pantries: six with hours as text, two that close before they open, none dated."""
    database = open_database(f"sqlite:///{tmp_path}/real.db")
    import_tables([shared / "data" / "hsds"], database)
    records = DirectoryStore(database, "America/New_York", ("en",), "US").records()
    database.close()
    found = review(records, Vouching(), date(2025, 9, 1))
    count = {kind: sum(item.kind == kind for item in found) for kind in {i.kind for i in found}}
    assert (count["undated"], count["hours"], count["spoken"]) == (338, 2, 6)
    assert "phone" not in count
    text = [item.text for item in found if item.kind == "hours"]
    assert any("06:00, before it opens at 15:00" in line for line in text)


class Texts(HTMLParser):
    """Collects tags and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag."""
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data


def test_the_worksheet_has_a_block_a_service_oldest_first() -> None:
    """What nobody checked comes first; text is text, whatever signs it holds."""
    blocks = [
        Block("s1", "食堂", date(2026, 9, 1), (("phone", "电话：1"),)),
        Block("s2", "<b>药店", None, (("hours", "a & b"), ("fee", "免费")), ("没有号码",)),
    ]
    page = worksheet(blocks, "zh", "桂花社区", TODAY)
    found = Texts()
    found.feed(page)
    assert (found.tags.count("section"), found.tags.count("tr"), found.tags.count("b")) == (2, 3, 0)
    assert found.text.index("<b>药店") < found.text.index("食堂")
    assert "没有号码" in found.text
    assert "上次核对：2026-09-01" in found.text
