from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from assistant.core.errors import DataError, SynthesisError
from assistant.speech.audio import FULL_SCALE, Samples, from_ulaw, seconds, to_int16
from assistant.speech.loudness import TARGET_LUFS, TOLERANCE_LU, loudness, master
from assistant.speech.mouth import Mouth
from assistant.speech.recordings import Recordings
from assistant.speech.voice import SLOWER, Pace, Voice, VoiceSettings, count
from tests.speech.speaking import EN, ZH, project_voices, with_mouth


def level(ulaw: bytes) -> float:
    """Loudness in LUFS."""
    return loudness(from_ulaw(ulaw) / FULL_SCALE)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A set of renderings by one mouth, for the tests that only look at sound."""
    orders: dict[str, tuple[str, str, float, float]] = {
        "zh": (ZH, "zh", 1.0, 0.0),
        "en": (EN, "en", 1.0, 0.0),
        "zh slow": (ZH, "zh", 0.84, 0.0),
        "en slow": (EN, "en", 0.83, 0.0),
        "en fast": (EN, "en", 1.25, 0.0),
        "zh loud": (ZH, "zh", 1.0, 6.0),
        "en loud": (EN, "en", 1.0, 6.0),
        "word": ("好。", "zh", 1.0, 0.0),
        "nothing": ("……", "zh", 1.0, 0.0),
        "mixed": ("Please ask at 桂花社区, thank you.", "en", 1.0, 0.0),
        "hanzi": ("桂花社区", "zh", 1.0, 0.0),
        "hanzi in en": ("桂花社区", "en", 1.0, 0.0),
        "controls": ("您好\x00\x1b。\n\n邻里热线", "zh", 1.0, 0.0),
    }

    async def use(mouth: Mouth) -> dict[str, bytes]:
        said = {name: await mouth.speak(*order) for name, order in orders.items()}
        said["zh clear"] = await mouth.speak(ZH, "zh", voice="clear")
        said["en clear"] = await mouth.speak(EN, "en", voice="clear")
        return said

    return with_mouth(tmp_path_factory.mktemp("cache"), use)


@pytest.mark.parametrize("name", ["zh", "en", "zh slow", "en fast", "zh clear", "en clear", "word"])
def test_one_loudness_for_every_voice_and_rate(spoken: dict[str, bytes], name: str) -> None:
    """Whatever is said, in whichever voice and at whatever rate, it is equally loud."""
    assert level(spoken[name]) == pytest.approx(TARGET_LUFS, abs=0.5)


def test_a_name_is_read_as_it_is_said(tmp_path: Path) -> None:
    """What is written with one character and said with another sounds like the other."""

    async def use(mouth: Mouth) -> tuple[bytes, bytes, bytes]:
        wrong, right = await mouth.speak("重庆路", "zh"), await mouth.speak("虫庆路", "zh")
        mouth.say_as(lambda text, _language: text.replace("重庆", "虫庆"))
        return wrong, right, await mouth.speak("重庆路", "zh")

    wrong, right, said = with_mouth(tmp_path, use)
    assert said == right
    assert said != wrong


@pytest.mark.parametrize("name", ["zh", "en"])
def test_louder_is_six_decibels(spoken: dict[str, bytes], name: str) -> None:
    """The step "louder" is heard as about 6 dB, and the speech is as long as before."""
    assert level(spoken[f"{name} loud"]) - level(spoken[name]) == pytest.approx(6, abs=0.8)
    assert len(spoken[f"{name} loud"]) == len(spoken[name])


@pytest.mark.parametrize("name", ["zh", "en", "en loud"])
def test_keeps_to_the_telephone_band(spoken: dict[str, bytes], name: str) -> None:
    """Less than a hundredth of the power lies outside 250-3600 Hz, limiter and coding included."""
    samples = from_ulaw(spoken[name])
    power = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(samples.size, 1 / 8000)
    assert power[(hertz < 250) | (hertz > 3600)].sum() < 0.01 * power.sum()


@pytest.mark.parametrize("voice", ["low", "clear"])
@pytest.mark.parametrize(
    ("language", "rate", "per_minute"),
    [
        ("zh", 1.0, 155),
        ("zh", SLOWER, 130),
        ("zh", 1.15, 178),
        ("en", 1.0, 145),
        ("en", SLOWER, 120),
        ("en", 1.15, 167),
    ],
)
def test_real_speaking_rate(
    answers: Answers, language: str, voice: str, rate: float, per_minute: int
) -> None:
    """Characters or words a minute, all pauses included, over three whole answers."""
    own = project_voices()[language]
    units = sum(count(text, own.unit) for text in own.samples)
    assert 60 * units / answers[language, voice, rate] == pytest.approx(per_minute, rel=0.05)


Answers = dict[tuple[str, str, float], float]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Seconds that the samples take, by language, voice and rate."""

    async def use(mouth: Mouth) -> Answers:
        return {
            (language, voice, rate): sum(
                [
                    seconds(await mouth.speak(text, language, rate, voice=voice))
                    for text in own.samples
                ]
            )
            for language, own in project_voices().items()
            for voice in own.voices
            for rate in (1.0, SLOWER, 1.15)
        }

    return with_mouth(tmp_path_factory.mktemp("answers"), use)


