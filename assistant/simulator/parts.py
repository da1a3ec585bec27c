"""What the simulator is given by the program around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorParts:
    """The simulator's account and its way to speech, clock and calls.

    Every callable is called from web worker threads, several at a time.
    """

    account_sid: str
    "`AC` and 32 hex digits; the same that the service accepts in webhooks."
    secret: str
    "Signs requests as an auth token does, and is the password of the loopback carrier."
    public_url: Callable[[], str]
    "Origin that the service checks signatures against, such as `http://127.0.0.1:8000`."
    speak: Callable[[str, str], bytes]
    "Text and language to mu-law 8 kHz; may raise `SynthesisError`."
    now: Callable[[], datetime]
    "The service's clock, with its zone."
    advance: Callable[[timedelta], datetime]
    "Moves the clock forward and returns the new `now`."
    set_to: Callable[[datetime], datetime]
    "Moves the clock to a moment; raises `ValueError` for one that has passed."
    close_stream: Callable[[str], None]
    "Closes the media socket of a call (by CallSid); does nothing when there is none."
    loopback: Callable[[], str] | None = None
    "The service's own port as this machine reaches it; `None`: at the public address."
    number: str = "+861012345678"
    "The line's own number (E.164): what the page rings and texts. The default is fictional."

    def here(self) -> str:
        """Where the service is reached from this machine."""
        return self.public_url() if self.loopback is None else self.loopback()
