"""The roster: who rings residents back, and who is away until when."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from flask import request

from assistant.core.callback import Window
from assistant.core.phones import e164
from assistant.desk.masking import initial
from assistant.desk.routes import Route
from assistant.desk.shell import after, field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell

NAME_MOST: Final = 40


class RosterPages:
    """People on duty."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._tables = shell.parts.tables
        self._roster = shell.parts.tables.roster

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/roster", self.roster, "tables.see"),
            Route("/roster", self.add_to_roster, "tables.manage", "POST"),
            Route("/roster/away", self.away, "tables.manage", "POST"),
            Route("/roster/back", self.is_back, "tables.manage", "POST"),
            Route("/roster/remove", self.take_off_roster, "tables.manage", "POST"),
        )

    def roster(self) -> ResponseReturnValue:
        """Everybody, who works now, who is away."""
        return self._page()

    def _page(self, status: int = 200, **values: object) -> ResponseReturnValue:
        staff, now = self._roster.staff(), self._parts.now()
        present = {person.name for person in staff.on_duty(now)}
        away = {one.name: one.away for one in staff.absences if one.away.end > now}
        return self._shell.page(
            "roster",
            "roster",
            status,
            people=staff.people,
            present=present,
            away_until=away,
            languages=self._tables.languages,
            initial=initial,
            **values,
        )

    def add_to_roster(self) -> ResponseReturnValue:
        """Put somebody on it."""
        name, phone = field("name"), e164(field("phone"), self._tables.country)
        spoken = tuple(one for one in self._tables.languages if f"speaks-{one}" in request.form)
        wrong = None
        if not name or len(name) > NAME_MOST or not spoken:
            wrong = "roster.name_missing"
        elif not phone.startswith("+"):
            wrong = "roster.phone_wrong"
        if wrong is not None:
            typed = {"name": name, "phone": field("phone")}
            return self._page(422, error=self._shell.say(wrong), draft=typed)
        self._shell.note("roster.add", name)
        if not self._roster.put_on(name, phone, spoken):
            return self._page(409, error=self._shell.say("roster.taken"))
        return after("/desk/roster", "roster_changed")

    def away(self) -> ResponseReturnValue:
        """Somebody is away from now to the end of a day."""
        name, last = field("name"), _day(field("until"))
        now = self._parts.now()
        if last is None or last < now.date():
            return self._page(422, error=self._shell.say("roster.day_wrong"))
        end = datetime.combine(last + timedelta(days=1), time(), now.tzinfo)
        self._shell.note("roster.away", name)
        if not self._roster.absent(name, Window(now.astimezone(UTC), end.astimezone(UTC))):
            return self._page(409, error=self._shell.say("late.roster"))
        return after("/desk/roster", "roster_changed")

    def is_back(self) -> ResponseReturnValue:
        """Somebody works again."""
        name = field("name")
        self._shell.note("roster.back", name)
        if not self._roster.back(name, self._parts.now()):
            return self._page(409, error=self._shell.say("late.roster"))
        return after("/desk/roster", "roster_changed")

    def take_off_roster(self) -> ResponseReturnValue:
        """Take somebody off it."""
        name = field("name")
        self._shell.note("roster.remove", name)
        if not self._roster.remove(name):
            return self._page(409, error=self._shell.say("late.roster"))
        return after("/desk/roster", "roster_changed")


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