def test_slower_lengthens_pauses_more_than_words(spoken: dict[str, bytes]) -> None:
    """The longest silence grows by more than the whole does."""
    whole = len(spoken["zh slow"]) / len(spoken["zh"])
    pause = _longest_pause(spoken["zh slow"]) / _longest_pause(spoken["zh"])
    assert pause > whole > 1.1


def test_a_question_waits_a_second(spoken: dict[str, bytes]) -> None:
    """Before the question at the end stands one second of silence, and what speech leaves."""
    assert 1.0 <= _longest_pause(spoken["en"]) <= 1.2


def _longest_pause(ulaw: bytes) -> float:
    loud = np.flatnonzero(np.abs(from_ulaw(ulaw).astype(int)) > 150)
    return float(np.diff(loud).max()) / 8000


def test_nothing_to_say_is_a_short_silence(spoken: dict[str, bytes]) -> None:
    """A text without a letter makes 100 ms of silence, so that its mark still comes back."""
    assert spoken["nothing"] == b"\xff" * 800


def test_foreign_characters_go_to_the_voice_that_reads_them(spoken: dict[str, bytes]) -> None:
    """Hanzi in an English sentence are said by the Chinese voice, not spelt as letters."""
    assert spoken["hanzi in en"] == spoken["hanzi"]
    assert seconds(spoken["mixed"]) < 6


def test_control_characters_are_not_said(spoken: dict[str, bytes]) -> None:
    """NUL, escape and line ends separate words and make no noise."""
    assert 1 < seconds(spoken["controls"]) < 4


def test_an_unknown_engine_is_named() -> None:
    """A wrong engine in voice.yaml stops the start with file and key."""
    nobody = Voice(engine="nobody", voice="x", rate=1)
    voice = project_voices()["zh"].model_copy(update={"voices": {"low": nobody}})
    with pytest.raises(DataError, match=r"zh/voice\.yaml: speaking\.voices\.low\.engine.*pyttsx3"):
        Mouth({"zh": voice}, Path("cache"), Path("recordings"))


def recorded(seconds: float, seed: int = 3) -> Samples:
    """Something like a person's recording of two words, ready for the line."""
    rng = np.random.default_rng(seed)
    half = rng.standard_normal(round(4000 * seconds) - 1600) * 0.1
    wave = np.concatenate([half, np.zeros(3200), half])
    return master(to_int16(wave))


