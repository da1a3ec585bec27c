"""Settings changed in place, and the secrets beside them, on the project's own `config.yaml`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.config import load_config
from assistant.core.errors import ConfigError
from assistant.secrets_file import read_secrets
from assistant.settings_file import edited, save
from tests.conftest import ROOT

if TYPE_CHECKING:
    from assistant.settings_file import Place, Setting

ORIGINAL = (ROOT / "config.yaml").read_text("utf-8")
EXCHANGE = {"kind": "sip", "address": "192.168.1.10", "peer": "192.168.1.20", "user": "600"}


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A copy of the project's settings in a folder of their own."""
    return Path(shutil.copy(ROOT / "config.yaml", tmp_path / "config.yaml"))


def comments(text: str) -> list[str]:
    """Every comment, in order."""
    return [line.strip() for line in text.splitlines() if line.lstrip().startswith("#")]


def test_nothing_changed_changes_nothing() -> None:
    """Not a byte, also where a setting is set to what it is."""
    assert edited(ORIGINAL, {}) == ORIGINAL
    assert edited(ORIGINAL, {("site", "emergency_number"): "120"}) == ORIGINAL


def test_a_change_touches_its_own_line_alone() -> None:
    """Every comment stays, in its place."""
    changed = edited(ORIGINAL, {("site", "timezone"): "Europe/Berlin", ("simulator",): False})
    pairs = zip(ORIGINAL.splitlines(), changed.splitlines(), strict=True)
    assert [after.strip() for before, after in pairs if before != after] == [
        "timezone: Europe/Berlin",
        "simulator: false",
    ]


@pytest.mark.parametrize(
    "name", ["yes", "120", "Plum: Garden", "#1", "【梅园】", "a'b", "1e5", "- x"]
)
def test_text_stays_text_whatever_yaml_would_take_it_for(settings: Path, name: str) -> None:
    """A name that looks like a number, a truth or a comment comes back as it was typed."""
    save(settings, {("site", "name"): {"zh": name, "en": name}}, environment={})
    assert load_config(settings, {}).site.name == {"zh": name, "en": name}


def test_a_line_is_written_with_its_secret_elsewhere(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The block is in the settings, the password in a file for its owner; a start reads both."""
    place = ("lines", "office", "password")
    blocks: dict[Place, Setting] = {("lines",): {"office": {**EXCHANGE, "password": ""}}}
    save(settings, blocks, {place: "open sesame".replace(" ", "-")})
    assert "sesame" not in settings.read_text("utf-8")
    beside = settings.with_name("secrets")
    assert beside.stat().st_mode & 0o777 == 0o600
    assert comments(settings.read_text("utf-8")) == comments(ORIGINAL)
    assert load_config(settings).lines["office"].model_dump()["password"] == "open-sesame"
    monkeypatch.setenv("ASSISTANT_LINES__OFFICE__PASSWORD", "from-outside")
    assert load_config(settings).lines["office"].model_dump()["password"] == "from-outside"


def test_an_earlier_secret_stays(settings: Path) -> None:
    """A second secret does not take the first one away."""
    save(settings, {}, {("twilio", "auth_token"): "one"})
    save(settings, {}, {("backups", "passphrase"): "two"})
    assert read_secrets(settings) == {
        "ASSISTANT_TWILIO__AUTH_TOKEN": "one",
        "ASSISTANT_BACKUPS__PASSPHRASE": "two",
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_root_writes_stays_the_services_own(settings: Path) -> None:
    """Both files belong to whom the settings belonged to, with the same rights as before."""
    os.chown(settings, 65534, 65534)
    save(settings, {}, {("twilio", "auth_token"): "one"})
    for path in (settings, settings.with_name("secrets")):
        assert (path.stat().st_uid, path.stat().st_gid) == (65534, 65534)
    assert settings.with_name("secrets").stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_leaves_both_files_as_they_were(settings: Path) -> None:
    """Settings are checked before anything is replaced."""
    with pytest.raises(ConfigError, match="time zone"):
        save(settings, {("site", "timezone"): "Mars/One"}, {("twilio", "auth_token"): "x"})
    assert settings.read_text("utf-8") == ORIGINAL
    assert [path.name for path in settings.parent.iterdir()] == ["config.yaml"]


def test_a_place_that_holds_no_settings_is_named() -> None:
    """And nothing is made up there."""
    with pytest.raises(ConfigError, match=r"site\.nowhere\.deep"):
        edited(ORIGINAL, {("site", "nowhere", "deep"): "x"})


@pytest.mark.parametrize(
    ("line", "mode", "said"),
    [("ASSISTANT_X=1\n", 0o644, "chmod 600"), ("password: 1\n", 0o600, "secrets:1")],
)
def test_secrets_that_are_open_or_unreadable_stop_the_start(
    settings: Path, line: str, mode: int, said: str
) -> None:
    """With the file named, and what to do."""
    beside = settings.with_name("secrets")
    beside.write_text(line, "utf-8")
    beside.chmod(mode)
    with pytest.raises(ConfigError, match=said):
        load_config(settings)
