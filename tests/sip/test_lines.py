from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from assistant.benchmarks.lines import lateness, read
from assistant.benchmarks.running import BenchError
from assistant.channels.sip import probe
from assistant.commands import check_lines
from assistant.config import SipLineConfig, load_config
from assistant.core.errors import CarrierError, ConfigError
from assistant.core.phones import dialled
from assistant.core.ports import CarriedRing
from assistant.lines import Lines, settings_of
from tests.sip.office import HOST, FakeHouse, free_port, until
from tests.sip.test_rings import Desk

if TYPE_CHECKING:
    from assistant.config import Config

BLOCK = """
lines:
  office:
    kind: sip
    address: "{host}"
    port: {port}
    peer: {peer}
    user: "600"
    password: ""
    register_s: 0
{more}
"""
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def configured(folder: Path, project: Path, more: str = "", **environment: str) -> Config:
    """The settings as shipped, with one line."""
    text = (project / "config.yaml").read_text("utf-8")
    block = BLOCK.format(host=HOST, port=free_port(), peer="192.0.2.20:5080", more=more)
    path = folder / "config.yaml"
    path.write_text(text.replace("\nlines: {}\n", block), "utf-8")
    return load_config(path, environment)


class Usual:
    """The carrier of everything else."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def send_text(self, to: str, body: str) -> str:
        """Keep it."""
        self.done.append(f"text {to} {body}")
        return "SM1"

    def find_text(self, to: str, body: str, since: datetime) -> None:
        """None."""
        del to, body, since

    def ring(self, to: str, instructions: str, *, seconds: int) -> str:
        """Keep it."""
        self.done.append(f"ring {to} {instructions} {seconds}")
        return "CA1"

    def find_rings(self, to: str, since: datetime) -> tuple[CarriedRing, ...]:
        """None."""
        del to, since
        return ()

    def hang_up(self, identifier: str) -> None:
        """Keep it."""
        self.done.append(f"hang up {identifier}")


def house_of(config: Config, data: Path) -> Any:  # noqa: ANN401 - as much of a house as lines need
    """A house of which only settings, folder and clock are asked."""
    return SimpleNamespace(config=config, data=data, clock=SimpleNamespace(now=lambda: NOW))


def test_a_block_is_a_line(tmp_path: Path, project: Path) -> None:
    """What is not written has the value that config.yaml says; secrets come by the environment."""
    config = configured(tmp_path, project, ASSISTANT_LINES__OFFICE__PASSWORD="hush")
    block = config.lines["office"]
    assert isinstance(block, SipLineConfig)
    settings = settings_of("office", block, config, b"secret")
    assert settings.peer == ("192.0.2.20", 5080)
    assert settings.codecs == (8, 0)
    assert (settings.domain, settings.password, settings.calls) == ("192.0.2.20", "hush", 1)
    assert settings.knows("192.0.2.20")
    assert not settings.knows("192.0.2.21")
    assert "hush" not in repr(settings) + repr(config.lines)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("    colour: red", "lines.office.colour"),
        ("    calls: 0", "lines.office.calls"),
        ("    rtp_ports: [20001, 20010]", "even"),
        ("    transfer: carry", "lines.office.transfer"),
        ("    codecs: []", "lines.office.codecs"),
    ],
)
def test_a_wrong_setting_of_a_line_is_named(
    tmp_path: Path, project: Path, more: str, said: str
) -> None:
    """The key, and what is the matter with it."""
    with pytest.raises(ConfigError, match=said):
        configured(tmp_path, project, more)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "office.local"])  # noqa: S104 - refused
def test_a_line_is_bound_to_one_address(tmp_path: Path, project: Path, address: str) -> None:
    """Never to all of the machine's, nor to a name."""
    text = (project / "config.yaml").read_text("utf-8")
    block = BLOCK.format(host=address, port=5060, peer=HOST, more="")
    path = tmp_path / "config.yaml"
    path.write_text(text.replace("\nlines: {}\n", block), "utf-8")
    with pytest.raises(ConfigError, match=r"lines\.office\.address"):
        load_config(path, {})


def test_calls_go_over_the_line_that_rings_and_texts_do_not(tmp_path: Path, project: Path) -> None:
    """Before the line is open no call is made, and that is certain."""
    house = FakeHouse()
    config = configured(tmp_path, project, "    rings: true")
    usual = Usual()
    lines = Lines(house_of(config, tmp_path), house, house.speak)  # type: ignore[arg-type]
    carrier = lines.carrier(usual)
    assert carrier.send_text("1", "x") == "SM1"
    with pytest.raises(CarrierError) as refused:
        carrier.ring("1", "/twilio/ring/staff?c=G&n=1&t=1", seconds=5)
    assert refused.value.certain
    assert usual.done == ["text 1 x"]
    quiet = configured(tmp_path, project)
    assert Lines(house_of(quiet, tmp_path), house, house.speak).carrier(usual) is usual  # type: ignore[arg-type]


def test_a_configured_line_is_opened_rung_by_check_and_closed(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the service does it; `check` hears the house, and says when nobody answers any more."""
    monkeypatch.setattr(probe, "ANSWERED_WITHIN_S", 0.2)
    house = FakeHouse(prompts=[bytes(range(1, 161)) * 100])
    config = configured(tmp_path, project, "    rings: true")

    async def scene() -> list[check_lines.Line]:
        lines = Lines(house_of(config, tmp_path), house, house.speak)  # type: ignore[arg-type]
        lines.ring_with(Desk())
        await lines.start()
        await until(lambda: lines._rings)
        found = await asyncio.to_thread(check_lines.looked_at, config, tmp_path)
        await lines.stop()
        return found

    found = asyncio.run(scene())
    assert found[0] == ("line office", True, check_lines.SPEAKS, True)
    assert house.taken[0].contact.startswith("+999")
    closed = check_lines.looked_at(config, tmp_path)
    assert closed[0] == ("line office", False, check_lines.CLOSED, False)


@pytest.mark.parametrize(
    ("number", "as_dialled"),
    [
        ("+8657188001234", "057188001234"),
        ("+8613800000001", "13800000001"),
        ("+442071234567", "+442071234567"),
        ("101", "101"),
        ("120", "120"),
        ("", ""),
    ],
)
def test_numbers_as_they_are_dialled_inside_the_country(number: str, as_dialled: str) -> None:
    """With the area's 0, without it on a mobile; abroad and extensions stay."""
    assert dialled(number, "CN") == as_dialled


def test_how_late_a_share_of_the_ticks_was() -> None:
    """From two pages of metrics: the bound under which so many came in between."""
    page = 'assistant_line_lateness_seconds_bucket{{le="0.005"}} {}\n'
    page += 'assistant_line_lateness_seconds_bucket{{le="0.02"}} {}\n'
    page += 'assistant_line_lateness_seconds_bucket{{le="+Inf"}} {}\n'
    before, after = page.format(10, 10, 10), page.format(1005, 1010, 1010)
    assert lateness(before, after, 0.99) == 5.0
    assert lateness(before, after, 0.999) == 20.0
    assert lateness(after, after, 0.99) is None


def test_what_sipp_says_of_its_calls() -> None:
    """Its last screen counts; without one it did not run."""
    screen = "  Successful call        |        3                  |       48 \n"
    screen += "  Failed call            |        0                  |        2 \n"
    assert (read(screen).made, read(screen).failed) == (50, 2)
    with pytest.raises(BenchError, match="did not run"):
        read("sipp: command failed")
