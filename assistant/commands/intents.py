"""`run.py intents`: lint, try, measure and score the understanding."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.common import (
    at_option,
    config_option,
    data_option,
    moment,
    open_for,
    settings,
)
from assistant.commands.place import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.commands.lint import Finding
    from assistant.library import Library


@click.group()
def intents() -> None:
    """The intent files: check, test, bench, score."""


@intents.command()
@config_option
@data_option
def check(config_path: Path | None, data: Path | None) -> None:
    """Lint the intent files and what is written in texts; exit 1 for what must be mended."""
    from assistant.clock import ConversationClock
    from assistant.commands import lint

    config = settings(config_path)
    now = moment(None, config.site.timezone)
    house = open_for(config, data, ConversationClock(now))
    try:
        library, book, asked = house.library, house.talk.rooms.book, house.inquiries
        signatures = config.texts.signature
        findings = [
            *lint.doubles(library),
            *lint.near_twins(library),
            *lint.few(library),
            *lint.empty_slots(library, asked, now),
            *lint.bad_manners(library),
            *lint.long_texts(book, config.the_site(), signatures),
            *lint.long_answers(house.store.records(), asked, book, now, signatures),
        ]
    finally:
        house.close()
    for finding in findings:
        click.echo(finding.text)
    _sum_up(library, findings)


def _sum_up(library: Library, findings: Sequence[Finding]) -> None:
    """One last line; exit 1 where something must be mended."""
    counted = sum(
        len(examples.all())
        for by_intent in library.examples.values()
        for examples in by_intent.values()
    )
    wrong = sum(finding.error for finding in findings)
    click.echo(
        f"{counted} examples of {len(library.entries)} intents; "
        f"{wrong} to mend, {len(findings) - wrong} to look at."
    )
    if wrong:
        raise click.exceptions.Exit(1)


@intents.command()
@config_option
def test(config_path: Path | None) -> None:
    """Run every example through the live understanding; exit 1 under 95 % right."""
    from assistant.teaching import FOLDER, taught

    learnt = taught(ROOT, settings(config_path).site.languages, [ROOT / FOLDER])
    library, reader = learnt.library, learnt.reader
    asked = right = 0
    for language, by_intent in library.examples.items():
        for intent, examples in by_intent.items():
            for text in examples.all():
                asked += 1
                got = reader.matchers[language].match(text).intent
                right += got == intent
                if got != intent:
                    click.echo(f"{language}  {intent}  read as {got}: {text}")
    click.echo(f"{right} of {asked} examples come back as their own intent.")
    if right < 0.95 * asked:
        raise click.exceptions.Exit(1)


@intents.command()
@click.argument("table", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--language", required=True, help="Language of the rows.")
@click.option("--channel", type=click.Choice(["voice", "sms"]), default="voice")
@at_option
@config_option
@data_option
def score(
    table: Path,
    language: str,
    channel: str,
    at: str | None,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Read every row of TABLE (text, intent) and print one JSON object a row."""
    from assistant.clock import ConversationClock
    from assistant.core.turn import Utterance

    config = settings(config_path)
    if language not in config.site.languages:
        raise click.UsageError(f"--language {language}: this line speaks {config.site.languages}")
    now = moment(at, config.site.timezone)
    house = open_for(config, data, ConversationClock(now))
    try:
        finder, reader = house.inquiries.finder(), house.talk.rooms.reader
        for text, expected in _rows(table):
            reading = reader.read(Utterance(text, language), language, now, finder)
            match, danger = reading.match, reading.safety
            line = {
                "text": text,
                "expected": expected,
                "intent": danger.intent if danger else match.intent,
                "accepted": danger is not None or match.accepted,
                "score": round(danger.score if danger else match.score, 4),
                "slots": reading.slots.as_json(),
                "channel": channel,
            }
            click.echo(json.dumps(line, ensure_ascii=False))
    finally:
        house.close()


def _rows(table: Path) -> list[tuple[str, str]]:
    with table.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        if not {"text", "intent"} <= set(reader.fieldnames or ()):
            raise click.ClickException(
                f"{table}: the first line must name the columns text and intent"
            )
        return [(row["text"] or "", row["intent"] or "") for row in reader]


@intents.command()
@click.option(
    "--data",
    "sets",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Folder of the public sets.",
)
@click.option("--ablation", is_flag=True, help="Measure without each ingredient as well.")
@click.option("--json", "as_json", is_flag=True)
def bench(sets: Path, ablation: bool, as_json: bool) -> None:
    """Matcher figures on public sets: clean, with slips, with recognition errors."""
    from assistant.benchmarks.intents import run

    figures = run(sets, ablation=ablation)
    click.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
