"""Cells of imported tables: the many ways people write times, days, dates and numbers.

Pure. `read_…` give a value or `None` for what they cannot read; `normalised` gives the text to
keep. Nothing is guessed: `3/5` is left alone, for nobody knows which is the month.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time
from typing import Final

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
STATUSES: Final = ("active", "inactive", "defunct", "temporarily closed")

_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.0+)?)?)?"
    r"\s*(?P<half>[ap])?\.?(?P<m>m)?\.?"
    r"\s*(?P<zone>z|[+-]\d{2}:?\d{2})?"
)
_DATE = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ].*)?")
_DAY = re.compile(r"([+-]?\d{1,2})?([A-Z]{2,9}|[\u4e00-\u9fff]{1,3})")
_CHINESE_DAYS: Final = "一二三四五六日"
_BETWEEN = re.compile(r"[\s,;|、，；]+")
_LAST_MINUTE: Final = time(23, 59)
_NOON: Final = 12


def clean(text: str) -> str:
    """The cell without blanks around it, NUL, carriage returns and halves of characters."""
    lines = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return lines.encode("utf-8", "replace").decode("utf-8")


def read_time(text: str) -> time | None:
    """A time of day: `08:30`, `8:30`, `08:30:00`, `4:00 PM`, `3pm`, full-width digits.

    `24:00` is the last minute of the day, as HSDS writes it. A zone behind it is left off: the
    time is the one on the office's clock.
    """
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold())
    if found is None or (found["minute"] is None and found["half"] is None):
        return None
    if bool(found["half"]) != bool(found["m"]):
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    second = int(found["second"] or 0)
    if found["half"]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if found["half"] == "p" else 0)
    if (hour, minute, second) == (24, 0, 0):
        return _LAST_MINUTE
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def zone_behind(text: str) -> str:
    """The zone written behind a time (`Z`, `-05:00`), or nothing."""
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold())
    return "" if found is None else (found["zone"] or "").upper()


def read_date(text: str) -> date | None:
    """A day: `2026-03-05`, `2026/3/5`, `20260305`, or the day of an ISO moment."""
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or (not found[2] and len(found[3] + found[4]) != len("0305")):
        return None
    try:
        return date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None


def read_days(text: str) -> tuple[str, ...] | None:
    """Days of the week as RFC 5545 has them: `MO,TU`, `1SA`; also `Monday`, `周一`, `星期日`."""
    days = []
    for part in _BETWEEN.split(unicodedata.normalize("NFKC", text).strip().upper()):
        found = _DAY.fullmatch(part)
        day = None if found is None else _weekday(found[2])
        if found is None or day is None:
            return None
        days.append(f"{(found[1] or '').removeprefix('+')}{day}")
    return tuple(dict.fromkeys(days))


ENGLISH_DAYS: Final = (
    "MONDAY",
    "TUESDAY",
    "WEDNESDAY",
    "THURSDAY",
    "FRIDAY",
    "SATURDAY",
    "SUNDAY",
)


def _weekday(name: str) -> str | None:
    for number, full in enumerate(ENGLISH_DAYS):
        if full.startswith(name):
            return WEEKDAYS[number]
    day = re.sub(r"^(?:周|星期|礼拜)", "", name).replace("天", "日")
    if len(day) == 1 and day in _CHINESE_DAYS and day != name:
        return WEEKDAYS[_CHINESE_DAYS.index(day)]
    return None


def read_numbers(text: str) -> tuple[int, ...] | None:
    """Whole numbers with commas between: days of the month."""
    parts = [part for part in _BETWEEN.split(unicodedata.normalize("NFKC", text).strip()) if part]
    numbers = [read_number(part) for part in parts]
    return (
        tuple(number for number in numbers if number is not None)
        if all(number is not None for number in numbers)
        else None
    )


def read_number(text: str) -> int | None:
    """A whole number; `60.0`, as spreadsheets write it, is 60."""
    found = re.fullmatch(r"([+-]?\d{1,9})(?:\.0+)?", unicodedata.normalize("NFKC", text).strip())
    return None if found is None else int(found[1])


def read_flag(text: str) -> bool:
    """Whether a cell says yes."""
    return text.strip().casefold() in ("1", "true", "yes", "y", "是")


def _write_time(text: str) -> str | None:
    found = read_time(text)
    if found is None:
        return None
    return found.isoformat("seconds" if found.second else "minutes") + zone_behind(text)


def _write_date(text: str) -> str | None:
    found = read_date(text)
    return None if found is None else found.isoformat()


def _write_days(text: str) -> str | None:
    found = read_days(text)
    return None if found is None else ",".join(found)


def _write_numbers(text: str) -> str | None:
    found = read_numbers(text)
    return None if found is None else ",".join(map(str, found))


def _write_number(text: str) -> str | None:
    found = read_number(text)
    return None if found is None else str(found)


def _write_frequency(text: str) -> str | None:
    return text.upper() if text.upper() in ("WEEKLY", "MONTHLY") else None


def _write_status(text: str) -> str | None:
    status = text.casefold().replace("_", " ")
    return status if status in STATUSES else None


_KINDS: Final = {
    "time": (_write_time, "write 24-hour time, such as 08:30"),
    "date": (_write_date, "write year-month-day, such as 2026-03-05"),
    "days": (_write_days, "write two letters a day with commas between, such as MO,TU or 1SA"),
    "numbers": (_write_numbers, "write whole numbers with commas between"),
    "number": (_write_number, "write a whole number"),
    "frequency": (_write_frequency, "write WEEKLY or MONTHLY"),
    "status": (_write_status, f"write one of: {', '.join(STATUSES)}"),
}
_COLUMNS: Final = {
    "schedules": {
        "opens_at": "time",
        "closes_at": "time",
        "valid_from": "date",
        "valid_to": "date",
        "dtstart": "date",
        "until": "date",
        "byday": "days",
        "bymonthday": "numbers",
        "interval": "number",
        "count": "number",
        "freq": "frequency",
    },
    "services": {
        "assured_date": "date",
        "minimum_age": "number",
        "maximum_age": "number",
        "status": "status",
    },
    "cost_options": {"valid_from": "date", "valid_to": "date"},
}


def normalised(stem: str, column: str, text: str) -> tuple[str, str | None]:
    """The text to keep for a cell, and the remedy if it could not be read (then kept as it is)."""
    kind = _COLUMNS.get(stem, {}).get(column)
    if kind is None:
        return text, None
    write, remedy = _KINDS[kind]
    written = write(text)
    return (text, remedy) if written is None else (written, None)
