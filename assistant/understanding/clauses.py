"""Several things in one sentence: where clauses part, and which of them take something back. PURE.

"不是要投诉，就问问几点开门" is no complaint; "食堂几点开门，还有理发店电话多少" is two wishes.
"""

from __future__ import annotations

import re

MOST = 5
"Clauses looked at; who says more in one breath is told the first and asked again."
SHORTEST = 2
"Characters a clause needs to be a wish of its own."

_PARTS = {
    "zh": re.compile(
        r"[，,。；;？?！!\n]+|(?:然后|另外|还有就是|再就是|还有|顺便|顺带|对了)(?=.{2})",
    ),
    "en": re.compile(
        r"[,.;?!\n]+|\b(?:and also|and then|oh and|by the way|and could you|and can you|"
        r"and i also|and while i'm on|and another thing|as well as that|also)\b",
        re.IGNORECASE,
    ),
}
_DENIED = {
    "zh": re.compile(
        r"^(?:我|俺|这|咱)*(?:可|也|并|倒|又)?(?:不是(?:要|来|想|说|为了|找你们)|不(?:想|要|用|是来))"
    ),
    "en": re.compile(
        r"^(?:well |no |now |look )?(?:i'?m not|i am not|it'?s not|this is not|this isn'?t|"
        r"i don'?t want to|i didn'?t|not)\b (?:here |ringing |calling |phoning |trying |going )?"
        r"(?:to |a |an |about |report |complain |bother |trouble |make )",
        re.IGNORECASE,
    ),
}


def clauses(text: str, language: str) -> tuple[str, ...]:
    """The clauses of an utterance in order, without their joining words; at most `MOST`."""
    parting = _PARTS.get(language, _PARTS["en"])
    parts = (part.strip() for part in parting.split(text))
    return tuple(part for part in parts if len(part) >= SHORTEST)[:MOST]


def denied(clause: str, language: str) -> bool:
    """Whether a clause says what the resident does not want."""
    return _DENIED.get(language, _DENIED["en"]).match(clause) is not None
