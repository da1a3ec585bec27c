"""A card as PDF: A5, 20 points and more, one fact a paragraph (WCAG and MIIT spacing, SENIOR 8).

Chinese is set in the reader's own song type (a CID font); nothing is embedded.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import Flowable, HRFlowable, Paragraph, SimpleDocTemplate, Spacer

SONG = "STSong-Light"
FONTS = {"zh": SONG}
OTHER_FONT = "Helvetica"
SIZE, SMALLER, LARGER = 22.0, 20.0, 26.0
"Points; nothing on a card is smaller than 20."
LEADING = 1.45
MARGIN = 32.0
"Points."


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on one card."""

    heading: str
    "Who gives the card out."
    lines: tuple[str, ...]
    foot: str
    "Whom to ask, and when it was printed."
    language: str


def render(sheet: Sheet) -> bytes:
    """The card as a PDF file; more lines than fit go on over the page. Same sheet, same bytes."""
    rl_config.invariant = 1
    registerFont(UnicodeCIDFont(SONG))
    chinese = sheet.language in FONTS
    font = FONTS.get(sheet.language, OTHER_FONT)

    def style(size: float) -> ParagraphStyle:
        wrap = "CJK" if chinese else None
        return ParagraphStyle(
            f"card{size}", fontName=font, fontSize=size, leading=size * LEADING, wordWrap=wrap
        )

    story: list[Flowable] = [
        Paragraph(escape(sheet.heading), style(LARGER)),
        HRFlowable(width="100%", thickness=1.5, color="black", spaceBefore=6, spaceAfter=12),
    ]
    for line in sheet.lines:
        story += [Paragraph(escape(line), style(SIZE)), Spacer(0, SIZE * 0.6)]
    story.append(Paragraph(escape(sheet.foot), style(SMALLER)))
    written = io.BytesIO()
    SimpleDocTemplate(
        written,
        pagesize=A5,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=sheet.heading,
        lang=sheet.language,
    ).build(story)
    return written.getvalue()
