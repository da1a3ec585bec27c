"""The radar over a house: reads new reports, raises risks, announces what staff accept.

Words are opened in memory only to be compared; what is kept of four weeks are weights of features.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import select

from assistant.alarm_clock import Look
from assistant.cases.store import Request, requests
from assistant.cases.tables import cases
from assistant.core.answer import OF_A_RISK
from assistant.core.errors import AssistantError, DataError
from assistant.directory.areas import area
from assistant.directory.exchange import import_rows
from assistant.directory.intake import Intake, Row
from assistant.radar import odds
from assistant.radar.clusters import Report, found
from assistant.radar.proposals import proposal, where
from assistant.radar.store import Risk, RiskStore
from assistant.understanding.features import Vocabulary
from assistant.understanding.normalise import normalise, without_hesitation
from assistant.understanding.places import find_place
from assistant.understanding.recipe import recipe
from assistant.vault.rows import open_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from assistant.app import House
    from assistant.core.case import Topic
    from assistant.core.values import Localised
    from assistant.database import Database
    from assistant.directory.intake import Json
    from assistant.library import Examples
    from assistant.radar.proposals import Proposal

log = logging.getLogger(__name__)

EVERY_S: Final = 20.0
WATCHED: Final = ("case.report", "case.complain")
LEARNT_FROM: Final = ("case.", "today.", "safety.")
"Intents whose examples tell how much each feature of a report's words weighs."
PLACES: Final = 3
"Places taken out of one sentence: what is compared is the trouble, not where it is."
ANEW: Final = timedelta(days=1)
"After a start, reports so recent are looked at again: the last process may not have come to them."
VALID: Final = timedelta(days=1)
"An accepted notice holds today and tomorrow."


class Wording:
    """Turns words into features, as the matcher sees them."""

    def __init__(self, examples: Mapping[str, Mapping[str, Examples]]) -> None:
        """`examples` are the library's, by language and intent; they are learnt when first used."""
        self._examples = examples
        self._vocabularies: dict[str, Vocabulary] = {}

    def features(self, words: str, language: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Numbers and weights of the features; none in a language that is not the line's."""
        if language not in self._examples:
            return np.empty(0, np.int64), np.empty(0)
        if language not in self._vocabularies:
            self._vocabularies[language] = _vocabulary(language, self._examples[language])
        vocabulary = self._vocabularies[language]
        text = normalise(without_hesitation(_placeless(words, language), language), language)
        vector = vocabulary.vector(text, text)
        meant = np.arange(vocabulary.width - len(vector.meaning), vocabulary.width)
        weights = np.concatenate([vector.values, vector.meaning]).astype(np.float64)
        return np.concatenate([vector.terms, meant]).astype(np.int64), weights


def _vocabulary(language: str, by_intent: Mapping[str, Examples]) -> Vocabulary:
    texts = [
        normalise(text, language)
        for intent, examples in by_intent.items()
        if intent.startswith(LEARNT_FROM)
        for text in examples.spoken
    ]
    made_of = recipe(language)
    return Vocabulary(language, made_of.views, made_of.meaning, texts)


def _placeless(words: str, language: str) -> str:
    for _ in range(PLACES):
        place = find_place(words, language)
        if not place or place not in words:
            break
        words = words.replace(place, " ")
    return words


class Radar:
    """Looks at new reports, and carries out what staff decide. Safe from several threads."""

    def __init__(
        self,
        database: Database,
        wording: Wording,
        languages: Sequence[str],
        topics: Mapping[str, Topic],
    ) -> None:
        """`languages` are the site's, its own first."""
        self._database, self._wording = database, wording
        self._languages, self._topics = languages, topics
        self.risks = RiskStore(database)
        self._guard, self._deciding = threading.Lock(), threading.Lock()
        self._reports: list[Report] = []
        self._codes: set[str] = set()

    def look(self, now: datetime) -> int:
        """Take up reports that have come since the last look; how many risks that raised."""
        with self._guard:
            first = not self._codes
            fresh = self._fresh(now)
            raised = 0
            for report in fresh:
                self._take(report)
                if not first or report.at > now - ANEW:
                    raised += self._judged()
            return raised

    def _take(self, report: Report) -> None:
        oldest = report.at - odds.BASELINE
        self._reports = [*(one for one in self._reports if one.at > oldest), report]
        self._codes = {*(one.code for one in self._reports)}

    def _judged(self) -> bool:
        cluster = found(self._reports)
        if cluster is None:
            return False
        risk, new = self.risks.seen(cluster)
        if new:
            log.warning(
                "a risk: %d residents report the same about %s", risk.voices, risk.topic or "?"
            )
        return new

    def _fresh(self, now: datetime) -> list[Report]:
        since = self._reports[-1].at if self._reports else now - odds.BASELINE
        columns = requests.c
        wanted = (
            select(requests, cases.c.topic)
            .join(cases, cases.c.code == columns.code)
            .where(columns.created >= since, columns.created <= now)
            .where(columns.intent.in_(WATCHED))
            .order_by(columns.created, columns.code)
        )
        with self._database.read() as connection:
            rows = [row._asdict() for row in connection.execute(wanted)]
        return [self._report(row) for row in rows if row["code"] not in self._codes]

    def _report(self, row: dict[str, Any]) -> Report:
        topic = str(row.pop("topic"))
        person = row["contact_index"] or ""
        one = Request(**open_values(self._database.vault, requests.name, row))
        here = area((one.words, one.place or ""))
        return Report(
            one.code,
            one.created,
            person,
            topic,
            one.language,
            here.buildings,
            here.streets,
            *self._wording.features(one.words, one.language),
        )

    # -- what staff decide ------------------------------------------------------------------

    def proposed(self, risk: Risk) -> Proposal:
        """What to announce, to be changed and accepted."""
        topic = self._topics.get(risk.topic)
        return proposal(risk, " ".join(topic.words) if topic else "")

    def name(self, risk: Risk) -> Localised | None:
        """What the trouble is called; `None` for one without a topic."""
        topic = self._topics.get(risk.topic)
        return None if topic is None else topic.name

    def where(self, risk: Risk, language: str) -> str:
        """Its place in words."""
        return where(risk, language)

    def accept(self, risk: Risk, texts: Mapping[str, str], by: str, now: datetime) -> bool:
        """Announce it to whoever asks or reports the same; false where somebody was faster.

        `texts` has a sentence in each of the site's languages, its own first. Raises `DataError`
        where it cannot be announced; then nothing is decided.
        """
        notice = f"{OF_A_RISK}{risk.id}"
        with self._deciding:
            standing = self.risks.get(risk.id)
            if standing is None or standing.state != "raised":
                return False
            self._announce(notice, self.proposed(risk), texts, by, now)
            return self.risks.decide(risk.id, "accepted", by, now, notice)

    def dismiss(self, risk: Risk, by: str, now: datetime) -> bool:
        """It is none; false where somebody was faster."""
        return self.risks.decide(risk.id, "dismissed", by, now)

    def _announce(
        self, notice: str, what: Proposal, texts: Mapping[str, str], by: str, now: datetime
    ) -> None:
        own, *others = self._languages
        until = now.date() + VALID
        cells: dict[str, Json] = {
            "id": notice,
            "text": texts[own],
            "valid_from": now.date().isoformat(),
            "valid_to": until.isoformat(),
            "place": what.place,
            "topic": what.ask,
            "zone": ";".join(what.zone),
        }
        intake = Intake()
        intake.community.append((f"desk, {by}", {"notices": [cells]}))
        for language in others:
            key = ("notices", notice, "text", language)
            intake.translations[key] = Row(notice, "", None, {"text": texts[language]}, {})
        with self._database.begin() as connection:
            report = import_rows(connection, intake, at=now, label=f"desk, {by}", gone={})
        if report.problems:
            raise DataError("; ".join(problem.text for problem in report.problems))


def open_radar(house: House) -> Radar:
    """The radar of a house."""
    wording = Wording(house.library.examples)
    topics = house.casework.sorting.topics
    return Radar(house.database, wording, house.config.site.languages, topics)


def look_for(house: House) -> Look:
    """What makes a service look at new reports."""
    radar = open_radar(house)

    def look() -> None:
        try:
            radar.look(house.clock.now())
        except AssistantError as error:
            log.error("new reports could not be compared: %s", error)  # noqa: TRY400 - the sentence says it

    return Look("radar", EVERY_S, look)
