"""The telephone lines beside Twilio's, joined with the house: `lines` of `config.yaml`.

Each line that is named there is opened with the service and closed with it. Calls that come in go
to the same house as all others; calls that we make go over the lines that are set to ring, the
first one first, or else over the usual carrier. Texts are the usual carrier's.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.callbacks.spending import rings_today
from assistant.channels.asterisk.agent import AsteriskLine
from assistant.channels.asterisk.settings import AsteriskSettings
from assistant.channels.paced.house import Inside
from assistant.channels.paced.ticker import Ticker
from assistant.channels.sip.agent import Agent
from assistant.channels.sip.ring_call import RingParts
from assistant.channels.sip.ring_log import RingLog
from assistant.channels.sip.rings import LateRings, SipRings
from assistant.channels.sip.settings import SipSettings
from assistant.channels.voice_routes import Apart, VoiceRoute, VoiceRouter
from assistant.config import (
    AsteriskLineConfig,
    AudioSocketLineConfig,
    SipLineConfig,
    TwilioLineConfig,
)
from assistant.core.errors import CarrierError
from assistant.keys import own_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from assistant.admission import Calls
    from assistant.app import House
    from assistant.channels.paced.menu import Speak
    from assistant.config import Config
    from assistant.core.ring import RingDesk
    from assistant.edge.purse import Both

log = logging.getLogger(__name__)

AGAIN_S = 30.0
"Seconds until a line that could not be opened is tried again: its network may come up after us."
SIP_PORT = 5060
TWILIO_IDS = "CA"
"How Twilio's ids of calls begin (docs/glossary/what-is-a-sid)."


def secret_of(data: Path) -> bytes:
    """This installation's own, of which those of its lines are made. Raises `ConfigError`."""
    return own_secret(data / "keys", "lines.key").encode()


def settings_of(name: str, line: SipLineConfig, config: Config, secret: bytes) -> SipSettings:
    """One named block as its line knows it."""
    host, _, port = line.peer.rpartition(":") if ":" in line.peer else (line.peer, "", "")
    first, last = line.rtp_ports
    return SipSettings(
        name=name,
        address=line.address,
        port=line.port,
        peer=(host, int(port or SIP_PORT)),
        also_from=frozenset(line.also_from),
        user=line.user,
        domain=line.domain or host,
        password=line.password,
        register_s=line.register_s,
        calls=line.calls,
        codecs=tuple({"pcmu": 0, "pcma": 8}[codec] for codec in line.codecs),
        rtp_ports=(first, last),
        transfer=line.transfer,
        dial=line.dial,
        prefix=line.prefix,
        country=config.site.country,
        secret=_own(name, secret),
    )


def asterisk_settings_of(
    name: str, line: AsteriskLineConfig | AudioSocketLineConfig, config: Config, secret: bytes
) -> AsteriskSettings:
    """One named block as its line knows it."""
    return AsteriskSettings(
        name=name,
        kind=line.kind,
        address=line.address,
        port=line.port,
        sound_port=line.sound_port if isinstance(line, AudioSocketLineConfig) else 0,
        peer=line.peer,
        also_from=frozenset(line.also_from),
        password=line.password,
        calls=line.calls,
        media_url=line.media_url if isinstance(line, AsteriskLineConfig) else "",
        country=config.site.country,
        secret=_own(name, secret),
    )


def _own(name: str, secret: bytes) -> bytes:
    return hashlib.sha256(secret + name.encode()).digest()


class Lines:
    """Those of one house."""

    def __init__(
        self,
        house: House,
        calls: Calls,
        speak: Speak,
        too_often: Callable[[str], bool] = lambda _contact: False,
    ) -> None:
        config = house.config
        self._house, self._inside = house, Inside(calls, calls, speak, too_often)
        self._configured = config.lines
        self._secret = secret_of(house.data) if config.lines else b""
        self._ticker: Ticker | None = None
        self._agents: list[Agent | AsteriskLine] = []
        self._opening: list[asyncio.Task[None]] = []
        self._desk: RingDesk | None = None
        self._rings: dict[str, SipRings] = {}
        self._router: VoiceRouter | None = None

    # -- calls that we make ---------------------------------------------------------------------

    def carrier(self, usual: Both) -> Both:
        """The carrier of all that we begin: `usual`, but for calls where lines are set to ring."""
        routes = list(self._routes(usual))
        if not routes:
            return usual
        self._router = VoiceRouter(routes, self._house.clock.now)
        return Apart(usual, self._router)

    def _routes(self, usual: Both) -> Sequence[VoiceRoute]:
        zone = ZoneInfo(self._house.config.site.timezone)
        routes = []
        for name, line in self._configured.items():
            if isinstance(line, TwilioLineConfig) and line.rings:
                made = rings_today(self._house.database, TWILIO_IDS, zone)
                routes.append(VoiceRoute(name, usual, line.prefixes, line.rings_per_day, made))
            elif isinstance(line, SipLineConfig) and line.rings:
                over = LateRings(name, self._rings, zone)
                routes.append(
                    VoiceRoute(
                        name, over, line.prefixes, line.rings_per_day, over.made, vouches=False
                    )
                )
        return routes

    def ring_with(self, desk: RingDesk) -> None:
        """Who decides what is said in the calls we make."""
        self._desk = desk

    # -- life -----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open every line, on the running loop; one that cannot be opened is tried again."""
        if not self._configured:
            return
        self._ticker = Ticker()
        self._ticker.start()
        loop = asyncio.get_running_loop()
        for name in self._configured:
            agent = self._agent(name, self._ticker)
            if agent is not None:
                self._opening.append(loop.create_task(self._open(agent)))

    def _agent(self, name: str, ticker: Ticker) -> Agent | AsteriskLine | None:
        """The line of one block; Twilio's needs none."""
        line, config = self._configured[name], self._house.config
        if isinstance(line, SipLineConfig):
            return Agent(settings_of(name, line, config, self._secret), self._inside, ticker)
        if isinstance(line, TwilioLineConfig):
            return None
        settings = asterisk_settings_of(name, line, config, self._secret)
        return AsteriskLine(settings, self._inside, ticker)

    async def _open(self, agent: Agent | AsteriskLine) -> None:
        name = agent.settings.name
        while True:
            try:
                await agent.start()
                break
            except CarrierError as error:
                log.error("the line %s is not open: %s", name, error)  # noqa: TRY400 - the sentence says it
                await asyncio.sleep(AGAIN_S)
        self._agents.append(agent)
        line = self._configured[name]
        if isinstance(agent, AsteriskLine) or not isinstance(line, SipLineConfig):
            return
        if line.rings and self._desk is not None:
            self._rings[name] = await self._rings_over(agent, self._desk)

    async def _rings_over(self, agent: Agent, desk: RingDesk) -> SipRings:
        house, settings, router = self._house, agent.settings, self._router
        path = house.data / "lines" / f"{settings.name}.rings"
        kept = await asyncio.to_thread(RingLog, path, settings.secret, house.clock.now())
        parts = RingParts(
            agent,
            desk,
            self._inside.speak,
            kept,
            house.clock.now,
            house.config.callbacks.ring_resident_s,
            lambda well: None if router is None else router.fared(settings.name, well=well),
        )
        return SipRings(parts, asyncio.get_running_loop())

    async def stop(self) -> None:
        """Hang up and close every line."""
        for task in self._opening:
            task.cancel()
        await asyncio.gather(*(agent.stop() for agent in self._agents))
        if self._ticker is not None:
            self._ticker.stop()
