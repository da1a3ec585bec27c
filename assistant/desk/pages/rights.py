"""Wishes about what is kept: their clock, whether they are proved, the sheet, and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort

from assistant.core.errors import AssistantError
from assistant.desk.routes import Route
from assistant.desk.shell import after, field
from assistant.desk.visitor import me
from assistant.desk.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell
    from assistant.rights.life import Right

NUMBER_MOST = 20
"Characters of a telephone number with its blanks."


class Rights:
    """The list, one wish, and every deed on it."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._desk = shell.parts.rights
        self._now = shell.parts.now

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        rule = "/rights/<code>"
        return (
            Route("/rights", self.rights, "requests.see"),
            Route(rule, self.right, "requests.see"),
            Route(f"{rule}/prove", self.prove_right, "rights.act", "POST"),
            Route(f"{rule}/tell", self.tell_right, "rights.act", "POST"),
            Route(f"{rule}/delete", self.delete_right, "rights.act", "POST"),
            Route(f"{rule}/helper", self.agree_helper, "rights.act", "POST"),
            Route(f"{rule}/refuse", self.refuse_right, "rights.act", "POST"),
            Route(f"{rule}/paper", self.want_paper, "rights.act", "POST"),
            Route(f"{rule}/copy", self.take_paper, "rights.copy", "POST"),
        )

    def rights(self) -> ResponseReturnValue:
        """What is still to be done, the one that is due first at the top."""
        return self._shell.page(
            "rights", "rights", shown=self._desk.waiting(), moment_now=self._now()
        )

    def right(self, code: str) -> ResponseReturnValue:
        """One wish; what is kept of her shows once it is proved to be hers."""
        found = self._find(code)
        self._shell.saw("rights.view", found.code)
        return self._item(found)

    def _find(self, code: str) -> Right:
        return self._desk.get(code) or abort(404)

    def _item(
        self, found: Right, status: int = 200, error: str | None = None
    ) -> ResponseReturnValue:
        sheet = self._desk.sheet(found) if self._shell.may("rights.act") else None
        return self._shell.page(
            "right",
            "rights",
            status,
            item=found,
            sheet=sheet,
            rung=self._desk.rung(found),
            desk_of=self._desk,
            moment_now=self._now(),
            error=error,
        )

    def _do(
        self, code: str, what: str, why: str, deed: Callable[[Right], object], done: str
    ) -> ResponseReturnValue:
        """Write it down, then do it; what does not fit is said on the wish's own page."""
        found = self._find(code)
        self._shell.note(what, found.code, why)
        try:
            deed(found)
        except AssistantError:
            return self._item(self._find(code), 409, self._shell.say("right.does_not_fit"))
        return after(f"/desk/rights/{found.code}", done)

    # -- deeds ------------------------------------------------------------------------------

    def prove_right(self, code: str) -> ResponseReturnValue:
        """It is hers: the line rang her, she told a fact, or she stands at the counter."""
        given, fact = field("proof"), field("fact")
        proof = next((one for one in self._desk.proofs if one == given), None)
        if proof is None or (proof == "fact" and fact not in self._desk.facts):
            return self._item(self._find(code), 422, self._shell.say("right.choose"))
        why = f"{proof}.{fact}" if proof == "fact" else proof
        return self._do(
            code, "rights.prove", why, lambda one: self._desk.prove(one.code, proof), "right_proved"
        )

    def tell_right(self, code: str) -> ResponseReturnValue:
        """She was told."""
        return self._do(
            code,
            "rights.tell",
            "",
            lambda one: self._desk.tell(one.code, me().name, self._now()),
            "right_told",
        )

    def delete_right(self, code: str) -> ResponseReturnValue:
        """Delete what is hers."""
        return self._do(
            code,
            "rights.delete",
            "",
            lambda one: self._desk.delete(one.code, me().name, self._now()),
            "right_deleted",
        )

    def agree_helper(self, code: str) -> ResponseReturnValue:
        """Write down from which telephone somebody may ask for her."""
        number = field("number", NUMBER_MOST)
        return self._do(
            code,
            "rights.helper",
            "",
            lambda one: self._desk.agree_helper(one.code, number, me().name, self._now()),
            "right_agreed",
        )

    def refuse_right(self, code: str) -> ResponseReturnValue:
        """It is not met, for a reason that she is told."""
        why = field("why")
        if why not in self._desk.refusals:
            return self._item(self._find(code), 422, self._shell.say("right.choose"))
        return self._do(
            code,
            "rights.refuse",
            why,
            lambda one: self._desk.refuse(one.code, why, me().name, self._now()),
            "right_refused",
        )

    def want_paper(self, code: str) -> ResponseReturnValue:
        """She wants all of it on paper."""
        return self._do(
            code,
            "rights.paper",
            "",
            lambda one: self._desk.want_paper(one.code, self._now()),
            "right_paper",
        )

    def take_paper(self, code: str) -> ResponseReturnValue:
        """The copy, as a PDF file that no browser keeps."""
        found = self._find(code)
        self._shell.note("rights.copy", found.code)
        language = found.language if found.language in LANGUAGES else LANGUAGES[0]

        def say(key: str) -> str:
            return self._shell.words.say(language, key)

        try:
            made = self._desk.paper(found.code, say, self._now())
        except AssistantError:
            return self._item(self._find(code), 409, self._shell.say("right.does_not_fit"))
        answer = Response(made, mimetype="application/pdf")
        name = f"{found.code}.pdf"
        answer.headers["Content-Disposition"] = f"attachment; filename={name}"
        return answer
