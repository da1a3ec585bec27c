"""Cases, joined: the rules of the settings, the book, and what residents say after closing."""

from __future__ import annotations

import time as time_module
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.cases.book import CaseBook
from assistant.cases.deadlines import Term, WorkCalendar
from assistant.cases.feedback import FeedbackStore
from assistant.cases.intake import Intake
from assistant.cases.publication import Publication
from assistant.cases.rules import Rules
from assistant.cases.store import RequestStore
from assistant.cases.topics import load_sorting
from assistant.drill.numbers import is_drill
from assistant.open311 import Open311Parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from assistant.cases.kinds import Sorting
    from assistant.config import Config
    from assistant.core.site import Site
    from assistant.database import Database


@dataclass(frozen=True, slots=True)
class Casework:
    """Everything that is kept of cases."""

    requests: RequestStore
    intake: Intake
    book: CaseBook
    feedback: FeedbackStore
    publication: Publication
    sorting: Sorting


def open_casework(config: Config, database: Database) -> Casework:
    """The rooms of cases over a database. Raises `DataError` for a wrong `topics.yaml`."""
    sorting = load_sorting()
    rules = rules_of(config, sorting)
    intake = Intake(database, rules, sorting, nobody=is_drill)
    intake.catch_up()
    requests = RequestStore(database, config.site.case_letters, opened=intake.opened)
    return Casework(
        requests=requests,
        intake=intake,
        book=CaseBook(database, rules),
        feedback=FeedbackStore(database, rules, config.cases.ask_after),
        publication=Publication(database, intake, requests.next_code),
        sorting=sorting,
    )


def open311_parts(
    config: Config, site: Site, casework: Casework, now: Callable[[], datetime]
) -> Open311Parts:
    """What the pages for other systems need."""
    return Open311Parts(
        cases=casework.publication,
        topics=casework.sorting.topics,
        name=site.name,
        phone=site.office_phone,
        languages=site.languages,
        country=site.country,
        zone=ZoneInfo(site.timezone),
        public_url=config.public_url,
        now=now,
        tick=time_module.monotonic,
        api_keys=config.open311.api_keys,
        reads_per_minute=config.open311.reads_per_minute,
        writes_per_minute=config.open311.writes_per_minute,
    )


def rules_of(config: Config, sorting: Sorting) -> Rules:
    """The terms of this office."""
    cases = config.cases
    return Rules(
        calendar=WorkCalendar(
            ZoneInfo(config.site.timezone),
            config.site.country,
            time.fromisoformat(cases.day_ends),
        ),
        topics=sorting.topics,
        take=_terms(cases.take.model_dump()),
        answer=_terms(cases.answer.model_dump()),
        return_within=Term.of(cases.return_within),
        extension_days=cases.extension_days,
        visit_after=Term.of(cases.visit_after),
        by_intent=terms_of_rights(config),
    )


def terms_of_rights(config: Config) -> dict[str, Term]:
    """By when a wish about what is kept is met, by its intent."""
    given = config.rights
    return {
        "privacy.what": Term.of(given.tell),
        "privacy.who_looked": Term.of(given.tell),
        "privacy.delete": Term.of(given.delete),
        "privacy.helper": Term.of(given.helper),
    }


def _terms(written: Mapping[str, str]) -> dict[str, Term]:
    return {name: Term.of(text) for name, text in written.items()}
