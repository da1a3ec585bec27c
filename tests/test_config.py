from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from assistant.config import load_config
from assistant.core.errors import ConfigError


@pytest.fixture
def original(project: Path) -> str:
    """The project's own settings."""
    return (project / "config.yaml").read_text("utf-8")


def loaded(tmp_path: Path, text: str, **environment: str) -> object:
    """Settings from a text and variables."""
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8")
    return load_config(path, environment)


def test_the_original_is_whole(project: Path) -> None:
    """The file as shipped is accepted, and the first language is the community's own."""
    site = load_config(project / "config.yaml", {}).the_site()
    assert site.languages[0] == "zh"
    assert site.name.text("zh") == "桂花社区"
    assert site.name.text("en") == "Osmanthus Community"


def test_every_key_is_explained(original: str) -> None:
    """Each setting or its group has a comment line above it."""
    lines = original.splitlines()
    bare = [
        line
        for before, line in pairwise(lines)
        if line.startswith("  ")
        and ":" in line
        and not line.strip().startswith("#")
        and not (before.strip().startswith("#") or before.startswith("  "))
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  port: 8000", "  port: eight", ":{line}: setting 'server.port'"),
        ("  port: 8000", "  prot: 8000", "'server.port' is missing"),
        ("  timezone: Asia/Shanghai", "  timezone: Mars/Base", "'Mars/Base' is not a time zone"),
        ('  emergency_number: "120"', "  emergency_number: 120", "'site.emergency_number'"),
        ("simulator: true", "simulator: maybe", "setting 'simulator'"),
        ('  public_url: ""', "  public_url: line.example.org", "'server.public_url'"),
        ("  workers: 2", "  workers: 0", "'speech.workers'"),
        ('  morning: ["09:00"', '  morning: ["12:00"', "12:00 to 11:00 is no stretch"),
        ('  afternoon: ["14:00"', '  afternoon: ["two"', "two is no time of day"),
        ("simulator: true", "simulator: true\nextra: 1", "unknown setting 'extra'"),
        ("simulator: true", "simulator: [", "not valid YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, original: str, old: str, new: str, said: str
) -> None:
    """Key, line and remedy in one sentence."""
    assert old in original
    with pytest.raises(ConfigError, match=r"config\.yaml:\d+:") as wrong:
        loaded(tmp_path, original.replace(old, new))
    line = original[: original.index(old)].count("\n") + 1
    assert said.replace("{line}", str(line)) in str(wrong.value)


def test_the_environment_wins(tmp_path: Path, original: str) -> None:
    """Numbers, truth values and texts come in as what they are in the file."""
    config = loaded(
        tmp_path,
        original,
        ASSISTANT_SERVER__PORT="9000",
        ASSISTANT_SIMULATOR="false",
        ASSISTANT_TWILIO__AUTH_TOKEN="0123",
        OTHER="x",
    )
    assert config.server.port == 9000  # type: ignore[attr-defined]
    assert config.simulator is False  # type: ignore[attr-defined]
    assert config.twilio.auth_token == "0123"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["ASSISTANT_SERVER__PROT", "ASSISTANT_NOWHERE__X", "ASSISTANT_X"])
def test_an_unknown_variable_stops_the_start(tmp_path: Path, original: str, name: str) -> None:
    """A slip in a variable's name is told, not ignored."""
    with pytest.raises(ConfigError, match=name):
        loaded(tmp_path, original, **{name: "1"})


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The path is in the sentence."""
    with pytest.raises(ConfigError, match="nowhere"):
        load_config(tmp_path / "nowhere.yaml", {})


def test_the_public_address_follows_the_port(tmp_path: Path, original: str) -> None:
    """Without a public address, signatures are checked against host and port."""
    config = loaded(tmp_path, original, ASSISTANT_SERVER__PORT="9000")
    assert config.public_url() == "http://127.0.0.1:9000"  # type: ignore[attr-defined]
