"""Who is asking, and how they like their pages: what a request brings along."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from flask import g, request

from assistant.desk.words import LANGUAGES

if TYPE_CHECKING:
    from flask import Response

    from assistant.staff.accounts import Account
    from assistant.staff.sessions import Session

VIEW_COOKIE: Final = "desk_view"
VIEW_LASTS_S: Final = 365 * 24 * 3600
_VIEW: Final = re.compile(r"([a-z]{2})-([01])([01])")


@dataclass(frozen=True, slots=True)
class View:
    """How this browser shows pages; no secret, kept in a cookie of its own."""

    language: str = LANGUAGES[0]
    large: bool = False
    keys: bool = True
    "Whether single-letter shortcuts work."

    def __str__(self) -> str:
        """As the cookie has it."""
        return f"{self.language}-{int(self.large)}{int(self.keys)}"

    def with_(self, name: str, value: str) -> View:
        """With one choice changed; an unknown one changes nothing."""
        if name == "language" and value in LANGUAGES:
            return replace(self, language=value)
        if name == "large" and value in {"0", "1"}:
            return replace(self, large=value == "1")
        if name == "keys" and value in {"0", "1"}:
            return replace(self, keys=value == "1")
        return self


@dataclass(frozen=True, slots=True)
class Visitor:
    """One request's person."""

    session: Session | None
    view: View
    form_secret: str
    "Random, in a cookie: binds forms to this browser before anybody has signed in."
    fresh: bool
    "Whether the form secret was made just now and has to be sent."

    @property
    def account(self) -> Account | None:
        """Who is signed in, wholly and not locked; else `None`."""
        session = self.session
        return session.account if session and session.stage == "in" and not session.locked else None


def here() -> Visitor:
    """The visitor of this request; the door has set it."""
    visitor: Visitor = g.visitor
    return visitor


def me() -> Account:
    """Who is signed in, on a page that only opens for somebody."""
    account = here().account
    if account is None:
        raise LookupError("this page is open to nobody")
    return account


def view_of_cookie() -> View:
    """The browser's choices, or what it asks for in its headers."""
    kept = _VIEW.fullmatch(request.cookies.get(VIEW_COOKIE, ""))
    if kept is None or kept[1] not in LANGUAGES:
        return View(request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0])
    return View(kept[1], kept[2] == "1", kept[3] == "1")


def keep_view(response: Response, view: View, *, secure: bool) -> None:
    """Send the choices along for next time."""
    response.set_cookie(
        VIEW_COOKIE,
        str(view),
        max_age=VIEW_LASTS_S,
        path="/desk/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )
