"""`run.py keys` and `run.py retention` as an operator uses them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from assistant.cli import cli
from assistant.core.errors import AssistantError
from assistant.vault.ring import read_ring
from assistant.vault.sources import FILE, KeyFile

if TYPE_CHECKING:
    import pytest


def said(*words: str) -> str:
    """What a command prints; it has to succeed."""
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, f"{done.output} {done.exception}"
    return done.output


def test_keys_are_listed_rotated_and_never_shown(tmp_path: Path) -> None:
    """Names only; the rotation stands in the audit log; an old key stays for the backups."""
    data = ("--data", str(tmp_path))
    said("keys", "list", *data)
    before = KeyFile(tmp_path / "keys" / FILE).read()
    rotated = said("keys", "rotate", *data)
    after = KeyFile(tmp_path / "keys" / FILE).read()
    assert before is not None
    assert after is not None
    assert after.writing in rotated
    assert after.writing not in before.seals
    listed = said("keys", "list", *data)
    assert sorted(line.split()[3] for line in listed.splitlines()) == ["in", "in", "older"]
    assert said("keys", "retire", *data).strip() == "No key is old enough."
    text = (tmp_path / "keys" / FILE).read_text()
    assert not any(word.partition(":")[2] in listed + rotated for word in text.split())
    assert said("audit", "verify", *data).strip() == "The audit log is whole: 1 entries."


def test_new_keys_are_printed_for_a_secret_store() -> None:
    """Each time another pair, as a setting takes it."""
    once, twice = said("keys", "new"), said("keys", "new")
    assert read_ring(once, "").writing != read_ring(twice, "").writing


def test_a_house_without_its_keys_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One plain sentence, and nothing is made in place of what was lost."""
    said("retention", "run", "--data", str(tmp_path))
    (tmp_path / "keys" / FILE).unlink()
    done = CliRunner().invoke(cli, ["retention", "run", "--data", str(tmp_path)])
    assert isinstance(done.exception, AssistantError)
    assert "Put back the copy of the keys" in str(done.exception)
    assert not (tmp_path / "keys" / FILE).exists()
    monkeypatch.setenv("ASSISTANT_PRIVACY__KEYS", said("keys", "new").strip())
    done = CliRunner().invoke(cli, ["retention", "run", "--data", str(tmp_path)])
    assert "is missing" in str(done.exception)


def test_retention_is_run_reported_and_held(tmp_path: Path) -> None:
    """Counts only; a hold has who and why, and is lifted by its name."""
    data = ("--data", str(tmp_path))
    assert "callbacks           90 days after callbacks.updated" in said(
        "retention", "rules", *data
    )
    assert said("retention", "report", *data).strip() == "Retention has not run yet."
    assert "requests              0 removed" in said("retention", "run", *data)
    assert "requests              0 removed" in said("retention", "report", *data)
    held = ("retention", "hold", "case", "GH000001", "--by", "李强", "--why", "信访 2026-17", *data)
    assert said(*held).startswith("H0001:")
    assert "case GH000001" in said("retention", "holds", *data)
    assert said("retention", "lift", "h0001", "--by", "李强", *data).strip() == "H0001 is lifted."
    assert "lifted" in said("retention", "holds", *data)
