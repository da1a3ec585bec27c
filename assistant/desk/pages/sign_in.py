"""Signing in: name and password, then the one-time code; and out again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import make_response, redirect, request

from assistant.desk.door import safe_next
from assistant.desk.routes import Route
from assistant.desk.shell import field
from assistant.desk.visitor import here
from assistant.staff.roles import needs_second_factor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell
    from assistant.staff.accounts import Account
    from assistant.staff.sessions import Stage


class SignIn:
    """The way in and out."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._people = shell.parts.people

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/sign-in", self.sign_in, "nobody"),
            Route("/sign-in", self.password, "nobody", "POST"),
            Route("/sign-in/code", self.ask_code, "half"),
            Route("/sign-in/code", self.code, "half", "POST"),
            Route("/sign-out", self.sign_out, "nobody", "POST"),
        )

    def sign_in(self) -> ResponseReturnValue:
        """The form for name and password; before anybody has one, the first start."""
        start = self._parts.first_start
        if start is not None and start.open():
            return redirect("/desk/setup", 303)
        return self._form()

    def _form(self, error: str | None = None, status: int = 200) -> ResponseReturnValue:
        session = here().session
        locked = session is not None and session.locked and session.stage == "in"
        name = session.account.name if session is not None and locked else ""
        wanted = safe_next(request.values.get("next", ""))
        return self._shell.page(
            "sign_in", "sign_in", status, locked=locked, name=name, wanted=wanted, error=error
        )

    def password(self) -> ResponseReturnValue:
        """Check name and password."""
        name, address, now = field("name"), request.remote_addr or "", self._parts.machine_now()
        waits = self._people.lockout.waits(name, address, now)
        if waits > timedelta():
            return self._wait(waits)
        account = self._people.accounts.proves(name, request.form.get("password", ""))
        if account is None:
            self._failed(name)
            return self._form(self._shell.say("sign_in.wrong"), 403)
        if not needs_second_factor(account.role):
            return self.finish(account)
        return self._half(account, "code" if account.second_factor else "enrol")

    def _wait(self, waits: timedelta) -> ResponseReturnValue:
        minutes = -(-int(waits.total_seconds() + 1) // 60)
        return self._form(self._shell.say("sign_in.wait", n=minutes), 429)

    def _failed(self, name: str) -> None:
        now = self._parts.machine_now()
        self._people.lockout.failed(name, request.remote_addr or "", now)
        # What stands in the name's field may be a password in the wrong place: only names we know.
        known = self._people.accounts.get(name)
        self._parts.audit.note("nobody", "sign_in.failed", now, which=known.name if known else "")

    def _half(self, account: Account, stage: Stage) -> ResponseReturnValue:
        wanted = quote(safe_next(field("next", 2000)), safe="")
        place = "/desk/sign-in/code" if stage == "code" else "/desk/second-factor"
        answer = make_response(redirect(f"{place}?next={wanted}", 303))
        self._shell.door.sign_in(answer, self._begin(account, stage))
        return answer

    def _begin(self, account: Account, stage: Stage) -> str:
        device, now = request.headers.get("User-Agent", ""), self._parts.machine_now()
        return self._people.sessions.begin(account.key, stage, device, now)

    def ask_code(self) -> ResponseReturnValue:
        """The form for the one-time code."""
        wanted = safe_next(request.args.get("next", ""))
        return self._shell.page("code", "sign_in", wanted=wanted)

    def code(self) -> ResponseReturnValue:
        """Check the one-time code, or use up a recovery code."""
        session = here().session
        if session is None or session.stage != "code":
            return redirect("/desk/sign-in", 303)
        account, typed, now = session.account, field("code"), self._parts.machine_now()
        waits = self._people.lockout.waits(account.name, request.remote_addr or "", now)
        if waits > timedelta():
            return self._wait(waits)
        accounts = self._people.accounts
        recovered = False
        if not accounts.code_fits(account.key, typed, now):
            recovered = accounts.recovers(account.key, typed)
            if not recovered:
                self._failed(account.name)
                wrong = self._shell.say("code.wrong")
                wanted = safe_next(field("next", 2000))
                return self._shell.page("code", "sign_in", 403, wanted=wanted, error=wrong)
        return self.finish(account, why="recovery_code" if recovered else "")

    def finish(self, account: Account, why: str = "") -> ResponseReturnValue:
        """Everything was right: a new session, and on to where the visitor wanted to be."""
        answer = make_response(redirect(safe_next(field("next", 2000)), 303))
        self.admit(answer, account, why)
        return answer

    def admit(self, answer: Response, account: Account, why: str = "") -> None:
        """Begin the session proper with an answer on its way; the one before it is over."""
        now, before = self._parts.machine_now(), here().session
        self._people.lockout.succeeded(account.name, request.remote_addr or "")
        self._parts.audit.note(account.name, "sign_in", now, why=why)
        if before is not None:
            self._people.sessions.end(before.id, before.account.key)
        self._shell.door.sign_in(answer, self._begin(account, "in"))

    def sign_out(self) -> ResponseReturnValue:
        """End the session here."""
        session = here().session
        if session is not None:
            self._people.sessions.end(session.id, session.account.key)
        answer = make_response(redirect("/desk/sign-in?done=signed_out", 303))
        self._shell.door.sign_out(answer)
        return answer
