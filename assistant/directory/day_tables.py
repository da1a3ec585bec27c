"""Rosters, menus and notices as simple tables: one row a day, kept in any spreadsheet. Pure.

`rosters.csv`: roster, service, date or weekday, items, valid_from, valid_to, zone.
`notices.csv`: text, valid_from, valid_to, place, topic, zone, id. Headings may be Chinese, several
items or weekdays stand in one cell, and a service may be named instead of given by its id.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_OID, uuid5

from assistant.directory.cells import read_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assistant.directory.intake import Json

LINE: Final = "#line"
"Key of the line a row stands on, for messages."
DAY_TABLES: Final[dict[str, dict[str, str]]] = {
    "rosters": {
        "名称": "roster",
        "表": "roster",
        "服务": "service",
        "地方": "service",
        "日期": "date",
        "星期": "weekday",
        "内容": "items",
        "菜单": "items",
        "大夫": "items",
        "从": "valid_from",
        "到": "valid_to",
        "楼栋": "zone",
        "范围": "zone",
    },
    "notices": {
        "编号": "id",
        "通知": "text",
        "内容": "text",
        "从": "valid_from",
        "到": "valid_to",
        "地点": "place",
        "关键词": "topic",
        "楼栋": "zone",
        "范围": "zone",
    },
}
"By table: Chinese headings and the names they stand for."
_ITEMS = re.compile(r"\s*[;；、\n]\s*")


def day_rows(table: str, line: int, cells: Mapping[str, str]) -> Iterator[dict[str, Json]]:
    """The entries of `community.json` that one row of a day table stands for."""
    names = DAY_TABLES[table]
    named = {names.get(heading, heading): cell for heading, cell in cells.items()}
    row: dict[str, Json] = {LINE: line, **named}
    if table == "notices":
        yield {"id": _made_up(named), **row, "valid_to": _last_day(named)}
        return
    row["roster"] = named.get("roster") or named.get("service", "")
    row["items"] = [item for item in _ITEMS.split(named.get("items", "")) if item]
    days = read_days(named["weekday"]) if named.get("weekday") else None
    for day in days or (named.get("weekday"),):
        yield {**row, "weekday": int(day) if day and day.isdecimal() else day}


def _last_day(named: Mapping[str, str]) -> str:
    """A notice without a last day is for its first day only."""
    return named.get("valid_to") or named.get("valid_from", "")


def _made_up(named: Mapping[str, str]) -> str:
    """The same notice gets the same id again."""
    told = "/".join(named.get(key, "") for key in ("text", "valid_from", "place"))
    return str(uuid5(NAMESPACE_OID, f"notice/{told}"))
