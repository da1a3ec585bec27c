"""What all pages share: the frame around them, words, the way back after a deed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import redirect, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from assistant.desk.door import safe_next
from assistant.desk.masking import age, hidden, masked
from assistant.desk.visitor import here, me
from assistant.staff.roles import Permission, may

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from assistant.desk.door import Door
    from assistant.desk.parts import DeskParts
    from assistant.desk.words import Words

NAVIGATION: Final[tuple[tuple[str, str, Permission, str], ...]] = (
    ("emergencies", "/desk/emergencies", "emergencies.see", "e"),
    ("queue", "/desk/queue", "requests.see", "q"),
    ("requests", "/desk/requests", "requests.see", "r"),
    ("cases", "/desk/cases", "requests.see", ""),
    ("risks", "/desk/risks", "requests.see", ""),
    ("themes", "/desk/themes", "requests.see", ""),
    ("rights", "/desk/rights", "requests.see", ""),
    ("meant", "/desk/meant", "requests.see", ""),
    ("directory", "/desk/directory", "tables.see", "d"),
    ("roster", "/desk/roster", "tables.see", ""),
    ("polls", "/desk/polls", "tables.see", ""),
    ("prompts", "/desk/prompts", "tables.see", ""),
    ("cards", "/desk/cards", "tables.see", ""),
    ("machine", "/desk/box", "tables.see", ""),
    ("scorecard", "/desk/scorecard", "tables.see", ""),
    ("published", "/desk/published", "tables.see", ""),
    ("exports", "/desk/exports", "exports.ask", "x"),
    ("people", "/desk/people", "people.manage", "p"),
    ("tokens", "/desk/tokens", "tokens.manage", ""),
    ("audit", "/desk/audit", "audit.read", "a"),
)
"Views in the order of the menu: name, address, who sees it, shortcut (empty: none)."

NOTE_MOST: Final = 4000
"Characters of a note: two pages."
LOOKS_MOST: Final = 100_000
"Remembered looks; after that each is written down once more."
REASONS: Final = ("ring_back", "emergency_services", "resident_asks", "mistake")
"Why a number is revealed or handed out; a choice, so that the log never holds anybody's words."


class Shell:
    """Renders pages in their frame."""

    def __init__(self, parts: DeskParts, door: Door, words: Words) -> None:
        self.parts = parts
        self.door = door
        self.words = words
        self._looks: set[tuple[str, str, str]] = set()

    def say(self, key: str, **values: object) -> str:
        """A sentence in the visitor's language."""
        return self.words.say(here().view.language, key, **values)

    def page(
        self, template: str, view: str, status: int = 200, **values: object
    ) -> ResponseReturnValue:
        """A whole page. `view` names its place in the menu and its help."""
        visitor = here()
        account = visitor.account
        sees_alarms = account is not None and may(account.role, "emergencies.see")
        frame = {
            "view": view,
            "t": self.say,
            "several": lambda key: self.words.several(visitor.view.language, key),
            "choices": visitor.view,
            "lang": visitor.view.language,
            "site": self.parts.site.text(visitor.view.language),
            "account": account,
            "can": lambda permission: account is not None and may(account.role, permission),
            "navigation": [row for row in NAVIGATION if account and may(account.role, row[2])],
            "form_token": self.door.form_token(),
            "path": request.path,
            "here": _stands_on(),
            "alarms": self.parts.alarms.listing() if sees_alarms else (),
            "box": self.parts.box(),
            "knows": self.words.knows,
            "masked": masked,
            "said": hidden,
            "age": self._age,
            "moment": self._moment,
            "intent": self.intent,
            "known": self.words.knows,
            "done": self._done_word(),
            "note_most": NOTE_MOST,
            "reasons": REASONS,
            "draft": {},
            "error": None,
        }
        return render_template(f"desk/{template}.html", **(frame | values)), status

    def may(self, permission: Permission) -> bool:
        """Whether whoever is here may do it."""
        account = here().account
        return account is not None and may(account.role, permission)

    def intent(self, name: str) -> str:
        """What a matter is about; one nobody has named yet is shown by its own name."""
        key = f"intent.{name}"
        return self.say(key) if self.words.knows(key) else name

    def draft(self, path: str) -> dict[str, str]:
        """What this person had typed into the form of that address when the session ended."""
        return self.parts.people.drafts.take(me().key, path, self.parts.machine_now())

    def note(self, what: str, which: str = "", why: str = "") -> None:
        """Write into the audit log, before the deed is done."""
        self.parts.audit.note(me().name, what, self.parts.machine_now(), which=which, why=why)

    def saw(self, what: str, which: str) -> None:
        """Write down who looked at a thing; once a session, however often its page is drawn."""
        session = here().session
        look = (session.id if session else "", what, which)
        if look in self._looks:
            return
        self.note(what, which)
        if len(self._looks) >= LOOKS_MOST:
            self._looks.clear()
        self._looks.add(look)

    def _moment(self, moment: datetime) -> str:
        local = moment.astimezone(self.parts.now().tzinfo)
        return f"{local:%Y-%m-%d %H:%M}"

    def _age(self, since: datetime) -> str:
        key, count = age(self.parts.now() - since)
        return self.say(key, n=count)

    def _done_word(self) -> str | None:
        key = f"done.{request.args.get('done', '')}"
        return self.say(key) if self.words.knows(key) else None


def _stands_on() -> str:
    """The address this page is found at again; an answer to a form has that of the form's page."""
    if request.method == "POST":
        try:
            return safe_next(request.form.get("page", ""))
        except RequestEntityTooLarge:
            return "/desk/"
    return request.full_path.removesuffix("?")


def after(address: str, done: str, **query: str) -> ResponseReturnValue:
    """To a page after a deed, which says there what was done; `query` names what it shows."""
    return redirect(f"{address}?{urlencode({**query, 'done': done})}", 303)


def field(name: str, most: int = 200) -> str:
    """What stands in a field of the form, trimmed; one character too long is left to be seen."""
    return request.form.get(name, "").strip()[: most + 1]
