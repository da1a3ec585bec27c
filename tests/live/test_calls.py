"""Real calls: signed webhooks, the real media socket, human recordings in 20 ms frames."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.live.service import Live


def recording(shared: Path, word: str, folder: str = "cmn_words") -> Path:
    """A recording of one Mandarin word."""
    with (shared / "data/audio/manifest.tsv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            if row["transcript"] == word and row["file"].startswith(folder):
                return shared / "data/audio" / row["file"]
    raise AssertionError(f"no recording of {word}")


def said(live: Live, call: str) -> list[str]:
    """The names of the prompts said so far."""
    return [line["prompt"] for line in live.events(call) if line["event"] == "said"]


@pytest.mark.parametrize(
    ("word", "fields"),
    [
        ("医生", {"phone"}),
        ("地址", {"which.place"}),
        ("电话", {"which.place"}),
    ],
)
def test_a_mandarin_word_leads_to_the_right_place(
    live: Live, shared: Path, word: str, fields: set[str]
) -> None:
    """One spoken word of a human recording is heard, understood and answered."""
    call = f"CA-{word}"
    with live.carrier.call(call, "+8613800000101") as caller:
        caller.listen()
        caller.say(recording(shared, word))
        caller.listen()
    events = live.events(call)
    assert word in [line["text"] for line in events if line["event"] == "heard"]
    answered = {line["facts"].get("field") for line in events if line["event"] == "outcome"}
    assert fields & (answered | set(said(live, call)))


def test_english_digits_pick_menu_choices(live: Live, shared: Path) -> None:
    """Spoken digits of human recordings choose what the numbers stand for, nearly always.

    The small recogniser takes one recording in eight for another digit (SPEECH 2a).
    """
    chosen = 0
    for digit in "123":
        for wav in sorted((shared / "data/audio/fsdd").glob(f"{digit}_jackson_*.wav"))[:2]:
            call = f"CA-{wav.stem}"
            with live.carrier.call(call, "+8613800000102") as caller:
                caller.listen()
                caller.press("#")
                caller.listen()
                caller.say(wav)
                caller.listen()
            chosen += [p for p in said(live, call) if p.startswith("menu.")].count(
                "menu.option"
            ) > 3
    assert chosen >= 4


def test_silence_leads_to_help(live: Live) -> None:
    """Nobody speaks: an example, then keys; the line stays."""
    with live.carrier.call("CA-silence", "+8613800000103") as caller:
        caller.listen()
        caller.wait(9)
        caller.listen()
        caller.wait(9)
        caller.listen()
        assert not caller.closed
    assert {"silence.first", "menu.intro", "menu.person"} <= set(said(live, "CA-silence"))


def test_a_key_cuts_the_prompt_at_once(live: Live) -> None:
    """Keys always interrupt: the carrier is told to clear, and the menu comes."""
    with live.carrier.call("CA-key", "+8613800000104") as caller:
        caller.wait(1)
        caller.press("#")
        caller.wait(0.5)
        caller.listen()
        assert caller.cleared == 1
    lines = [line for line in live.events("CA-key") if line["event"] == "said"]
    assert lines[0]["interrupted"]


def test_nine_hangs_up(live: Live) -> None:
    """The caller asks for it by key: goodbye, and the stream is closed."""
    with live.carrier.call("CA-nine", "+8613800000105") as caller:
        caller.listen()
        caller.press("9")
        caller.listen()
        caller.wait(3)
        assert caller.closed
    assert said(live, "CA-nine")[-1] == "goodbye"


def test_the_keys_menu_stands_behind_a_broken_stream(live: Live) -> None:
    """When the stream breaks, the same call goes on by webhooks and keys."""
    with live.carrier.call("CA-broken", "+8613800000106") as caller:
        caller.listen()
        caller.socket.close()
        caller.closed = True
    form = {"CallSid": "CA-broken", "From": "+8613800000106"}
    status, menu = live.carrier.post("/twilio/voice/keys?step=0", form)
    assert status == 200
    assert "<Gather" in menu
    status, deeper = live.carrier.post("/twilio/voice/keys?step=1", {**form, "Digits": "1"})
    assert status == 200
    assert deeper != menu
