"""The control messages of Asterisk's chan_websocket, as JSON and as plain text. PURE.

Which of the two a call speaks is seen by its first message. Shapes: docs.asterisk.org,
"Configuration/Channel-Drivers/WebSocket"; what asks nothing of us is let pass.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

Style = Literal["json", "plain"]
Command = Literal["HANGUP", "START_MEDIA_BUFFERING", "STOP_MEDIA_BUFFERING", "FLUSH_MEDIA"]
LARGEST = 16_384
"Characters of a message; the first one carries the channel's variables."
KEYS = frozenset("0123456789*#")


@dataclass(frozen=True, slots=True)
class Begins:
    """The call's sound begins."""

    style: Style
    format: str
    "As Asterisk names codecs; empty from one that does not tell."
    frame_bytes: int
    "Of 20 ms; 0 where frames are handed through as they are."


@dataclass(frozen=True, slots=True)
class Pressed:
    """One key."""

    digit: str


@dataclass(frozen=True, slots=True)
class Said:
    """What was queued before this id has been played."""

    id: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Whether its queue has room."""

    room: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """It did not do what it was told."""


Event = Begins | Pressed | Said | Flow | Refused


class Malformed(ValueError):  # noqa: N818 - says what the message is
    """A message that is not of the protocol; the text names the part, never its content."""


def read(text: str) -> Event | None:
    """One message from Asterisk; `None` for what asks nothing of us. Raises `Malformed`."""
    if len(text) > LARGEST:
        raise Malformed("too long")
    style: Style = "json" if text.lstrip().startswith("{") else "plain"
    name, parts = _from_json(text) if style == "json" else _from_plain(text)
    match name:
        case "MEDIA_START":
            size = parts.get("optimal_frame_size", "0")
            return Begins(style, parts.get("format", ""), int(size) if _is_count(size) else 0)
        case "DTMF_END":
            digit = parts.get("digit", "")
            if len(digit) != 1:
                raise Malformed("digit")
            return Pressed(digit) if digit in KEYS else None
        case "MEDIA_BUFFERING_COMPLETED" | "MEDIA_MARK_PROCESSED":
            return Said(parts.get("correlation_id", ""))
        case "MEDIA_XOFF" | "MEDIA_XON":
            return Flow(room=name == "MEDIA_XON")
        case "ERROR":
            return Refused()
    return None


def write(style: Style, command: Command, correlation_id: str = "") -> str:
    """One message to Asterisk; it takes 128 bytes at most, so ids are short."""
    if style == "plain":
        return f"{command} {correlation_id}".rstrip()
    told: dict[str, str] = {"command": command}
    if correlation_id:
        told["correlation_id"] = correlation_id
    return json.dumps(told)


def _from_json(text: str) -> tuple[str, dict[str, str]]:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    if not isinstance(message, dict) or not isinstance(message.get("event"), str):
        raise Malformed("event")
    parts = {str(key): str(value) for key, value in message.items() if isinstance(value, str | int)}
    return parts["event"], parts


def _from_plain(text: str) -> tuple[str, dict[str, str]]:
    """A name, then `key:value` or, with a report of what was played, the bare id."""
    name, _, rest = text.strip().partition(" ")
    if not name.isascii() or not name.replace("_", "").isalpha():
        raise Malformed("name")
    words = rest.split()
    parts = {key: value for key, found, value in (word.partition(":") for word in words) if found}
    if words and not parts:
        parts["correlation_id"] = words[0]
    return name, parts


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6  # noqa: PLR2004 - no frame has 100 kB
