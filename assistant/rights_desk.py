"""Wishes about what is kept as staff meet them, joined: proof, the sheet, telling, erasing, paper.

Nothing is shown of a resident before the wish is proved to be hers. The page that calls this writes
each deed into the audit log before it is done.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from assistant.cases.closings import RequestDesk
from assistant.cases.deadlines import Term
from assistant.casework import rules_of
from assistant.core.conversation import Conversation
from assistant.core.event import Say
from assistant.core.phones import e164
from assistant.core.texts import OutgoingText
from assistant.dialogue.telephones import takes_texts
from assistant.dialogue.which_number import is_dialled
from assistant.privacy.person import Holding, Whose, codes_of, copy, holdings
from assistant.rights import life, paper
from assistant.rights.life import FACTS, PROOFS, REFUSALS, Right, RightsError
from assistant.texting import letter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from assistant.app import House
    from assistant.audit.chain import Entry
    from assistant.audit.store import AuditLog
    from assistant.core.closing import Outcome
    from assistant.core.turn import Channel
    from assistant.rights.life import Proof
    from assistant.staff.accounts import AccountStore

LINE_SAID_IT: Final = "WordSaid"
"The event of a callback's history that tells that the safe word went out to her telephone."
NOBODY: Final = "other"
"What is said in place of a role nobody has now."


@dataclass(frozen=True, slots=True)
class Looked:
    """That somebody looked: on which day, in which role, how often; never at what."""

    day: date
    role: str
    times: int
    rang_her: bool
    "It was whoever took a callback of hers."


@dataclass(frozen=True, slots=True)
class Sheet:
    """What staff may tell whoever has proved that it is hers."""

    holdings: tuple[Holding, ...]
    looked: tuple[Looked, ...]
    until: date | None
    "For `helper`: the last day on which that one may ask."


class RightsDesk:
    """The wishes of residents at the desk. Called from web threads."""

    proofs, facts, refusals = PROOFS, FACTS, REFUSALS

    def __init__(self, house: House, audit: AuditLog, accounts: AccountStore) -> None:
        self._house, self._audit, self._accounts = house, audit, accounts
        self._store = house.wishes.store
        self._requests = RequestDesk(house.database)
        self._calendar = rules_of(house.config, house.casework.sorting).calendar
        self._paper = Term.of(house.config.rights.paper)
        self._helper_days = timedelta(days=house.config.rights.helper_days)

    def waiting(self) -> tuple[Right, ...]:
        """What is still to be done, the one that is due first at the top."""
        return self._store.waiting()

    def get(self, code: str) -> Right | None:
        """One wish; what the line forgets by itself is nobody's to see."""
        right = self._store.get(code)
        return None if right is None or right.kind == "forget" else right

    def rung(self, right: Right) -> bool:
        """Whether the line has rung her number since she asked, and said the safe word there."""
        promises = self._house.promises.store
        latest = promises.latest(right.contact) if right.contact else None
        codes = {right.code} | ({latest.code} if latest is not None else set())
        return any(
            line.event == LINE_SAID_IT and line.accepted and line.at >= right.asked
            for code in codes
            for line in promises.history(code)
        )

    def sheet(self, right: Right) -> Sheet | None:
        """What is to be told; `None` until it is proved, and once the number is taken out."""
        if not right.proved or not right.contact:
            return None
        kept = holdings(self._house.database, Whose(right.contact))
        looked = self._looked(right.contact) if right.kind == "who_looked" else ()
        until = self._store.until(right.code)
        zone = ZoneInfo(self._house.config.site.timezone)
        return Sheet(kept, looked, None if until is None else until.astimezone(zone).date())

    # -- deeds ------------------------------------------------------------------------------

    def prove(self, code: str, proof: Proof) -> Right:
        """One more proof. Raises `RightsError`, for a ring also where none was made."""
        right = self._known(code)
        if proof == "ring" and not self.rung(right):
            raise RightsError(f"{right.code}: the line has not rung her and said the safe word.")
        return self._store.change(right.code, partial(life.prove, proof=proof))

    def tell(self, code: str, by: str, now: datetime) -> Right:
        """She was told what is kept, or who has looked. Raises `RightsError`."""
        right = self._store.change(code, partial(life.meet, now=now))
        self._close(right, "solved", by, now)
        self._journal(right, "privacy.told", now)
        return right

    def delete(self, code: str, by: str, now: datetime) -> tuple[Right, bool]:
        """Delete what is hers; whether nothing had to stay. Raises `RightsError` before proof.

        Cut off in between, it is finished by the next look: what is deleted is deleted.
        """
        right = self._store.change(code, partial(life.meet, now=now))
        self._close(right, "solved", by, now)
        for helper in self._store.of(right.contact, "helper"):
            self._store.drop_helpers(helper.code)
        whole = self._house.wishes.erase_rest(right, now)
        self._text_proof(right, now, whole=whole)
        self._journal(right, "privacy.deleted", now)
        return right, whole

    def agree_helper(self, code: str, number: str, by: str, now: datetime) -> Right:
        """Whoever rings from `number` may ask for her. Raises `RightsError`."""
        helper = e164(number, self._house.config.site.country)
        if not is_dialled(helper) or helper == self._known(code).contact:
            raise RightsError(f"{code}: write the helper's own telephone number.")
        right = self._store.change(code, partial(life.meet, now=now))
        self._store.name_helper(right.code, helper, now + self._helper_days)
        self._close(right, "solved", by, now)
        return right

    def refuse(self, code: str, why: str, by: str, now: datetime) -> Right:
        """It is not met, for a reason. Raises `RightsError`."""
        right = self._store.change(code, partial(life.refuse, why=why, now=now))
        self._close(right, "not_reached" if why == "not_reached" else "not_possible", by, now)
        self._store.blank(right.code)
        return right

    def want_paper(self, code: str, now: datetime) -> Right:
        """She wants all of it on paper. Raises `RightsError`."""
        due = self._calendar.after(now, self._paper)
        return self._store.change(code, partial(life.want_paper, due=due))

    def paper(self, code: str, say: Callable[[str], str], now: datetime) -> bytes:
        """The copy as a PDF file; `say` has the desk's words in her language.

        Raises `RightsError` where none is due.
        """
        right = self._store.change(code, partial(life.paper_made, now=now))
        zone = ZoneInfo(self._house.config.site.timezone)
        sections = copy(self._house.database, Whose(right.contact))
        parts = [paper.Part(say(f"right.kinds_of.{one.category}"), one.rows) for one in sections]
        heading, foot = say("right.copy.heading"), say("right.copy.foot")
        return paper.render(heading, parts, foot, lambda name: say(f"right.column.{name}"), zone)

    # -- within -----------------------------------------------------------------------------

    def _known(self, code: str) -> Right:
        right = self.get(code)
        if right is None:
            raise RightsError(f"{code}: nobody asked for anything under this code.")
        return right

    def _close(self, right: Right, outcome: Outcome, by: str, now: datetime) -> None:
        """Its case has ended; she is not asked how content she is with her own rights."""
        self._requests.close(right.code, outcome, by, "", now)

    def _looked(self, contact: str) -> tuple[Looked, ...]:
        codes = codes_of(self._house.database, contact)
        roles = {account.name: account.role for account in self._accounts.listing()}
        owners = {row.owner for code in codes if (row := self._house.promises.store.get(code))}
        return looks(self._audit.about(codes), roles, owners, self._house.config.site.timezone)

    def _journal(self, right: Right, kind: str, now: datetime) -> None:
        facts = {"case": right.code}
        talk = self._talk(right, "voice", now)
        self._house.journal.write("outcome", talk, now, kind=kind, facts=facts)

    def _talk(self, right: Right, channel: Channel, now: datetime) -> Conversation:
        """The talk in which she asked for it, as the journal names a line's subject."""
        contact, language = right.contact, right.language
        return Conversation(right.conversation, channel, contact, language, now, now)

    def _text_proof(self, right: Right, now: datetime, *, whole: bool) -> None:
        """One text that it is done, where texts reach her; it is itself deleted once it arrived."""
        house, country = self._house, self._house.config.site.country
        if not takes_texts(right.contact, country) or house.requests.opted_out(right.contact):
            return
        rooms = house.talk.rooms
        say = Say("privacy.deleted" if whole else "privacy.deleted_but")
        text = rooms.book.sentence(say, right.language, "sms").text
        parts = letter(rooms.book, rooms.signatures, text, right.language).parts
        for number, part in enumerate(parts, start=1):
            key = f"rights:{right.code}:{number}"
            house.outbox.put(
                OutgoingText(key, right.contact, part, right.language, "answer", now), now
            )
            written = {"text": part, "language": right.language, "prompt": say.prompt}
            talk = self._talk(right, "sms", now)
            house.journal.write("said", talk, now, **written, interrupted=False)


def looks(
    entries: Iterable[Entry], roles: Mapping[str, str], owners: set[str | None], timezone: str
) -> tuple[Looked, ...]:
    """Entries of the audit log by day and role, the latest first."""
    zone = ZoneInfo(timezone)
    counted = Counter(
        (one.at.astimezone(zone).date(), roles.get(one.who, NOBODY), one.who in owners)
        for one in entries
    )
    found = [Looked(day, role, times, rang) for (day, role, rang), times in counted.items()]
    return tuple(sorted(found, key=lambda one: (one.day, one.role, one.rang_her), reverse=True))
