"""Votes joined: what the directory asks residents, what they mean, whose ballot it is. Blocks.

A drill's caller is answered like everybody and leaves no ballot.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from assistant.alarm_clock import Look
from assistant.core.answer import Found
from assistant.core.errors import AssistantError
from assistant.core.event import Say
from assistant.core.poll import Cast, CastVote, FindPolls, Polled, Standing
from assistant.core.texts import OutgoingText
from assistant.dialogue import poll_news
from assistant.dialogue.prompts import run_on
from assistant.dialogue.telephones import takes_texts
from assistant.polls import rules
from assistant.polls.asked import meant
from assistant.polls.facts import TABLE, read_polls
from assistant.polls.meaning import SPOKEN, Meaning
from assistant.polls.reading import load_words
from assistant.polls.store import BallotStore
from assistant.texting import letter
from assistant.understanding.choices import read_choice
from assistant.understanding.language import detect
from assistant.understanding.normalise import is_hanzi
from assistant.understanding.sounds import key, syllable

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.app import House
    from assistant.config import Config
    from assistant.core.poll import Poll, PollQuery
    from assistant.database import Database
    from assistant.directory.store import DirectoryStore
    from assistant.polls.store import Telling

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 60


@dataclass(frozen=True, slots=True)
class Polling:
    """Answers the dialogue's questions about votes; `assistant.core.ports.PollBook`."""

    store: DirectoryStore
    ballots: BallotStore
    meaning: Meaning
    languages: tuple[str, ...]
    zone: ZoneInfo
    country: str
    voice: rules.Voice
    offers_results: bool

    def polls(self) -> tuple[Poll, ...]:
        """Every poll of the directory, in its order."""
        known = {
            (item.row, item.column, item.language): item.text
            for item in self.store.records().translations
            if item.table == TABLE
        }
        return read_polls(
            self.store.facts().get("polls"),
            self.languages,
            self.zone,
            lambda row, column, language: known.get((row, column, language), ""),
        )

    def answer(self, query: PollQuery, now: datetime, *, drill: bool, stopped: bool) -> Found:
        """What a query of the dialogue comes to; `stopped` is who wants nothing unasked."""
        if isinstance(query, CastVote):
            return Found(polled=self._cast(query, now, drill=drill, stopped=stopped))
        return Found(polled=self._found(query, now))

    def keep_posted(
        self, poll: str, contact: str, language: str, now: datetime, *, wanted: bool
    ) -> None:
        """Note whether this telephone wants the result by text."""
        self.ballots.keep_posted(poll, contact, language, now, wanted=wanted)

    def phrases(self, language: str, now: datetime) -> tuple[str, ...]:
        """What may be said of the votes that are open: their choices, as they are called."""
        running = [poll for poll in self.polls() if rules.state(poll, now) == "open"]
        texts = [item.text(language) for poll in running for item in poll.choices]
        return tuple(dict.fromkeys(text for text in texts if text))

    def _found(self, query: FindPolls, now: datetime) -> Polled:
        published = self.ballots.published()
        standings = tuple(
            Standing(
                poll,
                rules.state(poll, now),
                rules.order(poll, query.contact),
                self._mine(poll, query),
                published.get(poll.id, ()),
            )
            for poll in self.polls()
        )
        return meant(query, standings, self.meaning, _number, now)

    def _mine(self, poll: Poll, query: FindPolls) -> int | None:
        if query.purpose == "list":
            return None
        return self.ballots.mine(poll.id, self._voter(query))

    def _cast(self, query: CastVote, now: datetime, *, drill: bool, stopped: bool) -> Polled:
        poll = next((poll for poll in self.polls() if poll.id == query.poll), None)
        if poll is None:
            return Polled()
        order = rules.order(poll, query.contact)
        published = self.ballots.published().get(poll.id, ())
        standing = Standing(poll, rules.state(poll, now), order, result=published)
        if standing.state != "open" or not 0 < query.choice <= len(poll.choices):
            return Polled((standing,))
        if drill:
            return Polled((standing,), cast=Cast(query.choice, None, 1, ask_to_tell=False))
        voter = self._voter(query)
        kept = self.ballots.cast(poll.id, query.contact, voter, query.choice, now)
        asks = self.offers_results and not stopped and takes_texts(query.contact, self.country)
        asks = asks and not self.ballots.was_asked(poll.id, query.contact)
        cast = Cast(query.choice, kept.replaces, kept.household, asks)
        return Polled((standing,), cast=cast)

    def _voter(self, query: PollQuery) -> str:
        return rules.voter(query.contact, query.nickname, self.voice)


def open_polling(config: Config, database: Database, store: DirectoryStore) -> Polling:
    """The votes of this house. Raises `DataError` where the words around a vote are unreadable."""
    site, settings = config.the_site(), config.polls
    return Polling(
        store,
        BallotStore(database),
        Meaning(load_words(), sounds_like),
        site.languages,
        ZoneInfo(site.timezone),
        site.country,
        settings.voice,
        settings.offer_results,
    )


def tell_results(house: House) -> int:
    """Text what came of a vote to everybody who wants to know it; how many texts were begun."""
    now, begun = house.clock.now(), 0
    polling = house.polling
    polls = {poll.id: poll for poll in polling.polls()}
    for telling in polling.ballots.to_tell():
        poll = polls.get(telling.poll)
        if poll is None or house.requests.opted_out(telling.contact):
            continue
        if polling.ballots.told(telling, now):
            _text(house, telling, poll, now)
            begun += 1
    return begun


def look_for(house: House) -> Look:
    """What makes a service tell results."""

    def look() -> None:
        try:
            begun = tell_results(house)
        except (AssistantError, OSError) as error:
            log.error("results of votes could not be told: %s", error)  # noqa: TRY400 - the sentence says it
        else:
            if begun:
                log.info("results of votes told by text: %d", begun)

    return Look("results of votes", LOOK_EVERY_S, look)


def _text(house: House, telling: Telling, poll: Poll, now: datetime) -> None:
    rooms, language = house.talk.rooms, telling.language
    tallies = house.polling.ballots.published()[poll.id]
    says = (Say("poll.told", (("title", poll.title),)), *poll_news.result(poll, tallies))
    body = run_on([rooms.book.sentence(say, language, "sms").text for say in says])
    parts = letter(rooms.book, rooms.signatures, body, language).parts
    for number, part in enumerate(parts, start=1):
        name = f"poll:{telling.id}:{number}"
        house.outbox.put(OutgoingText(name, telling.contact, part, language, "news", now), now)


def _number(words: str, count: int) -> int | None:
    """The number of a choice in her words: 第二个, the last one."""
    return read_choice(words, detect(words) or "en", count)


def sounds_like(unit: str) -> str:
    """A character or a word as it sounds."""
    return f"{SPOKEN}{syllable(unit)}" if is_hanzi(unit) else key(unit)
