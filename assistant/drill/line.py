"""One call of a drill as its caller lives it: what she says and presses, and what came of it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.core.ports import FRAME_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.drill.caller import Caller
    from assistant.drill.journal import Event
    from assistant.drill.wishes import Wish

STEP_S = 0.1
CALM_S = 0.6
"""Real seconds without a sound after which the line has finished: between two of its sentences lies
at most the synthesis of the second."""
BEGINS_WITHIN_S = 30.0
"Of the call's time: nobody waits longer for a first sound."
LONGEST_S = 120.0
OPTION = "menu.option"
"The choice she takes is the first: she need not hear the others."
DEEPEST = 8
"Keys pressed on the way down the menu before it counts as a dead end."


@dataclass(slots=True)
class Line:
    """A call, its journal so far, and how its answers are judged."""

    caller: Caller
    journal: Callable[[str], list[Event]]
    judge: Callable[[Event, Wish | None], str]
    "What is wrong with an outcome, given what was asked for in words; empty for nothing."
    wrong: list[str] = field(default_factory=list)
    _seen: int = 0
    fresh: list[Event] = field(default_factory=list)
    "What came of the last thing she did."

    def events(self) -> list[Event]:
        """Everything so far."""
        return self.journal(self.caller.call_sid)

    def prompts(self) -> list[str]:
        """The names of the prompts heard since the last thing she did."""
        return [line["prompt"] for line in self.fresh if line["event"] == "said"]

    def outcomes(self) -> list[Event]:
        """Every outcome so far."""
        return [line for line in self.events() if line["event"] == "outcome"]

    def greeted(self) -> None:
        """Hear the greeting out."""
        self._hear_out(len(self.caller.marks))
        self._take_in(None)

    def keep_silent(self, seconds: float) -> None:
        """Say nothing, until the line has spoken into the silence."""
        before = len(self.caller.marks)
        self.caller.wait(seconds)
        self._hear_out(before)
        self._take_in(None)

    def say(self, wish: Wish, sound: bytes) -> None:
        """Say it, and hear the answer out."""
        before = len(self.caller.marks)
        self.caller.speak(sound)
        self._hear_out(before)
        self._take_in(wish)

    def press(self, digit: str, wish: Wish | None = None, until: str = "") -> None:
        """Press a key and hear the answer out, or until a prompt named `until` was heard.

        `wish` where the key answers a question about it.
        """
        before = len(self.caller.marks)
        self.caller.press(digit)
        self._hear_out(before, until)
        self._take_in(wish)

    def walk(self, reached: Callable[[Line], bool]) -> None:
        """Go down the menu by its first choices until `reached`, as somebody who only has keys."""
        self.press("#", until=OPTION)
        stuck = 0
        for _ in range(DEEPEST):
            if reached(self) or self.caller.closed:
                return
            if OPTION in self.prompts():
                self.press("1", until=OPTION)
            else:
                self.press("*#"[stuck % 2], until=OPTION)
                stuck += 1

    def waits(self) -> list[float]:
        """Seconds she waited for each reply: from a key, or the decision that she had finished."""
        asked = list(self.caller.pressed_at)
        for event in self.events():
            frame = event["decided_ms"] // FRAME_MS - 1 if event["event"] == "timing" else -1
            if 0 <= frame < len(self.caller.sent_at) and event["decode_cpu_ms"] > 0:
                asked.append(self.caller.sent_at[frame])
        heard = self.caller.heard_at
        places = [(moment, bisect_left(heard, moment)) for moment in asked]
        return [heard[place] - moment for moment, place in places if place < len(heard)]

    def _hear_out(self, marks_before: int, until: str = "") -> None:
        calm = passed = 0.0
        while passed < LONGEST_S and not self.caller.closed:
            self.caller.wait(STEP_S)
            passed += STEP_S
            begun = len(self.caller.marks) > marks_before
            if until and begun and self._was_said(until):
                return
            if not begun and not self.caller.listening and passed > BEGINS_WITHIN_S:
                return
            calm = calm + STEP_S if begun and not self.caller.listening else 0.0
            if calm >= CALM_S * self.caller.speed:
                return

    def _was_said(self, prompt: str) -> bool:
        """Whether it was heard to its end since the last thing she did."""
        return any(
            item.get("prompt") == prompt and not item["interrupted"]
            for item in self.events()[self._seen :]
        )

    def _take_in(self, wish: Wish | None) -> None:
        events: list[dict[str, Any]] = self.events()
        self.fresh, self._seen = events[self._seen :], len(events)
        for event in self.fresh:
            if event["event"] == "outcome":
                found = self.judge(event, wish)
                self.wrong += [found] if found else []
