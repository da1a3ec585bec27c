"""The door of every desk page: who comes, whether they may, and whether the form is ours."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import abort, g, redirect, request

from assistant.desk.guard import Pace, form_token, is_near, is_own_form, protect
from assistant.desk.routes import LARGE_BODY
from assistant.desk.visitor import Visitor, here, view_of_cookie
from assistant.staff.roles import PERMISSIONS, may

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response
    from flask.typing import ResponseReturnValue

    from assistant.desk.parts import DeskParts
    from assistant.desk.routes import Route

FORM_COOKIE: Final = "desk_form"
BACKGROUND: Final = "X-Desk-Background"
"Sent by a page that redraws itself: nobody is at work, so the session's rest goes on."
NOT_KEPT: Final = frozenset({"form_token", "password", "again", "old", "code"})
"Fields of a form that are never put by."


class Door:
    """Stands before the views as `before_request` and after them as `after_request`."""

    def __init__(self, parts: DeskParts, routes: Mapping[tuple[str, str], Route]) -> None:
        self._parts = parts
        self._routes = routes
        self._pace = Pace()

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self._parts.public_url().startswith("https://")

    @property
    def session_cookie(self) -> str:
        """Over TLS the name itself keeps other hosts and plain http from setting it."""
        return "__Host-desk" if self.secure else "desk"

    # -- in ---------------------------------------------------------------------------------

    def enter(self) -> ResponseReturnValue | None:
        """Let the request through, or answer it here."""
        request.max_content_length = request.max_form_memory_size = LARGE_BODY
        g.visitor = self._visitor()
        endpoint = (request.endpoint or "").rpartition(".")[2]
        if endpoint == "static":
            return None
        address = request.remote_addr or ""
        if not self._pace.allows(address, time.monotonic()):
            abort(429)
        if not (self.secure or self._parts.plain_http or is_near(address)):
            abort(403, "refused.plain_http")
        method = "GET" if request.method in {"GET", "HEAD", "OPTIONS"} else request.method
        route = self._routes.get((endpoint, method))
        if route is None:
            abort(405)
        if here().account is not None:
            request.max_content_length = route.body
        return self._admit(route)

    def _visitor(self) -> Visitor:
        secret = request.cookies.get(self.session_cookie, "")
        now = self._parts.machine_now()
        session = self._parts.people.sessions.find(secret, now) if secret else None
        kept = request.cookies.get(FORM_COOKIE, "")
        form_secret = kept or secrets.token_urlsafe(32)
        return Visitor(session, view_of_cookie(), form_secret, not kept)

    def _admit(self, route: Route) -> ResponseReturnValue | None:
        own = request.method != "POST" or is_own_form(self.form_token())
        if route.needs == "nobody":
            return None if own else abort(400, "refused.form")
        session, account = here().session, here().account
        if route.needs == "half":
            waiting = session is not None and session.stage != "in"
            if not waiting:
                return self._to_sign_in()
            return None if own else abort(400, "refused.form")
        if account is None or session is None:
            if own:
                self._keep_draft()
            return self._to_sign_in()
        if not own:
            abort(400, "refused.form")
        if route.needs in PERMISSIONS and not may(account.role, route.needs):
            abort(403)
        if BACKGROUND not in request.headers:
            self._parts.people.sessions.touch(session, self._parts.machine_now())
        return None

    def form_token(self) -> str:
        """The token of forms shown to this visitor in this session."""
        visitor = here()
        session = visitor.session.id if visitor.session else ""
        return form_token(self._parts.key, visitor.form_secret, session)

    def _keep_draft(self) -> None:
        """A form of a session that locked meanwhile: nothing typed is lost."""
        session = here().session
        typed = {k: v for k, v in request.form.items() if k not in NOT_KEPT and v.strip()}
        if session is None or session.stage != "in" or request.method != "POST" or not typed:
            return
        drafts = self._parts.people.drafts
        drafts.keep(session.account.key, request.path, typed, self._parts.machine_now())

    def _to_sign_in(self) -> ResponseReturnValue:
        """To the sign-in page, and from there back to where the visitor wanted to be."""
        wanted = request.full_path.removesuffix("?") if request.method == "GET" else _form_page()
        return redirect(f"/desk/sign-in?next={quote(wanted, safe='')}", 303)

    # -- out --------------------------------------------------------------------------------

    def leave(self, response: Response) -> Response:
        """Headers, and the form secret of a new browser."""
        visitor: Visitor | None = g.get("visitor")
        if visitor is not None and visitor.fresh:
            self.set_cookie(response, FORM_COOKIE, visitor.form_secret)
        return protect(response, secure=self.secure)

    def set_cookie(self, response: Response, name: str, value: str) -> None:
        """A cookie for as long as the browser is open, out of reach of scripts."""
        response.set_cookie(
            name, value, path="/", secure=self.secure, httponly=True, samesite="Lax"
        )

    def sign_in(self, response: Response, secret: str) -> None:
        """Give the browser its session."""
        self.set_cookie(response, self.session_cookie, secret)

    def sign_out(self, response: Response) -> None:
        """Take the session from the browser."""
        response.delete_cookie(
            self.session_cookie, path="/", secure=self.secure, httponly=True, samesite="Lax"
        )


def _form_page() -> str:
    """The page a form stands on, told by the form itself."""
    return safe_next(request.form.get("page", ""))


def safe_next(wanted: str) -> str:
    """A place to go to after signing in: one of our own pages, or the desk's first."""
    plain = wanted.startswith("/desk/") and "\\" not in wanted and wanted.isprintable()
    return wanted if plain and not wanted.startswith("/desk/sign-") else "/desk/"
