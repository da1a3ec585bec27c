"""Polls as `community.json` writes them, read leniently. Pure.

`{id, title, choices: […], opens, closes}`. A day alone lasts from its first to its last moment on
the site's clock; a moment without a zone is on that clock too. What is no poll is left out.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from assistant.core.poll import Poll
from assistant.core.values import Localised

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from zoneinfo import ZoneInfo

TABLE: Final = "polls"
"Of their translations: columns `title` and `choices`, the latter with ; between."
NAMES: Final = ("text", "title", "name")
"What a choice that is an object may call its words."
ONE_DAY: Final = timedelta(days=1)


def read_polls(
    rows: object, languages: Sequence[str], zone: ZoneInfo, translated: Callable[..., str]
) -> tuple[Poll, ...]:
    """Every poll that has a title and a choice, in the order of the file.

    `translated` gives the text of a poll's column in a language (id, column, language), or an
    empty one.
    """
    if not isinstance(rows, list):
        return ()
    found = (_poll(row, languages, zone, translated) for row in rows if isinstance(row, dict))
    return tuple(poll for poll in found if poll is not None)


def _poll(
    row: Mapping[str, object],
    languages: Sequence[str],
    zone: ZoneInfo,
    translated: Callable[..., str],
) -> Poll | None:
    title = _texts(row.get("title"), languages[0])
    written = row.get("choices")
    choices = [_texts(item, languages[0]) for item in written] if isinstance(written, list) else []
    choices = [item for item in choices if item]
    if not title or not choices:
        return None
    name = row.get("id")
    identifier = str(name) if name not in {None, ""} else _made_id(title, choices)
    for language in languages[1:]:
        if other := translated(identifier, "title", language):
            title.setdefault(language, other)
        parts = _parts(translated(identifier, "choices", language))
        if len(parts) == len(choices):
            for choice, part in zip(choices, parts, strict=True):
                choice.setdefault(language, part)
    return Poll(
        identifier,
        _localised(title, languages),
        tuple(_localised(choice, languages) for choice in choices),
        read_moment(row.get("opens"), zone),
        read_moment(row.get("closes"), zone, end=True),
    )


def read_moment(written: object, zone: ZoneInfo, *, end: bool = False) -> datetime | None:
    """A day or a moment; of a day its first moment, with `end` the first one after it."""
    if not isinstance(written, str) or not written.strip():
        return None
    text = written.strip()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _instant(text, zone)
    return datetime.combine(day + (ONE_DAY if end else timedelta()), time.min, tzinfo=zone)


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def _texts(value: object, own: str) -> dict[str, str]:
    """A text, or an object that holds it, by language."""
    if isinstance(value, str):
        return {own: value.strip()} if value.strip() else {}
    if not isinstance(value, dict):
        return {}
    for name in NAMES:
        if value.get(name):
            return _texts(value[name], own)
    by_language = ((str(key), item) for key, item in value.items() if key != "id")
    return {key: item.strip() for key, item in by_language if isinstance(item, str) and item}


def _localised(texts: Mapping[str, str], languages: Sequence[str]) -> Localised:
    ordered = sorted(
        texts.items(),
        key=lambda item: languages.index(item[0]) if item[0] in languages else len(languages),
    )
    return Localised(tuple(ordered))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]


def _made_id(title: Mapping[str, str], choices: Sequence[Mapping[str, str]]) -> str:
    """A name that stays the same as long as the words do."""
    words = "\n".join(text for texts in (title, *choices) for text in texts.values())
    return "poll-" + hashlib.sha256(words.encode()).hexdigest()[:16]
