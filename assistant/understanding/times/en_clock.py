"""Parts of the day and the clock face, in English: half nine, quarter to ten, 9am, after lunch."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.understanding.numbers import parse_number
from assistant.understanding.times.parts import DAY, HOUR, NOON, Clock, Part, first_part

EARLY = Part(6 * HOUR, 9 * HOUR, "morning")
FIRST_THING = Part(8 * HOUR, 9 * HOUR, "morning")
MORNING = Part(8 * HOUR, 12 * HOUR, "morning")
MIDDAY = Part(NOON - 30, NOON + 90, "noon")
AFTERNOON = Part(13 * HOUR, 17 * HOUR, "afternoon")
TEATIME = Part(16 * HOUR, 18 * HOUR, "afternoon")
EVENING = Part(18 * HOUR, 21 * HOUR, "night")
AFTER_SUPPER = Part(19 * HOUR, 21 * HOUR, "night")
SMALL_HOURS = Part(0, 6 * HOUR, "small")

_AFTER = r"(?:after|once i(?:'ve| have)? (?:had|finished)|when i(?:'ve| have) (?:had|finished))"
_MINE = r"(?:\s+(?:i've had|my|our|the|a bit of))*\s+"
_PARTS: tuple[tuple[str, Part], ...] = (
    (rf"{_AFTER}{_MINE}(?:lunch|dinner time|midday|noon)(?:\s?time)?", AFTERNOON),
    (rf"{_AFTER}{_MINE}breakfast", MORNING),
    (rf"{_AFTER}{_MINE}(?:supper|tea|dinner)(?:\s?time)?", AFTER_SUPPER),
    (r"before (?:my )?lunch(?:\s?time)?", MORNING),
    (r"before (?:my )?(?:supper|dinner|tea)", AFTERNOON),
    (r"first thing(?: in the morning)?", FIRST_THING),
    (r"(?:very )?early(?: in the| this)? morning|early on in the day|at dawn", EARLY),
    (r"(?:late|mid)?[\s-]?mornings?|forenoon|\bmorn\b", MORNING),
    (r"(?:late|early|mid)?[\s-]?afternoons?|\bafter noon\b|\barvo\b|\baftn\b", AFTERNOON),
    (r"lunch\s?time|over lunch|round about noon|midday|at lunch", MIDDAY),
    (r"tea\s?time", TEATIME),
    (
        r"(?:late|early)?[\s-]?evenings?|tonight|tonite|2nite|\beve\b(?=$|\s(?:at"
        r"|after))|(?<!good )(?<!all )\bnights?\b|supper time",
        EVENING,
    ),
    (r"small hours|middle of the night", SMALL_HOURS),
)
_PART_TABLE = tuple((re.compile(rf"\b(?:{pattern})(?!\w)"), part) for pattern, part in _PARTS)

_HOUR_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_HOUR = rf"(?:{_HOUR_WORDS}|1\d|2[0-4]|0?\d)"
_MINUTE = (
    r"(?:twenty[\s-]?five|twenty|twenny|thirty[\s-]?five|thirty|forty[\s-]?five|forty"
    r"|fifty[\s-]?five|fifty"
    r"|fifteen|ten|five|eleven|twelve|[0-5]?\d)"
)
_FIVES = r"(?:twenty[\s-]?five|twenty|twenny|ten|five|25|20|10|5)"
"Minutes before and after the hour are said in fives."
_AM = r"(?:\s?(?P<am{0}>a\.?m\b\.?|p\.?m\b\.?))"
_SAID_PART = (
    r"(?:\s+(?:in|of) the (?P<of{0}>early morning|morning|afternoon|evening|night)"
    r"|\s+at (?P<at{0}>night))"
)
_FACE = (
    rf"(?:(?P<half{{0}}>half)(?:\s+past)?\s+(?P<halfhour{{0}}>{_HOUR})\b(?!\s?(?:of|a"
    r"|days|hours|minutes|weeks))"
    rf"|(?<!from )(?<!between )(?:a\s+)?(?P<far{{0}}>quarter"
    rf"|{_FIVES})(?:\s+minutes?)?\s+(?P<way{{0}}>to|past|till|before|after"
    rf"|of)\s+(?P<farhour{{0}}>{_HOUR})\b(?![:.]\d)"
    rf"|(?P<hour{{0}}>{_HOUR})(?:(?:[:.h](?P<colon{{0}}>[0-5]\d)(?!\d))"
    rf"|\s+(?:oh?[\s-])?(?P<minute{{0}}>{_MINUTE})(?!\w)(?!\s(?:minutes|people|days"
    rf"|of)))?(?P<clock{{0}}>\s?o'?\s?clock)?)"
    rf"(?:{_AM}|{_SAID_PART})?(?:\s?(?P<sharp{{0}}>sharp|ish|on the dot))?"
)
_FACE = _FACE.replace("{0}", "@")
_LEAD = (
    r"(?P<lead>at|about|around|round|by|before|after|until|till|til|from|between|since|for"
    r"|past|say|make it|to|is|@)"
)
_CLOCK = re.compile(
    rf"(?:\b{_LEAD}\s+(?:about\s+|around\s+)?|(?<![\w.:£$]))"
    + _FACE.replace("@", "0")
    + rf"(?:\s?(?:to|till|until|and|-|–)\s?(?:about\s+)?{_FACE.replace('@', '1')})?(?![\w])"
)
_NOON = re.compile(
    r"\b(?:(?P<lead>before|after|by|until|till|from|at"
    r"|around)\s+)?(?:12\s)?(?P<word>noon|midnight)\b"
)
_HALVES = {"morning": MORNING, "afternoon": AFTERNOON, "evening": EVENING, "night": EVENING}
_LAST_HOUR = 24
_LAST_MINUTE = 59
_NOT_HOURS = re.compile(
    r"\s*(?:%|°|days?|weeks?|hours?|hrs?|minutes?|mins?|months?|years?|times?|people"
    r"|of\b|pounds?|yuan|quid|pence|more"
    r"|meals?|tablets?|pills?|or\b|flights?|doors?|streets?|stops?|portions?|copies"
    r"|floors?|steps?|st\b|nd\b|rd\b|th\b)"
)
_SPOKEN_FOR = re.compile(
    r"(?:number|no|flat|block|building|room|house|bus|route|option|platform|gate|door"
    r"|unit|floor|the)\.?\s+$"
)
_QUESTION_OF_PLACE = {"for", "to", "is", "past", "say"}


@dataclass(frozen=True, slots=True)
class Face:
    """A time of day, or a stretch of it, found in a text."""

    start: int
    end: int
    clock: Clock
    until: Clock | None = None
    lead: str | None = None
    "The word before it: at, by, after, between …"


def find_part(text: str) -> tuple[int, int, Part] | None:
    """The first part of the day in `text` with its position."""
    return first_part(_PART_TABLE, text)


def find_clock(text: str) -> Face | None:
    """The first time of day in `text`: half nine, 9am, from 2 till 4."""
    noon = _NOON.search(text)
    for hit in _CLOCK.finditer(text):
        if noon and noon.start() <= hit.start():
            break
        first = _clock(hit, 0)
        if first is None or not _meant(text, hit):
            continue
        return Face(hit.start(), hit.end(), first, _second(hit), hit["lead"])
    if not noon:
        return None
    minute = NOON if noon["word"] == "noon" else DAY
    return Face(noon.start(), noon.end(), Clock(minute, settled=True), None, noon["lead"])


def _second(hit: re.Match[str]) -> Clock | None:
    named = hit["hour1"] or hit["halfhour1"] or hit["farhour1"]
    return _clock(hit, 1) if named else None


def _meant(text: str, hit: re.Match[str]) -> bool:
    """Whether a number is a time: said as a clock face, led by at, by, after …, or all there is."""
    if _SPOKEN_FOR.search(text[: hit.start("half0") if hit["half0"] else hit.start()]):
        return False
    sure = ("half0", "far0", "colon0", "clock0", "am0", "of0", "at0", "am1", "clock1", "sharp0")
    if any(hit[name] for name in sure):
        return True
    if _NOT_HOURS.match(text, hit.end()):
        return False
    if hit["lead"] in _QUESTION_OF_PLACE or hit["lead"] is None:
        spelled = hit["minute0"] and not hit["hour0"].isdigit()
        return bool(spelled or hit["hour1"]) or _alone(text, hit)
    return True


def _alone(text: str, hit: re.Match[str]) -> bool:
    rest = f"{text[: hit.start()]} {text[hit.end() :]}"
    return not re.sub(
        r"\W|\b(?:say|about|please|dear|love|then|well|um|er|is|best|be|good|would"
        r"|make it|that|it|on)\b",
        "",
        rest,
    )


def _clock(hit: re.Match[str], side: int) -> Clock | None:
    def said(name: str) -> str | None:
        return hit[f"{name}{side}"]

    hour = _value(said("hour") or said("halfhour") or said("farhour"))
    minute = _value(said("colon") or said("minute")) if said("colon") or said("minute") else 0
    if said("half"):
        minute = 30
    if said("far"):
        far = 15 if said("far") == "quarter" else _value(said("far"))
        minute = far if said("way") in {"past", "after"} else -far
    if not 0 <= hour <= _LAST_HOUR or not -_LAST_MINUTE <= minute <= _LAST_MINUTE:
        return None
    total = hour * HOUR + minute
    words = said("hour") or ""
    settled = total > NOON + HOUR - 1 or (len(words) > 1 and words.startswith("0")) or hour == 0
    return Clock(max(total, 0), settled, _half(said("am"), said("of") or said("at")))


def _half(am: str | None, part: str | None) -> Part | None:
    if am:
        return Part(0, NOON, "small") if am.startswith("a") else Part(NOON, DAY, "afternoon")
    if part:
        return EARLY if part.startswith("early") else _HALVES[part]
    return None


def _value(words: str | None) -> int:
    value = parse_number((words or "").replace("twenny", "twenty"), "en")
    return -1 if value is None else int(value)
