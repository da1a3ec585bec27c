from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from assistant.cards.pdf import Sheet, render
from assistant.cards.store import Card, CardStore
from assistant.database import open_database

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
ZH = Sheet(
    "桂花社区", ("老年食堂，周一至周五十一点到十三点。", "地址：桂花路8号。"), "打印于今天。", "zh"
)
EN = Sheet("Osmanthus Community", ("The canteen is open <daily> & free.",), "Printed today.", "en")


@pytest.mark.parametrize("sheet", [ZH, EN], ids=["zh", "en"])
def test_every_line_is_on_the_card_in_large_type(sheet: Sheet) -> None:
    """A5, nothing under 20 points, the text as it is, the same bytes each time."""
    data = render(sheet)
    (page,) = PdfReader(io.BytesIO(data)).pages
    sizes: set[float] = set()
    page.extract_text(
        visitor_text=lambda text, _cm, _tm, _font, size: sizes.add(size) if text.strip() else None
    )
    found = "".join(page.extract_text().split())
    for line in (sheet.heading, *sheet.lines, sheet.foot):
        assert "".join(line.split()) in found
    assert min(sizes) >= 20
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (420, 595)
    assert render(sheet) == data


def test_many_lines_go_on_over_the_page() -> None:
    """Nothing is cut off at the bottom."""
    pages = PdfReader(
        io.BytesIO(render(Sheet("桂花社区", ("这是一句话。",) * 40, "完。", "zh")))
    ).pages
    assert len(pages) > 1
    assert sum(page.extract_text().count("这是一句话") for page in pages) == 40


def test_a_card_is_queued_once_and_handed_over(tmp_path: Path) -> None:
    """Waiting, printed, fetched; a key nobody knows is told."""
    database = open_database(f"sqlite:///{tmp_path / 'assistant.db'}")
    store = CardStore(database)
    card = Card("copy:c1:2", "+8657188001234", "zh", ("食堂七点开门。",), NOW)
    assert [store.put(card), store.put(card)] == [True, False]
    assert store.listing("waiting") == (card,)
    assert [store.mark(card.key, "printed"), store.mark("other", "printed")] == [True, False]
    assert [item.status for item in store.listing("waiting", "printed")] == ["printed"]
    store.mark(card.key, "fetched")
    assert store.listing("waiting", "printed") == ()
    database.close()
