"""How the office did last month, asked by telephone and text: the figures of the public page."""

from __future__ import annotations

import shutil
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from assistant.app import House, open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.texts import IncomingText
from assistant.core.turn import Utterance
from assistant.public.store import public_months
from assistant.scorecard.tables import figure_counts
from tests.conftest import ROOT
from tests.houses import trees_learnt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Opening = Callable[[str], House]

MOBILE = "+8613800000001"
CELLS = {
    "cases.received": 60,
    "cases.closed": 50,
    "promises.kept": 40,
    "promises.late": None,
    "promises.broken": None,
}


@pytest.fixture
def open_on(tmp_path: Path, migrated_file: Path) -> Iterator[Opening]:
    """Opens, on a day, a house that has counted since August and published September, October."""
    houses: list[House] = []

    def make(day: str) -> House:
        shutil.copy(migrated_file, tmp_path / "line.db")
        shutil.copytree(migrated_file.parent / "keys", tmp_path / "keys", dirs_exist_ok=True)
        url = {"ASSISTANT_DATABASE__URL": f"sqlite:///{tmp_path / 'line.db'}"}
        clock = ConversationClock(datetime.fromisoformat(f"{day}T09:00+08:00"))
        learnt = trees_learnt()
        config = load_config(ROOT / "config.yaml", url)
        house = open_house(config, tmp_path, ROOT, clock, learnt=learnt)
        with house.database.begin() as connection:
            counted = {"day": "2026-08-20", "at": clock.now()}
            connection.execute(insert(figure_counts).values(**counted))
            for month, more in (("2026-10", 0), ("2026-09", 30)):
                cells = {name: count and count + more for name, count in CELLS.items()}
                row = {"month": month, "at": clock.now(), "cells": cells}
                connection.execute(insert(public_months).values(**row))
        houses.append(house)
        return house

    yield make
    for house in houses:
        house.close()


def said(house: House, words: str, language: str) -> str:
    """What is answered on the telephone."""
    now = house.clock.now()
    talk = house.talk.begin("voice", MOBILE, now, language=language)
    reply = house.talk.take(talk, Utterance(words, language), now)
    return " ".join(one.text for one in reply.sentences)


def test_two_sentences_of_published_figures(open_on: Opening) -> None:
    """Small counts are told as small; by voice in words, by text in digits, in one text."""
    house = open_on("2026-11-25")
    zh = said(house, "上个月你们做得怎么样？", "zh")
    assert "上个月，大家托我们办的事来了大约六十件，办完了大约五十件。" in zh
    assert "说好回的电话，按时打了大约四十个，打晚了不到十个，没打成不到十个。" in zh
    en = said(house, "How did you do last month?", "en")
    assert "Last month residents brought us about sixty matters, and about fifty were" in en
    assert "about forty came on time, fewer than ten came late, and fewer than ten never" in en
    for words in ("上个月你们做得怎么样", "how did you do last month"):
        reply = house.talk.text(IncomingText(MOBILE, words), house.clock.now())
        (text,) = reply.texts
        assert "60" in text
        assert "40" in text


def test_in_the_first_days_of_a_month_the_one_before_the_last_is_told(open_on: Opening) -> None:
    """Its promises are over; last month's are not counted yet, and that is said."""
    heard = said(open_on("2026-11-05"), "上个月你们做得怎么样？", "zh")
    assert "上个月的账还没算好" in heard
    assert "九十件" in heard


def test_before_a_month_is_over_there_are_no_figures(open_on: Opening) -> None:
    """No month of the line is settled in its first weeks."""
    heard = said(open_on("2026-08-25"), "上个月你们做得怎么样？", "zh")
    assert heard.startswith("上个月的数字还没有")


def test_a_matter_of_her_own_is_no_question_of_figures(open_on: Opening) -> None:
    """How her own report stands is looked up, or taken down."""
    heard = said(open_on("2026-11-25"), "我上个月报的灯你们修得怎么样了", "zh")
    assert "大家托我们办的事" not in heard
