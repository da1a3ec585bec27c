"""`run.py voices`: how the line sounds, and the office's own voice."""

from __future__ import annotations

import asyncio
import json
import math
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.commands import studio as work
from assistant.commands.common import config_option, data_option

if TYPE_CHECKING:
    from assistant.speech.audition import Audition


def _language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--language", default=None, help="One language of the line.")(command)


@click.group()
def voices() -> None:
    """How the line sounds: list, render, record, import, check."""


@voices.command("list")
@_language_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@config_option
@data_option
def list_(
    *, language: str | None, as_json: bool, config_path: Path | None, data: Path | None
) -> None:
    """Every prompt in every language: recorded or synthesised, how long, in how many variants."""
    studio = work.open_studio(config_path, data, language)
    for spoken in studio.languages:
        for prompt in studio.library.prompts[spoken]:
            line = work.entry(studio, spoken, prompt)
            click.echo(json.dumps(line, ensure_ascii=False) if as_json else _as_row(line))


def _as_row(line: dict[str, Any]) -> str:
    length = ", ".join(f"{item:.1f} s" for item in line["seconds"])
    if line["source"] == "recording":
        how = f"recorded ({len(line['variants'])}), {length}"
    else:
        how = f"voice {line['voice']}, about {length}"
    if not line["fixed"]:
        how += ", holds facts"
    if line["outdated"]:
        how += f"; other words in {', '.join(line['outdated'])}, record again"
    return f"{line['language']}  {line['prompt']:<28}  {how}  “{line['text']}”"


@voices.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("prompts", nargs=-1)
@_language_option
@click.option("--voice", default=None, help="One voice by name, in place of recordings too.")
@click.option("--slow", is_flag=True, help="As after one “slower”.")
@config_option
@data_option
def render(
    folder: Path,
    prompts: tuple[str, ...],
    *,
    language: str | None,
    voice: str | None,
    slow: bool,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Write every fixed prompt, or PROMPTS, as FOLDER/LANGUAGE/PROMPT.wav, as callers hear it."""
    studio = work.open_studio(config_path, data, language)
    for spoken in studio.languages:
        known = studio.voices[spoken].voices
        if voice is not None and voice not in known:
            raise click.UsageError(f"--voice {voice}: {spoken} has {', '.join(known)}")
    count = asyncio.run(work.render(studio, folder, prompts, voice, slow=slow))
    click.echo(f"{count} prompts are in {folder}.")


@voices.command("import")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option("--prompt", default=None, help="The prompt a single file holds.")
@click.option("--variant", type=click.IntRange(1, 99), default=None, help="Its number.")
@_language_option
@config_option
@data_option
def import_(
    source: Path,
    *,
    prompt: str | None,
    variant: int | None,
    language: str | None,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Take a WAV file, or a folder of them named PROMPT[.VARIANT].wav; heard from the next start.

    In a folder, those of another language lie in a folder of that language.
    """
    studio = work.open_studio(config_path, data, language)
    if source.is_dir() and (prompt or variant):
        raise click.UsageError("--prompt and --variant are for a single file; name files instead")
    refused = found = 0
    for path, spoken in work.files(source, studio.languages):
        found += 1
        try:
            click.echo(work.take(studio, path, spoken, prompt, variant))
        except click.ClickException as error:
            refused += 1
            click.echo(error.format_message(), err=True)
    if not found:
        raise click.ClickException(f"{source}: there is no .wav file in it")
    if refused:
        raise click.exceptions.Exit(1)


@voices.command()
@click.argument("prompt")
@click.option("--variant", type=click.IntRange(1, 99), default=1, show_default=True)
@_language_option
@config_option
@data_option
def record(
    prompt: str,
    *,
    variant: int,
    language: str | None,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Record PROMPT from this machine's microphone; heard from the next start."""
    from assistant.core.errors import DataError
    from assistant.speech.microphone import record as record_sound
    from assistant.speech.microphone import recorder

    studio = work.open_studio(config_path, data, language)
    spoken = studio.languages[0]
    click.echo(f"\n    {studio.text(prompt, spoken)}\n")
    command = recorder()
    if command is None:
        raise click.ClickException(
            "there is no recorder here (arecord or sox); record the text above elsewhere, then: "
            f"python3 run.py voices import FILE.wav --prompt {prompt} --language {spoken}"
        )
    click.prompt("Press Enter, wait a moment, and read it out", "", show_default=False)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{prompt}.wav"
        done = "Press Enter a moment after the last word"
        try:
            record_sound(command, path, lambda: click.prompt(done, "", show_default=False))
        except DataError as error:
            raise click.ClickException(str(error)) from error
        click.echo(work.take(studio, path, spoken, prompt, variant))


@voices.command()
@click.argument("prompts", nargs=-1)
@_language_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@config_option
@data_option
def check(
    prompts: tuple[str, ...],
    *,
    language: str | None,
    as_json: bool,
    config_path: Path | None,
    data: Path | None,
) -> None:
    """Let every voice say every prompt, or PROMPTS: all spoken, equally loud, at the right speed.

    Exit 1 names what is not so, one plain line each.
    """
    studio = work.open_studio(config_path, data, language)
    auditions, problems = asyncio.run(work.listen(studio, prompts))
    problems += [line for item in auditions for line in item.problems]
    if as_json:
        heard = [asdict(item) for item in auditions]
        click.echo(json.dumps({"voices": heard, "problems": problems}, ensure_ascii=False))
    else:
        for item in auditions:
            click.echo(_figures(item, studio.voices[item.language].unit))
        for line in problems:
            click.echo(line, err=True)
    if problems:
        raise click.exceptions.Exit(1)


def _figures(item: Audition, unit: str) -> str:
    if not math.isfinite(item.softest):
        return f"{item.language}  {item.voice}: says nothing"
    return (
        f"{item.language}  {item.voice}: {item.prompts} prompts, {item.per_minute:.0f} {unit}s a "
        f"minute, slowly {item.slow_per_minute:.0f}, loudness {item.softest:.1f} to "
        f"{item.loudest:.1f} LUFS"
    )
