"""One's own account: sessions, password; and how this browser shows pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, request

from assistant.desk.door import safe_next
from assistant.desk.routes import Route
from assistant.desk.shell import after
from assistant.desk.visitor import here, keep_view, me

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell


class OwnAccount:
    """What everybody may see and change of their own."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._people = shell.parts.people

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/view/<name>/<value>", self.choose, "nobody"),
            Route("/account", self.account, "someone"),
            Route("/account/sessions/end", self.end_session, "someone", "POST"),
            Route("/account/password", self.change_password, "someone", "POST"),
        )

    def choose(self, name: str, value: str) -> ResponseReturnValue:
        """Language, large text, shortcuts: a link changes nothing but a cookie of this browser."""
        answer = make_response(redirect(safe_next(request.args.get("next", "")), 303))
        keep_view(answer, here().view.with_(name, value), secure=self._shell.door.secure)
        return answer

    def account(self) -> ResponseReturnValue:
        """Where one is signed in, and the form for another password."""
        return self._page()

    def _page(self, error: str | None = None, status: int = 200) -> ResponseReturnValue:
        session = here().session
        now = self._parts.machine_now()
        open_ones = self._people.sessions.of(me().key, now)
        current = session.id if session is not None else ""
        return self._shell.page(
            "account", "account", status, sessions=open_ones, current=current, error=error
        )

    def end_session(self) -> ResponseReturnValue:
        """End one of one's own sessions."""
        self._people.sessions.end(request.form.get("session", ""), me().key)
        self._shell.note("session.end", me().name)
        return after("/desk/account", "session_ended")

    def change_password(self) -> ResponseReturnValue:
        """Another password; the old one is asked for, and other sessions end."""
        account, session = me(), here().session
        accounts = self._people.accounts
        wrong = None
        if accounts.proves(account.name, request.form.get("old", "")) is None:
            wrong = "password.old_wrong"
        elif request.form.get("password", "") != request.form.get("again", ""):
            wrong = "password.differ"
        else:
            wrong = accounts.set_password(account.key, request.form.get("password", ""))
        if wrong is not None:
            return self._page(self._shell.say(wrong), 422)
        self._shell.note("password.set")
        for other in self._people.sessions.of(account.key, self._parts.machine_now()):
            if session is None or other.id != session.id:
                self._people.sessions.end(other.id, account.key)
        return after("/desk/account", "password_set")
