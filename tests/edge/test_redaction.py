"""Secrets and numbers do not get into logs, whatever is logged."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest

from assistant.config import load_config
from assistant.edge.redaction import Redactor, clean_logs
from assistant.thrift import redactor
from tests.conftest import ROOT

TOKEN = "made-up/token+of=Twilio"


@pytest.mark.parametrize(
    "line",
    [
        f"sent {TOKEN} along",
        "sent made-up%2Ftoken%2Bof%3DTwilio along",
        "Authorization: Bearer abc.def.ghi",
        "{'authorization': 'Basic dXNlcjpwYXNz'}",
        "token nl_abcdefghijklmno was refused",
        "postgresql+psycopg://line:hunter22@db/line",
        "X-Twilio-Signature: abcdefgh=",
        "ring +8613800000001 again",
    ],
)
def test_it_is_taken_out(line: str) -> None:
    """Known secrets in any form, and what looks like a credential or a number."""
    cleaned = Redactor([TOKEN, "", "no"]).clean(line)
    assert cleaned != line
    for piece in (
        TOKEN,
        "%2Ftoken",
        "abc.def",
        "dXNlcj",
        "nl_abc",
        "hunter22",
        "abcdefgh=",
        "1380",
    ):
        assert piece not in cleaned


def test_plain_lines_stay_as_they_are() -> None:
    """Nothing else is changed."""
    line = "2026-11-25 09:00:00,000 INFO assistant.web: ready; languages heard: zh, en (no reply)"
    assert Redactor([TOKEN, "no", ""]).clean(line) == line


def test_tracebacks_are_cleaned_too() -> None:
    """An exception's own words go through the same."""
    stream, logger = io.StringIO(), logging.getLogger("test of clean logs")
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    clean_logs(Redactor([TOKEN]), logger)
    try:
        {"": 1}[TOKEN]
    except KeyError:
        logger.exception("failed for +8613800000001")
    logger.removeHandler(handler)
    assert TOKEN not in stream.getvalue()
    assert "1380" not in stream.getvalue()
    assert "KeyError" in stream.getvalue()


def test_every_secret_of_a_site_is_known(tmp_path: Path) -> None:
    """Those of the environment, and those the house made itself, in files or in the database."""
    environment = {
        "ASSISTANT_TWILIO__AUTH_TOKEN": "twilio-secret",
        "ASSISTANT_BACKUPS__PASSPHRASE": "four words of paper",
        "ASSISTANT_OPEN311__API_KEYS": '["city-secret"]',
        "ASSISTANT_DATABASE__URL": "postgresql+psycopg://line:database-secret@localhost/line",
    }
    (tmp_path / "vault.keys").write_text("seal:abcdefghijklmnopqrstuvwxyz\n", "utf-8")
    config = load_config(ROOT / "config.yaml", environment)
    all_of_them = "twilio-secret four words of paper city-secret database-secret drill-secret "
    cleaned = redactor(config, tmp_path, ["drill-secret"]).clean(
        all_of_them + "abcdefghijklmnopqrstuvwxyz"
    )
    assert cleaned.replace("[secret]", "").strip() == ""
