from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from assistant.scorecard.charts import Bars, drawn, top

SVG = "{http://www.w3.org/2000/svg}"


def heights(picture: bytes) -> list[float]:
    """Of the bars, in the order drawn; the clip's own rectangle is left out."""
    root = ET.fromstring(picture)  # noqa: S314 - our own picture
    bars = [one for one in root.iter(f"{SVG}rect") if "fill:" in one.get("style", "")]
    return [float(one.get("height", "0")) for one in bars]


def test_bars_are_as_high_as_their_counts() -> None:
    """One bar a count above nought, in the same measure for both rows."""
    found = heights(drawn(Bars(("11-24", "11-25"), ((2, 4), (1, 0)))))
    assert [round(height / found[1], 3) for height in found if height] == [0.5, 1.0, 0.25]


def test_nothing_in_a_chart_can_run_or_be_fetched() -> None:
    """No script, no style sheet, no address but the namespaces'; no text but digits and signs."""
    picture = drawn(Bars(tuple(str(hour) for hour in range(24)), ((0,) * 24, (3,) * 24)))
    root = ET.fromstring(picture)  # noqa: S314 - our own picture
    names = {one.tag.removeprefix(SVG) for one in root.iter()}
    assert names.isdisjoint({"script", "style", "image", "use", "foreignObject", "a"})
    assert not [
        name for one in root.iter() for name in one.attrib if "href" in name or name[:2] == "on"
    ]
    said = {one.text or "" for one in root.iter(f"{SVG}text")}
    assert said
    assert all(re.fullmatch(r"[-\d.\s]*", text) for text in said)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [((), 4), (((0,),), 4), (((4,),), 4), (((5,), (2,)), 8), (((997,),), 1000)],
)
def test_the_scale_has_even_whole_steps(rows: tuple[tuple[int, ...], ...], expected: int) -> None:
    """Half a request is no number on an axis."""
    assert top(rows) == expected
