from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.speech.audio import Samples, to_int16
from assistant.speech.audition import Audition, audition, hear_recordings, not_ready
from assistant.speech.loudness import TARGET_LUFS, master
from assistant.speech.mouth import Mouth
from assistant.speech.recordings import Recordings
from assistant.speech.voice import VoiceSettings
from tests.speech.speaking import project_voices, with_mouth

PROMPTS = {
    "en": {"thanks": "You are very welcome.", "else.ask": "Is there anything else?"},
    "zh": {"thanks": "不客气。", "else.ask": "还要问别的吗？", "word": "好。"},
}


def hear(folder: Path, language: str, voices: dict[str, VoiceSettings], voice: str) -> Audition:
    """One voice's audition."""

    async def use(mouth: Mouth) -> Audition:
        own, prompts = voices[language], PROMPTS[language]
        return await audition(mouth, language, own, voice, prompts)

    return with_mouth(folder, use, voices=voices)


@pytest.mark.parametrize("voice", ["low", "clear"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_projects_voices_pass(tmp_path: Path, language: str, voice: str) -> None:
    """Each says every prompt, as loud as the others and as fast as the settings say."""
    heard = hear(tmp_path, language, project_voices(), voice)
    own = project_voices()[language]
    assert heard.problems == ()
    assert heard.prompts == len(PROMPTS[language])
    assert heard.per_minute == pytest.approx(own.per_minute, rel=0.05)
    assert heard.slow_per_minute == pytest.approx(own.slow_per_minute, rel=0.05)
    assert TARGET_LUFS - 1 < heard.softest <= heard.loudest < TARGET_LUFS + 1


def changed(**change: object) -> dict[str, VoiceSettings]:
    """The project's voices, the lower English one otherwise set."""
    voices = project_voices()
    low = voices["en"].voices["low"].model_copy(update=change)
    update = {"voices": {"low": low}}
    return {**voices, "en": voices["en"].model_copy(update=update)}


def test_a_wrong_rate_is_told_with_the_right_one(tmp_path: Path) -> None:
    """A voice that speaks too fast is named, and following the advice mends it."""
    (problem,) = hear(tmp_path, "en", changed(rate=170.0), "low").problems
    assert "words a minute instead of 145; set its rate to" in problem
    advised = float(problem.split("rate to ")[1].split()[0])
    assert hear(tmp_path, "en", changed(rate=advised), "low").problems == ()


def test_a_voice_that_cannot_speak_fails_every_prompt(tmp_path: Path) -> None:
    """An id the engine does not know is told for each prompt, and there are no figures."""
    heard = hear(tmp_path, "en", changed(voice="gmw/nobody"), "low")
    assert heard.prompts == 0
    assert len(heard.problems) == 3
    assert (
        "the prompt thanks cannot be spoken: espeak-ng has no voice gmw/nobody"
        in (heard.problems[0])
    )
    assert "cannot be measured" in heard.problems[-1]


def test_an_engine_that_does_not_start_is_told(tmp_path: Path) -> None:
    """Its reason is told, whoever stands in for it on a call."""

    async def use(mouth: Mouth) -> list[str]:
        return await not_ready(mouth, 30)

    voices = changed(engine="piper", voice="amy")
    (line,) = with_mouth(tmp_path, use, voices=voices, program=str(tmp_path / "nobody"))
    assert line.startswith("voice piper: ")
    assert "install piper" in line


def sound(db: float) -> Samples:
    """A second and a half of noise, so much louder or softer than the line."""
    noise = to_int16(np.random.default_rng(0).standard_normal(12000) * 0.1)
    return to_int16(master(noise) / 32768 * 10 ** (db / 20))


def test_recordings_are_heard_too(tmp_path: Path) -> None:
    """One that is not as loud as the line, and one that is damaged, are told; a good one is not."""
    kept = Recordings(tmp_path)
    for variant, db in ((1, 0.0), (2, -4.0), (3, 0.0)):
        kept.add("zh", "thanks", variant, "不客气。", sound(db))
    (tmp_path / "zh" / "thanks.3.wav").unlink()
    soft, missing = hear_recordings(kept, "zh")
    assert "thanks.2.wav is -4.0 dB from the line's loudness; import it again" in soft
    assert "thanks.3.wav" in missing
