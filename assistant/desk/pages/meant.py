"""What they meant: proposed where a request shows it, tried on stored cases, decided, undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, redirect, request

from assistant.core.errors import DataError
from assistant.desk.masking import hidden
from assistant.desk.routes import Route
from assistant.desk.shell import after, field
from assistant.desk.visitor import here, me

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue

    from assistant.corrections.store import Correction, State
    from assistant.desk.shell import Shell

WORDS_MOST: Final = 300
"Characters that become an example or a name."
SERVICES_SHOWN: Final = 30
NUMBER_MOST: Final = 9
"Digits of a correction's number."
TABS: Final[dict[str, tuple[State, ...]]] = {
    "waiting": ("proposed", "tried"),
    "accepted": ("accepted",),
    "past": ("rejected", "undone"),
}


class Meant:
    """Corrections of what was understood."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._tables = shell.parts.tables
        self._corrector = shell.parts.tables.corrector
        self._trials = shell.parts.tables.trials

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/meant", self.meant, "requests.see"),
            Route("/meant/new", self.choose_meant, "meant.propose"),
            Route("/meant/new", self.propose_meant, "meant.propose", "POST"),
            Route("/meant/<number>", self.correction, "requests.see"),
            Route("/meant/<number>/try", self.try_meant, "meant.propose", "POST"),
            Route("/meant/<number>/accept", self.accept_meant, "meant.decide", "POST"),
            Route("/meant/<number>/reject", self.reject_meant, "meant.decide", "POST"),
            Route("/meant/<number>/undo", self.undo_meant, "meant.decide", "POST"),
        )

    def meant(self) -> ResponseReturnValue:
        """The corrections: those that wait, that are live, that are over."""
        tab = request.args.get("show", "waiting")
        listed = self._corrector.store.listing(*TABS.get(tab, TABS["waiting"]))
        return self._shell.page(
            "meant", "meant", listed=listed, tab=tab, tabs=tuple(TABS), named=self._named
        )

    # -- a proposal -------------------------------------------------------------------------

    def choose_meant(self) -> ResponseReturnValue:
        """What a request or callback was really about: one click. `?code=` names it."""
        return self._chooser(*self._said(request.args.get("code", "")))

    def _said(self, code: str) -> tuple[str, str, str]:
        """What was said of a request or callback, her number masked; its language, its code."""
        found = self._parts.requests.get(code)
        if found is not None:
            self._shell.saw("request.view", found.code)
            return hidden(found.words, found.contact), found.language, found.code
        row = self._parts.callbacks.get(code) or abort(404)
        self._shell.saw("callback.view", row.code)
        return hidden(row.words, row.phone), row.language, row.code

    def _chooser(
        self, words: str, language: str, code: str, status: int = 200, error: str | None = None
    ) -> ResponseReturnValue:
        asked = request.args.get("q", "")[:200]
        listing = self._tables.directory.listing(asked, self._parts.now().date())
        return self._shell.page(
            "meant_new",
            "meant",
            status,
            words=words,
            language=language,
            code=code,
            matter=self._matter(code),
            intents=self._tables.intents,
            services=listing[:SERVICES_SHOWN],
            asked=asked,
            error=error,
        )

    def propose_meant(self) -> ResponseReturnValue:
        """Keep a proposal and begin to try it."""
        words, language = field("words", WORDS_MOST), field("language")
        code, (kind, _, meant) = field("code"), field("meant").partition(":")
        if not words or len(words) > WORDS_MOST or kind not in {"intent", "service"}:
            said = self._shell.say("meant.words_wrong", n=WORDS_MOST)
            return self._chooser(words, language, code, 422, said)
        self._shell.note("meant.propose", code, meant)
        try:
            number = self._corrector.propose(
                words,
                language,
                "intent" if kind == "intent" else "service",
                meant,
                by=me().name,
                code=code or None,
            )
        except DataError:
            said = self._shell.say("meant.unknown")
            return self._chooser(words, language, code, 422, said)
        if self._corrector.store.get(number).state == "proposed":
            self._trials.begin(number)
        return redirect(f"/desk/meant/{number}", 303)

    # -- one correction ---------------------------------------------------------------------

    def correction(self, number: str) -> ResponseReturnValue:
        """What it would change, or has changed."""
        return self._item(self._find(number))

    def _find(self, number: str) -> Correction:
        if not (number.isascii() and number.isdigit() and len(number) <= NUMBER_MOST):
            abort(404)
        try:
            return self._corrector.store.get(int(number))
        except DataError:
            abort(404)

    def _item(
        self, found: Correction, status: int = 200, error: str | None = None
    ) -> ResponseReturnValue:
        return self._shell.page(
            "correction",
            "meant",
            status,
            item=found,
            trying=self._trials.under_way(found.id),
            matter=self._matter(found.case_code or ""),
            named=self._named,
            told=self._told,
            error=error,
        )

    def try_meant(self, number: str) -> ResponseReturnValue:
        """Try it again: other requests have come since, or the first trial was cut off."""
        found = self._find(number)
        if found.state not in {"proposed", "tried"}:
            return self._item(found, 409, self._shell.say("late.meant"))
        self._trials.begin(found.id)
        return redirect(f"/desk/meant/{found.id}", 303)

    def accept_meant(self, number: str) -> ResponseReturnValue:
        """Let the line know it, from the next turn on."""
        return self._decide(number, "accept", self._corrector.accept)

    def reject_meant(self, number: str) -> ResponseReturnValue:
        """Leave everything as it is."""
        return self._decide(number, "reject", self._corrector.reject)

    def undo_meant(self, number: str) -> ResponseReturnValue:
        """Let the line forget it."""
        return self._decide(number, "undo", self._corrector.undo)

    def _decide(self, number: str, deed: str, do: Callable[..., None]) -> ResponseReturnValue:
        found = self._find(number)
        self._shell.note(f"meant.{deed}", str(found.id), found.meant)
        try:
            do(found.id, by=me().name)
        except DataError:
            return self._item(self._find(number), 409, self._shell.say(f"late.meant_{deed}"))
        return after(f"/desk/meant/{found.id}", f"meant_{deed}")

    # -- words ------------------------------------------------------------------------------

    def _matter(self, code: str) -> str:
        """The page of the request, or callback, that words were said for."""
        return f"/desk/{'requests' if self._parts.requests.get(code) else 'queue'}/{code}"

    def _named(self, kind: str, meant: str) -> str:
        """An intent in words, or a service by its name."""
        return self._shell.intent(meant) if kind == "intent" else self._service(meant)

    def _told(self, understood: str) -> str:
        """`intent · service` of a trial in words; either may be missing."""
        first, *others = understood.split(" · ")
        if self._shell.words.knows(f"intent.{first}"):
            named = [self._shell.intent(first)]
        else:
            named = [self._shell.say("meant.nothing")]
            others = [first, *others] if first else others
        return " · ".join([*named, *(self._service(one) for one in others)])

    def _service(self, identity: str) -> str:
        try:
            found = self._tables.directory.service(identity, self._parts.now().date())
        except DataError:
            return identity
        return found.name.text(here().view.language)
