"""`run.py call`: a call in the terminal, typed, keyed, or from WAV files."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.common import (
    at_option,
    config_option,
    data_option,
    moment,
    open_for,
    quiet_logging,
    settings,
)
from assistant.commands.script import Line, lines, listening

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.app import House
    from assistant.clock import ConversationClock
    from assistant.core.conversation import Conversation
    from assistant.journal import LineJournal
    from assistant.simulated import SimulatedCall

WORDS = ("say", "key", "audio", "silence", "hangup")


@click.command()
@click.option("--language", default=None, help="Language the line begins in.")
@click.option("--from", "contact", default="+8613800000001", help="The caller's number.")
@click.option(
    "--audio",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A WAV file as the caller's voice; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line in and out.")
@at_option
@config_option
@data_option
def call(
    language: str | None,
    contact: str,
    audio: tuple[Path, ...],
    as_json: bool,
    at: str | None,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Ring the line: type words, #5 for a key, or give WAV files."""
    from assistant.clock import ConversationClock
    from assistant.journal import LineJournal

    quiet_logging()
    config = settings(config_path)
    if language is not None and language not in config.site.languages:
        known = ", ".join(config.site.languages)
        raise click.UsageError(f"--language {language}: this line speaks {known}")
    clock = ConversationClock(moment(at, config.site.timezone))
    journal = LineJournal(sys.stdout) if as_json else None
    house = open_for(config, data, clock, journal or _Captions())
    try:
        asyncio.run(_call(house, clock, journal, (contact, language), audio))
    finally:
        house.close()


async def _call(
    house: House,
    clock: ConversationClock,
    journal: LineJournal | None,
    caller: tuple[str, str | None],
    audio: tuple[Path, ...],
) -> None:
    """Ring as `caller` (number and language); a journal means that a script reads and writes."""
    from assistant.simulated import exchange

    async with exchange(house, clock) as open_exchange:
        ringing = open_exchange.ring(*caller)
        await ringing.begin()
        for path in audio:
            if not ringing.over:
                await ringing.play(path)
        if journal is not None:
            await _scripted(ringing, journal)
        elif not audio or sys.stdin.isatty():
            await _typed(ringing)
        await ringing.hang_up()


async def _scripted(ringing: SimulatedCall, journal: LineJournal) -> None:
    """One `listening` at the start and after each line, until somebody hangs up."""
    if not ringing.over:
        listening(journal, ringing.call.moment())
        for line in lines(WORDS):
            if line.word == "hangup":
                return
            await _do(ringing, line)
            if _ended(ringing):
                return
            listening(journal, ringing.call.moment())


def _ended(ringing: SimulatedCall) -> bool:
    return ringing.over


async def _do(ringing: SimulatedCall, line: Line) -> None:
    match line.word:
        case "say":
            await ringing.say(line.text())
        case "key":
            await _keys(ringing, line.text())
        case "audio":
            await ringing.play(line.path())
        case "silence":
            await ringing.keep_silent(line.seconds())


async def _keys(ringing: SimulatedCall, digits: str) -> None:
    if not digits or any(digit not in "0123456789*#" for digit in digits):
        raise click.ClickException(f"key needs digits, * or #, not {digits!r}")
    for digit in digits:
        if not ringing.over:
            await ringing.press(digit)


async def _typed(ringing: SimulatedCall) -> None:
    """Read what the caller types until she hangs up (Ctrl-D) or the call is over."""
    while not ringing.over:
        raw = await asyncio.to_thread(_prompt)
        if raw is None:
            return
        if raw.startswith("#") and raw[1:] and set(raw[1:]) <= set("0123456789*#"):
            await _keys(ringing, raw[1:])
        elif raw.strip() == "#":
            await ringing.press("#")
        elif raw.strip():
            await ringing.say(raw.strip())
        else:
            await ringing.keep_silent(9)


def _prompt() -> str | None:
    try:
        return input("☎  ")
    except EOFError:
        return None


class _Captions:
    """Prints what the line says, and what came of it."""

    def write(
        self,
        event: str,
        conversation: Conversation,  # noqa: ARG002
        when: datetime,  # noqa: ARG002
        **keys: object,
    ) -> None:
        """Show one event if it is something a person at a terminal wants to see."""
        if event == "said":
            cut = " …" if keys["interrupted"] else ""
            click.echo(f"   {keys['text']}{cut}")
        elif event == "heard" and keys["confidence"] != 1:
            click.echo(f"   ({keys['text']})")
