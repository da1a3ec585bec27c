"""Paper for residents as PDF: a card (A5) and the page for the fridge (A4).

20 points and more, one fact a paragraph, lines 1.45 of the type (WCAG and MIIT spacing, SENIOR 8).
Chinese is set in the reader's own song type (a CID font); nothing is embedded.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib.enums import TA_CENTER, TA_LEFT
from reportlab.lib.pagesizes import A4, A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import (
    Flowable,
    HRFlowable,
    KeepInFrame,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from assistant.core.sentences import sentences

SONG = "STSong-Light"
FONTS = {"zh": SONG}
OTHER_FONT = "Helvetica"
SIZE, SMALLER, LARGER = 22.0, 20.0, 26.0
"Points; nothing on a card is smaller than 20."
LEADING = 1.45
MARGIN = 32.0
"Points."
NUMBER, NUMBER_MOST = 58.0, 13
"The number on the fridge: its type, and the characters that fit across the page at that size."


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on one card."""

    heading: str
    "Who gives the card out."
    lines: tuple[str, ...]
    foot: str
    "Whom to ask, and when it was printed."
    language: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page to hang on the fridge, in one language.

    Chinese sentences begin on lines of their own: wrapped, a line might begin with a comma.
    """

    heading: str
    number: str
    "What to ring, as it is dialled here."
    above: tuple[str, ...]
    "Sentences before the examples: how to speak."
    examples_heading: str
    examples: tuple[str, ...]
    "What she may say, in her own words."
    below: tuple[str, ...]
    "Sentences after them."
    danger: str
    "The emergency number, set apart."
    foot: str
    language: str


def render(sheet: Sheet) -> bytes:
    """The card as a PDF file; more lines than fit go on over the page. Same sheet, same bytes."""
    story: list[Flowable] = [
        Paragraph(escape(sheet.heading), _style(sheet.language, LARGER)),
        _rule(),
    ]
    for line in sheet.lines:
        story += [Paragraph(escape(line), _style(sheet.language, SIZE)), Spacer(0, SIZE * 0.6)]
    story.append(Paragraph(escape(sheet.foot), _style(sheet.language, SMALLER)))
    return _built(story, A5, sheet.heading, sheet.language)


def render_pages(pages: Sequence[Page]) -> bytes:
    """The pages for the fridge as one PDF file in A4, a page a language. Same pages, same bytes.

    What would not fit on its page is set smaller as a whole, never cut off.
    """
    width, height = A4[0] - 2 * MARGIN - 12, A4[1] - 2 * MARGIN - 12
    story: list[Flowable] = []
    for page in pages:
        story += [PageBreak()] if story else []
        story.append(KeepInFrame(width, height, _laid_out(page), mode="shrink"))
    return _built(story, A4, pages[0].heading, pages[0].language)


def _laid_out(page: Page) -> list[Flowable]:
    def line(
        text: str, size: float = SIZE, *, centred: bool = False, indent: float = 0
    ) -> Paragraph:
        parts = sentences(text) if page.language in FONTS else (text,)
        lines = "<br/>".join(escape(part) for part in parts)
        return Paragraph(lines, _style(page.language, size, centred=centred, indent=indent))

    size = NUMBER * min(1.0, NUMBER_MOST / max(1, len(page.number)))
    story: list[Flowable] = [
        line(page.heading, LARGER, centred=True),
        Paragraph(escape(page.number), _style("", size, centred=True)),
        _rule(),
        *_apart(line(text) for text in page.above),
        line(page.examples_heading, SMALLER),
    ]
    story += [line(f"“{text}”", indent=24.0) for text in page.examples]
    story += [Spacer(0, SIZE * 0.5), *_apart(line(text) for text in page.below)]
    story += [_boxed(line(page.danger, LARGER)), Spacer(0, SIZE * 0.5), line(page.foot, SMALLER)]
    return story


def _apart(lines: Iterable[Flowable]) -> Iterator[Flowable]:
    for line in lines:
        yield line
        yield Spacer(0, SIZE * 0.5)


def _boxed(line: Flowable) -> Table:
    """Set apart by a thick frame, so that it is found without reading the rest."""
    frame = TableStyle(
        [("BOX", (0, 0), (-1, -1), 3, "black"), ("BOTTOMPADDING", (0, 0), (-1, -1), 9)]
    )
    return Table([[line]], colWidths="100%", style=frame)


def _rule() -> HRFlowable:
    return HRFlowable(width="100%", thickness=1.5, color="black", spaceBefore=6, spaceAfter=12)


def _style(
    language: str, size: float, *, centred: bool = False, indent: float = 0
) -> ParagraphStyle:
    font = FONTS.get(language, OTHER_FONT)
    if language in FONTS:
        registerFont(UnicodeCIDFont(font))
    return ParagraphStyle(
        f"paper{size}",
        fontName=font,
        fontSize=size,
        leading=size * LEADING,
        wordWrap="CJK" if language in FONTS else None,
        alignment=TA_CENTER if centred else TA_LEFT,
        leftIndent=indent,
    )


def _built(story: list[Flowable], size: tuple[float, float], title: str, language: str) -> bytes:
    rl_config.invariant = 1
    written = io.BytesIO()
    SimpleDocTemplate(
        written,
        pagesize=size,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=title,
        lang=language,
    ).build(story)
    return written.getvalue()
