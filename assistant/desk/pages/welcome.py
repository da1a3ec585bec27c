"""Becoming a member of the desk: a first password by a one-time link, and the second factor."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import segno
from flask import abort, make_response, redirect, request
from markupsafe import Markup

from assistant.desk.door import safe_next
from assistant.desk.routes import Route
from assistant.desk.shell import after, field
from assistant.desk.visitor import here

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.pages.sign_in import SignIn
    from assistant.desk.shell import Shell
    from assistant.staff.accounts import Account


class Welcome:
    """First password, second factor."""

    def __init__(self, shell: Shell, sign_in: SignIn) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._accounts = shell.parts.people.accounts
        self._sign_in = sign_in

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/welcome/<secret>", self.welcome, "nobody"),
            Route("/welcome/<secret>", self.first_password, "nobody", "POST"),
            Route("/second-factor", self.second_factor, "half"),
            Route("/second-factor", self.confirm, "half", "POST"),
        )

    def welcome(self, secret: str) -> ResponseReturnValue:
        """The form for a new password."""
        return self._shell.page("welcome", "sign_in", name=self._linked(secret).name)

    def first_password(self, secret: str) -> ResponseReturnValue:
        """Keep the password; the link is used up."""
        account = self._linked(secret)
        password = request.form.get("password", "")
        wrong = None if password == request.form.get("again", "") else "password.differ"
        if wrong is None:
            wrong = self._accounts.set_password(account.key, password)
        if wrong is not None:
            said = self._shell.say(wrong)
            return self._shell.page("welcome", "sign_in", 422, name=account.name, error=said)
        self._parts.audit.note(account.name, "password.set", self._parts.machine_now())
        return after("/desk/sign-in", "password_set")

    def _linked(self, secret: str) -> Account:
        account = self._accounts.linked(secret, self._parts.machine_now())
        return account if account is not None else abort(404, "refused.link")

    def second_factor(self) -> ResponseReturnValue:
        """The QR code for the authenticator app, with its text beside it."""
        return self._enrolment(None, 200)

    def _enrolment(self, error: str | None, status: int) -> ResponseReturnValue:
        account = self._enrolling()
        if account is None:
            return redirect("/desk/sign-in", 303)
        secret, address = self._accounts.begin_second_factor(account.key, self._issuer())
        groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        wanted = safe_next(request.values.get("next", ""))
        return self._shell.page(
            "second_factor",
            "sign_in",
            status,
            secret=groups,
            address=address,
            picture=_picture(address),
            wanted=wanted,
            error=error,
        )

    def _issuer(self) -> str:
        return self._parts.site.text(here().view.language)

    def _enrolling(self) -> Account | None:
        session = here().session
        return session.account if session is not None and session.stage == "enrol" else None

    def confirm(self) -> ResponseReturnValue:
        """Check the app's first code; then show the recovery codes, once."""
        account = self._enrolling()
        if account is None:
            return redirect("/desk/sign-in", 303)
        now = self._parts.machine_now()
        codes = self._accounts.confirm_second_factor(account.key, field("code"), now)
        if codes is None:
            return self._enrolment(self._shell.say("code.wrong"), 422)
        self._parts.audit.note(account.name, "second_factor.set", now)
        wanted = safe_next(field("next", 2000))
        shown = self._shell.page("recovery", "sign_in", codes=codes, wanted=wanted)
        answer = make_response(shown)
        self._sign_in.admit(answer, account)
        return answer


def _picture(address: str) -> Markup:
    """The address as an SVG image that stands in the page itself."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", xmldecl=False, svgns=False, scale=4, border=4, light="#fff", unit=None
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - drawn by segno; the address is only its dots
