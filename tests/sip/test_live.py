"""The real service with three lines: telephones hear the house's own words and press keys.

Over SIP a real one; over an Asterisk's protocols one behind the peers of `tests/asterisk`.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant.app import build_mouth
from assistant.benchmarks.running import launched
from assistant.commands.check_lines import looked_at
from assistant.config import load_config
from assistant.library import load_spoken
from assistant.speech.audio import ulaw_to_pcm
from tests.asterisk.peer import PASSWORD, Channel, Dialplan, Way
from tests.rendered import share_rendered
from tests.sip.baresip import established, needs, telephone
from tests.sip.office import HOST, free_port, likeness, until

if TYPE_CHECKING:
    from assistant.config import Config

HERS = "13800000931"
THEIRS: dict[Way, str] = {"to us": "13800000932", "audiosocket": "13800000933"}
BLOCK = """
lines:
  office:
    kind: sip
    address: {host}
    port: {port}
    peer: {host}
    user: "600"
    register_s: 0
    calls: 4
    rtp_ports: [{rtp}, {last}]
  pbx:
    {{kind: asterisk, address: {host}, port: {tcp[0]}, peer: {host}, password: ""}}
  plug:
    {{kind: audiosocket, address: {host}, port: {tcp[1]}, sound_port: {tcp[2]}, peer: {host},
     password: ""}}
"""
PASSWORDS = {
    "ASSISTANT_LINES__PBX__PASSWORD": PASSWORD,
    "ASSISTANT_LINES__PLUG__PASSWORD": PASSWORD,
}


def free_tcp_ports(count: int) -> list[int]:
    """Ports nobody has."""
    probes = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@dataclass(frozen=True, slots=True)
class Running:
    """A service with its lines."""

    port: int
    tcp: list[int]
    data: Path
    config: Path
    journal: Path
    log: Path

    def events(self, kind: str, caller: str) -> list[dict[str, Any]]:
        """Lines of the journal about one caller."""
        lines = [json.loads(line) for line in self.journal.read_text("utf-8").splitlines()]
        hers = [line for line in lines if line["contact"].endswith(caller)]
        return [line for line in hers if line["event"] == kind]

    def said(self, caller: str, *, cut: bool) -> bool:
        """Whether something was said to her whole, or cut by a key."""
        return any(line["interrupted"] == cut for line in self.events("said", caller))

    def settings(self) -> Config:
        """As the service has them."""
        return load_config(self.config, PASSWORDS)

    def plan(self, way: Way) -> Dialplan:
        """The dialplan of an Asterisk."""
        if way == "audiosocket":
            return Dialplan("plug", self.tcp[1], self.tcp[2])
        return Dialplan("pbx", self.tcp[0])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Iterator[Running]:
    """It answers by keys: no model is installed."""
    data = tmp_path_factory.mktemp("line")
    port, rtp, tcp = free_port(), 36000, free_tcp_ports(3)
    text = (project / "config.yaml").read_text("utf-8")
    block = BLOCK.format(host=HOST, port=port, rtp=rtp, last=rtp + 198, tcp=tcp)
    (data / "config.yaml").write_text(text.replace("\nlines: {}\n", block), "utf-8")
    made = Running(port, tcp, data, data / "config.yaml", data / "j.jsonl", data / "log")
    made.journal.touch()
    share_rendered(data)
    options = ["--data", str(data), "--config", str(made.config), "--journal", str(made.journal)]
    with launched(options, made.log, {"ASSISTANT_DRILL__AT": "", **PASSWORDS}):
        yield made


def test_a_telephone_hears_the_greeting_and_is_led_by_keys(
    running: Running, tmp_path: Path
) -> None:
    """The greeting as rendered is what it records; a key cuts it, and the menu comes."""
    needs("baresip")

    async def ring() -> bytes:
        async with telephone(tmp_path, number=HERS) as phone:
            phone.do("dial", f"sip:600@{HOST}:{running.port}")
            await established(phone)
            await asyncio.sleep(1.0)
            phone.do("sndcode", "#")
            await until(lambda: running.said(HERS, cut=False), 20)
            phone.do("hangup")
            await until(lambda: running.events("outcome", HERS), 5)
        return phone.heard()

    heard = asyncio.run(ring())
    said = running.events("said", HERS)
    assert {line["contact"] for line in said} == {"+8613800000931"}
    assert running.events("key", HERS)[0]["digit"] == "#"
    assert said[0]["interrupted"]
    whole = next(line for line in said if not line["interrupted"])
    assert whole["prompt"].startswith("menu.")
    rendered = asyncio.run(_rendered(running, whole))
    assert likeness(heard, ulaw_to_pcm(rendered)) > 0.95
    assert HERS not in running.log.read_text("utf-8")


def test_two_callers_over_an_asterisk_at_once(running: Running) -> None:
    """One by each protocol: a key cuts the greeting, the menu is said whole, its end is known."""

    async def ring(way: Way, caller: str) -> None:
        channel = Channel()
        call = asyncio.ensure_future(running.plan(way).ring(channel, way, caller))
        await until(lambda: any(frame.strip(b"\xff\x00") for frame in channel.heard), 10)
        await asyncio.sleep(1.0)
        channel.keys.put_nowait("#")
        await until(lambda: running.said(caller, cut=True) and running.said(caller, cut=False), 20)
        channel.leaves.set()
        assert await call == ""
        await until(lambda: running.events("outcome", caller), 5)

    async def both() -> None:
        await asyncio.gather(*(ring(way, caller) for way, caller in THEIRS.items()))

    asyncio.run(both())
    for caller in THEIRS.values():
        assert [event["digit"] for event in running.events("key", caller)] == ["#"]
        assert running.events("said", caller)[-1]["contact"] == f"+86{caller}"
        assert caller not in running.log.read_text("utf-8")


def test_check_rings_every_line_itself(running: Running) -> None:
    """Each is answered and speaks; where SIP's exchange should be nobody says anything."""
    found = looked_at(running.settings(), running.data)
    assert [(subject, good) for subject, good, _, _ in found] == [
        ("line office", True),
        ("line office, exchange", False),
        ("line pbx", True),
        ("line plug", True),
    ]


async def _rendered(running: Running, line: dict[str, Any]) -> bytes:
    """A sentence as the house's voice speaks it."""
    config = running.settings()
    mouth = build_mouth(config, load_spoken(Path.cwd(), config.site.languages), running.data)
    await mouth.start()
    try:
        return await mouth.speak(
            line["text"], line["language"], line["rate"], line["gain_db"], prompt=line["prompt"]
        )
    finally:
        await mouth.stop()
