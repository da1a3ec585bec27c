"""What is measured lives apart from the office whose settings lie in the folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.benchmarks import apart, running
from assistant.config import load_config
from assistant.settings_file import save
from tests.conftest import ROOT

if TYPE_CHECKING:
    import pytest

    from assistant.settings_file import Place, Setting

OFFICE: dict[Place, Setting] = {
    ("server", "public_url"): "https://line.example.org",
    ("simulator",): False,
    ("twilio", "account_sid"): "AC1",
    ("database", "url"): "postgresql+psycopg://line@db.example.org/line",
    ("database", "site"): "north",
    ("lines",): {
        "office": {"kind": "sip", "address": "192.0.2.1", "peer": "192.0.2.2", "user": "600"}
    },
    ("backups", "folder"): "/media/stick",
}
SAYS = "import os, sys; print(*sys.argv[1:], *[n for n in os.environ if n.startswith('ASSIST')])"


def test_a_bench_reaches_neither_the_offices_records_nor_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its settings are the office's but for what leads outside; its secrets are left alone."""
    office, scratch = tmp_path / "office", tmp_path / "scratch"
    office.mkdir()
    (office / "config.yaml").write_text((ROOT / "config.yaml").read_text("utf-8"), "utf-8")
    save(office / "config.yaml", OFFICE, {("twilio", "auth_token"): "theirs"})
    monkeypatch.setattr(apart, "ROOT", office)
    config = load_config(apart.apart(scratch), {})
    assert config.lines == {}
    assert config.texts.carriers == {}
    assert (config.database.url, config.database.site) == ("", "default")
    assert (config.twilio.account_sid, config.twilio.auth_token) == ("", "")
    assert config.simulator
    assert config.backups.folder == ""
    assert load_config(office / "config.yaml", {}).database.site == "north"


def test_a_service_of_a_bench_is_started_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With settings of its own, and with none from the surroundings but those it is given."""
    monkeypatch.setenv("ASSISTANT_DATABASE__URL", "postgresql+psycopg://line@db.example.org/line")
    log = tmp_path / "log"
    given = {"ASSISTANT_DRILL__AT": ""}
    with running.begun(["--data", "x"], log, given, program=("-c", SAYS)) as (_, process):
        process.wait(20)
    said = log.read_text().split()
    assert said[said.index("--config") + 1] == str(apart.apart(tmp_path))
    assert [word for word in said if word.startswith("ASSIST")] == ["ASSISTANT_DRILL__AT"]
