from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.commands import check_lines
from assistant.config import load_config
from assistant.core.errors import CarrierError, ConfigError
from assistant.database import open_database
from assistant.lines import Lines, asterisk_settings_of
from tests.asterisk.peer import Channel
from tests.sip.office import HOST, FakeHouse, tone, until
from tests.sip.test_lines import Usual, house_of

if TYPE_CHECKING:
    from assistant.config import Config

PASSWORD = "a long password"
BLOCKS = """
lines:
  pbx:
    {kind: asterisk, address: "127.0.0.1", port: 0, peer: "127.0.0.1", password: ""%s}
  plug:
    {kind: audiosocket, address: "127.0.0.1", port: 0, sound_port: 0, peer: "127.0.0.1",
     password: ""}
"""
PASSWORDS = {
    "ASSISTANT_LINES__PBX__PASSWORD": PASSWORD,
    "ASSISTANT_LINES__PLUG__PASSWORD": PASSWORD,
}


def configured(
    folder: Path, project: Path, blocks: str, environment: dict[str, str] | None = None
) -> Config:
    """The settings as shipped, with these lines."""
    text = (project / "config.yaml").read_text("utf-8")
    assert "\nlines: {}\n" in text
    path = folder / "config.yaml"
    path.write_text(text.replace("\nlines: {}\n", blocks), "utf-8")
    return load_config(path, PASSWORDS if environment is None else environment)


def test_a_block_is_a_line(tmp_path: Path, project: Path) -> None:
    """What is not written has the value that config.yaml says; passwords come from outside."""
    config = configured(tmp_path, project, BLOCKS % ', media_url: "ws://127.0.0.1:8088/media"')
    pbx, plug = (
        asterisk_settings_of(name, line, config, b"secret")  # type: ignore[arg-type]  # both are
        for name, line in config.lines.items()
    )
    assert (pbx.kind, pbx.media_url, pbx.calls) == ("asterisk", "ws://127.0.0.1:8088/media", 4)
    assert (plug.kind, plug.media_url, plug.password) == ("audiosocket", "", PASSWORD)
    assert pbx.secret != plug.secret
    assert PASSWORD not in repr(pbx) + repr(config.lines)


@pytest.mark.parametrize(
    ("more", "environment", "said"),
    [
        ("", {}, r"lines\.pbx\.password.*variable"),
        ("", {**PASSWORDS, "ASSISTANT_LINES__PBX__PASSWORD": "short"}, r"lines\.pbx\.password"),
        (", rings: true", PASSWORDS, r"lines\.pbx\.rings"),
        (", media_url: http://x/media", PASSWORDS, r"lines\.pbx\.media_url"),
        (", sound_port: 1", PASSWORDS, r"lines\.pbx\.sound_port"),
        (", calls: 0", PASSWORDS, r"lines\.pbx\.calls"),
    ],
)
def test_a_wrong_setting_of_a_line_is_named(
    tmp_path: Path, project: Path, more: str, environment: dict[str, str], said: str
) -> None:
    """The key, and what is the matter with it."""
    with pytest.raises(ConfigError, match=said):
        configured(tmp_path, project, BLOCKS % more, environment)


def test_lines_to_an_asterisk_are_opened_and_ring_nobody_back(
    tmp_path: Path, project: Path
) -> None:
    """Calls come in over both at once; calls that we make stay with the usual carrier."""
    house = FakeHouse(prompts=[tone(0.3)])
    config = configured(tmp_path, project, BLOCKS % "")

    async def scene() -> None:
        lines = Lines(house_of(config, tmp_path), house, house.speak)  # type: ignore[arg-type]
        usual = Usual()
        assert lines.carrier(usual) is usual
        await lines.start()
        await until(lambda: len(lines._agents) == 2)
        pbx, plug = lines._agents
        ticket = plug.parts.tickets.issue("+8613800000001", HOST)  # type: ignore[union-attr]
        channel = Channel()
        ringing = asyncio.ensure_future(
            channel.over_plug(plug.sound_port, ticket.identifier)  # type: ignore[union-attr]
        )
        await until(lambda: house.taken and house.taken[0].marks)
        assert pbx.parts.tickets.in_use == 0  # type: ignore[union-attr]
        await lines.stop()
        await ringing

    asyncio.run(scene())
    assert house.taken[0].contact == "+8613800000001"


def test_twilio_takes_its_place_among_the_lines(tmp_path: Path, project: Path) -> None:
    """First the exchange, which is not open; then Twilio, as long as it may."""
    blocks = """
lines:
  office: {kind: sip, address: "127.0.0.1", peer: "127.0.0.1", user: "600", rings: true}
  cloud: {kind: twilio, prefixes: ["+86"], rings_per_day: %d}
"""
    house, database = FakeHouse(), open_database(f"sqlite:///{tmp_path}/rings.db")
    for most, done in ((5, ["ring +8657188001234 /x 5"]), (0, [])):
        config = configured(tmp_path, project, blocks % most, {})
        usual = Usual()
        opened = house_of(config, tmp_path)
        opened.database = database
        carrier = Lines(opened, house, house.speak).carrier(usual)  # type: ignore[arg-type]
        if done:
            assert carrier.ring("+8657188001234", "/x", seconds=5) == "CA1"
        else:
            with pytest.raises(CarrierError, match="office"):
                carrier.ring("+8657188001234", "/x", seconds=5)
        assert usual.done == done
        with pytest.raises(CarrierError, match="office"):
            carrier.ring("+85298000001", "/x", seconds=5)


def test_check_rings_every_line(tmp_path: Path, project: Path) -> None:
    """One that is closed is free to be opened; one whose port another program holds is not."""
    config = configured(tmp_path, project, BLOCKS % "")
    told = check_lines.looked_at(config, tmp_path)
    assert told == [
        ("line pbx", False, check_lines.CLOSED, False),
        ("line plug", False, check_lines.CLOSED, False),
    ]