def test_a_recording_wins(tmp_path: Path) -> None:
    """A person's recording of exactly these words is played, as loud as the voice."""
    kept = Recordings(tmp_path / "voices")
    kept.add("zh", "thanks", 1, "不客气。", recorded(2.0))

    async def use(mouth: Mouth) -> list[bytes]:
        return [
            await mouth.speak("不客气。", "zh", prompt="thanks"),
            await mouth.speak("不客气。", "zh"),
            await mouth.speak("不客气。", "zh", prompt="else.ask"),
            await mouth.speak("不用谢。", "zh", prompt="thanks"),
            await mouth.speak("不客气。", "zh", prompt="thanks", voice="low"),
        ]

    heard = with_mouth(tmp_path / "c", use, recordings=tmp_path / "voices")
    person, voice = heard[0], heard[1]
    assert seconds(person) == pytest.approx(2.0)
    assert level(person) == pytest.approx(level(voice), abs=TOLERANCE_LU)
    assert all(seconds(other) < 1.9 for other in heard[1:])
    assert heard[2] == heard[4] == voice


def test_recordings_keep_the_callers_pace(tmp_path: Path) -> None:
    """Slower, the pause in a recording grows first; then its words are stretched too."""
    kept = Recordings(tmp_path / "voices")
    kept.add("zh", "thanks", 1, "不客气。", recorded(2.0))

    async def use(mouth: Mouth) -> list[bytes]:
        return [
            await mouth.speak("不客气。", "zh", rate, prompt="thanks") for rate in (1.0, 0.95, 0.7)
        ]

    normal, gently, slow = with_mouth(tmp_path / "c", use, recordings=tmp_path / "voices")
    words = [seconds(audio) - _longest_pause(audio) for audio in (normal, gently, slow)]
    assert words[1] == pytest.approx(words[0], abs=0.05)
    assert _longest_pause(gently) > 1.2 * _longest_pause(normal)
    assert words[2] == pytest.approx(words[0] / Pace.of(0.7).words, rel=0.05)
    assert level(slow) == pytest.approx(level(normal), abs=TOLERANCE_LU)


def test_variants_of_a_recording_take_turns(tmp_path: Path) -> None:
    """A prompt heard twice in a call is heard in two readings; a damaged one is passed over."""
    kept = Recordings(tmp_path / "voices")
    for variant, length in ((1, 1.0), (2, 2.0), (3, 3.0)):
        kept.add("zh", "thanks", variant, "不客气。", recorded(length))
    (tmp_path / "voices" / "zh" / "thanks.3.wav").write_bytes(b"RIFF")

    async def use(mouth: Mouth) -> list[float]:
        heard = [await mouth.speak("不客气。", "zh", prompt="thanks") for _ in range(4)]
        return [seconds(audio) for audio in heard]

    lengths = with_mouth(tmp_path / "c", use, recordings=tmp_path / "voices")
    assert lengths == pytest.approx([1.0, 2.0, 1.0, 1.0])


def test_a_caller_may_have_the_other_voice(tmp_path: Path) -> None:
    """Every language has two; an unknown name means the usual one."""

    async def use(mouth: Mouth) -> list[bytes]:
        names = (None, "low", mouth.other("zh"), "nobody")
        return [await mouth.speak("您好。", "zh", voice=name) for name in names]

    usual, low, other, unknown = with_mouth(tmp_path, use)
    assert usual == low == unknown != other
    assert Mouth({}, tmp_path, tmp_path).other("zh") is None


@pytest.mark.parametrize(("text", "language"), [(ZH, "zh"), (EN, "en")])
def test_estimates_without_synthesis(spoken: dict[str, bytes], text: str, language: str) -> None:
    """The estimated length is within a quarter of the real one."""
    mouth = Mouth(project_voices(), Path("cache"), Path("recordings"))
    assert mouth.estimate_seconds(text, language) == pytest.approx(
        seconds(spoken[language]), rel=0.25
    )
    assert mouth.estimate_seconds(text, language, 0.5) == pytest.approx(
        2 * mouth.estimate_seconds(text, language)
    )
    assert mouth.estimate_seconds("three words here", "xx") == pytest.approx(0.9)


def test_no_voices_still_plays_recordings_only() -> None:
    """An office without an engine starts, and says so where there is no recording."""
    nobody: dict[str, VoiceSettings] = {}
    mouth = Mouth(nobody, Path("cache"), Path("recordings"))
    with pytest.raises(SynthesisError, match="no voice for zh"):
        asyncio.run(mouth.speak("您好", "zh"))
