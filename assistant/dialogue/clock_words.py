"""Times of day and opening spans in words. PURE."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.core.values import Span
    from assistant.dialogue import patterns
    from assistant.dialogue.number_words import NumberWords

_LAST_MINUTE = time(23, 59)


def clock_text(at: time, form: patterns.Form, numbers: NumberWords, *, bare: bool = False) -> str:
    """A time of day to the minute; `bare` leaves the part of the day out."""
    clock = form.clock
    minute_exact = time(at.hour, at.minute)
    if minute_exact in clock.exact:
        return clock.exact[minute_exact]
    hour = at.hour if clock.hours == 24 else (at.hour - 1) % 12 + 1  # noqa: PLR2004
    digits = form.numerals == "digits"
    text = _minute_pattern(clock, at.minute).format(
        period="" if bare else _period(clock, minute_exact),
        hour=numbers.counting(hour, form),
        minute=f"{at.minute:02}" if digits else numbers.plain(at.minute, form),
    )
    return " ".join(text.split())


def span_text(span: Span, form: patterns.Form, numbers: NumberWords) -> str:
    """From opening to closing; the part of the day once when both lie in the same."""
    opens, closes = (time(at.hour, at.minute) for at in (span.opens, span.closes))
    if opens == time.min and closes in (time.min, _LAST_MINUTE):
        return form.span.whole_day
    exact = form.clock.exact
    same = _period(form.clock, opens) == _period(form.clock, closes) and closes >= opens
    alike = same and opens not in exact and closes not in exact
    pattern = form.span.same_period if alike else form.span.other_period
    return pattern.format(
        opens=clock_text(opens, form, numbers),
        closes=clock_text(closes, form, numbers),
        opens_bare=clock_text(opens, form, numbers, bare=True),
        closes_bare=clock_text(closes, form, numbers, bare=True),
    )


def spans_text(spans: Sequence[Span], form: patterns.Form, numbers: NumberWords) -> str:
    """One day's opening spans; without any, that it is closed."""
    return form.spans.join([span_text(span, form, numbers) for span in spans]) or form.closed


def _period(clock: patterns.Clock, at: time) -> str:
    names = [name for start, name in clock.periods if start <= at]
    return names[-1] if names else ""


def _minute_pattern(clock: patterns.Clock, minute: int) -> str:
    if str(minute) in clock.minutes:
        return clock.minutes[str(minute)]
    for key, pattern in clock.minutes.items():
        first, _, last = key.partition("-")
        if last and int(first) <= minute <= int(last):
            return pattern
    return clock.minutes["other"]
