"""What a line needs of the house it speaks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.channels.paced.menu import MenuCall, Speak
from assistant.core.ports import Call, CallDesk, KeysDesk, Line


@dataclass(frozen=True, slots=True)
class Inside:
    """Who takes the calls that come in."""

    calls: CallDesk
    keys: KeysDesk
    speak: Speak
    too_often: Callable[[str], bool] = lambda _contact: False
    """Counts a call of this number; whether it has to leave the streams to others. It is given the
    keys menu: nobody is turned away, there may be danger."""

    def take(self, line: Line, identifier: str, contact: str) -> Call | None:
        """The call as the house takes it, by keys only from who rings too often; `None`: full."""
        if self.too_often(contact):
            return self.menu(line, identifier, contact)
        return self.calls.open(line, identifier, contact)

    def menu(self, line: Line, identifier: str, contact: str) -> Call:
        """The keys menu, which goes on with a call, or is all that it gets."""
        self.calls.close(identifier)
        return MenuCall(line, self.keys, self.speak, identifier, contact)
