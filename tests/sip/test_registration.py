from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from assistant.channels.paced.house import Inside
from assistant.channels.paced.ticker import Ticker
from assistant.channels.sip import registration
from assistant.channels.sip.agent import Agent
from assistant.core.errors import CarrierError
from tests.sip.office import HOST, SETTINGS, FakeHouse, free_port, until
from tests.sip.raw import Message, Peer, peer
from tests.sip.test_calls import scene
from tests.sip.test_rings import office

CHALLENGE = (
    'WWW-Authenticate: Digest realm="pbx", nonce="{nonce}", algorithm={algorithm}, qop="auth"\n'
)


@asynccontextmanager
async def registering(register_s: int = 60) -> AsyncIterator[tuple[Agent, Peer]]:
    """A line that registers with an exchange by hand."""
    port = free_port()
    async with peer((HOST, port)) as other:
        settings = dataclasses.replace(
            SETTINGS, port=port, peer=(HOST, other.port), register_s=register_s, domain="pbx.local"
        )
        ticker, house = Ticker(), FakeHouse()
        agent = Agent(settings, Inside(house, house, house.speak), ticker)
        await agent.start()
        try:
            yield agent, other
        finally:
            await agent.stop()


def proven(request: Message, nonce: str, algorithm: str) -> bool:
    """Whether the digest is that of the password (RFC 7616), reckoned anew."""
    given = dict(re.findall(r'(\w+)="?([^",]+)"?', request.header("Authorization")))
    hasher = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[algorithm]

    def h(text: str) -> str:
        return hasher(text.encode()).hexdigest()

    one, two = h("line:pbx:secret"), h(f"REGISTER:{given['uri']}")
    middle = f"{nonce}:{given['nc']}:{given['cnonce']}:auth"
    expected: str = h(f"{one}:{middle}:{two}")
    return (given["response"], given["nonce"]) == (expected, nonce)


def _known(agent: Agent) -> bool:
    assert agent.registration is not None
    return agent.registration.known


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
@scene
async def test_registered_by_a_digest_and_let_go_at_the_end(algorithm: str) -> None:
    """The password itself never leaves the house; stopping takes the registration back."""
    async with registering() as (agent, other):
        assert agent.registration is not None
        first = await other.request("REGISTER")
        assert first.first == "REGISTER sip:pbx.local SIP/2.0"
        challenge = CHALLENGE.format(nonce="n1", algorithm=algorithm)
        other.answer(first, "401 Unauthorized", challenge)
        again = await other.request("REGISTER")
        assert proven(again, "n1", algorithm)
        assert "secret" not in again.text
        contact = again.header("Contact")
        other.answer(again, "200 OK", f"Contact: {contact};expires=60\n")
        await until(lambda: _known(agent))
        await agent.stop()
        assert (await other.request("REGISTER")).header("Expires") == "0"


@scene
async def test_registered_anew_before_it_ends_and_when_it_was_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a share of what was granted; after a refusal, a while later; too brief, for longer."""
    monkeypatch.setattr(registration, "LEAST_S", 0.05)
    monkeypatch.setattr(registration, "SHARE", 0.0001)
    monkeypatch.setattr(registration, "AGAIN_S", (0.05,))
    async with registering() as (agent, other):
        assert agent.registration is not None
        other.answer(await other.request("REGISTER"), "503 Service Unavailable")
        second = await other.request("REGISTER")
        assert not _known(agent)
        other.answer(second, "423 Interval Too Brief", "Min-Expires: 120\n")
        third = await other.request("REGISTER")
        assert third.header("Expires") == "120"
        other.answer(third, "200 OK", "Expires: 120\n")
        fourth = await other.request("REGISTER")
        assert _known(agent)
        numbers = [int(m.header("CSeq").split()[0]) for m in (second, third, fourth)]
        assert numbers == sorted(set(numbers))


@scene
async def test_a_register_that_is_lost_is_sent_again() -> None:
    """UDP loses it; the same request comes again."""
    async with registering() as (_, other):
        first = await other.request("REGISTER")
        assert (await other.request("REGISTER")).text == first.text


@scene
async def test_nobody_is_rung_over_a_line_that_is_not_registered(tmp_path: Path) -> None:
    """Certain: the callback stays due and is rung later."""
    async with office(tmp_path, (HOST, 9), register_s=60) as at:
        with pytest.raises(CarrierError, match="not registered") as refused:
            await at.ring()
        assert refused.value.certain


@scene
async def test_an_address_that_is_not_ours_is_said_so() -> None:
    """The error names the remedy, not the address."""
    house = FakeHouse()
    settings = dataclasses.replace(SETTINGS, address="192.0.2.1")
    agent = Agent(settings, Inside(house, house, house.speak), Ticker())
    with pytest.raises(CarrierError, match="address and port cannot be used"):
        await agent.start()
