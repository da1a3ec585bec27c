"""What gammu-smsd brings: texts from its inbox, and what became of ours. Looked for every second.

Its tables hold numbers and words unsealed, so nothing stays there longer than it must: a text of
hers goes once it was answered, the words of ours once they were sent, the rest after two days.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, literal_column, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from assistant.channels import gammu_tables as tables
from assistant.channels.gammu_parts import Message, Row, joined, read_ticket, standing
from assistant.core.errors import AssistantError
from assistant.core.texts import IncomingText

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Engine

log = logging.getLogger(__name__)

EVERY_S: Final = 1.0
PARTS_WAIT: Final = timedelta(seconds=60)
"The daemon waits for missing parts itself (`multiparttimeout`); then what has come is read."
KEPT: Final = timedelta(days=2)
"What became of a text may be reported so long; then its row goes. A text is in doubt for hours."
MAX_BODY: Final = 1600
"Code points of one text, as from any carrier."


@dataclass(frozen=True, slots=True)
class GammuParts:
    """What the watch needs of the house."""

    take: Callable[[str, IncomingText], bool]
    "Takes the key of a text and the text; whether it is dealt with."
    reported: Callable[[str, str, int | None], object]
    "Takes our id of a text, its status and its error code."
    now: Callable[[], datetime]


class GammuWatch:
    """Looks after one daemon's tables."""

    def __init__(self, name: str, engine: Engine, phone: str, parts: GammuParts) -> None:
        self._name, self._engine, self._phone, self._parts = name, engine, phone, parts
        self._first_seen: dict[str, datetime] = {}
        self._told: dict[str, tuple[str, int | None]] = {}
        self._failing = False
        self._stopped = threading.Event()

    def run(self) -> None:
        """Look until stopped; a thread of its own."""
        while not self._stopped.wait(EVERY_S):
            try:
                self.step()
            except (AssistantError, SQLAlchemyError) as error:
                if not self._failing:
                    log.error("gammu-smsd %s: %s", self._name, type(error).__name__)  # noqa: TRY400 - its trace may hold what was written
                self._failing = True
            else:
                self._failing = False

    def stop(self) -> None:
        """End `run`."""
        self._stopped.set()

    def step(self) -> None:
        """Read what has come and tell what became of ours."""
        for message in self._arrived():
            try:
                self._deal_with(message)
            except Exception as error:  # noqa: BLE001 - one text that cannot be answered holds up no other
                log.error("a text could not be answered: %s", type(error).__name__)  # noqa: TRY400 - its trace may hold what was written
        self._follow()

    # -- hers -------------------------------------------------------------------------------

    def _arrived(self) -> Sequence[Message]:
        """Texts that are whole, or have waited long enough for their missing parts."""
        table = tables.inbox
        wanted = select(table).where(literal_column('"Processed"') == literal_column("'false'"))
        if self._phone:
            wanted = wanted.where(table.c.RecipientID == self._phone)
        with self._engine.connect() as connection:
            found = connection.execute(wanted.order_by(table.c.ID)).mappings().all()
        messages = joined(
            Row(
                row["ID"],
                row["SenderNumber"],
                row["TextDecoded"],
                row["Coding"],
                row["UDH"],
                str(row["ReceivingDateTime"]),
            )
            for row in found
        )
        now = self._parts.now()
        self._first_seen = {m.key: self._first_seen.get(m.key, now) for m in messages}
        return [m for m in messages if m.whole or now - self._first_seen[m.key] >= PARTS_WAIT]

    def _deal_with(self, message: Message) -> None:
        words = message.text[:MAX_BODY]
        text = IncomingText(message.rows[0].sender, words, pictures=0 if words else 1)
        if self._parts.take(f"gammu:{self._name}:{message.key}", text):
            table = tables.inbox
            with self._engine.begin() as connection:
                connection.execute(delete(table).where(table.c.ID.in_(message.numbers)))

    # -- ours -------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Report what is new; words that were sent are blanked, old rows go."""
        table = tables.sentitems
        ours = select(table).where(table.c.CreatorID.like(f"{self._name}-%"))
        with self._engine.connect() as connection:
            found = connection.execute(ours).mappings().all()
        states: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for row in found:
            states[row["CreatorID"]].append((row["Status"], row["StatusCode"]))
        for written, parts in states.items():
            self._tell(written, parts)
        self._tidy(states, said=any(row["Text"] or row["TextDecoded"] for row in found))

    def _tell(self, written: str, parts: Sequence[tuple[str, int]]) -> None:
        ticket = read_ticket(written)
        stands = None if ticket is None else standing(ticket.parts, parts)
        if stands is not None and self._told.get(written) != stands:
            self._parts.reported(written, *stands)
            self._told[written] = stands

    def _tidy(self, states: dict[str, list[tuple[str, int]]], *, said: bool) -> None:
        table, oldest = tables.sentitems, self._parts.now() - KEPT
        tickets = {written: read_ticket(written) for written in states}
        old = [name for name, ticket in tickets.items() if ticket and ticket.at < oldest]
        self._told = {name: told for name, told in self._told.items() if name in states}
        if not old and not said:
            return
        with self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.CreatorID.in_(old)))
            connection.execute(
                update(table)
                .where(table.c.CreatorID.like(f"{self._name}-%"))
                .where(or_(table.c.Text != "", table.c.TextDecoded != ""))
                .values(Text="", TextDecoded="")
            )
