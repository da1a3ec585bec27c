from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest

from assistant.speech.endpointing import Endpointer, EndpointSettings, Heard

if TYPE_CHECKING:
    from collections.abc import Iterable

Frames = list[tuple[float, float]]
VOICE, ROOM, FAR = (0.9, -25.0), (0.02, -60.0), (0.9, -37.5)


def ms(kind: tuple[float, float], duration: int) -> Frames:
    """Frames of one kind for so many milliseconds."""
    return list(repeat(kind, duration // 20))


def events(
    frames: Iterable[tuple[float, float]], endpointer: Endpointer | None = None
) -> list[tuple[str, int]]:
    """What is decided, and at which millisecond."""
    ears = endpointer or Endpointer()
    decided = ((ears.push(*frame), 20 * number) for number, frame in enumerate(frames, 1))
    return [(heard.event, at) for heard, at in decided if heard is not None]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(ROOM, 9000)], [("no_speech", 8000)]),
        ([(ROOM, 1000), (VOICE, 900), (ROOM, 2000)], [("speech", 1120), ("end", 3500)]),
        (
            [(ROOM, 1000), (VOICE, 500), (ROOM, 1500), (VOICE, 500), (ROOM, 2000)],
            [("speech", 1120), ("end", 5100)],
        ),
        (
            [(VOICE, 500), (ROOM, 800), (VOICE, 40), (ROOM, 2000)],
            [("speech", 120), ("end", 2100)],
        ),
        ([(VOICE, 40000)], [("speech", 120), ("too_long", 30000)]),
        ([(ROOM, 500), (VOICE, 80), (ROOM, 9000)], [("no_speech", 8000)]),
        (
            [*[(VOICE, 60), (ROOM, 480)] * 3, (ROOM, 8000)],
            [("no_speech", 8000)],
        ),
        ([(ROOM, 7940), (VOICE, 500), (ROOM, 1700)], [("speech", 8060), ("end", 10040)]),
    ],
    ids=[
        "silence",
        "one word",
        "a pause in mid-sentence is no end",
        "a click in a pause does not start it afresh",
        "talks for ever",
        "a slip of the detector",
        "slips far apart",
        "the first word at the last moment",
    ],
)
def test_turns(parts: list[tuple[tuple[float, float], int]], expected: list[object]) -> None:
    """Each course of sound leads to the decisions at the millisecond they are due."""
    assert events(chain.from_iterable(ms(*part) for part in parts)) == expected


def test_the_preroll_belongs_to_the_turn() -> None:
    """A started turn reaches back 300 ms before its first sound, not before the beginning."""
    late = Endpointer()
    decided = [late.push(*frame) for frame in ms(ROOM, 1000) + ms(VOICE, 120)]
    assert decided[-1] == Heard("speech", 21)
    at_once = Endpointer()
    decided = [at_once.push(*frame) for frame in ms(VOICE, 120)]
    assert decided[-1] == Heard("speech", 6)


@pytest.mark.parametrize("level", [-50.0, -40.0, -32.0])
def test_steady_noise_starts_no_turn(level: float) -> None:
    """Noise that a detector takes for speech now and then is told by its steadiness."""
    settled = Endpointer()
    events(ms((0.3, level), 8000), settled)
    settled.restart()
    assert events(ms((0.9, level), 9000), settled) == [("no_speech", 8000)]


def test_speech_is_heard_above_the_noise() -> None:
    """A voice 10 dB above steady noise starts and ends its turn."""
    settled = Endpointer()
    noise = (0.2, -42.0)
    events(ms(noise, 8000), settled)
    settled.restart()
    found = events(ms(noise, 1000) + ms((0.9, -32.0), 500) + ms(noise, 2000), settled)
    assert [event for event, _ in found] == ["speech", "end"]


def test_a_far_voice_neither_starts_nor_holds_a_turn() -> None:
    """Once her own voice is known, a television 12 dB below it is not hers, from 0.3 s on."""
    ears = Endpointer()
    assert events(ms(VOICE, 1000) + ms(FAR, 2000), ears) == [("speech", 120), ("end", 2880)]
    ears.restart()
    assert events(ms(FAR, 8000), ears) == [("no_speech", 8000)]


