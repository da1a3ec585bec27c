from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.capacity import FILE, GUESS, Measured, limits, read, write
from assistant.core.ladder import Limits

UNSET: dict[str, int | None] = {"speech": None, "keys": None, "number": None}
FOUND = Measured(Limits(speech=30, keys=90, number=20), {"zh": "small"})


def test_what_was_measured_counts(tmp_path: Path) -> None:
    """The bench's numbers are read back as they were written."""
    write(tmp_path, FOUND, {"cores": 2})
    assert read(tmp_path) == FOUND
    assert limits(UNSET, tmp_path, {"zh": "small"}) == FOUND.limits


def test_a_setting_counts_before_what_was_measured(tmp_path: Path) -> None:
    """Each number by itself; 0 is a number."""
    write(tmp_path, FOUND, {})
    given: dict[str, int | None] = {"speech": 0, "keys": None, "number": 5}
    assert limits(given, tmp_path, {"zh": "small"}) == Limits(speech=0, keys=90, number=5)


def test_with_other_models_nothing_was_measured(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A bigger model bears fewer calls: guess, and say so."""
    write(tmp_path, FOUND, {})
    assert limits(UNSET, tmp_path, {"zh": "large"}).speech == GUESS.speech * (os.cpu_count() or 1)
    assert "measure again" in caplog.text


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"limits": {"speech": "x"}}'])
def test_a_damaged_file_does_not_stop_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    """It is named in the log, and the guess stands in."""
    (tmp_path / FILE).write_text(content, "utf-8")
    assert limits(UNSET, tmp_path, {}).keys == GUESS.keys * (os.cpu_count() or 1)
    assert "bench calls" in caplog.text


def test_nothing_measured_is_nothing_unusual(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A new machine starts on the guess, without a word."""
    assert limits(UNSET, tmp_path, {}) == Limits(
        **{
            name: getattr(GUESS, name) * (os.cpu_count() or 1)
            for name in ("speech", "keys", "number")
        }
    )
    assert caplog.text == ""
