from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest

from assistant.logs import Style, formatter, within

STYLES: tuple[Style, ...] = ("text", "json")


@pytest.fixture
def told(style: Style) -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger of its own and what it writes."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter(style))
    logger = logging.getLogger(f"tests.{style}")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, written
    logger.removeHandler(handler)


@pytest.mark.parametrize("style", ["json"])
def test_a_line_of_json_says_when_who_what_and_in_which_conversation(
    told: tuple[logging.Logger, io.StringIO],
) -> None:
    """One object a line; outside a conversation there is none."""
    logger, written = told
    with within("CA7"):
        logger.warning("a stream went silent after %d s", 9)
    logger.warning("ready")
    first, second = map(json.loads, written.getvalue().splitlines())
    assert datetime.fromisoformat(first.pop("time")).tzinfo is not None
    assert first == {
        "level": "warning",
        "logger": "tests.json",
        "event": "a stream went silent after 9 s",
        "conversation": "CA7",
    }
    assert "conversation" not in second


@pytest.mark.parametrize("style", ["json"])
def test_what_failed_stays_in_its_line(told: tuple[logging.Logger, io.StringIO]) -> None:
    """A traceback is a value, not forty lines between two objects."""
    logger, written = told
    try:
        int("no such place")
    except ValueError:
        logger.exception("turn failed")
    (line,) = written.getvalue().splitlines()
    assert "no such place" in json.loads(line)["exception"]


@pytest.mark.parametrize("style", ["text"])
def test_a_plain_line_ends_with_its_conversation(told: tuple[logging.Logger, io.StringIO]) -> None:
    """Unless it is named already, and never after the conversation is over."""
    logger, written = told
    with within("CA7"):
        logger.warning("late")
        logger.warning("turn failed in conversation CA7")
    logger.warning("ready")
    ends = [line.partition("tests.text: ")[2] for line in written.getvalue().splitlines()]
    assert ends == ["late [CA7]", "turn failed in conversation CA7", "ready"]


@pytest.mark.parametrize("style", STYLES)
def test_one_conversation_does_not_lend_its_name_to_another(
    told: tuple[logging.Logger, io.StringIO],
) -> None:
    """What is nested ends with its block."""
    logger, written = told
    with within("CA7"):
        with within("CA8"):
            logger.warning("inner")
        logger.warning("outer")
    inner, outer = written.getvalue().splitlines()
    assert ("CA8" in inner, "CA7" in inner) == (True, False)
    assert ("CA8" in outer, "CA7" in outer) == (False, True)
