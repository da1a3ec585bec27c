"""The program around the simulator, as small as can be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from assistant.core.errors import SynthesisError
from assistant.simulator import SimulatorParts

ACCOUNT = "AC" + "a1" * 16
SECRET = "made-up"


@dataclass
class Around:
    """The program around the simulator: a clock, a voice and open media sockets."""

    account_sid: str = ACCOUNT
    secret: str = SECRET
    public_url: str = "https://line.example"
    now: datetime = field(default=datetime.fromisoformat("2026-11-24T22:30:00+08:00"))
    spoken: list[tuple[str, str]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    def speak(self, text: str, language: str) -> bytes:
        """One byte a character, so that a test sees what was spoken."""
        if text == "broken":
            raise SynthesisError("the voice did not answer within 5 s; run `check`")
        self.spoken.append((text, language))
        return b"\x7f" * len(text)

    def set_to(self, moment: datetime) -> datetime:
        """Forward only."""
        if moment < self.now:
            raise ValueError(moment)
        self.now = moment
        return moment

    def advance(self, step: timedelta) -> datetime:
        """Forward."""
        return self.set_to(self.now + step)

    def parts(self) -> SimulatorParts:
        """What the simulator is given."""
        return SimulatorParts(
            account_sid=self.account_sid,
            secret=self.secret,
            public_url=lambda: self.public_url,
            speak=self.speak,
            now=lambda: self.now,
            advance=self.advance,
            set_to=self.set_to,
            close_stream=self.closed.append,
        )
