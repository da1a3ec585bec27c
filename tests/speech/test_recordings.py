from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from assistant.core.errors import DataError
from assistant.speech.audio import Samples, to_int16
from assistant.speech.recordings import INDEX, Recordings, parse_name


def sound(seconds: float = 1.0, seed: int = 0) -> Samples:
    """Something to keep."""
    rng = np.random.default_rng(seed)
    return to_int16(rng.standard_normal(round(8000 * seconds)) * 0.1)


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("thanks", ("thanks", 1)),
        ("else.ask", ("else.ask", 1)),
        ("else.ask.2", ("else.ask", 2)),
        ("answer.open_now.known.12", ("answer.open_now.known", 12)),
        ("else.ask.0", ("else.ask.0", 1)),
        ("../else.ask", None),
        ("else..ask", None),
        ("", None),
    ],
)
def test_a_file_name_says_prompt_and_variant(stem: str, expected: tuple[str, int] | None) -> None:
    """`prompt[.variant]`; a name with anything else in it is none."""
    assert parse_name(stem) == expected


def test_what_was_kept_is_there_at_the_next_start(tmp_path: Path) -> None:
    """Sound, words and length come back, by language."""
    Recordings(tmp_path).add("zh", "else.ask", 1, "还要问别的吗？", sound(1.5))
    again = Recordings(tmp_path)
    (found,) = again.choose("else.ask", "zh", "还要问别的吗？")
    assert np.array_equal(again.load(found, "zh"), sound(1.5))
    assert (found.seconds, found.file) == (1.5, "else.ask.1.wav")
    assert again.choose("else.ask", "en", "还要问别的吗？") == []


def test_variants_take_turns(tmp_path: Path) -> None:
    """Three recordings of one prompt are heard one after the other, then from the start."""
    kept = Recordings(tmp_path)
    for variant in (2, 1, 3):
        kept.add("zh", "thanks", variant, "不客气。", sound(seed=variant))
    heard = [kept.choose("thanks", "zh", "不客气。")[0].variant for _ in range(5)]
    assert heard == [1, 2, 3, 1, 2]


def test_other_words_are_not_played(tmp_path: Path) -> None:
    """When a prompt has been reworded its recording is not chosen, but still listed."""
    kept = Recordings(tmp_path)
    kept.add("zh", "thanks", 1, "不用谢。", sound())
    assert kept.choose("thanks", "zh", "不客气。") == []
    assert [item.text for item in kept.of("zh")] == ["不用谢。"]


def test_the_same_number_is_replaced(tmp_path: Path) -> None:
    """A second recording with the same number takes the place of the first."""
    kept = Recordings(tmp_path)
    kept.add("zh", "thanks", 1, "不客气。", sound(1.0, 1))
    kept.add("zh", "thanks", 1, "不客气。", sound(2.0, 2))
    (only,) = Recordings(tmp_path).of("zh")
    assert only.seconds == 2.0
    assert np.array_equal(kept.load(only, "zh"), sound(2.0, 2))


def test_a_changed_or_missing_file_is_refused(tmp_path: Path) -> None:
    """A file somebody put in by hand, or took away, is named with the remedy."""
    kept = Recordings(tmp_path)
    item = kept.add("zh", "thanks", 1, "不客气。", sound(1.0, 1))
    other = kept.add("zh", "thanks", 2, "不客气。", sound(1.0, 2))
    kept.path(item, "zh").write_bytes(kept.path(other, "zh").read_bytes())
    with pytest.raises(DataError, match=r"thanks\.1\.wav: changed.*import"):
        kept.load(item, "zh")
    kept.path(item, "zh").unlink()
    with pytest.raises(DataError, match=r"thanks\.1\.wav"):
        kept.load(item, "zh")


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"prompt": "../x"}]', "null"])
def test_a_damaged_index_is_no_recording(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A damaged index costs a warning, not the start."""
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / INDEX).write_text(content)
    with caplog.at_level(logging.WARNING, logger="assistant.speech.recordings"):
        assert Recordings(tmp_path).of("zh") == []
    assert len(caplog.records) == 1


def test_a_name_that_leads_out_of_the_folder_is_dropped(tmp_path: Path) -> None:
    """An index that names a file elsewhere is not followed."""
    (tmp_path / "zh").mkdir()
    entry = '[{"prompt": "../x", "variant": 1, "text": "", "seconds": 1, "sha256": ""}]'
    (tmp_path / "zh" / INDEX).write_text(entry)
    assert Recordings(tmp_path).of("zh") == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The error says which folder, and nothing half-written is left."""
    (tmp_path / "zh").write_text("a file in the way")
    with pytest.raises(DataError, match="zh: the recording cannot be kept"):
        Recordings(tmp_path).add("zh", "thanks", 1, "不客气。", sound())
