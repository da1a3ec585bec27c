"""Times as residents say them, to an interval with zone. Pure: today is an argument.

Parts of the day follow one table a language (早上 06-09, 上午 08-12, 中午 11:30-13:30,
下午 13-17, 傍晚 17-19, 晚上 18-21; English morning 08-12, afternoon 13-17, evening 18-21); weeks
run from Monday to Sunday; 月底 is the last five days; “after” a public holiday begins the day
after its last published day off.
"""

from __future__ import annotations

from datetime import datetime

from assistant.core.calendar import is_workday, prepare
from assistant.core.interval import Interval
from assistant.understanding.times import en, zh
from assistant.understanding.times.parts import resolve

MAX_CHARACTERS = 400
"Nobody says more than this about one time; the rest of a longer text is not read."

__all__ = ["MAX_CHARACTERS", "is_workday", "parse_time", "prepare"]

_READERS = {"zh": zh.read, "en": en.read}


def parse_time(text: str, language: str, now: datetime) -> Interval | None:
    """The time named in `text`, seen from `now` (aware, in the site's zone), or `None`.

    An instant has start == end; a window is half-open; a whole day runs from 00:00 to 24:00; an
    open end is `None`. Text of the other language, or without any time, gives `None`.
    """
    reader = _READERS.get(language)
    if reader is None:
        return None
    try:
        return resolve(reader(text[:MAX_CHARACTERS], now), now)
    except (OverflowError, ValueError):
        # A date no calendar has (the year 0, 31 April): as good as none said.
        return None
