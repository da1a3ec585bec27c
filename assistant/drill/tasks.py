"""The nine tasks: who rings, what she wants, and when she has got it.

A caller tries her own words twice, as far as her language is heard, and then takes to the keys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from assistant.drill.voices import Sounds, over, with_pause
from assistant.drill.wishes import Wish, wishes

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.app import House
    from assistant.drill.line import Line

Manner = Literal["plain", "slow", "pauses", "television", "silent first", "wrong keys"]
Way = Literal["speech", "keys"]
SILENT_S = 9.0
"Longer than the line waits for a first word (SENIOR 1.2)."
FIELD_KEYS = {"hours": "1", "open_now": "1", "address": "2"}
"After a number told by keys: opening hours, and the address."
DANGER = "safety.fall"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing a resident wants of the line."""

    name: str
    manner: Manner
    language: str
    wishes: tuple[Wish, ...]
    "What she may say; none for a caller by keys."
    reached: Callable[[Line], bool]
    by_keys: Callable[[Line], None]
    reached_by_keys: Callable[[Line], bool]
    first: Callable[[Line], None] = lambda _line: None
    "What she does before she says her wish."
    last: Callable[[Line], None] = lambda _line: None
    "What she does once it was understood."


def all_tasks(house: House, now: datetime) -> tuple[Task, ...]:
    """The tasks for this office as it is today."""
    own, *others = house.config.site.languages
    other = others[0] if others else own
    return (
        _asking(house, "hours", "slow", own, now),
        _asking(house, "phone", "pauses", own, now),
        _asking(house, "address", "television", own, now),
        _asking(house, "open_now", "silent first", other, now),
        _person(house, own, now),
        _danger(house, own, now),
        _slower(house, own, now),
        _language(house, own, other, now),
        _by_keys(own),
    )


def perform(line: Line, task: Task, sounds: Sounds, *, hears: bool) -> Way | None:
    """Try a task on a call just answered; by which way it was reached, or `None`."""
    if task.manner == "television":
        line.caller.room = sounds.television
    line.greeted()
    if task.manner == "silent first":
        line.keep_silent(SILENT_S)
    task.first(line)
    for wish in task.wishes if hears else ():
        if wish in sounds.spoken and not line.caller.closed:
            line.say(wish, _sound(wish, task.manner, sounds))
            _clear_up(line, wish)
            if task.reached(line):
                task.last(line)
                return "speech"
    task.by_keys(line)
    return "keys" if task.reached_by_keys(line) else None


def _sound(wish: Wish, manner: Manner, sounds: Sounds) -> bytes:
    if manner == "slow":
        return sounds.slow.get(wish, sounds.spoken[wish])
    if manner == "pauses":
        return with_pause(sounds.spoken[wish])
    if manner == "television":
        return over(sounds.spoken[wish], sounds.television)
    return sounds.spoken[wish]


def _clear_up(line: Line, wish: Wish) -> None:
    """Answer by key when the line asks whether it has understood."""
    asked = [prompt for prompt in line.prompts() if prompt.startswith("wish.")]
    if asked:
        meant = asked[-1] == f"wish.{wish.intent}"
        line.press("1" if meant else "2", wish if meant else None)
    elif "which.ask" in line.prompts():
        named = [item["text"] for item in line.fresh if item.get("prompt") == "menu.option"]
        for number, text in enumerate(named, start=1):
            if wish.name and wish.name in text:
                line.press(str(number), wish)
                return


def _asking(house: House, field: str, manner: Manner, language: str, now: datetime) -> Task:
    def by_keys(line: Line) -> None:
        line.walk(_answered)
        if field in FIELD_KEYS and "field.ask" in line.prompts():
            line.press(FIELD_KEYS[field])

    return Task(
        name=field.replace("_", " "),
        manner=manner,
        language=language,
        wishes=wishes(house, f"service.{field}", language, now),
        reached=lambda line: any(item["facts"].get("field") == field for item in _answers(line)),
        by_keys=by_keys,
        reached_by_keys=_answered,
    )


def _person(house: House, language: str, now: datetime) -> Task:
    def asked(line: Line) -> bool:
        return "person.words" in line.prompts() or _promised(line)

    def finish(line: Line) -> None:
        for key in "#1":
            if not _promised(line):
                line.press(key)

    def by_keys(line: Line) -> None:
        for key in "001":  # a person, no words, the first time on offer
            if not _promised(line):
                line.press(key)

    said = wishes(house, "person.request", language, now)
    return Task("a person", "plain", language, said, asked, by_keys, _promised, last=finish)


def _danger(house: House, language: str, now: datetime) -> Task:
    """Offered the emergency number, she says by key that there is no danger; by keys: a person."""
    person = _person(house, language, now)

    def offered(line: Line) -> bool:
        return any(item["kind"] == "emergency.offered" for item in line.outcomes())

    said = wishes(house, DANGER, language, now)
    return replace(
        person, name="emergency declined", wishes=said, reached=offered, last=_press("2")
    )


def _slower(house: House, language: str, now: datetime) -> Task:
    def slower(line: Line) -> bool:
        return any(item["event"] == "said" and item.get("rate", 1) < 1 for item in line.fresh)

    def again(line: Line) -> None:
        before = len(_answers(line))
        line.press("*")
        line.walk(lambda heard: len(_answers(heard)) > before)

    def same_again(line: Line) -> bool:
        facts = [item["facts"] for item in _answers(line)]
        return facts[-2:-1] == facts[-1:] != []

    return Task(
        "said again slower",
        "plain",
        language,
        wishes(house, "talk.slower", language, now),
        slower,
        again,
        same_again,
        first=lambda line: line.walk(_answered),
    )


def _language(house: House, own: str, other: str, now: datetime) -> Task:
    """She is greeted in one language and speaks the other."""

    def switched(line: Line) -> bool:
        said = [item for item in line.fresh if item["event"] == "said"]
        return any(item["language"] == other for item in said)

    said = wishes(house, "talk.language", other, now) if other != own else ()
    keys = _by_keys(other)
    return replace(keys, name="another language", manner="plain", wishes=said, reached=switched)


def _by_keys(language: str) -> Task:
    """She presses keys that mean nothing first."""

    def wrong_keys(line: Line) -> None:
        for digit in "78":
            line.press(digit)

    def walk(line: Line) -> None:
        line.walk(_answered)

    return Task(
        "keys only", "wrong keys", language, (), _answered, walk, _answered, first=wrong_keys
    )


def _press(digit: str) -> Callable[[Line], None]:
    return lambda line: line.press(digit)


def _answers(line: Line) -> list[dict[str, dict[str, str]]]:
    return [item for item in line.outcomes() if item["kind"] == "answered"]


def _answered(line: Line) -> bool:
    return bool(_answers(line))


def _promised(line: Line) -> bool:
    """Somebody rings her back, or she would have been put through."""
    promised = ("person.", "callback.booked")
    return any(item["kind"].startswith(promised) for item in line.outcomes())
