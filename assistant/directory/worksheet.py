"""A worksheet on paper for the yearly round of checks: what the line tells, and room to correct it.

One block a service, those not checked for longest first; printed from any browser on A4. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class Block:
    """One service on the worksheet."""

    service: str
    "HSDS id."
    name: str
    checked: date | None
    told: tuple[tuple[str, str], ...]
    "Name of each field, and what the line tells."
    remarks: tuple[str, ...] = ()
    "What the review found."


WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "title": "服务信息核对表",
        "checked": "上次核对",
        "never": "没有写",
        "right": "对",
        "now": "改为",
        "by": "核对人",
        "on": "日期",
        "how": "打电话或上门核对每一条。对的打勾，不对的写上新的。",
        "summary": "做什么",
        "phone": "电话",
        "hours": "时间",
        "address": "地址",
        "fee": "收费",
        "documents": "带什么",
        "eligibility": "谁能去",
        "transport": "怎么走",
    },
    "en": {
        "title": "Worksheet for checking the directory",
        "checked": "Last checked",
        "never": "not written",
        "right": "right",
        "now": "correct to",
        "by": "Checked by",
        "on": "Date",
        "how": "Ring or visit. Tick what is right, and write beside it what is not.",
        "summary": "What it does",
        "phone": "Telephone",
        "hours": "Hours",
        "address": "Address",
        "fee": "Fee",
        "documents": "To bring",
        "eligibility": "For whom",
        "transport": "Way",
    },
}
_STYLE = (
    "@page{size:A4;margin:15mm}body{font:14pt/1.5 'Noto Sans CJK SC',sans-serif;color:#000}"
    "section{break-inside:avoid;border-top:2pt solid #000;padding:6pt 0}h2{font-size:16pt;margin:0}"
    "table{width:100%;border-collapse:collapse}th,td{border:1pt solid #555;padding:3pt 6pt;"
    "text-align:left;vertical-align:top}th{width:16%}td.tick{width:10%}td.now{width:30%}"
    ".small{font-size:11pt}"
)


def worksheet(blocks: Iterable[Block], language: str, community: str, today: date) -> str:
    """The whole worksheet as one HTML page that needs nothing else."""
    words = WORDS.get(language, WORDS["en"])
    ordered = sorted(blocks, key=lambda block: (block.checked is not None, block.checked or today))
    body = "\n".join(_block(block, words) for block in ordered)
    title = escape(f"{community} {words['title']} {today.isoformat()}")
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{title}</h1><p>{escape(words['how'])}</p>\n{body}\n</body></html>\n"
    )


def _block(block: Block, words: Mapping[str, str]) -> str:
    checked = block.checked.isoformat() if block.checked else words["never"]
    rows = "".join(
        f'<tr><th scope="row">{escape(words.get(name, name))}</th><td>{escape(told)}</td>'
        f'<td class="tick">☐ {escape(words["right"])}</td>'
        f'<td class="now">{escape(words["now"])}：</td></tr>'
        for name, told in block.told
    )
    remarks = "".join(f"<p>⚠ {escape(remark)}</p>" for remark in block.remarks)
    return (
        f"<section><h2>{escape(block.name)}</h2>"
        f'<p class="small">{escape(words["checked"])}：{checked}　{escape(block.service)}</p>'
        f"{remarks}<table>{rows}</table>"
        f"<p>{escape(words['by'])}：____________　{escape(words['on'])}：____________</p></section>"
    )
