"""The blocks of `texts.carriers`, and who may come as a Kannel."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest

from assistant.channels.kannel import KannelDoor
from assistant.config import GammuConfig, KannelConfig, TwilioTexts, load_config
from assistant.core.errors import ConfigError
from tests.kannel.gateway import KEY
from tests.scenarios.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SECRET = {"ASSISTANT_TEXTS__CARRIERS__CITY__SECRET": KEY}
CITY = """\
    city:
      kind: kannel
      send_url: http://127.0.0.1:13013/cgi-bin/sendsms
      user: line
      secret: ""
"""
OTHERS = """\
    modem:
      kind: gammu
      database: sqlite:////var/lib/gammu/smsd.db
      prefixes: ["+86"]
      segments_per_day: 200
    cloud: {kind: twilio}
"""


def settings(folder: Path, carriers: str) -> Path:
    """The shipped settings with these carriers."""
    shipped = (ROOT / "config.yaml").read_text("utf-8")
    assert shipped.count("  carriers: {}\n") == 1
    written = folder / "config.yaml"
    written.write_text(shipped.replace("  carriers: {}\n", f"  carriers:\n{carriers}"), "utf-8")
    return written


def test_each_kind_is_read_in_the_order_of_preference(tmp_path: Path) -> None:
    """Secrets come from the environment and are in no representation."""
    config = load_config(settings(tmp_path, CITY + OTHERS), SECRET)
    kinds = [(name, type(block)) for name, block in config.texts.carriers.items()]
    assert kinds == [("city", KannelConfig), ("modem", GammuConfig), ("cloud", TwilioTexts)]
    assert KEY not in repr(config)


@pytest.mark.parametrize(
    ("carriers", "environment", "told"),
    [
        (CITY, {}, "texts.carriers.city.secret'"),
        (CITY, {"ASSISTANT_TEXTS__CARRIERS__CITY__SECRET": "too-short"}, "16 letters"),
        (CITY + "      port: 1\n", SECRET, "unknown setting 'texts.carriers.city.port'"),
        ("    x: {kind: pigeon}\n", {}, "texts.carriers.x"),
        ("    modem: {kind: gammu}\n", {}, "'texts.carriers.modem.database' is missing"),
    ],
    ids=["no secret", "short secret", "unknown key", "unknown kind", "no tables"],
)
def test_what_is_wrong_stops_the_start_by_name_and_line(
    tmp_path: Path, carriers: str, environment: dict[str, str], told: str
) -> None:
    """And never repeats a secret."""
    path = settings(tmp_path, carriers)
    with pytest.raises(ConfigError) as stopped:
        load_config(path, environment)
    assert told in str(stopped.value)
    line = int(str(stopped.value).removeprefix(f"{path}:").partition(":")[0])
    first = path.read_text("utf-8").splitlines().index("  carriers:") + 2
    assert first <= line <= first + carriers.count("\n")
    assert "too-short" not in str(stopped.value)


@pytest.mark.parametrize(
    ("address", "key", "admitted"),
    [
        ("10.0.0.7", KEY, True),
        ("10.0.1.7", KEY, False),
        ("10.0.0.7", KEY[:-1], False),
        ("10.0.0.7", "", False),
        ("10.0.0.7", "钥匙", False),
        (None, KEY, False),
        ("unix:", KEY, False),
    ],
)
def test_a_kannel_comes_from_its_network_and_shows_its_key(
    address: str | None, key: str, *, admitted: bool
) -> None:
    """One without the other is not enough."""
    assert KannelDoor((ip_network("10.0.0.0/24"),), KEY).admits(address, key) is admitted
