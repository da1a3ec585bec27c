"""What a carrier's word means for a text. Pure.

Statuses arrive late, twice and out of order (CHANNELS 1.4), so they are ranked: a text never goes
back. Error codes are Twilio's (docs/api/errors); another carrier's adapter maps its own to these.
"""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import Literal

State = Literal[
    "waiting", "sending", "unknown", "accepted", "sent", "undelivered", "failed", "delivered",
    "dropped",
]  # fmt: skip
"""`waiting` to be sent; `sending` while the carrier is asked; `unknown` when nobody can say whether
it took the text; `accepted` and `sent` by the carrier's word; `undelivered` and `failed` for good;
`dropped` by us: she wants no texts, or her telephone cannot take any."""

Remedy = Literal["again", "later", "staff", "opted_out", "no_texts"]
"""What a failure asks for: ask the carrier again soon; try her telephone again later; a person must
look at it; she has told the carrier to stop; her telephone cannot take texts."""

RANK: dict[State, int] = {
    "waiting": 0,
    "sending": 1,
    "unknown": 1,
    "accepted": 2,
    "sent": 3,
    "undelivered": 4,
    "failed": 4,
    "delivered": 5,
    "dropped": 6,
}
REPORTED: dict[str, State] = {
    "accepted": "accepted",
    "scheduled": "accepted",
    "queued": "accepted",
    "sending": "accepted",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}
"Twilio's message statuses; others are ignored."

AGAIN = frozenset({20429, 30001, 30022})
LATER = frozenset({30003, 30008})
NO_TEXTS = frozenset({21614, 21635, 30006})
OPTED_OUT = 21610
TOO_MANY = 429
SERVER_FAILS = 500

FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 3600.0
LATER_WAITS = (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
"A telephone that is switched off is tried again three times, the last time the same evening."
ATTEMPTS = 8
"Askings of the carrier before a person must look: some two hours."


def advance(state: State, reported: State) -> State:
    """The state after a report: the higher rank of the two."""
    return reported if RANK[reported] > RANK[state] else state


def remedy(code: int | None, status: int | None) -> Remedy:
    """What to do about an error code of the carrier, or the HTTP status of its refusal.

    Without either the carrier was not reached, or hung: ask again.
    """
    if code == OPTED_OUT:
        return "opted_out"
    if code in NO_TEXTS:
        return "no_texts"
    if code in LATER:
        return "later"
    if code in AGAIN or status == TOO_MANY or (status or 0) >= SERVER_FAILS:
        return "again"
    return "again" if code is None and status is None else "staff"


def wait_before(attempt: int, key: str) -> timedelta:
    """How long to wait after the `attempt`-th failed asking, 1 for the first.

    Doubles from 30 s to an hour; up to a quarter more, by the text's key, so that texts which
    failed together do not come back together.
    """
    seconds = min(FIRST_WAIT_S * 2 ** min(attempt - 1, 16), LONGEST_WAIT_S)
    spread = zlib.crc32(key.encode("utf-8", "replace")) % 1000 / 4000
    return timedelta(seconds=seconds * (1 + spread))
