"""Risks: the same trouble from several residents, what it would announce, and who decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, request

from assistant.core.errors import DataError
from assistant.desk.routes import Route
from assistant.desk.shell import after, field
from assistant.desk.visitor import here, me

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.shell import Shell
    from assistant.radar.store import Risk

LONGEST: Final = 400
"Characters of a notice: longer ones are not listened to."


class Risks:
    """The page and its two deeds."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._parts = shell.parts
        self._radar = shell.parts.tables.radar

    def routes(self) -> Sequence[Route]:
        """Its addresses."""
        return (
            Route("/risks", self.risks, "requests.see"),
            Route("/risks/<identity>/accept", self.accept_risk, "tables.edit", "POST"),
            Route("/risks/<identity>/dismiss", self.dismiss_risk, "tables.edit", "POST"),
        )

    def risks(self) -> ResponseReturnValue:
        """Those of the last week: undecided ones first, each with its evidence and its notice."""
        return self._page()

    def _page(self, status: int = 200, **values: object) -> ResponseReturnValue:
        listed = self._radar.risks.listing(self._parts.now())
        return self._shell.page(
            "risks",
            "risks",
            status,
            listed=[(risk, self._radar.proposed(risk)) for risk in listed],
            named=self._named,
            where=self._where,
            languages=self._parts.tables.languages,
            **values,
        )

    def _named(self, risk: Risk) -> str:
        name = self._radar.name(risk)
        if name is None:
            return self._shell.say("risks.nameless")
        return name.text(here().view.language)

    def _where(self, risk: Risk) -> str:
        return self._radar.where(risk, here().view.language)

    def accept_risk(self, identity: str) -> ResponseReturnValue:
        """Announce it as it stands in the form; the next caller who asks hears it."""
        risk = self._radar.risks.get(identity) or abort(404)
        texts = {
            language: field(f"text_{language}", LONGEST)
            for language in self._parts.tables.languages
        }
        refusal = _refusal(texts)
        if refusal:
            return self._page(422, error=self._shell.say(refusal), draft=request.form.to_dict())
        self._shell.note("risk.accept", risk.id)
        try:
            done = self._radar.accept(risk, texts, me().name, self._parts.now())
        except DataError:
            return self._page(422, error=self._shell.say("notice.refused"))
        return self._told("risk_accepted", done=done)

    def dismiss_risk(self, identity: str) -> ResponseReturnValue:
        """It is none; more of the same raises it no second time."""
        risk = self._radar.risks.get(identity) or abort(404)
        self._shell.note("risk.dismiss", risk.id)
        done = self._radar.dismiss(risk, me().name, self._parts.now())
        return self._told("risk_dismissed", done=done)

    def _told(self, key: str, *, done: bool) -> ResponseReturnValue:
        if not done:
            return self._page(409, error=self._shell.say("late.risk"))
        return after("/desk/risks", key)


def _refusal(texts: Mapping[str, str]) -> str:
    """What is wrong with a notice, as a key; empty for nothing."""
    if any(not text for text in texts.values()):
        return "risks.empty"
    return "risks.long" if any(len(text) > LONGEST for text in texts.values()) else ""
