"""`run.py check`: would a call made now be answered?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.common import (
    config_option,
    data_folder,
    data_option,
    quiet_logging,
    settings,
)
from assistant.commands.place import ROOT
from assistant.core.errors import AssistantError

if TYPE_CHECKING:
    from assistant.app import House


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check."""

    subject: str
    good: bool
    text: str
    fatal: bool = True
    "Whether a call would fail because of it."

    def line(self) -> str:
        """As printed."""
        mark = "ok   " if self.good else ("FAIL " if self.fatal else "note ")
        return f"{mark} {self.subject}: {self.text}"


@click.command()
@config_option
@data_option
def check(config_path: Path | None, data: Path | None) -> None:
    """Look at everything a call needs; exit 1 if one would fail."""
    quiet_logging()
    findings = _all(config_path, data)
    for finding in findings:
        click.echo(finding.line())
    if any(not item.good and item.fatal for item in findings):
        raise click.exceptions.Exit(1)


def _all(config_path: Path | None, data: Path | None) -> list[Finding]:
    try:
        config = settings(config_path)
    except AssistantError as error:
        return [Finding("config", good=False, text=str(error))]
    found = [Finding("config", good=True, text="every setting is known and well-formed")]
    from assistant.app import open_house
    from assistant.clock import ServiceClock

    try:
        folder = data_folder(data)
        house = open_house(config, folder, ROOT, ServiceClock(config.site.timezone))
    except AssistantError as error:
        return [*found, Finding("house", good=False, text=str(error))]
    try:
        looks = (
            _database,
            _alarms,
            _roster,
            _texts,
            _library,
            _directory,
            _models,
            _keys,
            _carrier,
            _lines,
            _carriers,
            _drill,
        )
        for look in looks:
            found.extend(look(house))
        found.append(asyncio.run(_voices(house)))
    finally:
        house.close()
    return found


def _database(house: House) -> list[Finding]:
    waiting = len(house.requests.listing("open"))
    return [Finding("database", good=True, text=f"open and current; {waiting} requests wait")]


def _alarms(house: House) -> list[Finding]:
    waiting = house.alarms.listing()
    found = []
    if not house.config.site.duty_phones:
        note = "site.duty_phones is empty; nobody is texted when somebody is in danger"
        found.append(Finding("people on duty", good=False, text=note, fatal=False))
    note = f"{len(waiting)} not closed; python3 run.py alarms list"
    return [*found, Finding("alarms", good=not waiting, text=note, fatal=False)]


def _roster(house: House) -> list[Finding]:
    """Without people no time can be promised; the telephones of made-up ones are nobody's."""
    roster = house.promises.roster
    people = len(roster.staff().people)
    note = f"{people} on the roster; python3 run.py roster list"
    if not people:
        note = "nobody is on it, so nobody can be promised a time; python3 run.py roster add"
    elif roster.demo_listed():
        note = "made-up people are on it; put your own in their place: python3 run.py roster add"
    good = bool(people) and not roster.demo_listed()
    return [Finding("ringing back", good=good, text=note, fatal=False)]


def _texts(house: House) -> list[Finding]:
    outbox, now = house.outbox, house.clock.now()
    failed = len(outbox.listing(["failed", "undelivered"]))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    spent, cap = outbox.segments_since(midnight), house.config.texts.segments_per_day
    note = f"{failed} could not be sent or did not arrive"
    return [
        Finding("texts", good=not failed, text=note, fatal=False),
        Finding("texts today", good=spent < cap, text=f"{spent} of {cap} parts", fatal=False),
    ]


def _library(house: House) -> list[Finding]:
    intents, languages = len(house.library.entries), ", ".join(house.library.examples)
    return [Finding("intents and prompts", good=True, text=f"{intents} intents in {languages}")]


def _directory(house: House) -> list[Finding]:
    services, today = house.store.records().services, house.clock.now().date()
    limit = timedelta(days=house.config.site.stale_days)
    stale = [s for s in services if s.assured_date is None or today - s.assured_date > limit]
    empty = Finding("directory", good=bool(services), text=f"{len(services)} services")
    if not services:
        remedy = "no services; import some: python3 run.py directory import FILE"
        return [Finding("directory", good=False, text=remedy)]
    if not stale:
        return [empty]
    note = f"{len(stale)} services were not checked for {limit.days} days or ever"
    return [empty, Finding("directory freshness", good=False, text=note, fatal=False)]


