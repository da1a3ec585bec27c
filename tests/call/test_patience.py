from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.call.conftest import Caller, Telephone

START_S, PATIENT_S, WAITING_S = 8.0, 12.0, 20.0


def silence_until_asked(caller: Caller) -> float:
    """Seconds of silence before the line speaks again."""
    before, begun = len(caller.events("timing")), caller.now_s
    while len(caller.events("timing")) == before:
        caller.hear(0.02)
        assert caller.now_s < begun + 60
    return caller.now_s - begun


def test_silence_leads_by_an_example_to_the_keys(telephone: Telephone) -> None:
    """First an example, then the keys, a person's first; then she is waited for, not cut off."""
    caller = telephone.ring()
    caller.quiet(8.1)
    assert caller.prompts[2:] == ["silence.first"]
    caller.quiet(8.1)
    shown = ["menu.person", *["menu.option"] * 3, "menu.more"]
    assert caller.prompts[3:] == ["menu.intro", *shown]
    caller.quiet(8.1)
    assert caller.prompts[9:] == ["silence.still_here"]
    assert silence_until_asked(caller) == pytest.approx(WAITING_S, abs=0.05)
    assert not caller.over()
    caller.press("0")
    assert caller.prompts[-1] == "person.words"
    caller.press("#")
    caller.press("1")
    assert caller.outcomes == ["callback.booked"]


def test_ten_minutes_of_silence_end_kindly(telephone: Telephone) -> None:
    """An empty line is told that somebody is there, and ended in good time without a request."""
    caller = telephone.ring()
    caller.quiet(550)
    assert not caller.over()
    assert caller.prompts[-1] == "silence.still_here"
    caller.quiet(400)
    assert caller.over()
    assert caller.prompts[-1] == "silence.end"
    assert caller.outcomes == []
    assert caller.ringing.line.ended
    assert 600 <= caller.now_s <= 900


def test_a_key_after_long_silence_is_answered(telephone: Telephone) -> None:
    """Whoever comes back after five minutes finds the line as she left it."""
    caller = telephone.ring()
    caller.quiet(300)
    caller.press("#")
    assert caller.prompts[-1] == "menu.person"
    caller.say("老年食堂电话多少")
    assert "answer.phone.known" in caller.prompts


def test_the_first_words_may_take_eight_seconds(telephone: Telephone) -> None:
    """The usual patience."""
    caller = telephone.ring()
    assert silence_until_asked(caller) == pytest.approx(START_S, abs=0.05)


def test_a_moment_asked_for_is_given_once(telephone: Telephone) -> None:
    """After "wait a moment" the next silence may last 20 s; the one after it 8 s again."""
    caller = telephone.ring()
    caller.say("等一下")
    assert caller.prompts[-1] == "wait"
    assert silence_until_asked(caller) == pytest.approx(WAITING_S, abs=0.05)
    caller.quiet(0)
    assert silence_until_asked(caller) == pytest.approx(START_S, abs=0.05)


def test_slow_mode_waits_longer_and_speaks_slower(telephone: Telephone) -> None:
    """After "slower" every silence may last 12 s, and prompts are spoken at a lower rate."""
    caller = telephone.ring()
    caller.say("慢一点")
    assert caller.prompts[2] == "pace.slower"
    assert silence_until_asked(caller) == pytest.approx(PATIENT_S, abs=0.05)
    caller.quiet(0)
    assert all(line["rate"] < 0.9 for line in caller.events("said")[2:])
    caller.say("快一点")
    assert silence_until_asked(caller) == pytest.approx(START_S, abs=0.05)


def test_louder_is_louder(telephone: Telephone) -> None:
    """After "louder" prompts carry 6 dB more, twice at the most; then comes the other voice."""
    caller = telephone.ring()
    for _ in range(3):
        caller.say("大声点")
    said = [line for line in caller.events("said") if line["prompt"].startswith("pace.")]
    told = [(line["prompt"], line["gain_db"]) for line in said]
    assert told == [("pace.louder", 6.0), ("pace.louder", 12.0), ("pace.voice", 12.0)]
    assert caller.ringing.call.conversation.pace.other_voice


def test_the_other_voice_is_heard_when_louder_was_not_enough(
    telephone: Telephone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows the third "louder" is said in the other voice, in either language."""
    mouth, asked = telephone.exchange.mouth, []
    speak = mouth.speak

    async def listen(*arguments: Any, voice: str | None = None, **options: Any) -> bytes:  # noqa: ANN401  # handed on as they come
        asked.append(voice)
        return await speak(*arguments, voice=voice, **options)

    monkeypatch.setattr(mouth, "speak", listen)
    caller = telephone.ring()
    for _ in range(3):
        caller.say("大声点")
    usual = [name for name in asked if name is None]
    assert asked == usual + ["clear"] * (len(asked) - len(usual))
    assert asked[-1] == "clear"
