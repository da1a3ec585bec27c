"""A made-up city: HSDS tables of any number of services, and what residents would ask for.

Streets and trades are combined, so that names resemble one another as they do in a real city. The
same number gives the same files.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from itertools import count, islice, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST = "翠金银玉青白红紫春秋东西南北永长安宁和平光明新华文化建设胜利团结友爱幸福康乐"
SECOND = "竹桥河湖山林园苑泉溪云霞松柏梅兰菊荷杨柳桃李樱枫石塔门井坊塘湾岭"
AREAS = ("一区", "二区", "三区", "四区", "五区", "六区", "七区", "八区")
TRADES = (
    ("食堂", "饭堂;吃饭的地方", "没人做饭;中午吃什么"),
    ("理发店", "剃头铺;剪头发的", "想剪头发;头发长了"),
    ("药店", "药房;买药的地方", "买降压药;配药"),
    ("轮椅租借点", "辅具站", "借轮椅;修轮椅;轮椅坏了"),
    ("图书室", "看书的地方;阅览室", "想借书;看报纸"),
    ("卫生站", "社区医院;保健站", "量血压;看病;打针"),
    ("水电维修部", "水电工;修水管的", "水管漏水;灯不亮"),
    ("法律咨询处", "律师;法援", "打官司;立遗嘱"),
    ("日间照料中心", "托老所;日托", "白天照看老人"),
    ("助浴点", "老年澡堂", "帮老人洗澡"),
    ("菜市场", "买菜的地方;早市", "买菜;买鱼"),
    ("邮政所", "邮局;寄信的地方", "寄信;寄包裹"),
)
SEED = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the service it is about."""

    text: str
    service: str
    kind: str
    "How the service is spoken of: name, slip or need."


def names() -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Street and trade of each service, without end."""
    streets = [f"{a}{b}路" for a, b in product(dict.fromkeys(FIRST), SECOND)]
    for area in (f"{area}{number or ''}" for number in count() for area in AREAS):
        for trade, street in product(TRADES, streets):
            yield f"{street}{area}", trade


def write(folder: Path, services: int) -> int:
    """Write the tables of so many services; returns the rows."""
    writers = {stem: _Table(folder / f"{stem}.csv", columns) for stem, columns in COLUMNS.items()}
    for number, (street, trade) in enumerate(islice(names(), services)):
        for stem, row in _rows(number, street, trade):
            writers[stem].add(row)
    for writer in writers.values():
        writer.close()
    return sum(writer.rows for writer in writers.values())


COLUMNS = {
    "organizations": "id,name,description",
    "services": "id,organization_id,name,alternate_name,status,assured_date",
    "locations": "id,location_type,name",
    "service_at_location": "id,service_id,location_id",
    "addresses": "id,location_id,address_1,city,country,address_type",
    "phones": "id,service_id,number,type",
    "schedules": "id,service_id,freq,byday,opens_at,closes_at",
    "attributes": "id,link_id,link_entity,link_type,value",
}
PER_ORGANIZATION = 20


class _Table:
    def __init__(self, path: Path, columns: str) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(columns.split(","))
        self.rows = 0

    def add(self, row: tuple[str, ...]) -> None:
        self._writer.writerow(row)
        self.rows += 1

    def close(self) -> None:
        self._file.close()


def _rows(
    number: int, street: str, trade: tuple[str, str, str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    name, aliases, needs = trade
    owner, own = f"o{number // PER_ORGANIZATION}", f"s{number}"
    if number % PER_ORGANIZATION == 0:
        yield "organizations", (owner, f"第{number // PER_ORGANIZATION}街道", "街道办事处")
    yield "services", (own, owner, f"{street}{name}", aliases, "active", "2026-10-01")
    yield "locations", (f"l{number}", "physical", "")
    yield "service_at_location", (f"a{number}", own, f"l{number}")
    address = f"{street.partition('路')[0]}路{number % 200 + 1}号"
    yield "addresses", (f"d{number}", f"l{number}", address, "桂花市", "CN", "physical")
    yield "phones", (f"p{number}", own, f"0571 8{number:07}", "voice")
    week = "MO,TU,WE,TH,FR"
    yield "schedules", (f"h{number}", own, "WEEKLY", week, "08:30", "11:30")
    yield "schedules", (f"i{number}", own, "WEEKLY", week, "14:00", "17:00")
    for place, need in enumerate(needs.split(";")[:2]):
        yield "attributes", (f"n{number}.{place}", own, "service", "need", need)


def questions(services: int, number: int) -> list[Asked]:
    """So many questions about services picked by chance from one seed."""
    chance = random.Random(SEED)  # noqa: S311 - the same questions every time
    wanted = sorted(chance.sample(range(services), min(number, services)))
    found = []
    for place, (street, trade) in enumerate(islice(names(), services)):
        if wanted and place == wanted[0]:
            wanted.pop(0)
            found.append(_question(f"s{place}", street, trade, chance))
    return found


def _question(
    service: str, street: str, trade: tuple[str, str, str], chance: random.Random
) -> Asked:
    name = f"{street}{trade[0]}"
    kind = chance.choice(("name", "slip", "need"))
    if kind == "name":
        return Asked(f"哎姑娘请问{name}几点开门啊", service, kind)
    if kind == "slip":
        return Asked(f"{name[: len(street)]}那个{name[len(street) :]}在哪里", service, kind)
    return Asked(f"{street}附近{trade[2].split(';')[0]}找谁", service, kind)
