"""The drill's quick form: one call that asks one question, and what was heard and answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from assistant.drill import journal
from assistant.drill.carrier import Carrier, DrillError
from assistant.drill.judging import judge
from assistant.drill.line import Line
from assistant.drill.numbers import fresh_call, fresh_number
from assistant.drill.results import DrillStore
from assistant.drill.tasks import Task, all_tasks, perform
from assistant.drill.voices import prepare

if TYPE_CHECKING:
    from assistant.app import House

Fault = Literal["", "nothing_to_ask", "deaf", "misheard", "unanswered", "wrong", "not_rung"]
"What to mend; empty for nothing."


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one call."""

    language: str
    fault: Fault
    asked: str = ""
    "The question, in words; misheard, it is put once more in others."
    heard: tuple[str, ...] = ()
    "What the line took it for, each time it was said."
    answered: tuple[str, ...] = ()
    "What was said after that."
    why: str = ""
    "Of a call that could not be made: the reason, for whoever looks after the machine."


def try_out(house: House, carrier: Carrier, language: str) -> Trial:
    """Ring the running service once, ask one question in `language`, leave nothing behind.

    Half a minute by speech, two to three by keys. The live directory answers the question.
    """
    task = _question(house, language)
    if task is None:
        return Trial(language, "nothing_to_ask")
    asked = task.wishes[0].words
    try:
        hears = language in carrier.hears()
        return _ring(house, carrier, task, hears=hears)
    except (DrillError, OSError) as error:
        return Trial(language, "not_rung", asked, why=str(error))
    finally:
        journal.forget(house.data)
        DrillStore(house.database).sweep()


def _question(house: House, language: str) -> Task | None:
    """The drill's first question in that language, asked by somebody plain."""
    for task in all_tasks(house, house.clock.now()):
        of_a_service = [wish for wish in task.wishes if wish.service is not None]
        if of_a_service and task.language == language:
            plain = [wish for wish in of_a_service if wish.language == language]
            return replace(task, manner="plain", wishes=tuple(plain), first=lambda _line: None)
    return None


def _ring(house: House, carrier: Carrier, task: Task, *, hears: bool) -> Trial:
    sounds = prepare(house, task.wishes)
    began, wrong = house.clock.now(), list[str]()
    call = fresh_call()
    with carrier.call(call, fresh_number()) as caller:
        judged = judge(house, lambda: (began, house.clock.now()))
        line = Line(caller, journal.reader(house.data), judged, wrong)
        way = perform(line, task, sounds, hears=hears)
        events = line.events()
    heard = tuple(event["text"] for event in events if event["event"] == "heard")
    said = [event["text"] for event in events if event["event"] == "said"]
    fault: Fault = ""
    if way is None:
        fault = "unanswered"
    elif wrong:
        fault = "wrong"
    elif way == "keys":
        fault = "misheard" if hears else "deaf"
    asked = " · ".join(wish.words for wish in task.wishes[: max(1, len(heard))])
    return Trial(task.language, fault, asked, heard, tuple(said[1:]))
