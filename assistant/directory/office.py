"""The office's own table: one row a service, in words an office uses; becomes rows of HSDS. Pure.

Headings may be Chinese or English. Several telephone numbers, hours, documents or needs stand in
one cell with ; or a new line between. Columns nobody knows are kept with the service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_OID, uuid5

from assistant.directory.texts import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from assistant.directory.intake import Json

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("编号", "id"),
    "name": ("名称", "name", "服务名称", "服务", "项目", "service", "service_name"),
    "alternate_name": (
        "别名",
        "also_known_as",
        "俗称",
        "又叫",
        "曾用名",
        "aliases",
        "alternate_name",
    ),
    "spoken_name": ("读法", "spoken_name", "读音"),
    "organization": ("单位", "organization", "机构", "主办单位", "负责单位", "provider", "agency"),
    "description": ("做什么", "description", "简介", "说明", "服务内容", "what_it_does"),
    "needs": ("能帮什么", "helps_with", "需求", "关键词", "needs", "keywords"),
    "category": ("类别", "category", "分类", "类型"),
    "phone": ("电话", "phone", "联系电话", "电话号码", "telephone", "phone_number"),
    "address": ("地址", "address", "详细地址"),
    "landmark": ("旁边有什么", "landmark", "标志物", "地标", "位置"),
    "transportation": ("怎么去", "how_to_get_there", "交通", "乘车", "transport", "transportation"),
    "hours": ("时间", "hours", "开放时间", "服务时间", "营业时间", "办公时间", "opening_hours"),
    "fees_description": ("收费", "fees", "费用", "价格", "cost", "price", "fees_description"),
    "documents": ("带什么", "what_to_bring", "材料", "证件", "所需材料", "documents"),
    "eligibility_description": (
        "谁可以",
        "who_may_come",
        "条件",
        "对象",
        "服务对象",
        "eligibility",
    ),
    "alert": ("提醒", "alert", "临时通知"),
    "status": ("状态", "status"),
    "assured_date": ("核实日期", "checked_on", "更新日期", "assured_date", "last_checked"),
}
"By column: the headings it goes by, those of the template first (Chinese, English)."
TEMPLATE: Final = {"zh": 0, "en": 1}
COLUMNS: Final = {name: column for column, names in HEADINGS.items() for name in names}
STATUSES: Final = {
    "正常": "active",
    "开放": "active",
    "营业": "active",
    "open": "active",
    "暂停": "temporarily closed",
    "暂停服务": "temporarily closed",
    "停业": "temporarily closed",
    "closed": "temporarily closed",
    "停办": "defunct",
    "取消": "defunct",
}
OURS_ALONE: Final = frozenset(
    {"organization", "category", "phone", "address", "landmark", "hours", "documents"}
)
"Columns that are tables of their own in HSDS."
CELL_OF: Final = {
    "organizations": "organization",
    "locations": "landmark",
    "service_at_location": "address",
    "addresses": "address",
    "phones": "phone",
    "schedules": "hours",
    "required_documents": "documents",
    "attributes": "needs",
    "taxonomy_terms": "category",
}
"By table: the column of ours its rows are made from."
MADE_OF: Final = ("phones", "schedules", "required_documents", "attributes", "addresses")
"Tables whose rows are made anew for a service each time; what is not written any more goes."


def is_office_table(headings: Iterable[str]) -> bool:
    """Whether a table has the name of a service among headings of ours."""
    return "name" in {COLUMNS.get(heading) for heading in headings}


def is_surely_ours(headings: Iterable[str]) -> bool:
    """Whether some heading is one that a table of HSDS services never has."""
    return any(
        heading in COLUMNS and (not heading.isascii() or COLUMNS[heading] in OURS_ALONE)
        for heading in headings
    )


def hsds_rows(cells: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Json]]]:
    """The rows of HSDS tables that one row stands for, the service first; it has a name."""
    row: dict[str, str] = {}
    extra: dict[str, Json] = {}
    for heading, cell in cells.items():
        column = COLUMNS.get(heading)
        if column is None or column in row:
            extra[heading] = cell
        else:
            row[column] = cell
    service = row.get("id") or made_up("service", row["name"])
    owner = row.get("organization", "")
    yield "services", _service(service, row, owner) | extra
    if owner:
        yield "organizations", {"id": made_up("organization", owner), "name": owner}
    yield from _place(service, row)
    yield from _listed(service, row)


def made_up(kind: str, name: str) -> str:
    """The id of something that is known by its name alone: the same name has the same id."""
    return str(uuid5(NAMESPACE_OID, f"office/{kind}/{name}"))


def _service(service: str, row: Mapping[str, str], owner: str) -> dict[str, Json]:
    own = (
        "name alternate_name spoken_name description fees_description eligibility_description "
        "alert assured_date"
    )
    written = row.get("status", "")
    return {
        "id": service,
        "organization_id": made_up("organization", owner) if owner else None,
        "status": STATUSES.get(written.casefold(), written) or "active",
        **{column: row[column] for column in own.split() if column in row},
    }


def _place(service: str, row: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Json]]]:
    if not any(column in row for column in ("address", "landmark", "transportation")):
        return
    place = f"{service}/place"
    yield (
        "locations",
        {
            "id": place,
            "location_type": "physical",
            "description": row.get("landmark"),
            "transportation": row.get("transportation"),
        },
    )
    yield (
        "service_at_location",
        {"id": f"{service}/at", "service_id": service, "location_id": place},
    )
    if "address" in row:
        yield (
            "addresses",
            {
                "id": f"{service}/address/1",
                "location_id": place,
                "address_1": row["address"],
                "address_type": "physical",
            },
        )


def _listed(service: str, row: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Json]]]:
    """What a service may have several of."""
    for stem, column, cell in (
        ("phones", "number", "phone"),
        ("required_documents", "document", "documents"),
    ):
        for number, text in enumerate(split(row.get(cell, "")), 1):
            identifier = f"{service}/{stem}/{number}"
            yield stem, {"id": identifier, "service_id": service, column: text}
    if "hours" in row:
        hours = {"id": f"{service}/hours/1", "service_id": service, "description": row["hours"]}
        yield "schedules", {**hours}
    for number, need in enumerate(split(row.get("needs", "")), 1):
        attribute = {"id": f"{service}/need/{number}", "link_id": service, "link_type": "need"}
        yield "attributes", {**attribute, "link_entity": "service", "value": need}
    for name in split(row.get("category", "")):
        term = made_up("category", name)
        yield "taxonomy_terms", {"id": term, "name": name, "taxonomy": "office"}
        attribute = {"id": f"{service}/{term}", "link_id": service, "taxonomy_term_id": term}
        yield "attributes", {**attribute, "link_entity": "service"}
