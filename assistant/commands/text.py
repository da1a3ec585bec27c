"""`run.py text`: simulated texts."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

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
from assistant.commands.script import lines, listening

WORDS = ("text", "silence", "hangup")


@click.command()
@click.option("--from", "contact", default="+8613800000001", help="The sender's number.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line in and out.")
@click.argument("body", required=False)
@at_option
@config_option
@data_option
def text(
    contact: str,
    as_json: bool,
    body: str | None,
    at: str | None,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Send one text and print the replies; with --json, a whole exchange."""
    from assistant.app import text_answers
    from assistant.clock import ConversationClock
    from assistant.core.texts import IncomingText
    from assistant.journal import LineJournal, NoJournal

    quiet_logging()
    if body is None and not as_json:
        raise click.UsageError('say what to send: run.py text --from +86… "…"')
    config = settings(config_path)
    clock = ConversationClock(moment(at, config.site.timezone))
    journal = LineJournal(sys.stdout) if as_json else NoJournal()
    house = open_for(config, data, clock, journal)
    try:
        answer = text_answers(house)
        if not isinstance(journal, LineJournal):
            for reply in answer(IncomingText(contact, body or "")):
                click.echo(reply)
            return
        listening(journal, clock.now())
        if body is not None:
            answer(IncomingText(contact, body))
            listening(journal, clock.now())
        for line in lines(WORDS):
            if line.word == "hangup":
                return
            if line.word == "silence":
                clock.advance(timedelta(seconds=line.seconds()))
            else:
                answer(IncomingText(contact, line.text()))
            listening(journal, clock.now())
    finally:
        house.close()
