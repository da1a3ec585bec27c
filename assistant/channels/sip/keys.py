"""The keys of a telephone, each told once: telephone events in RTP (RFC 4733) and SIP INFO. PURE.

A key is told with the first packet of its event, so that nothing hangs on the last ones arriving.
An exchange that sends each key both ways is heard in the way that came first, for the whole call.
"""

from __future__ import annotations

from collections import deque
from typing import Final, Literal

from aiortp.dtmf import DtmfEvent

DIGITS: Final = "0123456789*#"
REMEMBERED = 16
"Events whose late packets are still known for what they are."
_SLACK = 2 * 160
"Samples by which the next segment of one long press may begin beside the end of the last."

Way = Literal["rtp", "info"]


class Keys:
    """The keys of one call."""

    def __init__(self) -> None:
        self._way: Way | None = None
        self._known: deque[int] = deque(maxlen=REMEMBERED)
        self._current: DtmfEvent | None = None
        self._began = 0

    def event(self, timestamp: int, payload: bytes) -> str | None:
        """A packet of a telephone event; the key that it tells, if it is the first to."""
        try:
            event = DtmfEvent.parse(payload)
        except ValueError:
            return None
        if timestamp in self._known:
            if timestamp == self._began:
                self._current = event
            return None
        goes_on = self._goes_on(timestamp, event)
        self._known.append(timestamp)
        self._current, self._began = event, timestamp
        if goes_on or not self._by("rtp") or event.digit not in DIGITS:
            return None
        return event.digit

    def _goes_on(self, timestamp: int, event: DtmfEvent) -> bool:
        """Whether this is a further segment of a press longer than one event can tell (8 s)."""
        last = self._current
        if last is None or last.end or last.event != event.event:
            return False
        return abs(timestamp - self._began - last.duration) <= _SLACK and last.duration > HALF_FULL

    def info(self, content_type: str, body: str) -> str | None:
        """The body of an INFO; the key in it. Types are those of Cisco and of Asterisk."""
        digit = _digit(content_type.partition(";")[0].strip().lower(), body.strip())
        if digit is None or digit not in DIGITS or len(digit) != 1:
            return None
        return digit if self._by("info") else None

    def _by(self, way: Way) -> bool:
        if self._way is None:
            self._way = way
        return self._way == way


HALF_FULL = 0x8000
"Samples; a press is told anew only near the end of what its 16 bits can count."


def _digit(content_type: str, body: str) -> str | None:
    if content_type == "application/dtmf":
        body = body.removeprefix("Signal=")
        return {"10": "*", "11": "#"}.get(body, body)
    if content_type != "application/dtmf-relay":
        return None
    for line in body.splitlines():
        name, _, value = line.partition("=")
        if name.strip().lower() == "signal":
            return {"10": "*", "11": "#"}.get(value.strip(), value.strip())
    return None
