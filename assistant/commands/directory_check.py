"""`run.py directory check`: what to look at in the directory, and a worksheet for doing so."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.common import at_option, config_option, data_option, moment, open_for
from assistant.commands.common import settings as settings_of
from assistant.core.answer import SHAPES, Fact, Field, Lookup
from assistant.core.errors import DataError
from assistant.core.event import Say
from assistant.core.segments import segments
from assistant.core.values import PhoneNumber, Value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assistant.app import House
    from assistant.core.service import Service
    from assistant.directory.review import Finding
    from assistant.directory.worksheet import Block

PARTS = 2
"Messages an answer by text may take (SENIOR 2: one, two at most)."
FIELDS: tuple[Field, ...] = tuple(field for field in SHAPES if field not in {"roster", "notice"})


@click.command("check")
@click.option("--worksheet", type=click.Path(path_type=Path, dir_okay=False), default=None)
@click.option("--language", default=None, help="Of the worksheet.  [default: the site's own]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a finding.")
@at_option
@config_option
@data_option
def check(
    worksheet: Path | None,
    language: str | None,
    as_json: bool,
    at: str | None,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Name what is old, wrong, hard to say or too long to text; exit 1 if anything is wrong.

    --worksheet FILE writes a page to print for the round of checks.
    """
    from assistant.clock import ServiceClock

    config = settings_of(config_path)
    now = moment(at, config.site.timezone)
    house = open_for(config, data, ServiceClock(config.site.timezone))
    try:
        findings = look(house, now)
        if worksheet is not None:
            chosen = language or config.site.languages[0]
            _write(worksheet, page(house, findings, now, chosen))
    finally:
        house.close()
    for item in findings:
        found = {**asdict(item), "wrong": item.wrong}
        click.echo(json.dumps(found, ensure_ascii=False) if as_json else item.line())
    wrong = sum(item.wrong for item in findings)
    if not as_json:
        click.echo(f"{len(findings)} things to look at, {wrong} of them wrong.")
    if wrong:
        raise click.exceptions.Exit(1)


def look(house: House, now: datetime) -> tuple[Finding, ...]:
    """What a person should look at, answers that are too long for a text included."""
    from assistant.directory.checks import CheckStore
    from assistant.directory.review import ORDER, review
    from assistant.directory.vouching import Vouching

    records = house.store.records()
    wrong = CheckStore(house.database).wrong(records)
    vouching = Vouching(house.config.site.stale_days, wrong)
    found = [*review(records, vouching, now.date()), *_too_long(house, now)]
    found += [*_notices_too_long(house), *_lexicon(house)]
    return tuple(sorted(found, key=lambda item: ORDER.index(item.kind)))


def _too_long(house: House, now: datetime) -> Iterator[Finding]:
    """Facts whose answer by text takes more than `PARTS` messages."""
    from assistant.directory.review import Finding

    for service in house.store.records().services:
        for language in house.config.site.languages:
            for fact in _facts(house, service, language, now):
                parts = segments(_written(house, fact, language)).parts
                if parts > PARTS:
                    text = f"its {fact.field} ({language}) takes {parts} messages"
                    remedy = f"shorten it to {PARTS} messages"
                    yield Finding("budget", service.id, service.name, text, remedy)


def _notices_too_long(house: House) -> Iterator[Finding]:
    from assistant.directory.review import Finding
    from assistant.directory.texts import notice_text

    records = house.store.records()
    for item in records.notices:
        text = notice_text(item, "text", item.text, records)
        for language, _ in text.texts:
            say = Say("answer.notice.known", (("text", text),))
            told = house.talk.rooms.book.sentence(say, language, "sms").text
            if segments(told).parts > PARTS:
                what = f"the notice ({language}) takes {segments(told).parts} messages"
                yield Finding("budget", item.id, item.place, what, f"shorten it to {PARTS}")


def _lexicon(house: House) -> Iterator[Finding]:
    from assistant.directory.pronunciation import wrong_pronunciations
    from assistant.directory.review import Finding

    written = house.store.facts().get("pronunciations")
    for place in wrong_pronunciations(written or []):
        text = f"number {place} of pronunciations cannot be read"
        remedy = 'write {"language": "zh", "written": "…", "spoken": "…"}'
        yield Finding("spoken", "community.json", "pronunciations", text, remedy)


def _facts(house: House, service: Service, language: str, now: datetime) -> tuple[Fact, ...]:
    """Every fact of a service as it is told, however old it is."""
    from assistant.directory.facts import View
    from assistant.directory.vouching import Vouching

    records = house.store.records()
    query = Lookup(FIELDS, (service.id,), "", language)
    view = View(service, records, now, query, Vouching())
    return tuple(view.fact(field) for field in FIELDS)


def _written(house: House, fact: Fact, language: str) -> str:
    """The text a fact is answered with."""
    phone = PhoneNumber(house.config.site.office_phone)
    params: tuple[tuple[str, Value], ...] = (("service", fact.name), ("phone", phone))
    say = Say(f"answer.{fact.field}.{fact.shape}", (*params, *fact.params))
    return house.talk.rooms.book.sentence(say, language, "sms").text


def page(house: House, findings: tuple[Finding, ...], now: datetime, language: str) -> str:
    """The worksheet: what the line tells of every service, and what was found about it."""
    from assistant.directory.worksheet import worksheet

    services = house.store.records().services
    blocks = [_block(house, service, findings, now, language) for service in services]
    name = house.config.site.name
    community = name.get(language) or next(iter(name.values()))
    return worksheet(blocks, language, community, now.date())


def _block(
    house: House, service: Service, findings: tuple[Finding, ...], now: datetime, language: str
) -> Block:
    from assistant.directory.worksheet import Block

    told = tuple(
        (fact.field, _written(house, fact, language))
        for fact in _facts(house, service, language, now)
        if fact.field != "open_now"
    )
    remarks = tuple(item.text for item in findings if item.service == service.id and item.wrong)
    name = next(iter(_facts(house, service, language, now))).name.text(language)
    return Block(service.id, name, service.assured_date, told, remarks)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DataError(
            f"The worksheet cannot be written to {path} ({error.strerror}); name another file."
        ) from error


@click.command("verified")
@click.argument("service")
@click.option("--by", default="", help="Who checked it.")
@at_option
@config_option
@data_option
def verified(
    service: str, by: str, at: str | None, config_path: Path | None, data: Path | None
) -> None:
    """Say that a person has checked the service with the id SERVICE today."""
    from assistant.clock import ServiceClock
    from assistant.directory.checks import CheckStore

    config = settings_of(config_path)
    house = open_for(config, data, ServiceClock(config.site.timezone))
    try:
        done = CheckStore(house.database).verified(service, by, moment(at, config.site.timezone))
    finally:
        house.close()
    click.echo(f"Checked today; {done} open tasks are done.")
