"""Windows of time as choices: what stands for one, how it is named, how several are read out. PURE.

Nothing of a callback is said here but its time: telephones are shared.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.core.callback import Window
from assistant.core.conversation import NOWHERE, Option
from assistant.core.event import Say
from assistant.core.values import Day, Localised, Span, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.core.interval import Interval
    from assistant.core.values import Value
    from assistant.dialogue.move import Context, Move

KIND, DEED = "window", "callback."
"How the target of a choice begins: a window, or something to be done with a callback."
OF_HER_OWN = "intent:privacy."
"How the target of a choice begins that is a wish about what is kept of her: said as she would."
NOON = time(12)
"Parts the two halves of a day, by which a window is named in a short text."


def options(windows: Sequence[Window]) -> tuple[Option, ...]:
    """Windows as choices, numbered from 1; their names are their times, in words when said."""
    return tuple(
        Option(str(number), NOWHERE, f"{KIND}:{window.start.isoformat()}/{window.end.isoformat()}")
        for number, window in enumerate(windows, start=1)
    )


def deed(digit: str, purpose: str, code: str = "", name: Localised = NOWHERE) -> Option:
    """Something to be done with a callback as a choice; `name` tells it from others like it."""
    return Option(digit, name, f"{DEED}{purpose}:{code}")


def window_of(option: Option) -> Window | None:
    """The window a choice stands for; `None` where it stands for something else."""
    kind, _, times = option.target.partition(":")
    if kind != KIND:
        return None
    start, _, end = times.partition("/")
    return Window(datetime.fromisoformat(start), datetime.fromisoformat(end))


def here_zone(context: Context) -> ZoneInfo:
    """The clock of the site."""
    return ZoneInfo(context.site.timezone)


def here(window: Window, context: Context) -> Window:
    """The same window on the clock of the site."""
    zone = here_zone(context)
    return Window(window.start.astimezone(zone), window.end.astimezone(zone))


def times(window: Window, context: Context) -> dict[str, Value]:
    """What prompts say of a window: `day` and `span`."""
    local = here(window, context)
    return {
        "day": Day(local.start.date(), context.now.astimezone(local.start.tzinfo).date()),
        "span": Span(local.start.time(), local.end.time()),
    }


def in_words(move: Move, window: Window, context: Context) -> Localised:
    """The time itself as the name of a choice, where several callbacks must be told apart."""
    language, channel = move.conversation.language, move.conversation.channel
    say = Say("callback.window", tuple(times(window, context).items()))
    return Localised(((language, context.book.sentence(say, language, channel).text),))


def are(choices: Sequence[Option]) -> bool:
    """Whether these choices are about a callback."""
    return any(item.target.startswith((KIND, DEED)) for item in choices)


def line(option: Option, context: Context) -> Say:
    """One choice as it is read out."""
    window, digit = window_of(option), Words(option.digit)
    if window is not None:
        half = "morning" if here(window, context).start.time() < NOON else "afternoon"
        params = (*times(window, context).items(), ("digit", digit))
        return Say(f"callback.option.{half}", params)
    if option.target.startswith(DEED):
        purpose = option.target.removeprefix(DEED).partition(":")[0]
        prompt = "callback.choice" if option.name.texts else f"callback.deed.{purpose}"
        return Say(prompt, (("name", option.name), ("digit", digit)))
    own = option.target.startswith(OF_HER_OWN)
    return Say("menu.own" if own else "menu.option", (("name", option.name), ("digit", digit)))


def read_out(
    move: Move,
    context: Context,
    choices: Sequence[Option],
    intro: Say | None = None,
    intent: str | None = None,
) -> Move:
    """Read the choices out after `intro`, and wait for one of them or for another time."""
    of_time = any(window_of(item) is not None for item in choices)
    first = intro or Say("callback.which" if of_time else "callback.which_deed")
    says = (first, *(line(item, context) for item in choices))
    if of_time and move.conversation.channel == "voice" and not context.keys_only:
        says = (*says, Say("callback.other_time"))
    says = in_every_language(move, says, context)
    return move.then(*says).expect(
        "callback", context.now, options=tuple(choices), intent=intent, says=says
    )


def in_every_language(move: Move, says: Sequence[Say], context: Context) -> tuple[Say, ...]:
    """The same in every language of the site where nobody knows yet which one is hers."""
    plan, own = move.conversation.arranging, move.conversation.language
    if plan is None or not plan.full:
        return tuple(says)
    ordered = (own, *(item for item in context.site.languages if item != own))
    return tuple(replace(say, language=item) for item in ordered for say in says)


def meant(offered: Sequence[Window], wanted: Interval, now: datetime) -> Window | None:
    """Which of the windows on offer she means by a time: it lies there, or has that hour.

    "In the morning" in the evening is no time that is over: she means the morning on offer.
    "Yesterday morning" is over and means none of them.
    """
    within = [window for window in offered if _overlap(window, wanted)]
    if within:
        return min(within)
    last = wanted.end or wanted.start
    if wanted.start is None or last is None or last > now:
        return None
    zone = wanted.start.tzinfo
    if wanted.start.date() != now.astimezone(zone).date():
        return None
    hours = wanted.start.time(), last.time()
    alike = [
        window
        for window in offered
        if window.start.astimezone(zone).time() <= hours[1]
        and hours[0] < window.end.astimezone(zone).time()
    ]
    return min(alike, default=None)


def _overlap(window: Window, wanted: Interval) -> bool:
    if wanted.grain == "instant":
        return wanted.start is not None and window.start <= wanted.start < window.end
    begun = wanted.end is None or window.start < wanted.end
    return begun and (wanted.start is None or wanted.start < window.end)
