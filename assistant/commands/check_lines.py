"""Each configured line, rung by ourselves: part of `run.py check`."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from assistant.channels.asterisk import probe as asterisk
from assistant.channels.sip import probe as sip
from assistant.channels.sip.wire import Wire
from assistant.config import SipLineConfig, TwilioLineConfig
from assistant.core.errors import CarrierError
from assistant.drill.numbers import fresh_number
from assistant.lines import asterisk_settings_of, secret_of, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.channels.asterisk.settings import AsteriskSettings
    from assistant.channels.sip.settings import SipSettings
    from assistant.config import Config

SPEAKS = "rung by ourselves: it answers and speaks"
SILENT = "it answers and says nothing; the log of the service says why"
BUSY = "every place is taken, so it could not be tried; lines.*.calls says how many there are"
CLOSED = "free to be opened; nobody answers it until the service runs"
TAKEN = "another program holds its address and port, and answers no calls; stop that program"
MUTE = "its exchange says nothing when asked; check lines.*.peer, the cable and the exchange itself"

Line = tuple[str, bool, str, bool]
"Subject, whether it is good, the sentence, and whether a call would fail."


def looked_at(config: Config, data: Path) -> list[Line]:
    """What was found of every line; `data` has the secret that a running service knows."""
    if not config.lines:
        return []
    secret = secret_of(data)
    found: list[Line] = []
    for name, line in config.lines.items():
        if isinstance(line, SipLineConfig):
            found += asyncio.run(_sip(settings_of(name, line, config, secret)))
        elif not isinstance(line, TwilioLineConfig):
            found.append(asyncio.run(_asterisk(asterisk_settings_of(name, line, config, secret))))
    return found


async def _sip(settings: SipSettings) -> list[Line]:
    subject = f"line {settings.name}"
    try:
        answers = await sip.exchange_answers(settings)
        found = await sip.ring_ourselves(settings, fresh_number())
    except CarrierError as error:
        return [(subject, False, str(error), True)]
    exchange = [] if answers else [(f"{subject}, exchange", False, MUTE, False)]
    told = _told(subject, found) or await _unanswered(settings, subject)
    return [told, *exchange]


async def _asterisk(settings: AsteriskSettings) -> Line:
    subject = f"line {settings.name}"
    try:
        found = await asterisk.ring_ourselves(settings, fresh_number())
    except CarrierError as error:
        return (subject, False, str(error), True)
    told = _told(subject, found)
    if told is not None:
        return told
    free = all(_is_free(settings.address, port) for port in (settings.port, settings.sound_port))
    return (subject, False, CLOSED, False) if free else (subject, False, TAKEN, True)


def _told(subject: str, found: str) -> Line | None:
    """What is said of a line that was answered."""
    match found:
        case "speaks":
            return (subject, True, SPEAKS, True)
        case "silent":
            return (subject, False, SILENT, True)
        case "busy":
            return (subject, False, BUSY, False)
    return None


async def _unanswered(settings: SipSettings, subject: str) -> Line:
    """Whether the line could be opened here and now."""
    try:
        wire = await Wire.open((settings.address, settings.port), lambda _message, _source: None)
    except CarrierError:
        return (subject, False, TAKEN, True)
    wire.close()
    return (subject, False, CLOSED, False)


def _is_free(address: str, port: int) -> bool:
    """Whether a TCP port could be opened here and now."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((address, port))
        except OSError:
            return False
    return True