def _models(house: House) -> list[Finding]:
    from assistant.speech.models import list_models, models_in_use
    from assistant.speech.recognisers import detect

    languages = house.config.site.languages
    named = {language: name for language, name in house.config.speech.models.items() if name}
    try:
        chosen = models_in_use(house.data, named)
    except AssistantError as error:
        return [Finding("recognition", good=False, text=str(error))]
    found = [
        Finding(f"recognition {model.language}", good=False, text=model.problem, fatal=False)
        for model in list_models(house.data)
        if model.problem
    ]
    for language in languages:
        if language not in chosen:
            remedy = f"no model, keys and text only; python3 run.py models install {language}"
            found.append(Finding(f"recognition {language}", good=False, text=remedy, fatal=False))
            continue
        try:
            engine = detect(chosen[language])
        except AssistantError as error:
            found.append(Finding(f"recognition {language}", good=False, text=str(error)))
            continue
        found.append(Finding(f"recognition {language}", good=True, text=engine))
    return found


def _keys(house: House) -> list[Finding]:
    from assistant.keys import own_secret

    own_secret(house.data / "keys", "stream.key")
    loose = [
        path.name
        for path in sorted((house.data / "keys").glob("*.key"))
        if path.stat().st_mode & 0o077
    ]
    if loose:
        remedy = f"{', '.join(loose)} can be read by others; chmod 600 data/keys/*"
        return [Finding("keys", good=False, text=remedy)]
    return [Finding("keys", good=True, text="readable by the owner only")]


def _carrier(house: House) -> list[Finding]:
    twilio = house.config.twilio
    if not twilio.account_sid and not twilio.auth_token:
        if house.config.lines or house.config.texts.carriers:
            return [Finding("carrier", good=True, text="no Twilio account; those below serve")]
        only = "no Twilio account; the simulator alone can ring"
        return [Finding("carrier", good=house.config.simulator, text=only)]
    missing = [
        name for name in ("account_sid", "auth_token", "from_number") if not getattr(twilio, name)
    ]
    if missing:
        remedy = f"twilio.{missing[0]} is empty; set ASSISTANT_TWILIO__{missing[0].upper()}"
        return [Finding("carrier", good=False, text=remedy)]
    if not house.config.public_url().startswith("https://"):
        remedy = "server.public_url must begin with https:// for Twilio to reach the media socket"
        return [Finding("carrier", good=False, text=remedy, fatal=False)]
    return [Finding("carrier", good=True, text="Twilio, signed against the public address")]


def _lines(house: House) -> list[Finding]:
    from assistant.commands.check_lines import looked_at

    return [Finding(*line) for line in looked_at(house.config, house.data)]


def _carriers(house: House) -> list[Finding]:
    """Those of texts; while one of them serves, another that fails is no reason to stop."""
    from assistant.carriers import check

    told = check(house.config)
    some = any(good for _, good, _ in told)
    return [
        Finding(f"texts {name}", good=good, text=text, fatal=not some) for name, good, text in told
    ]


def _drill(house: House) -> list[Finding]:
    from assistant.drill.results import DrillStore

    last = DrillStore(house.database).last()
    if last is None:
        text = "none was held yet; python3 run.py drill"
        return [Finding("fire drill", good=False, text=text, fatal=False)]
    when = last.at.astimezone(house.clock.now().tzinfo)
    text = f"{last.summary} ({when:%m-%d %H:%M})"
    return [Finding("fire drill", good=last.good, text=text, fatal=False)]


async def _voices(house: House) -> Finding:
    """Speak one fixed sentence in every language."""
    from assistant.app import build_mouth

    mouth = build_mouth(house.config, house.library, house.data)
    await mouth.start()
    try:
        for language in house.config.site.languages:
            sentence = house.talk.rooms.book.fixed(language)["open.ask"]
            await mouth.speak(sentence, language)
    except AssistantError as error:
        return Finding("voices", good=False, text=str(error))
    finally:
        await mouth.stop()
    return Finding("voices", good=True, text="every language speaks")
