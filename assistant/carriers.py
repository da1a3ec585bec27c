"""The carriers of texts, joined with the house: `texts.carriers` of `config.yaml`.

Without any, texts are the usual carrier's (Twilio's, or the simulator's). With some, all that we
send goes through one router over them. What Kannel and gammu bring is talk like any other, and is
answered by the outbox; they know no STOP of their own, so every word of hers is ours to obey.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.account import loopback
from assistant.app import Replays, text_answers
from assistant.channels.gammu import GammuControl, check_tables, open_tables
from assistant.channels.gammu_watch import GammuParts, GammuWatch
from assistant.channels.kannel import KannelDoor, KannelParts, kannel_blueprint
from assistant.channels.kannel_log import AskedLog
from assistant.channels.kannel_rest import KannelAccount, KannelControl, check_account
from assistant.config import GammuConfig, KannelConfig
from assistant.core.errors import CarrierError, ConfigError
from assistant.core.texts import OutgoingText
from assistant.keys import house_secret
from assistant.outbox.routing import Route, Router
from assistant.outbox.spending import parts_today
from assistant.thrift import is_urgent

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from datetime import datetime
    from pathlib import Path

    from flask import Blueprint
    from sqlalchemy import Engine

    from assistant.app import House, Spare
    from assistant.config import Config, TextCarrierConfig
    from assistant.core.ports import CarriedRing, TextCarrier
    from assistant.core.texts import IncomingText, TextKind
    from assistant.edge.purse import Both
    from assistant.outbox.sender import Sender
    from assistant.rooms import Reply

log = logging.getLogger(__name__)

DONE, AT_WORK = "done", "at work"
TWILIO_IDS = "SM"
"How Twilio's ids of texts begin (docs/glossary/what-is-a-sid)."
NO_RESIDENT = re.compile(r".*[^\d+].*|\+?\d{0,6}|(\+?86)?106\d{4,}")
"""Senders nobody can be answered at: names, short codes, and 106…, which in China are services and
advertisements. A SIM card gets many of them."""


def posted(house: House) -> Spare:
    """Puts what answers a text into the outbox, under the turn it answers; nothing is left over."""

    def put(reply: Reply, now: datetime) -> list[str]:
        talk = reply.conversation
        kind: TextKind = "alarm" if is_urgent(reply) else "answer"
        for number, body in enumerate(reply.texts):
            key = f"reply:{talk.id}:{talk.turns}:{number}"
            house.outbox.put(OutgoingText(key, talk.contact, body, talk.language, kind, now), now)
        return []

    return put


class Carriers:
    """Those of one house."""

    def __init__(self, house: House, usual: Both) -> None:
        """`usual` is Twilio's account, or the simulator's. Raises `ConfigError`."""
        self._house, self._usual, self._now = house, usual, house.clock.now
        blocks = house.config.texts.carriers
        keys = house.data / "keys"
        kept = house_secret(house.database, keys, "lines.key") if blocks else ""
        self._secret = kept.encode()
        self._kannels: dict[str, KannelControl] = {}
        self._modems: dict[str, tuple[GammuConfig, Engine]] = {}
        self._watches: list[GammuWatch] = []
        self._answer = text_answers(house, posted(house))
        self._replays = Replays(house.webhooks, AT_WORK)
        self._sender: Sender | None = None
        routes = [self._route(name, block) for name, block in blocks.items()]
        self._router = Router(routes, self._now) if routes else None

    def _route(self, name: str, block: TextCarrierConfig) -> Route:
        begins = TWILIO_IDS if block.kind == "twilio" else f"{name}-"
        zone = ZoneInfo(self._house.config.site.timezone)
        return Route(
            name,
            self._control(name, block),
            block.prefixes,
            block.segments_per_day,
            parts_today(self._house.database, begins, zone),
        )

    def _control(self, name: str, block: TextCarrierConfig) -> TextCarrier:
        config, secret = self._house.config, self._own_secret(name)
        if isinstance(block, KannelConfig):
            path = log_path(self._house.data, name)
            asked = AskedLog(path, secret, self._now())
            account = kannel_account(name, block, config)
            self._kannels[name] = KannelControl(account, asked, self._now)
            return self._kannels[name]
        if isinstance(block, GammuConfig):
            engine = open_tables(block.database)
            self._modems[name] = (block, engine)
            return GammuControl(name, engine, block.phone, secret, self._now)
        return self._usual

    def _own_secret(self, name: str) -> bytes:
        return hashlib.sha256(self._secret + b"texts:" + name.encode()).digest()

    def carrier(self) -> Both:
        """The carrier of all that we begin: calls over the usual one, texts over the router."""
        return self._usual if self._router is None else _Mixed(self._usual, self._router)

    def used_up(self, contact: str, now: datetime) -> bool:
        """Whether today's money for texts to this number is gone. Raises `DatabaseError`."""
        return self._router is not None and self._router.used_up(contact, now)

    # -- what they bring --------------------------------------------------------------------

    def blueprint(self, pool: Executor) -> Blueprint:
        """The routes for every Kannel."""
        doors = {
            name: KannelDoor(block.allow_from, block.secret)
            for name, block in self._house.config.texts.carriers.items()
            if isinstance(block, KannelConfig)
        }
        return kannel_blueprint(KannelParts(doors, self._take, self._kannel_reported, pool))

    def start(self, sender: Sender) -> None:
        """Watch every modem's tables, and tell `sender` what became of texts."""
        self._sender = sender
        for name, (block, engine) in self._modems.items():
            parts = GammuParts(self._take, sender.reported, self._now)
            watch = GammuWatch(name, engine, block.phone, parts)
            self._watches.append(watch)
            threading.Thread(target=watch.run, name=f"gammu {name}", daemon=True).start()

    def stop(self) -> None:
        """Let go of them."""
        for watch in self._watches:
            watch.stop()
        for _, engine in self._modems.values():
            engine.dispose()

    def _take(self, key: str, text: IncomingText) -> bool:
        """Answer a text once, however often it is brought; whether that is done."""
        earlier = self._replays.before(key, self._now())
        if earlier is not None:
            return earlier == DONE
        if NO_RESIDENT.fullmatch(text.contact):
            log.info("a text from no resident's telephone was not answered")
        else:
            self._answered(key, text)
        self._replays.after(key, DONE, self._now())
        if self._sender is not None:
            self._sender.wake()
        return True

    def _answered(self, key: str, text: IncomingText) -> None:
        """By the outbox; where that fails, the next delivery is taken up at once."""
        try:
            self._answer(text)
        except Exception:
            self._replays.failed(key)
            raise

    def _kannel_reported(self, name: str, sid: str, status: str, code: int | None) -> None:
        self._kannels[name].reported(sid)
        if self._sender is not None:
            self._sender.reported(sid, status, code)


