"""When a text is better not answered: two machines writing to each other, or a flood. PURE.

Another system that answers every text of ours would go on for ever. A text looks automatic when it
begins as such replies do, or is the text before over again within minutes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zlib import crc32

from assistant.core.conversation import Conversation, Traffic
from assistant.core.intent import Reading

SENT_TO_A_MACHINE = 3
"Texts sent without a person's text in between; no more follow."
AGAIN_WITHIN = timedelta(minutes=10)
"A person asks the same the next day; a machine at once."
SHORT = 6
"Letters; a digit or a yes is sent again and again by people too."
WINDOW = timedelta(minutes=10)
MOST = 60
"Texts of one telephone within `WINDOW`: nobody types faster than one in ten seconds for so long."


def arrived(conversation: Conversation, body: str, now: datetime) -> Conversation:
    """Count a text that has come."""
    before = conversation.traffic
    letters = "".join(sign for sign in body if sign.isalnum())
    mark = crc32(letters.encode("utf-8", "replace"))
    soon = bool(before.recent) and now - before.recent[-1] <= AGAIN_WITHIN
    alike = soon and len(letters) >= SHORT and mark == before.mark
    recent = tuple(at for at in before.recent[-MOST - 1 :] if now - at <= WINDOW)
    traffic = Traffic((*recent, now), mark, before.sent, alike)
    return replace(conversation, traffic=traffic)


def weighed(conversation: Conversation, reading: Reading) -> Conversation:
    """Begin to count anew where a person seems to have written."""
    now = conversation.traffic
    automatic = now.alike or reading.automatic
    counted = replace(now, alike=automatic, sent=now.sent if automatic else 0)
    return replace(conversation, traffic=counted)


def sent(conversation: Conversation, texts: int) -> Conversation:
    """Count the texts that answer it."""
    before = conversation.traffic
    return replace(conversation, traffic=replace(before, sent=before.sent + texts))


def flood(conversation: Conversation) -> bool:
    """Whether more texts come from here than anybody types."""
    return len(conversation.traffic.recent) > MOST


def flood_begins(conversation: Conversation) -> bool:
    """Whether this is the first text too many; the one that is told so."""
    return len(conversation.traffic.recent) == MOST + 1


def between_machines(conversation: Conversation) -> bool:
    """Whether this text is one machine's answer to another, once too often."""
    now = conversation.traffic
    return now.alike and now.sent >= SENT_TO_A_MACHINE


def room(conversation: Conversation) -> int:
    """Texts that may answer the last one; one at least, since danger is always answered."""
    now = conversation.traffic
    return max(1, SENT_TO_A_MACHINE - now.sent) if now.alike else SENT_TO_A_MACHINE
