"""Which day is meant, in English: a week on Tuesday, the third, next Wednesday, after the holiday.

“Next Wednesday” is next week's, “this Wednesday” this week's, a bare weekday the coming one.
Dates in figures are day first (3/12 is the third of December) unless only the other order exists.
"""

from __future__ import annotations

from datetime import date

from assistant.understanding.times import en_dates as dates
from assistant.understanding.times import en_festivals as festivals
from assistant.understanding.times import en_words as words
from assistant.understanding.times.mention import Mention, first_mention, rules

_SPAN = r"(?P<span>(?:a|one)\s+week|(?:two|three)\s+weeks|a\s+fortnight|week|fortnight)"
_ANY_DAY = rf"(?P<day>today|tomorrow|{words.DAY})"
_RULES = rules(
    (
        (
            r"\b(?:the\s+)?day\s+after\s+(?:tomorrow|tomorow|tommorow|2moro)\b|\bovermorrow\b",
            dates.relative_day(2),
        ),
        (r"\b(?:the\s+)?day\s+before\s+yesterday\b", dates.relative_day(-2)),
        (
            r"\b(?:tomorrow|tomorow|tommorow|tommorrow|tomoro|2moro|2morrow|tmrw|tmr|the\s+morn)\b",
            dates.relative_day(1),
        ),
        (r"\b(?:yesterday|last\s+night)\b", dates.relative_day(-1)),
        (
            r"\b(?:today|2day|tonight|tonite|2nite|this\s+(?=morning|afternoon|evening|lunch))",
            dates.relative_day(0),
        ),
        (rf"\b{_SPAN}\s+(?:on|from|this|come)?\s*{_ANY_DAY}", dates.weeks_on),
        (rf"\b{_ANY_DAY}\s+(?P<span>week|fortnight|two\s+weeks)\b", dates.weeks_on),
        (rf"\b(?P<which>this|next|last)\s+(?P<day>{words.DAY})", dates.weekday),
        (rf"\b(?P<day>{words.DAY})(?P<which>\s+after\s+next)", dates.weekday),
        (rf"\b(?:the\s+)?(?P<day>{words.DAY})(?P<which>\s+after\s+next)", dates.weekday),
        (
            rf"\b(?P<day>{words.DAY})\s+next\s+week\b"
            rf"|\bnext\s+week\s+(?:on\s+)?(?P<later>{words.DAY})",
            dates.weekday_of_next_week,
        ),
        (
            rf"\b(?P<day>{words.DAY})\s*(?:to|till|until|-|through)\s*(?P<last>{words.DAY})",
            dates.weekdays,
        ),
        (rf"\b(?:this\s+coming\s+|coming\s+)?(?P<day>{words.DAY})", dates.weekday),
        (rf"(?P<day>{words.SHORT_WEEKEND})", dates.short_weekday),
        (r"\b(?P<which>this|next|last)\s+week\b(?!\s?end)", dates.week),
        (r"\b(?:the\s+)?(?P<which>week\s+after\s+next)\b", dates.week),
        (
            r"\b(?P<which>this\s|next\s|last\s)?(?:the\s+)?(?:weekends?|week\s+ends?)\b",
            dates.weekend,
        ),
        (
            rf"\bin\s+(?:about\s+)?(?P<count>{words.COUNT})\s+(?P<unit>days?|weeks?"
            r"|fortnights?|months?)(?:'?\s+time)?\b",
            dates.days_later,
        ),
        (
            rf"\b(?P<count>{words.COUNT})\s+(?P<unit>days?|weeks?|fortnights?"
            r"|months?)(?:'?\s+time|\s+from\s+(?:now|today)|\s+later)\b",
            dates.days_later,
        ),
        (r"\b(?P<year>20\d\d)[-/.](?P<month>\d\d?)[-/.](?P<date>\d\d?)\b", dates.iso_date),
        (
            rf"\b(?:the\s+)?(?P<date>{words.ORDINAL}"
            rf"|\d\d?)\s+(?:day\s+)?(?:of\s+)?{words.MONTH}(?:,?\s+(?P<year>20\d\d))?",
            dates.full_date,
        ),
        (
            rf"\b{words.MONTH}\s+(?:the\s+)?(?P<date>{words.ORDINAL}"
            r"|[0-3]?\d)(?![\d:])(?!\s?(?:am|pm)\b)(?:,?\s+(?P<year>20\d\d))?",
            dates.full_date,
        ),
        (
            r"(?<![\d/.:])(?P<first>\d\d?)[/](?P<second>\d\d?)(?:[/](?P<year>20\d\d))?(?![\d/:])",
            dates.figures,
        ),
        (
            rf"\bthe\s+(?P<date>{words.ORDINAL})\s+(?:of\s+)?(?P<which>next|this)\s+month\b",
            dates.day_of_month,
        ),
        (
            r"\b(?:on|by|before|after|until|till|about|for|make it"
            rf"|from)\s+the\s+(?P<date>{words.ORDINAL})\b{words.NOT_A_FLOOR}",
            dates.day_of_month,
        ),
        (
            rf"^(?:the\s+)?(?P<date>\d\d?(?:st|nd|rd|th))\b{words.NOT_A_FLOOR}"
            rf"|^the\s+(?P<alone>{words.ORDINAL})(?:\s+(?:please|then))?$",
            dates.day_of_month,
        ),
        (rf"\bthe\s+(?P<date>\d\d?(?:st|nd|rd|th))\b{words.NOT_A_FLOOR}", dates.day_of_month),
        (
            r"\b(?:the\s+)?(?P<piece>end|beginning|start|middle)\s+of\s+(?:the|this"
            r"|(?P<which>next))\s+month\b",
            dates.month,
        ),
        (r"\bmonth[\s-]end\b", dates.month_end),
        (rf"\b(?:the\s+)?(?P<piece>end|beginning|start|middle)\s+of\s+{words.MONTH}", dates.month),
        (r"\b(?P<which>this|next|last)\s+month\b", dates.month),
        (rf"\b(?:in|next|this|during|all)\s+{words.MONTH}(?!\s*\d)", dates.month),
        (r"\b(?:the\s+)?end\s+of\s+(?:the|this|(?P<which>next))\s+year\b", dates.year_end),
        (
            rf"\b(?:the\s+)?(?P<festival>{'|'.join(festivals.FESTIVALS)}){festivals.HOLIDAY}(?!\w)",
            festivals.festival,
        ),
        (
            r"\b(?:the\s+)?(?:next\s+|public\s+|bank\s+)?(?P<holidays>holidays?)\b",
            festivals.public_holiday,
        ),
        (
            r"\b(?:a\s+|any\s+|on\s+)?(?:weekdays?|working\s+days?|workdays?"
            r"|work\s+days?|week\s+days?|business\s+days?)\b",
            festivals.workday,
        ),
    )
)


def find_days(text: str, today: date) -> Mention | None:
    """The first days named in `text` (plain, lower case), or `None`."""
    return first_mention(text, today, _RULES, festivals.days_off)
