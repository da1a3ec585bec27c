"""Ringing our own line, as `run.py check` does: is it answered, and does it speak?

The call goes from the line's own address to its port, and shows a token that only this
installation can make. Its number is one of the fire drill's, so that it counts nowhere.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from aiosipua import SipRequest
from aiosipua.utils import generate_branch, generate_call_id, generate_tag

from assistant.channels.paced.g711 import SILENCE
from assistant.channels.paced.house import Inside
from assistant.channels.paced.ticker import Ticker
from assistant.channels.paced.tokens import TOKEN, token_of
from assistant.channels.sip import messages
from assistant.channels.sip.agent import Agent
from assistant.core.errors import SynthesisError
from assistant.core.ports import MenuReply

if TYPE_CHECKING:
    from assistant.channels.sip.settings import Address, SipSettings
    from assistant.core.ports import Line

Found = Literal["speaks", "silent", "busy", "closed"]
RINGS_S = 5.0
SPEAKS_WITHIN_S = 10.0
LOUD_FRAMES = 25
"Frames that are no silence, half a second: the greeting."
ANSWERED_WITHIN_S, LISTENS_WITHIN_S = 3.0, 1.2
"For the exchange, and for ourselves: time for one repeat of a question that was lost."


class Nobody:
    """The house behind a line that takes no calls."""

    def open(self, line: Line, identifier: str, contact: str) -> None:
        """No call is taken."""
        del line, identifier, contact

    def close(self, identifier: str) -> None:
        """There was none."""

    def full(self) -> bool:
        """Always."""
        return True

    def menu(self, identifier: str, contact: str, digit: str | None, *, first: bool) -> MenuReply:
        """Nobody asks for it."""
        del identifier, contact, digit, first
        return MenuReply((), end=True)

    async def speak(self, text: str, language: str) -> bytes:
        """Nothing is said."""
        del text, language
        raise SynthesisError("nobody speaks here")


@dataclass(slots=True)
class Listener:
    """An ear that waits for a voice."""

    loud: int = 0

    def frame(self, ulaw: bytes) -> None:
        """Count what is no silence."""
        self.loud += ulaw != SILENCE

    def key(self, digit: str) -> None:
        """We press none, and they none."""

    def played(self, mark: str) -> None:
        """We say nothing."""

    def gone(self) -> None:
        """Then no more is heard."""


async def ring_ourselves(settings: SipSettings, number: str) -> Found:
    """What came of ringing the line. Raises `CarrierError` where we cannot even ask."""
    ticker, listener, house = Ticker(), Listener(), Nobody()
    ticker.start()
    towards = replace(
        settings,
        port=0,
        peer=(settings.address, settings.port),
        user=number,
        calls=1,
        register_s=0,
        dial="e164",
        prefix="",
    )
    agent = Agent(towards, Inside(house, house, house.speak), ticker)
    await agent.start()
    try:
        asking = _options(towards, agent.own)
        asking.set_header(TOKEN, token_of(settings.secret, asking.call_id or ""))
        if not await _answers(agent, asking, LISTENS_WITHIN_S):
            return "closed"
        call = agent.outgoing("0", listener)
        call.shown[TOKEN] = token_of(settings.secret, call.call_id)
        outcome = await call.dial(RINGS_S)
        if outcome != "answered":
            return "busy" if outcome == "busy" else "closed"
        for _ in range(round(SPEAKS_WITHIN_S / 0.1)):
            if listener.loud >= LOUD_FRAMES:
                break
            await asyncio.sleep(0.1)
        await call.hang_up()
        await asyncio.sleep(0.1)  # until the line has said yes to that
        return "speaks" if listener.loud >= LOUD_FRAMES else "silent"
    finally:
        await agent.stop()
        ticker.stop()


async def exchange_answers(settings: SipSettings) -> bool:
    """Whether the exchange says anything when it is asked for its options."""
    house, ticker = Nobody(), Ticker()
    asking = replace(settings, port=0, register_s=0)
    agent = Agent(asking, Inside(house, house, house.speak), ticker)
    await agent.start()
    try:
        return await _answers(agent, _options(settings, agent.own), ANSWERED_WITHIN_S)
    finally:
        await agent.stop()


async def _answers(agent: Agent, question: SipRequest, within_s: float) -> bool:
    asked = agent.transactions.ask(question, agent.settings.peer)
    done, _ = await asyncio.wait({asked}, timeout=within_s)
    return bool(done)


def _options(settings: SipSettings, own: Address) -> SipRequest:
    request = SipRequest(method="OPTIONS", uri=f"sip:{settings.domain}")
    request.headers.append("Via", messages.via(own, generate_branch()))
    request.set_header("From", f"<{settings.own_uri}>;tag={generate_tag()}")
    request.set_header("To", f"<sip:{settings.domain}>")
    request.set_header("Call-ID", generate_call_id(own[0]))
    request.set_header("CSeq", "1 OPTIONS")
    request.set_header("Max-Forwards", "70")
    request.set_header("Contact", f"<sip:{settings.user}@{own[0]}:{own[1]}>")
    return request
