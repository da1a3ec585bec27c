"""One callback: what she wants, how it stands, ringing her, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, request

from assistant.desk.door import BACKGROUND
from assistant.desk.masking import hidden, until
from assistant.desk.reading import pinyin, talks
from assistant.desk.routes import Route
from assistant.desk.shell import NOTE_MOST, REASONS, after, field
from assistant.desk.visitor import me

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.callbacks.row import Callback
    from assistant.desk.shell import Shell

WHY_MOST: Final = 200
"Characters of a reason in one's own words: a sentence."
RINGING: Final = frozenset({"ringing_staff", "ringing_resident", "talking"})
OVER: Final = frozenset({"done", "cancelled"})
DRAFTED: Final = ("note", "window")
"Fields that are kept while they are typed."


class CallbackPages:
    """The page of a callback and its deeds."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._callbacks = shell.parts.callbacks

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        rule = "/queue/<code>"
        return (
            Route(rule, self.callback, "requests.see"),
            Route(f"{rule}/here", self.here_at_callback, "requests.see"),
            Route(f"{rule}/draft", self.draft_of_callback, "requests.act", "POST"),
            Route(f"{rule}/ring", self.ring_callback, "requests.act", "POST"),
            Route(f"{rule}/reveal", self.reveal_callback, "numbers.reveal", "POST"),
            Route(f"{rule}/first", self.jump_callback, "requests.act", "POST"),
            Route(f"{rule}/settle", self.settle_callback, "requests.act", "POST"),
            Route(f"{rule}/decide", self.decide_callback, "requests.act", "POST"),
            Route(f"{rule}/outcome", self.give_outcome, "requests.act", "POST"),
            Route(f"{rule}/undo", self.undo_outcome, "requests.act", "POST"),
        )

    # -- seen -------------------------------------------------------------------------------

    def callback(self, code: str) -> ResponseReturnValue:
        """The whole page; what was typed into it before stands there again."""
        row = self._find(code)
        self._shell.saw("callback.view", row.code)
        drafts, path = self._parts.people.drafts, self._form(row.code)
        draft = drafts.look(me().key, path, self._parts.machine_now())
        return self._item(row, draft=draft)

    def here_at_callback(self, code: str) -> ResponseReturnValue:
        """An open page says that it is still open."""
        self._here(self._find(code).code)
        return "", 204

    def draft_of_callback(self, code: str) -> ResponseReturnValue:
        """Keep what is being typed, a moment after each pause."""
        row, now = self._find(code), self._parts.machine_now()
        typed = {name: request.form.get(name, "") for name in DRAFTED}
        self._parts.people.drafts.keep(me().key, self._form(row.code), typed, now)
        return "", 204

    def _find(self, code: str) -> Callback:
        return self._callbacks.get(code) or abort(404)

    def _here(self, code: str) -> None:
        self._parts.presence.here(code, me().name, self._parts.machine_now())

    @staticmethod
    def _form(code: str) -> str:
        return f"/desk/queue/{code}/outcome"

    def _item(self, row: Callback, status: int = 200, **values: object) -> ResponseReturnValue:
        if BACKGROUND not in request.headers:
            self._here(row.code)
        now, name = self._parts.now(), me().name
        key, count = until(self._callbacks.due_by(row) - now)
        mine = row.owner == name
        waits = self._callbacks.outcomes.waiting((row.code,)).get(row.code)
        return self._shell.page(
            "callback",
            "queue",
            status,
            row=row,
            item=self._callbacks.item(row, now),
            due=self._shell.say(key, n=count),
            mine=mine,
            waits=waits,
            ringing=row.state in RINGING,
            dialling="revealed" in values and mine,
            sayable=() if waits else self._callbacks.sayable(row),
            watchers=self._parts.presence.at(row.code, self._parts.machine_now(), name),
            pinyin=pinyin(hidden(row.words, row.phone)) if row.language == "zh" else "",
            talks=talks(self._parts.hearings.about(row.code, row.conversation), row.phone),
            jumps=self._callbacks.jumps,
            decisions=self._callbacks.decisions,
            **values,
        )

    # -- rung -------------------------------------------------------------------------------

    def ring_callback(self, code: str) -> ResponseReturnValue:
        """Ring the own telephone and then hers."""
        row = self._find(code)
        self._shell.note("callback.ring", row.code)
        refused = self._callbacks.ring(row.code, me().name, self._parts.now())
        return self._done(row, refused, "callback_rings")

    def reveal_callback(self, code: str) -> ResponseReturnValue:
        """Show the number, for a reason that is written down first; to ring it, it is taken too."""
        row, reason = self._find(code), field("reason")
        if reason not in REASONS:
            return self._item(row, 422, error=self._shell.say("reveal.choose"))
        if reason == "ring_back" and row.state not in OVER:
            refused = self._callbacks.claim(row.code, me().name, self._parts.now())
            if refused is not None:
                return self._refused(row, refused)
        self._shell.note("number.reveal", row.code, reason)
        return self._item(self._find(code), revealed=row.phone)

    def jump_callback(self, code: str) -> ResponseReturnValue:
        """Put her first, for a reason."""
        row, why = self._find(code), field("why")
        if why not in self._callbacks.jumps:
            return self._item(row, 422, error=self._shell.say("callback.choose_why"))
        self._shell.note("callback.first", row.code, why)
        refused = self._callbacks.jump(row.code, me().name, why, self._parts.now())
        return self._done(row, refused, "callback_first")

    # -- settled ----------------------------------------------------------------------------

    def settle_callback(self, code: str) -> ResponseReturnValue:
        """Whether a ring that nobody knows of took place."""
        row, rang = self._find(code), field("rang")
        if rang not in {"yes", "no"}:
            return self._item(row, 422, error=self._shell.say("callback.choose_rang"))
        self._shell.note("callback.settle", row.code, f"rang_{rang}")
        refused = self._callbacks.settle(row.code, self._parts.now(), rang=rang == "yes")
        return self._done(row, refused, "callback_settled")

    def decide_callback(self, code: str) -> ResponseReturnValue:
        """What becomes of somebody whom nobody reached."""
        row, why = self._find(code), field("why", WHY_MOST)
        chosen = next((one for one in self._callbacks.decisions if one == field("decision")), None)
        if chosen is None or not why or len(why) > WHY_MOST:
            typed = {"decision": field("decision"), "why": why}
            said = self._shell.say("callback.say_why", n=WHY_MOST)
            return self._item(row, 422, error=said, draft=typed)
        self._shell.note("callback.decide", row.code, chosen)
        refused = self._callbacks.decide(row.code, chosen, me().name, why, self._parts.now())
        return self._done(row, refused, "callback_decided")

    def give_outcome(self, code: str) -> ResponseReturnValue:
        """What came of it; ten seconds long it can be taken back."""
        row, note = self._find(code), field("note", NOTE_MOST)
        typed = {name: request.form.get(name, "") for name in DRAFTED}
        outcome = next((o for o in self._callbacks.sayable(row) if o == field("outcome")), None)
        wrong = None
        if len(note) > NOTE_MOST:
            wrong = "note.long"
        elif outcome is None:
            wrong = "outcome.missing"
        elif outcome == "another_time" and not field("window"):
            wrong = "callback.choose_window"
        if wrong is not None or outcome is None:
            said = self._shell.say(wrong or "outcome.missing", n=NOTE_MOST)
            return self._item(row, 422, error=said, draft=typed)
        self._shell.note("callback.outcome", row.code, outcome)
        by, now = me().name, self._parts.now()
        refused = self._callbacks.give(row, outcome, by, note, now, field("window"))
        if refused is not None:
            return self._refused(row, refused, draft=typed)
        drafts, machine = self._parts.people.drafts, self._parts.machine_now()
        drafts.take(me().key, self._form(row.code), machine)
        return after(f"/desk/queue/{row.code}", "outcome_given")

    def undo_outcome(self, code: str) -> ResponseReturnValue:
        """Take back what was said a moment ago; the note stands in its field again."""
        row = self._find(code)
        self._shell.note("callback.undo", row.code)
        given = self._callbacks.take_back(row.code, me().name, self._parts.now())
        if given is None:
            return self._refused(row, "too_late")
        if given.note:
            now = self._parts.machine_now()
            self._parts.people.drafts.keep(me().key, self._form(code), {"note": given.note}, now)
        return after(f"/desk/queue/{row.code}", "outcome_undone")

    def _done(self, row: Callback, refused: str | None, done: str) -> ResponseReturnValue:
        if refused is not None:
            return self._refused(row, refused)
        return after(f"/desk/queue/{row.code}", done)

    def _refused(self, row: Callback, refused: str, **values: object) -> ResponseReturnValue:
        fresh = self._find(row.code)
        said = self._shell.say(f"not_done.{refused}", name=fresh.owner or "")
        return self._item(fresh, 409, error=said, **values)
