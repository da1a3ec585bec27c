"""The desk as blueprints: every route behind the door, every refusal a page in plain words."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from flask import Blueprint, g
from werkzeug.exceptions import HTTPException

from assistant.desk.api import api_blueprint
from assistant.desk.door import Door
from assistant.desk.pages.account import OwnAccount
from assistant.desk.pages.box import TheBox
from assistant.desk.pages.callback import CallbackPages
from assistant.desk.pages.cards import Cards
from assistant.desk.pages.cases import Cases
from assistant.desk.pages.directory import DirectoryPages
from assistant.desk.pages.emergencies import Emergencies
from assistant.desk.pages.exports import Exports
from assistant.desk.pages.imports import Imports
from assistant.desk.pages.meant import Meant
from assistant.desk.pages.people import PeoplePages
from assistant.desk.pages.polls import PollPages
from assistant.desk.pages.prompts import Prompts
from assistant.desk.pages.published import Published
from assistant.desk.pages.queue import Queue
from assistant.desk.pages.records import Records
from assistant.desk.pages.requests import Requests
from assistant.desk.pages.rights import Rights
from assistant.desk.pages.risks import Risks
from assistant.desk.pages.roster import RosterPages
from assistant.desk.pages.scorecard import ScorecardPages
from assistant.desk.pages.setup import Setup
from assistant.desk.pages.setup_open import SetupOpen
from assistant.desk.pages.sign_in import SignIn
from assistant.desk.pages.themes import Themes
from assistant.desk.pages.welcome import Welcome
from assistant.desk.shell import Shell
from assistant.desk.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from assistant.desk.parts import DeskParts
    from assistant.desk.routes import Page, Route

log = logging.getLogger(__name__)

KNOWN_REFUSALS: Final = (400, 403, 404, 405, 409, 413, 429)


class Desk:
    """The pages of one house. `routes` is the whole table of addresses and who may open them."""

    def __init__(self, parts: DeskParts) -> None:
        table: dict[tuple[str, str], Route] = {}
        self.door = Door(parts, table)
        self.shell = Shell(parts, self.door, Words())
        self.routes = tuple(route for page in self._pages() for route in page.routes())
        table.update({(route.endpoint, route.method): route for route in self.routes})

    def _pages(self) -> Sequence[Page]:
        shell = self.shell
        sign_in = SignIn(shell)
        return (
            sign_in,
            Welcome(shell, sign_in),
            OwnAccount(shell),
            Emergencies(shell),
            Queue(shell),
            CallbackPages(shell),
            Requests(shell),
            Cases(shell),
            Risks(shell),
            Themes(shell),
            Rights(shell),
            Meant(shell),
            DirectoryPages(shell),
            Imports(shell),
            RosterPages(shell),
            PollPages(shell),
            Prompts(shell),
            Cards(shell),
            TheBox(shell),
            ScorecardPages(shell),
            Published(shell),
            Exports(shell),
            PeoplePages(shell),
            Records(shell),
            SetupOpen(shell),
            Setup(shell),
        )

    def blueprint(self) -> Blueprint:
        """Everything below `/desk/` that is a page."""
        blueprint = Blueprint(
            "desk",
            __name__,
            url_prefix="/desk",
            template_folder="templates",
            static_folder="static",
        )
        for route in self.routes:
            blueprint.add_url_rule(route.rule, view_func=route.view, methods=[route.method])
        blueprint.before_request(self.door.enter)
        blueprint.after_request(self.door.leave)
        blueprint.register_error_handler(Exception, self._refusal)
        return blueprint

    def _refusal(self, error: Exception) -> ResponseReturnValue:
        """A page for whatever went wrong; details only in the log."""
        status, key = 500, "refused.500"
        if isinstance(error, HTTPException) and error.code in KNOWN_REFUSALS:
            status, key = error.code, f"refused.{error.code}"
            said = error.description or ""
            key = said if self.shell.words.knows(said) else key
        else:
            log.error("a page of the desk failed", exc_info=error)
        if g.get("visitor") is None:
            return self.shell.words.say("zh", key) + " " + self.shell.words.say("en", key), status
        return self.shell.page("refused", "refused", status, sentence=self.shell.say(key))


def desk_blueprints(parts: DeskParts) -> tuple[Blueprint, Blueprint]:
    """Pages below `/desk/`, and the JSON interface below `/desk/api/v1/`."""
    return Desk(parts).blueprint(), api_blueprint(parts)
