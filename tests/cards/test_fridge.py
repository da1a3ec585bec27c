"""The page for the fridge, on the demo community."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from assistant.app import House, open_house
from assistant.cards.pdf import Page, render_pages
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.errors import ConfigError
from assistant.core.turn import Opened, Utterance
from assistant.fridge import EXAMPLES, examples, fridge_pages, line_number
from tests.conftest import ROOT
from tests.houses import trees_learnt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PageObject

NOW = datetime.fromisoformat("2026-11-25T10:00+08:00")
NUMBER = "0571-88005678"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """On demo data."""
    learnt = trees_learnt()
    config = load_config(ROOT / "config.yaml", {})
    folder = tmp_path_factory.mktemp("fridge")
    opened = open_house(config, folder, ROOT, ConversationClock(NOW), learnt=learnt)
    yield opened
    opened.close()


def type_sizes(page: PageObject) -> set[float]:
    """Points of everything that stands on a page."""
    sizes: set[float] = set()

    def see(text: str, _cm: object, tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            sizes.add(round(size * tm[0], 1))

    page.extract_text(visitor_text=see)
    return sizes


def test_there_is_one_large_page_a_language(house: House) -> None:
    """A4, nothing under 20 points: the number, the emergency number, that we ask no codes."""
    pages = PdfReader(io.BytesIO(fridge_pages(house, NUMBER))).pages
    assert len(pages) == len(house.config.site.languages)
    for page, never in zip(pages, ("验证码", "codes"), strict=True):
        sizes = type_sizes(page)
        text = "".join(page.extract_text().split())
        assert {NUMBER in text, "120" in text, never in text} == {True}
        assert min(sizes) >= 20
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_example_is_answered_when_it_is_said(house: House, language: str) -> None:
    """Four of them, each said to the line as it stands on the page, each with a fact told."""
    found = examples(house, language, NOW)
    assert len(set(found)) == EXAMPLES
    for words in found:
        talk = house.talk.begin("voice", "+8613800000001", NOW, language=language)
        talk = house.talk.take(talk, Opened(), NOW).conversation
        reply = house.talk.take(talk, Utterance(words, language), NOW)
        assert any(item.prompt.startswith("answer.") for item in reply.sentences), words


def test_long_sentences_are_set_smaller_and_never_cut() -> None:
    """However much there is to say, it stays on its page."""
    page = Page(
        "标题",
        NUMBER,
        ("一句话。" * 60,),
        "比如",
        ("几点开门",) * 4,
        ("完了。",),
        "危险",
        "脚",
        "zh",
    )
    (only,) = PdfReader(io.BytesIO(render_pages([page]))).pages
    text = only.extract_text()
    assert text.count("一句话。") == 60
    assert re.search("完了。", text)


def test_without_a_number_nothing_is_printed(house: House) -> None:
    """The demo has no line of its own, and the office's number is not the line's."""
    assert line_number(house) == ""
    with pytest.raises(ConfigError, match="--number"):
        fridge_pages(house, "")


def test_twilios_number_is_shown_as_it_is_dialled(house: House) -> None:
    """Residents read it as they would write it."""
    twilio = house.config.twilio.model_copy(update={"from_number": "+8657188005678"})
    config = house.config.model_copy(update={"twilio": twilio})
    assert line_number(replace(house, config=config)) == "0571 8800 5678"
