"""The first start before anybody has an account: the office, its line, the first admin.

Opens on the line's own machine, or elsewhere with the code the start has printed; never once
somebody has an account.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import abort, make_response, redirect, request

from assistant.core.errors import ConfigError
from assistant.desk.guard import is_near
from assistant.desk.pages.setup_forms import (
    KINDS,
    LANGUAGES,
    Written,
    line_fields,
    line_settings,
    office_fields,
    office_settings,
)
from assistant.desk.routes import Route
from assistant.desk.shell import after, field
from assistant.staff.accounts import StaffError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell
    from assistant.first_start import FirstStart
    from assistant.staff.accounts import Account

OWN_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
SPOKEN_FOR: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"Headers of somebody who asks for another: then we are not asked from this machine."
CODE_NAME: Final = "first start"
"Under this name wrong codes are counted, as an account's wrong passwords."
NEXT: Final = "/desk/setup/hearing"


class SetupOpen:
    """The pages that need nobody to have signed in."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._cookie = "__Host-setup" if shell.door.secure else "setup"

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/setup", self.setup_begin, "nobody"),
            Route("/setup/code", self.setup_ask_code, "nobody"),
            Route("/setup/code", self.setup_code, "nobody", "POST"),
            Route("/setup/office", self.setup_office, "nobody"),
            Route("/setup/office", self.setup_keep_office, "nobody", "POST"),
            Route("/setup/line", self.setup_line, "nobody"),
            Route("/setup/line", self.setup_keep_line, "nobody", "POST"),
            Route("/setup/account", self.setup_account, "nobody"),
            Route("/setup/account", self.setup_keep_account, "nobody", "POST"),
        )

    def setup_begin(self) -> ResponseReturnValue:
        """To the first step, or to the code, or past the steps that are done."""
        start = self._parts.first_start or abort(404)
        if not start.open():
            return redirect(NEXT, 303)
        return redirect(f"/desk/setup/{'office' if self._may(start) else 'code'}", 303)

    # -- who may -----------------------------------------------------------------------------

    def _start(self) -> FirstStart:
        """What the steps work on, for whoever may take them."""
        start = self._still_open()
        return start if self._may(start) else abort(403, "refused.set_up_elsewhere")

    def _may(self, start: FirstStart) -> bool:
        return _from_this_machine() or self._has_code(start)

    def _still_open(self) -> FirstStart:
        start = self._parts.first_start or abort(404)
        return start if start.open() else abort(403, "refused.set_up")

    def _has_code(self, start: FirstStart) -> bool:
        held = request.cookies.get(self._cookie, "")
        return hmac.compare_digest(held.encode(), start.pass_of(self._parts.key).encode())

    def setup_ask_code(self) -> ResponseReturnValue:
        """The form for the code."""
        self._still_open()
        return self._shell.page("setup_code", "setup")

    def setup_code(self) -> ResponseReturnValue:
        """Check the code; wrong ones are slowed."""
        start, address, now = self._still_open(), request.remote_addr or "", self._now()
        lockout = self._parts.people.lockout
        waits = lockout.waits(CODE_NAME, address, now)
        if waits > timedelta():
            minutes = -(-int(waits.total_seconds() + 1) // 60)
            said = self._shell.say("sign_in.wait", n=minutes)
            return self._shell.page("setup_code", "setup", 429, error=said)
        typed = "".join(field("code").upper().split()).replace("-", "")
        if not hmac.compare_digest(typed.encode(), start.code.encode()):
            lockout.failed(CODE_NAME, address, now)
            said = self._shell.say("setup.code_wrong")
            return self._shell.page("setup_code", "setup", 403, error=said)
        lockout.succeeded(CODE_NAME, address)
        answer = make_response(redirect("/desk/setup/office", 303))
        self._shell.door.set_cookie(answer, self._cookie, start.pass_of(self._parts.key))
        return answer

    # -- steps -------------------------------------------------------------------------------

    def setup_office(self) -> ResponseReturnValue:
        """Names, languages, country and numbers."""
        return self._office(office_fields(self._start().settings()))

    def _office(
        self, typed: dict[str, str], status: int = 200, **values: object
    ) -> ResponseReturnValue:
        return self._shell.page(
            "setup_office", "setup", status, typed=typed, tongues=LANGUAGES, **values
        )

    def setup_keep_office(self) -> ResponseReturnValue:
        """Write them down."""
        start, typed = self._start(), request.form.to_dict()
        written = office_settings(typed)
        error = self._kept(start, written)
        if error is not None:
            return self._office(typed, 422, wrong=written.wrong, error=error)
        return after("/desk/setup/line", "setup_kept")

    def setup_line(self) -> ResponseReturnValue:
        """Whose line it is: none yet, Twilio's, or an exchange's."""
        return self._line(line_fields(self._start().settings()))

    def _line(
        self, typed: dict[str, str], status: int = 200, **values: object
    ) -> ResponseReturnValue:
        return self._shell.page("setup_line", "setup", status, typed=typed, kinds=KINDS, **values)

    def setup_keep_line(self) -> ResponseReturnValue:
        """Write it down; what is secret, into a file of its own."""
        start, typed = self._start(), request.form.to_dict()
        written = line_settings(typed, start.settings())
        error = self._kept(start, written)
        if error is not None:
            shown = {**typed, "auth_token": "", "password": ""}
            return self._line(shown, 422, wrong=written.wrong, error=error)
        return after("/desk/setup/account", "setup_kept")

    def _kept(self, start: FirstStart, written: Written) -> str | None:
        """Write it; the sentence that says why not, if it cannot be."""
        if written.wrong:
            return self._shell.say("setup.wrong")
        try:
            start.save(written.changes, written.secrets)
        except ConfigError as error:
            return self._shell.say("setup.not_written", why=str(error))
        self._parts.audit.note("nobody", "settings.written", self._now(), why="setup")
        return None

    def setup_account(self) -> ResponseReturnValue:
        """The form for the first admin."""
        self._start()
        return self._shell.page("setup_account", "setup", name="")

    def setup_keep_account(self) -> ResponseReturnValue:
        """Make the account; from here on only its owner goes on."""
        start, name = self._start(), field("name")
        password = request.form.get("password", "")
        wrong = None if password == request.form.get("again", "") else "password.differ"
        try:
            account = start.first_admin(name, password, self._now()) if wrong is None else None
        except StaffError:
            wrong = "setup.account_wrong"
            account = None
        if wrong is not None:
            said = self._shell.say(wrong)
            return self._shell.page("setup_account", "setup", 422, name=name, error=said)
        if account is None:
            abort(403, "refused.set_up")
        return self._admitted(account)

    def _admitted(self, account: Account) -> ResponseReturnValue:
        """On to the second factor, and from there to the next step."""
        now = self._now()
        self._parts.audit.note(account.name, "person.add", now, which=account.name, why="admin")
        device = request.headers.get("User-Agent", "")
        session = self._parts.people.sessions.begin(account.key, "enrol", device, now)
        answer = make_response(redirect(f"/desk/second-factor?next={NEXT}", 303))
        self._shell.door.sign_in(answer, session)
        answer.delete_cookie(self._cookie, path="/")
        return answer

    def _now(self) -> datetime:
        return self._parts.machine_now()


def _from_this_machine() -> bool:
    """Whether a browser on this machine asks, for itself, by one of the machine's own names.

    The name keeps a foreign page out that has its own name lead to us.
    """
    name = urlsplit(f"//{request.host}").hostname or ""
    spoken_for = any(header in request.headers for header in SPOKEN_FOR)
    return is_near(request.remote_addr or "") and name in OWN_NAMES and not spoken_for
