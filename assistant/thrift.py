"""What the line spends, joined: whom it may reach, what a day may cost, what waits when it is gone.

Nothing is dropped for money's sake: an answer that is not sent today lies in the outbox for
tomorrow, a callback that is not rung stays on the desk's queue, and the desk says so on every page.
Whatever concerns danger is sent all the same.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.core.phones import e164
from assistant.core.segments import segments
from assistant.core.texts import OutgoingText
from assistant.edge.budget import Budget
from assistant.edge.purse import Purse
from assistant.edge.redaction import Redactor, password_in
from assistant.edge.tolls import Tolls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from assistant.app import House
    from assistant.config import Config
    from assistant.rooms import Reply

A_KEY = re.compile(r"[A-Za-z0-9_+/=-]{20,}")
"Every key of ours is longer; what stands before it in its file is a name."
URGENT = ("emergency.", "safety.")
"What prompts about danger begin with."


def open_purse(house: House) -> Purse:
    """What this house may spend and reach."""
    config = house.config
    edge, site = config.edge, config.site
    budget = Budget(
        {"texts": edge.texts_per_day, "rings": edge.rings_per_day},
        ZoneInfo(site.timezone),
        {
            "texts": house.outbox.segments_since,
            "rings": house.promises.store.rings_since,
        },
    )
    own = frozenset(e164(phone, site.country) for phone in site.duty_phones)
    exchange = any(line.kind == "sip" and line.rings for line in config.lines.values())
    tolls = Tolls(site.country, edge.prefixes, own, extensions=exchange)
    paid = config.twilio.account_sid or config.texts.carriers or config.lines
    return Purse(tolls, budget, strict=bool(paid))


def is_urgent(reply: Reply) -> bool:
    """Whether a reply is about danger."""
    return any(item.prompt.startswith(URGENT) for item in reply.sentences)


def spare(house: House, purse: Purse) -> Callable[[Reply, datetime], list[str]]:
    """From a reply by text to the texts that are sent now; the others wait for the next day."""

    def now_sent(reply: Reply, now: datetime) -> list[str]:
        texts = list(reply.texts)
        if not texts or is_urgent(reply):
            _count(purse, texts, now)
            return texts
        contact = reply.conversation.contact
        if purse.strict and purse.tolls.is_dear(contact):
            return []
        if purse.may_text(now):
            _count(purse, texts, now)
            return texts
        _keep(house, reply, purse.budget.tomorrow(now), now)
        return []

    return now_sent


def _count(purse: Purse, texts: Iterable[str], now: datetime) -> None:
    purse.budget.note("texts", sum(segments(text).parts for text in texts), now)


def _keep(house: House, reply: Reply, due: datetime, now: datetime) -> None:
    """Put an answer by: read and acted on today, sent when there is money again."""
    talk = reply.conversation
    for number, body in enumerate(reply.texts):
        key = f"spared:{talk.id}:{talk.turns}:{number}"
        text = OutgoingText(key, talk.contact, body, talk.language, "answer", now)
        house.outbox.put(text, now, due)


def _of_carriers(config: Config) -> Iterator[str]:
    """What those who carry texts are shown."""
    for block in config.texts.carriers.values():
        if block.kind == "kannel":
            yield from (block.password, block.secret)
        elif block.kind == "gammu":
            yield password_in(block.database)


def redactor(config: Config, keys: Path, shared: Iterable[str] = ()) -> Redactor:
    """Takes the secrets of this site out of what is logged.

    `keys` is where those lie that it made itself; `shared` are those that lie in the database.
    """
    written = (
        config.twilio.auth_token,
        config.backups.passphrase,
        config.privacy.keys,
        password_in(config.database.url),
        *config.open311.api_keys,
        *_of_carriers(config),
    )
    made = (path.read_text("utf-8", "replace") for path in keys.glob("*") if path.is_file())
    return Redactor([*written, *shared, *(key for text in made for key in A_KEY.findall(text))])
