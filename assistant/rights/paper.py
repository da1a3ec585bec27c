"""Her copy on paper: everything that is kept of her, as a PDF in large print (PIPL 45).

What a reader can use stands in large print with its name; what only the program uses stands below
it in small print, so that the copy is whole.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import Flowable, HRFlowable, Paragraph, SimpleDocTemplate, Spacer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import tzinfo

SONG: Final = "STSong-Light"
"The reader's own song type (a CID font), which has both scripts; nothing is embedded."
LARGE, PLAIN, SMALL = 20.0, 14.0, 8.0
"Points."
LEADING: Final = 1.4
MARGIN: Final = 42.0
"Points."
READ: Final = (
    *("at", "asked", "created", "updated", "intent", "words", "place", "body", "lines"),
    *("contact", "phone", "nickname", "state", "status", "window_start", "window_end", "note"),
    *("channel", "language", "opted_out", "closed"),
)
"Columns in large print, in this order; their names are words of the desk."


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one kind."""

    title: str
    rows: Sequence[Mapping[str, Any]]


def render(
    heading: str, parts: Sequence[Part], foot: str, named: Callable[[str], str], zone: tzinfo
) -> bytes:
    """The copy as a PDF file. `named` gives a column's name; moments are told in `zone`."""
    rl_config.invariant = 1
    registerFont(UnicodeCIDFont(SONG))
    large, plain, small = (_style(size) for size in (LARGE, PLAIN, SMALL))
    story: list[Flowable] = [Paragraph(escape(heading), large)]
    for part in parts:
        story += [_rule(1.5), Paragraph(escape(f"{part.title} ({len(part.rows)})"), large)]
        for row in part.rows:
            story += [Paragraph(escape(line), plain) for line in _lines(row, named, zone)]
            story += [Paragraph(escape(_rest(row, zone)), small), _rule(0.5)]
    story += [Spacer(0, PLAIN), Paragraph(escape(foot), plain)]
    written = io.BytesIO()
    SimpleDocTemplate(
        written,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=heading,
    ).build(story)
    return written.getvalue()


def _style(size: float) -> ParagraphStyle:
    return ParagraphStyle(
        f"copy{size}", fontName=SONG, fontSize=size, leading=size * LEADING, wordWrap="CJK"
    )


def _rule(thickness: float) -> Flowable:
    return HRFlowable(width="100%", thickness=thickness, spaceBefore=4, spaceAfter=6)


def _lines(row: Mapping[str, Any], named: Callable[[str], str], zone: tzinfo) -> list[str]:
    shown = [(name, _told(row[name], zone)) for name in READ if name in row]
    return [f"{named(name)}: {text}" for name, text in shown if text]


def _rest(row: Mapping[str, Any], zone: tzinfo) -> str:
    others = [(name, _told(value, zone)) for name, value in row.items() if name not in READ]
    return "; ".join(f"{name} = {text}" for name, text in others if text)


def _told(value: object, zone: tzinfo) -> str:
    """A value as text; of what was heard the words alone, since that is kept as JSON."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    text = str(value)
    if text.startswith("{"):
        return " / ".join(_texts(json.loads(text)))
    return text


def _texts(tree: object) -> list[str]:
    """Every text in what was kept as JSON, in order."""
    if isinstance(tree, Mapping):
        return [text for value in tree.values() for text in _texts(value)]
    if isinstance(tree, list):
        return [text for value in tree for text in _texts(value)]
    return [tree] if isinstance(tree, str) and tree else []
