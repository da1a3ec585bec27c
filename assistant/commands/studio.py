"""What the commands about voices work with, and the work itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.commands.common import data_folder, quiet_logging, settings
from assistant.commands.place import ROOT

if TYPE_CHECKING:
    from assistant.dialogue.prompts import PromptBook
    from assistant.library import Spoken
    from assistant.speech.audition import Audition
    from assistant.speech.mouth import Mouth
    from assistant.speech.recordings import Recordings
    from assistant.speech.voice import VoiceSettings

READY_S = 30.0
"A neural voice takes a few seconds to load."


@dataclass(frozen=True, slots=True)
class Studio:
    """What every one of these commands works with."""

    languages: tuple[str, ...]
    "Those asked for; the community's own first."
    names: dict[str, str]
    "The site's name by language."
    library: Spoken
    book: PromptBook
    voices: dict[str, VoiceSettings]
    mouth: Mouth
    recordings: Recordings

    def text(self, prompt: str, language: str) -> str:
        """The words of a fixed prompt. Raises `ClickException` for any other name."""
        fixed = self.book.fixed(language)
        if prompt in fixed:
            return fixed[prompt]
        if prompt in self.library.prompts[language]:
            raise click.ClickException(
                f"{prompt}: holds facts that change, so it cannot be recorded; "
                "`voices list` shows which can"
            )
        raise click.ClickException(_no_such_prompt(prompt))

    def every_text(self, language: str, only: tuple[str, ...] = ()) -> dict[str, str]:
        """Every spoken prompt by key, or `only` some; where a fact belongs is the site's name.

        Other wordings of a prompt follow it, numbered. Raises `ClickException` for an unknown key.
        """
        known, texts = self.library.prompts[language], {}
        for key in only or known:
            if key not in known:
                raise click.ClickException(_no_such_prompt(key))
            names = dict.fromkeys(known[key].fields(), self.names[language])
            texts[key] = known[key].spoken.format_map(names)
            for number, other in enumerate(known[key].variants, 2):
                texts[f"{key}, wording {number},"] = other.format_map(names)
        return texts


def _no_such_prompt(name: str) -> str:
    return f"{name}: there is no such prompt; `voices list` shows their names"


def open_studio(config_path: Path | None, data: Path | None, language: str | None) -> Studio:
    """Settings, texts, voices and recordings; `language` narrows the work to one of the line's."""
    from assistant.app import build_mouth, voices_of
    from assistant.dialogue.prompts import PromptBook
    from assistant.library import load_spoken
    from assistant.speech.recordings import Recordings

    quiet_logging()
    config, folder = settings(config_path), data_folder(data)
    languages = config.site.languages
    if language is not None and language not in languages:
        raise click.UsageError(f"--language {language}: this line speaks {', '.join(languages)}")
    library, name = load_spoken(ROOT, languages), config.the_site().name
    return Studio(
        languages=languages if language is None else (language,),
        names={item: name.text(item) for item in languages},
        library=library,
        book=PromptBook(library.prompts, library.wordings, {"site": name}),
        voices=voices_of(config, library),
        mouth=build_mouth(config, library, folder),
        recordings=Recordings(folder / "voices"),
    )


def entry(studio: Studio, language: str, prompt: str) -> dict[str, Any]:
    """One prompt as it stands. Seconds are measured for recordings, estimated for synthesis."""
    fixed = studio.book.fixed(language)
    text = fixed.get(prompt, studio.library.prompts[language][prompt].spoken)
    own = [item for item in studio.recordings.of(language) if item.prompt == prompt]
    heard = [item for item in own if prompt in fixed and item.text == text]
    whole = studio.every_text(language, (prompt,))[prompt]
    estimate = round(studio.mouth.estimate_seconds(whole, language), 1)
    return {
        "language": language,
        "prompt": prompt,
        "text": text,
        "fixed": prompt in fixed,
        "source": "recording" if heard else "synthesis",
        "voice": None if heard else studio.voices[language].default,
        "variants": [item.variant for item in heard],
        "seconds": [item.seconds for item in heard] or [estimate],
        "outdated": [item.file for item in own if item not in heard],
    }


async def render(
    studio: Studio, folder: Path, prompts: tuple[str, ...], voice: str | None, *, slow: bool
) -> int:
    """Write `prompts`, or every fixed one, as they are heard; how many there are."""
    from assistant.speech.audio import encode_wav, from_ulaw
    from assistant.speech.voice import SLOWER

    mouth, count = studio.mouth, 0
    await mouth.start()
    try:
        for language in studio.languages:
            place = folder / language
            place.mkdir(parents=True, exist_ok=True)
            for prompt in prompts or studio.book.fixed(language):
                text, rate = studio.text(prompt, language), SLOWER if slow else 1.0
                audio = await mouth.speak(text, language, rate, prompt=prompt, voice=voice)
                (place / f"{prompt}.wav").write_bytes(encode_wav(from_ulaw(audio)))
                count += 1
    finally:
        await mouth.stop()
    return count


def files(source: Path, languages: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    """WAV files with the language each is in."""
    if source.is_file():
        yield source, languages[0]
        return
    for path in sorted(source.glob("*.wav")):
        yield path, languages[0]
    for language in languages:
        for path in sorted((source / language).glob("*.wav")):
            yield path, language


def take(studio: Studio, path: Path, language: str, prompt: str | None, variant: int | None) -> str:
    """Check one recording and keep it; the line to print. Raises `ClickException`."""
    from assistant.core.errors import DataError
    from assistant.speech.audio import wave_of
    from assistant.speech.recordings import parse_name
    from assistant.speech.takes import measure

    named = (prompt, 1) if prompt is not None else parse_name(path.stem)
    if named is None:
        raise click.ClickException(f"{path}: name it PROMPT.wav or PROMPT.2.wav, or give --prompt")
    text = studio.text(named[0], language)
    try:
        measured, samples = measure(*wave_of(path.read_bytes(), str(path)))
        problems = measured.problems(studio.mouth.estimate_seconds(text, language))
        if problems:
            raise click.ClickException(f"{path}: {'; '.join(problems)}")
        kept = studio.recordings.add(language, named[0], variant or named[1], text, samples)
    except (DataError, OSError) as error:
        raise click.ClickException(str(error)) from error
    return f"{language}  {kept.prompt}, variant {kept.variant}: kept, {kept.seconds:.1f} s."


async def listen(studio: Studio, prompts: tuple[str, ...]) -> tuple[list[Audition], list[str]]:
    """Let every voice say `prompts`, or all of them; also what is wrong beyond single voices."""
    from assistant.speech.audition import audition, hear_recordings, not_ready

    mouth, heard, problems = studio.mouth, [], []
    await mouth.start()
    try:
        problems += await not_ready(mouth, READY_S)
        for language in studio.languages:
            problems += hear_recordings(studio.recordings, language)
            texts, own = studio.every_text(language, prompts), studio.voices[language]
            heard += [await audition(mouth, language, own, name, texts) for name in own.voices]
    finally:
        await mouth.stop()
    return heard, problems
