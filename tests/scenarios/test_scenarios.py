"""Golden conversations: `<name>.yaml` holds what the resident does and all that comes of it.

`pytest tests/scenarios --update-golden` writes what the line does now; read the difference.
Whole calls with sound are in `tests/call/`; here the same turns run without audio.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from assistant.core.conversation import Conversation
from assistant.core.turn import HungUp, Key, Opened, Silence, Turn, Unclear, Utterance
from assistant.dialogue.prompts import Sentence
from assistant.rooms import Reply

FOLDER = Path(__file__).parent
SCENARIOS = sorted(FOLDER.glob("*.yaml"))
SECONDS_A_TURN = 12
"The clock moves on between turns as in a real call."


def as_turn(move: dict[str, Any], language: str) -> Turn | Utterance:
    """One scripted move as the loop takes it."""
    (word, value), *_ = [item for item in move.items() if item[0] != "confidence"]
    match word:
        case "ring_again_after":
            return Opened()
        case "say":
            return Utterance(str(value), language, float(move.get("confidence", 1.0)))
        case "key":
            return Key(str(value))
        case "silence":
            return Silence(float(value))
        case "noise":
            return Unclear()
        case "hangup":
            return HungUp()
    raise AssertionError(f"a scenario has the unknown move {word!r}")


def shown(lines: list[dict[str, Any]], reply: Reply | None) -> list[str]:
    """Journal lines and sentences as golden text."""
    out = []
    for line in lines:
        if line["event"] == "understood":
            slots = ", ".join(
                f"{k}={v}" for k, v in sorted(line["slots"].items()) if k != "service"
            )
            out.append(f"understood {line['intent']}" + (f" ({slots})" if slots else ""))
        elif line["event"] == "outcome":
            facts = {k: v for k, v in line["facts"].items() if k not in {"service", "phone"}}
            detail = ", ".join(f"{key}={value}" for key, value in facts.items() if value)
            out.append(f"outcome {line['kind']}" + (f": {detail}" if detail else ""))
        elif line["event"] == "said":
            out.append(f"texts {line['prompt']}: {line['text']}")
    if reply is not None:
        out += [f"says {item.prompt}{how(item)}: {item.text}" for item in reply.sentences]
        out += ["puts through to a person"] if reply.transfer else []
        out += ["hangs up"] if reply.end else []
    return out


def how(sentence: Sentence) -> str:
    """So many steps slower than usual, if it is."""
    return f" ({sentence.slower} slower)" if sentence.slower else ""


def play(script: dict[str, Any], open_at: Callable[[datetime], Any]) -> list[list[str]]:
    """Run a scenario; what came of the opening and of each move."""
    house, clock, journal = open_at(datetime.fromisoformat(str(script["at"])))
    contact, channel = script.get("from", "+8613800000001"), script["channel"]

    def begin() -> Conversation:
        language = script.get("language")
        begun: Conversation = house.talk.begin(channel, contact, clock.now(), language=language)
        return begun

    conversation = begin()
    came: list[list[str]] = []
    turns: list[Turn | Utterance] = [Opened()] if channel == "voice" else []
    turns += [as_turn(move, conversation.language) for move in script["turns"]]
    pauses = [move.get("ring_again_after", 0) for move in script["turns"]]
    for turn, pause in zip(turns, [0] * (len(turns) - len(pauses)) + pauses, strict=True):
        journal.lines.clear()
        if pause:
            clock.advance(timedelta(seconds=pause))
            conversation = begin()
        reply = house.talk.take(
            conversation, turn, clock.now(), keys_only=bool(script.get("keys_only"))
        )
        pace, conversation = conversation.pace, reply.conversation
        came.append(shown(journal.lines, reply))
        if conversation.pace != pace:
            rate, gain = conversation.pace.rate, conversation.pace.gain_db
            came[-1].append(f"speaks at {rate:.2f} of the usual rate, {gain:+.0f} dB")
        clock.advance(timedelta(seconds=SECONDS_A_TURN))
    return came


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario(path: Path, open_at: Callable[[datetime], Any], *, update_golden: bool) -> None:
    """The line does what the golden file says, turn by turn."""
    yaml = YAML()
    yaml.width = 4096
    script = yaml.load(path.read_text("utf-8"))
    came = play(script, open_at)
    opening = came[: len(came) - len(script["turns"])]
    now: dict[str, list[Any]] = {"opens": opening[0]} if opening else {}
    for move, lines in zip(script["turns"], came[len(opening) :], strict=True):
        move_now = {key: value for key, value in move.items() if key != "then"} | {"then": lines}
        now.setdefault("turns", []).append(move_now)
    before = {key: script[key] for key in ("opens", "turns") if key in script}
    if update_golden:
        script.update(now)
        stream = StringIO()
        yaml.dump(script, stream)
        path.write_text(stream.getvalue(), "utf-8")
        return
    assert now == before


def test_there_are_enough_conversations() -> None:
    """Both channels and both languages are played, twenty conversations or more."""
    scripts = [YAML(typ="safe").load(path.read_text("utf-8")) for path in SCENARIOS]
    assert len(scripts) >= 20
    kinds = {(script["channel"], script.get("language", "zh")) for script in scripts}
    assert kinds >= {("voice", "zh"), ("voice", "en"), ("sms", "zh"), ("sms", "en")}