def log_path(data: Path, name: str) -> Path:
    """Where the askings of one Kannel are noted."""
    return data / "lines" / f"{name}.texts"


def kannel_account(name: str, block: KannelConfig, config: Config) -> KannelAccount:
    """One named block as its Kannel knows it."""
    origin = block.reports_to or loopback(config)
    return KannelAccount(
        name=name,
        send_url=block.send_url,
        user=block.user,
        sender=block.sender,
        reports_to=f"{origin}/kannel/{name}/report",
        password=block.password,
        key=block.secret,
    )


def check(config: Config) -> list[tuple[str, bool, str]]:
    """Name, whether texts would go, and a sentence, for each carrier of the settings."""
    return [(name, *_checked(name, block, config)) for name, block in config.texts.carriers.items()]


def _checked(name: str, block: TextCarrierConfig, config: Config) -> tuple[bool, str]:
    try:
        if isinstance(block, KannelConfig):
            check_account(kannel_account(name, block, config))
            return True, "Kannel knows the account"
        if isinstance(block, GammuConfig):
            stands = check_tables(open_tables(block.database), block.phone)
            return True, f"gammu-smsd runs, {stands}"
    except (CarrierError, ConfigError) as error:
        return False, str(error)
    known = bool(config.twilio.account_sid)
    return known, "Twilio's account" if known else "twilio.account_sid is empty"


@dataclass(frozen=True, slots=True)
class _Mixed:
    """Calls by the usual carrier, texts over the router."""

    usual: Both
    texts: Router

    def send_text(self, to: str, body: str) -> str:
        """As `TextCarrier.send_text`."""
        return self.texts.send_text(to, body)

    def find_text(self, to: str, body: str, since: datetime) -> str | None:
        """As `TextCarrier.find_text`."""
        return self.texts.find_text(to, body, since)

    def ring(self, to: str, instructions: str, *, seconds: int) -> str:
        """As `VoiceCarrier.ring`."""
        return self.usual.ring(to, instructions, seconds=seconds)

    def find_rings(self, to: str, since: datetime) -> tuple[CarriedRing, ...]:
        """As `VoiceCarrier.find_rings`."""
        return self.usual.find_rings(to, since)

    def hang_up(self, identifier: str) -> None:
        """As `VoiceCarrier.hang_up`."""
        self.usual.hang_up(identifier)
