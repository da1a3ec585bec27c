"""Times as older people say them in English, read into `Said`.

A correction wins over what it corrects (“Sunday, no, Monday”, “change it from three to five”); a
time the resident cannot make (“not tomorrow”, “I can't do Friday”) is passed over.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from assistant.core.interval import Interval
from assistant.understanding.language import plain
from assistant.understanding.numbers import parse_number
from assistant.understanding.times.en_clock import find_clock, find_part
from assistant.understanding.times.en_days import find_days
from assistant.understanding.times.mention import Mention
from assistant.understanding.times.parts import Days, Relation, Said, at

SOON = timedelta(hours=2)
"“In a bit” means within this time."

_SPAN = re.compile(
    r"\b(?P<how>in|within|after)\s+(?:about\s+|another\s+)?(?P<count>half an?|an?|a "
    r"quarter of an|three quarters of an|a couple of|a few|[a-z]+(?:-[a-z]+)?"
    r"|\d{1,3})"
    r"\s+(?P<unit>hours?|hrs?|minutes?|mins?)(?P<half>\s+and\s+a\s+half)?(?:'?\s+time)?\b"
)
_NOW = re.compile(
    r"\b(?:right now|now|straight away|straightaway|right away|immediately|at once"
    r"|this minute|at the moment|at present|currently)\b(?!\s+then)"
)
_SOON = re.compile(
    r"\b(?:in a (?:bit|while|minute|moment|little while|jiffy)|later(?: on)?|soon"
    r"|shortly)\b(?!\s+(?:next|this week))"
)
_VAGUE = re.compile(
    r"\bin (?P<count>a couple of|a few) days(?:'? time)?\b|\b(?P<another>some other "
    r"day|another day|some other time)\b"
)
_CORRECTION = re.compile(
    r"\b(?:no wait|no sorry|sorry i mean|i mean|or rather|no make (?:it|that)|make "
    r"(?:it|that)|not that|instead (?:of that )?|(?:change|move|changed|moved|put"
    r"|shift|push|bring)\b[^,.]{0,40}?\b(?:to|till|until|forward to|back to))\s|(?<=,) "
    r"no,?\s"
)
_NOT_THEN = re.compile(
    r"\b(?:not|isn't|don't|never|can't do|can't make|cannot do|cannot make|cannot"
    r"|can't|except|instead of|busy|out|away)\s+(?:on\s+|at\s+|for\s+"
    r"|before\s+)?(?:the\s+)?$"
)
_CANNOT = re.compile(
    r"\s*(?:is|s|'s|isn't|won't|doesn't|am|i'm)?\s*(?:no good|not good|doesn't suit"
    r"|won't do|no use|not convenient|too early|too late|suit)"
)
_RELATIONS: tuple[tuple[re.Pattern[str], Relation], ...] = (
    (re.compile(r"\b(?:any ?time after|after|past|later than|once)\s+(?:the\s+)?$"), "after"),
    (re.compile(r"\b(?:any ?time before|before|earlier than)\s+(?:the\s+)?$"), "before"),
    (re.compile(r"\b(?:by|until|till|til|up to|no later than)\s+(?:the\s+)?$"), "until"),
    (re.compile(r"\b(?:from|since|as of|starting|any ?time from)\s+(?:the\s+)?$"), "from"),
)
_ONWARDS = re.compile(r"^\s*(?:onwards?|on\b(?!\s+\w)|or (?:later|after)|and after)")
_EARLIER = re.compile(r"^\s*(?:or (?:earlier|before))")
_LEADS: dict[str, Relation] = {
    "after": "after",
    "past": "after",
    "before": "before",
    "by": "until",
    "until": "until",
    "till": "until",
    "til": "until",
    "from": "from",
    "since": "from",
}


def read(text: str, now: datetime) -> Said:
    """What `text` says about a time, seen from `now`."""
    simple = _without_impossible(plain(text), now)
    for mark in reversed(list(_CORRECTION.finditer(simple))):
        later = _read(simple[mark.end() :], now)
        if later != Said():
            return _merged(_read(simple[: mark.start()], now), later)
    return _read(simple, now)


def _merged(earlier: Said, later: Said) -> Said:
    if later.days is None and later.fixed is None:
        return replace(later, days=earlier.days)
    return later


def _read(text: str, now: datetime) -> Said:
    span = _SPAN.search(text)
    if span and (lasting := _in_a_while(span, now)):
        return Said(fixed=lasting)
    mention = find_days(text, now.date())
    rest = text
    if mention:
        # "Tonight" and "this morning" name the part of the day as well.
        kept = re.sub(
            r"^(?!tonight|tonite|2nite|last night).*", "", text[mention.start : mention.end]
        )
        rest = f"{text[: mention.start]}| {kept} {text[mention.end :]}"
    face, part = find_clock(rest), find_part(rest)
    if face is None and part is None:
        return _days_only(text, mention, now)
    if face is None and part:
        return Said(
            days=mention.days if mention else None,
            part=part[2],
            relation=_relation(rest, part[0], part[1]),
        )
    if face is None:
        return Said()
    days = mention.days if mention else None
    relation = _LEADS.get(face.lead or "") or _relation(rest, face.start, face.end)
    return Said(
        days=days,
        part=part[2] if part else None,
        clock=face.clock,
        until=face.until,
        relation=None if face.until else relation,
    )


def _days_only(text: str, mention: Mention | None, now: datetime) -> Said:
    vague = _VAGUE.search(text)
    if vague:
        wait = {"a couple of": 2, "a few": 3}.get(vague["count"] or "", 1)
        start = at(now.date() + timedelta(days=wait), 0, now)
        return Said(fixed=Interval(start, None, "open"))
    if mention is None:
        if _NOW.search(text):
            return Said(fixed=Interval(now, now, "instant"))
        if _SOON.search(text):
            return Said(fixed=Interval(now, now + SOON, "window"))
        return Said()
    relation = _relation(text, mention.start, mention.end)
    hit_lead = re.match(r"(?:by|before|after|until|till|from)\b", text[mention.start : mention.end])
    if relation is None and hit_lead:
        relation = _LEADS[hit_lead.group()]
    days = mention.days
    if mention.holiday and relation in {"after", "before"}:
        days = Days(*mention.holiday)
    return Said(days=days, relation=relation)


def _relation(text: str, start: int, end: int) -> Relation | None:
    before = text[:start]
    for pattern, relation in _RELATIONS:
        if pattern.search(before):
            return relation
    if _ONWARDS.match(text[end:]):
        return "from"
    return "until" if _EARLIER.match(text[end:]) else None


def _in_a_while(hit: re.Match[str], now: datetime) -> Interval | None:
    known = {
        "an": 1.0,
        "a": 1.0,
        "half an": 0.5,
        "half a": 0.5,
        "a quarter of an": 0.25,
        "three quarters of an": 0.75,
        "a couple of": 2.0,
        "a few": 3.0,
    }
    count = known.get(hit["count"])
    if count is None:
        count = parse_number(hit["count"], "en")
    if count is None:
        return None
    unit = 60 if hit["unit"].startswith("h") else 1
    minutes = (count + (0.5 if hit["half"] else 0)) * unit
    moment = (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    if hit["how"] == "within":
        return Interval(now, moment, "window") if moment > now else None
    return Interval(moment, moment, "instant")


def _without_impossible(text: str, now: datetime) -> str:
    """`text` without the days the resident rules out, if any other time is left."""
    kept = []
    for clause in re.split(r"(?<=[,.;!])|(?=\bbut\b)|(?=\bso\b)", text):
        mention = find_days(clause, now.date())
        if mention and _NOT_THEN.search(clause[: mention.start]):
            kept.append(clause[mention.end :])
        elif mention and (hit := _CANNOT.match(clause, mention.end)):
            kept.append(clause[hit.end() :])
        else:
            kept.append(clause)
    left = "".join(kept)
    return left if find_days(left, now.date()) or find_clock(left) or find_part(left) else text
