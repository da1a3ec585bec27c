"""Emergencies: who is in danger, who looks after it, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, request

from assistant.desk.routes import Route
from assistant.desk.shell import NOTE_MOST, REASONS, after, field
from assistant.desk.visitor import me

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.alarms.store import Alarm
    from assistant.desk.shell import Shell


class Emergencies:
    """Alarms on the desk. Every one is closed by a named person with a note."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/banner", self.banner, "emergencies.see"),
            Route("/emergencies", self.emergencies, "emergencies.see"),
            Route("/emergencies/<code>", self.emergency, "emergencies.see"),
            Route("/emergencies/<code>/take", self.take_emergency, "emergencies.act", "POST"),
            Route("/emergencies/<code>/close", self.close_emergency, "emergencies.act", "POST"),
            Route("/emergencies/<code>/reveal", self.reveal_emergency, "numbers.reveal", "POST"),
        )

    def banner(self) -> ResponseReturnValue:
        """The alarms as every page shows them at its top; fetched when a signal says so."""
        return self._shell.page("alarms", "emergencies")

    def emergencies(self) -> ResponseReturnValue:
        """All that are not closed, with what was said."""
        for alarm in self._parts.alarms.listing():
            self._shell.saw("emergency.view", alarm.code)
        return self._shell.page("emergencies", "emergencies")

    def emergency(self, code: str) -> ResponseReturnValue:
        """One alarm."""
        alarm = self._find(code)
        self._shell.saw("emergency.view", alarm.code)
        path = f"/desk/emergencies/{alarm.code}/close"
        return self._item(alarm, draft=self._shell.draft(path))

    def _find(self, code: str) -> Alarm:
        return self._parts.alarms.get(code) or abort(404)

    def _item(self, alarm: Alarm, status: int = 200, **values: object) -> ResponseReturnValue:
        return self._shell.page("emergency", "emergencies", status, alarm=alarm, **values)

    def take_emergency(self, code: str) -> ResponseReturnValue:
        """Take it on, in one's own name."""
        alarm = self._find(code)
        self._shell.note("emergency.take", alarm.code)
        if self._parts.alarms.take(alarm.code, me().name, self._parts.now()):
            return after(f"/desk/emergencies/{alarm.code}", "taken")
        return self._late(alarm.code)

    def _late(self, code: str, **values: object) -> ResponseReturnValue:
        """Somebody else was faster: say who, and what was typed stays."""
        alarm = self._find(code)
        key = "closed_by_other" if alarm.status == "closed" else "taken_by_other"
        who = alarm.closed_by if alarm.status == "closed" else alarm.taken_by
        return self._item(alarm, 409, error=self._shell.say(f"late.{key}", name=who), **values)

    def close_emergency(self, code: str) -> ResponseReturnValue:
        """Close it, in one's own name and with a note."""
        alarm, note = self._find(code), field("note", NOTE_MOST)
        wrong = "note.missing" if not note else "note.long" if len(note) > NOTE_MOST else None
        if wrong is not None:
            typed = {"note": request.form.get("note", "")}
            said = self._shell.say(wrong, n=NOTE_MOST)
            return self._item(alarm, 422, error=said, draft=typed)
        self._shell.note("emergency.close", alarm.code)
        if self._parts.alarms.close(alarm.code, me().name, note, self._parts.now()):
            return after("/desk/emergencies", "emergency_closed")
        return self._late(alarm.code, draft={"note": note})

    def reveal_emergency(self, code: str) -> ResponseReturnValue:
        """Show the number, for a reason that is written down first."""
        alarm, reason = self._find(code), field("reason")
        if reason not in REASONS:
            return self._item(alarm, 422, error=self._shell.say("reveal.choose"))
        self._shell.note("number.reveal", alarm.code, reason)
        return self._item(alarm, revealed=alarm.contact)
