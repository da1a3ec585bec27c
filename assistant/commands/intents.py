"""`run.py intents`: lint, try, measure and score the understanding."""

from __future__ import annotations

import csv
import json
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.commands.common import (
    ROOT,
    at_option,
    config_option,
    data_option,
    moment,
    open_for,
    settings,
)

if TYPE_CHECKING:
    from assistant.library import Library

ENOUGH = 12
"Examples an intent needs in each language."
NEAR = 92.0
"Similarity (rapidfuzz ratio, per cent) from which two examples are called near-twins."


@click.group()
def intents() -> None:
    """The intent files: check, test, bench, score."""


@intents.command()
@config_option
def check(config_path: Path | None) -> None:
    """Lint the intent files: doubles, near-twins across intents, empty parts."""
    from assistant.library import load

    library = load(ROOT, settings(config_path).site.languages)
    problems = [*_doubles(library), *_near_twins(library), *_empty(library)]
    for problem in problems:
        click.echo(problem)
    counted = sum(
        len(examples.all())
        for by_intent in library.examples.values()
        for examples in by_intent.values()
    )
    click.echo(f"{counted} examples of {len(library.entries)} intents; {len(problems)} to look at.")
    if any(problem.startswith("double") for problem in problems):
        raise click.exceptions.Exit(1)


def _doubles(library: Library) -> list[str]:
    found = []
    for language, by_intent in library.examples.items():
        owner: dict[str, str] = {}
        for intent, examples in by_intent.items():
            for text in examples.all():
                key = text.casefold()
                if owner.setdefault(key, intent) != intent:
                    found.append(
                        f"double: intents/{language}: “{text}” stands in {owner[key]} "
                        f"and in {intent}; keep it in one"
                    )
    return found


def _near_twins(library: Library) -> list[str]:
    from rapidfuzz import fuzz, process

    found = []
    for language, by_intent in library.examples.items():
        for (one, first), (two, second) in combinations(by_intent.items(), 2):
            table = process.cdist(first.all(), second.all(), scorer=fuzz.ratio, score_cutoff=NEAR)
            for row, column in zip(*table.nonzero(), strict=True):
                found.append(
                    f"near: intents/{language}: “{first.all()[row]}” ({one}) and "
                    f"“{second.all()[column]}” ({two}) are nearly the same"
                )
    return found


def _empty(library: Library) -> list[str]:
    return [
        f"few: intents/{language}/{intent}.yaml: {len(examples.spoken)} spoken examples; "
        f"write {ENOUGH} or more"
        for language, by_intent in library.examples.items()
        for intent, examples in by_intent.items()
        if len(examples.spoken) < ENOUGH
    ]


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
@click.option("--json", "as_json", is_flag=True)
def bench(sets: Path, as_json: bool) -> None:
    """Matcher figures on public sets: clean, with slips, with recognition errors."""
    from assistant.benchmarks.intents import run

    figures = run(sets)
    click.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