def test_nothing_is_decided_after_the_end() -> None:
    """After a decision that ends the turn the endpointer waits to be restarted."""
    ears = Endpointer()
    assert events(ms(VOICE, 500) + ms(ROOM, 1600) + ms(VOICE, 5000), ears)[-1][0] == "end"
    assert not ears.speaking
    ears.restart(EndpointSettings(end_ms=800))
    assert events(ms(VOICE, 500) + ms(ROOM, 1000), ears) == [("speech", 120), ("end", 1300)]


@pytest.mark.parametrize("patience", [800, 1600, 2500])
def test_end_of_turn_is_a_setting(patience: int) -> None:
    """The turn ends exactly after the silence asked for, and no earlier."""
    settings = EndpointSettings(end_ms=patience)
    frames = ms(VOICE, 500) + ms(ROOM, patience)
    assert events(frames, Endpointer(settings))[-1] == ("end", 500 + patience)
    assert len(events(frames[:-1], Endpointer(settings))) == 1


def test_what_is_known_meanwhile() -> None:
    """The state between decisions: speaking, the silence so far, and the noise floor."""
    ears = Endpointer()
    events(ms(ROOM, 400), ears)
    assert (ears.speaking, ears.silence_ms) == (False, 400)
    events(ms(VOICE, 400) + ms(ROOM, 240), ears)
    assert (ears.speaking, ears.silence_ms) == (True, 240)
    assert -65 <= ears.floor_db <= -55


def test_absurd_levels_do_no_harm() -> None:
    """Digital silence, minus infinity and full scale are levels like others."""
    ears = Endpointer()
    levels = [float("-inf"), -200.0, 0.0, 3.0]
    assert events([(0.0, level) for level in levels * 100], ears) == [("no_speech", 8000)]


def test_a_turn_that_is_held_goes_on() -> None:
    """Words that asked for more: the next sound belongs to the same turn, whose end is new."""
    ears = Endpointer()
    assert events(ms(VOICE, 500) + ms(ROOM, 1600), ears)[-1] == ("end", 2100)
    ears.hold()
    assert ears.speaking
    assert events(ms(ROOM, 1000) + ms(VOICE, 500) + ms(ROOM, 1600), ears) == [
        ("speech", 1120),
        ("end", 3100),
    ]


def test_a_held_turn_is_encouraged_once_and_given_up_in_the_end() -> None:
    """At 4 s of silence she is told that she is heard, once; at 8 s the turn is over."""
    ears = Endpointer()
    events(ms(VOICE, 500) + ms(ROOM, 1600), ears)
    ears.hold()
    assert events(ms(ROOM, 9000), ears) == [("waiting", 2400), ("given_up", 6400)]
    assert not ears.speaking


def test_she_is_encouraged_once_in_a_turn() -> None:
    """A second long pause in the same turn brings no second word from us."""
    ears = Endpointer()
    told = []
    for _ in range(2):
        told += events(ms(VOICE, 500) + ms(ROOM, 1600), ears)
        ears.hold()
        told += events(ms(ROOM, 3000), ears)
    assert [event for event, _ in told].count("waiting") == 1


def test_a_turn_that_runs_can_be_given_longer() -> None:
    """Patience may change in mid-turn: the sound so far still counts."""
    ears = Endpointer(EndpointSettings(end_ms=600))
    events(ms(VOICE, 500) + ms(ROOM, 400), ears)
    ears.adjust(EndpointSettings(end_ms=1600))
    assert events(ms(ROOM, 2000), ears) == [("end", 1200)]


def test_before_she_has_spoken_only_the_faintest_voice_is_far() -> None:
    """A soft first word is hers; a murmur below every telephone voice is not."""
    assert events(ms((0.9, -40.0), 500), Endpointer()) == [("speech", 120)]
    assert events(ms((0.9, -50.0), 8000), Endpointer()) == [("no_speech", 8000)]


def test_a_voice_that_became_faint_is_heard_after_a_wait() -> None:
    """Where a whole wait brought only a far voice the bar comes down: it may be hers."""
    ears = Endpointer()
    events(ms(VOICE, 1000) + ms(ROOM, 1600), ears)
    ears.restart()
    faint = (0.9, -39.0)
    assert events(ms(faint, 1000) + ms(ROOM, 7000), ears) == [("no_speech", 8000)]
    ears.restart()
    assert events(ms(faint, 500), ears) == [("speech", 120)]


def test_soft_syllables_belong_to_the_voice() -> None:
    """A syllable 20 dB below the one before it does not end the turn."""
    word = ms(VOICE, 200) + ms((0.9, -45.0), 200)
    assert events(word * 10) == [("speech", 120)]
