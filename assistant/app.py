"""The composition root: every room is opened and joined here, and nowhere else."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.alarms.store import AlarmStore
from assistant.cards.store import CardStore
from assistant.cases.store import RequestStore
from assistant.casework import Casework, open_casework
from assistant.conversation import Talk
from assistant.core.errors import DatabaseError
from assistant.core.texts import IncomingText
from assistant.database import Database, open_database, storable
from assistant.dialogue.prompts import PromptBook
from assistant.directory.checks import CheckStore
from assistant.directory.inquiries import Inquiries
from assistant.directory.store import DirectoryStore
from assistant.journal import NoJournal
from assistant.memory.preferences import PreferenceStore
from assistant.memory.store import ConversationStore, StoredAnswer, WebhookLog
from assistant.month_told import open_months
from assistant.nodes import one_after_the_other
from assistant.outbox.store import Outbox
from assistant.polling import Polling, open_polling
from assistant.promises import Promises, open_promises
from assistant.righting import Wishes, open_wishes
from assistant.rooms import Reply, Rooms
from assistant.speech.ears import Ears, EarSettings
from assistant.speech.models import models_in_use
from assistant.speech.mouth import Mouth
from assistant.speech.vocabulary import choices, open_vocabulary, syllables
from assistant.speech.voice import VoiceSettings, voice_settings
from assistant.teaching import FOLDER, Taught, taught
from assistant.texting import Turnstile
from assistant.theme_news import ThemeNews
from assistant.vault.sources import key_source

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.core.ports import Clock, Journal
    from assistant.core.site import Site
    from assistant.library import Examples, Library, Spoken
    from assistant.vault.sources import KeySource

log = logging.getLogger(__name__)

TEN = 10
UNFINISHED = 4
"So many unfinished beginnings of `_common.yaml` are told to ears that hear nothing else."
DEMO = Path(__file__).parent / "directory" / "demo"
RECHECK_S = 0.1
"""Seconds after which residents are told what another process changed in the directory. Every text
asks four times whether there was a change; looked up each time, that is a fifth of its work."""
HANGS_S = 1.0
"A text that takes longer (60 ms is usual at worst) waits for something; others then go past it."


CALLS = ("voice:", "keys:")
"Webhooks that begin or lead a call: what they do twice harms nobody, and nobody may hear silence."
CALL_WAITS_S, TEXT_WAITS_S, ASK_AGAIN_S = 2.0, 8.0, 0.1
"A server is restarted in some three seconds; the carrier waits 15 for an answer."


@dataclass(frozen=True, slots=True)
class House:
    """Everything that answers, without ears and mouth."""

    config: Config
    data: Path
    library: Library
    database: Database
    store: DirectoryStore
    inquiries: Inquiries
    requests: RequestStore
    casework: Casework
    wishes: Wishes
    alarms: AlarmStore
    outbox: Outbox
    promises: Promises
    polling: Polling
    cards: CardStore
    webhooks: WebhookLog
    talk: Talk
    clock: Clock
    journal: Journal

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def open_house(
    config: Config,
    data: Path,
    root: Path,
    clock: Clock,
    journal: Journal | None = None,
    learnt: Taught | None = None,
) -> House:
    """Open or create everything under `data`; on an empty one, load the demo community.

    `learnt` may be shared between houses on the same trees.
    Raises the `AssistantError` of whatever is wrong: a file of the library, the database.
    """
    site = config.the_site()
    learnt = learnt or taught(root, site.languages, (root / FOLDER, data / FOLDER))
    library = learnt.library
    database = _database(config, data)
    store, inquiries = _directory(site, database)
    casework = open_casework(config, database)
    promises = open_promises(config, database, store.facts, library.safe_words)
    log = journal or NoJournal()
    polling = open_polling(config, database, store)
    wishes = open_wishes(config, database, casework)
    rooms = _rooms(config, learnt, database, inquiries, casework, promises, log)
    return House(
        config=config,
        data=data,
        library=library,
        database=database,
        store=store,
        inquiries=inquiries,
        requests=casework.requests,
        casework=casework,
        wishes=wishes,
        alarms=AlarmStore(database),
        outbox=Outbox(database),
        promises=promises,
        polling=polling,
        cards=CardStore(database),
        webhooks=WebhookLog(database),
        talk=Talk(
            replace(
                rooms,
                polls=polling,
                news=ThemeNews(database),
                last_month=open_months(config, database),
            )
        ),
        clock=clock,
        journal=log,
    )


def _rooms(
    config: Config,
    learnt: Taught,
    database: Database,
    inquiries: Inquiries,
    casework: Casework,
    promises: Promises,
    journal: Journal,
) -> Rooms:
    """What the conversation joins; a store holds nothing but the database, so two are as one."""
    site, library = config.the_site(), learnt.library
    return Rooms(
        site=site,
        entries=library.entries,
        book=PromptBook(library.prompts, library.wordings, {"site": site.name}),
        reader=learnt.reader,
        directory=inquiries,
        requests=casework.requests,
        cases=casework.book,
        feedback=casework.feedback,
        alarms=AlarmStore(database),
        store=ConversationStore(database),
        preferences=PreferenceStore(database),
        journal=journal,
        examples=library.moments,
        rights=open_wishes(config, database, casework),
        outbox=Outbox(database),
        confirm_below=config.speech.confirm_below,
        case_words=library.case_words,
        signatures=config.texts.signature,
        callbacks=promises.book,
        staffed=lambda now: bool(promises.roster.on_duty(now)),
        between_nodes=lambda contact: one_after_the_other(
            database, database.vault.index(storable(contact))
        ),
    )


def keys_of(config: Config, data: Path) -> KeySource:
    """Where this site keeps the keys of its vault."""
    return key_source(config.privacy.keys, config.privacy.keys_command, data / "keys")


def _database(config: Config, data: Path) -> Database:
    url = config.database.url or f"sqlite:///{(data / 'neighbour-line.db').resolve()}"
    return open_database(url, keys_of(config, data), config.database.site)


@dataclass(frozen=True, slots=True)
class Records:
    """What is kept, without what understands and speaks: open in a second."""

    config: Config
    data: Path
    database: Database
    clock: Clock


def open_records(config: Config, data: Path, clock: Clock) -> Records:
    """Open or create the database under `data`; an empty one gets the demo community."""
    database = _database(config, data)
    _directory(config.the_site(), database)
    return Records(config, data, database, clock)


def _directory(site: Site, database: Database) -> tuple[DirectoryStore, Inquiries]:
    store = DirectoryStore(
        database, site.timezone, site.languages, site.country, recheck_s=RECHECK_S
    )
    store.load_demo(DEMO)
    checks = CheckStore(database, recheck_s=RECHECK_S)
    return store, Inquiries(store, checks, site.stale_days)


def voices_of(config: Config, library: Library | Spoken) -> dict[str, VoiceSettings]:
    """The voices of the library, with those the site has chosen as each language's usual one."""
    chosen = config.speech.voice
    return {
        language: voice_settings(voice["speaking"], f"voices/{language}/voice.yaml").usually(
            chosen.get(language, "")
        )
        for language, voice in library.voices.items()
    }


def build_mouth(config: Config, library: Library | Spoken, data: Path) -> Mouth:
    """The site's voices; recordings lie, and audio is cached, under `data`."""
    return Mouth(
        voices_of(config, library),
        data / "audio",
        data / "voices",
        timeout_s=config.speech.synthesis_timeout_s,
        program=config.speech.piper,
    )


def build_ears(config: Config, data: Path) -> Ears:
    """The recognisers of every language that has a model; `teach` tells them what can be said."""
    speech = config.speech
    named = {language: name for language, name in speech.models.items() if name}
    in_use = models_in_use(data, named)
    models = {lang: in_use[lang] for lang in config.site.languages if lang in in_use}
    settings = EarSettings(
        workers=speech.workers,
        max_per_worker=speech.max_per_worker,
        finish_timeout_s=speech.finish_timeout_s,
    )
    return Ears(models, settings)


def teach(ears: Ears, house: House) -> None:
    """Tell the ears what can be said now."""
    for lesson in lessons(house):
        ears.teach(*lesson)


def lessons(house: House) -> list[tuple[str, str, Sequence[str]]]:
    """What can be said now: language, name of the vocabulary, phrases. Reads the database."""
    found: list[tuple[str, str, Sequence[str]]] = []
    library = house.library
    for language, by_intent in library.examples.items():
        votes = house.polling.phrases(language, house.clock.now())
        named = house.inquiries.phrases(language)
        common = library.common[language]
        # Choices of a vote take the place of rarer wishes, not of a service's name.
        asked = [*votes, *_in_turn(by_intent), *common["unfinished"][:UNFINISHED]]
        digits = [word for word, value in common["numbers"].items() if value < TEN]
        vocabulary = open_vocabulary(asked=asked, names=named)
        found.append((language, vocabulary.name, vocabulary.phrases))
        person = _keywords(by_intent, "person.")
        again = [*_keywords(by_intent, "talk.repeat"), *_keywords(by_intent, "talk.back")]
        answers = [*_keywords(by_intent, "talk.yes"), *_keywords(by_intent, "talk.no")]
        closed = (
            choices("digits", digits, person, again),
            choices("yes_no", answers, person, again),
        )
        found += [(language, one.name, one.phrases) for one in closed]
    return found


GROUPS = ("person", "service", "safety", "talk", "today", "callback", "case")
"Of whose intents the ears are told first."
SHORT_EXAMPLE = 4
"Syllables of a first example that is a keyword in itself: 再说一遍."


def _in_turn(by_intent: Mapping[str, Examples]) -> list[str]:
    """One keyword of every intent, then a second of every one, and so on: none is left out."""
    ranks = {group: rank for rank, group in enumerate(GROUPS)}
    ordered = sorted(by_intent, key=lambda name: ranks.get(name.partition(".")[0], len(ranks)))
    lists = []
    for intent in ordered:
        examples = by_intent[intent]
        first = [text for text in examples.spoken[:1] if syllables(text) <= SHORT_EXAMPLE]
        lists.append([*examples.keywords[:1], *first, *examples.keywords[1:]])
    return [word for turn in zip_longest(*lists) for word in turn if word is not None]


def _keywords(by_intent: Mapping[str, Examples], prefix: str) -> list[str]:
    return [
        word
        for intent, examples in by_intent.items()
        if intent.startswith(prefix)
        for word in examples.keywords
    ]


class Replays:
    """The webhook log as the webhooks ask it; a server that is being restarted is waited for."""

    def __init__(self, log: WebhookLog, in_progress: str) -> None:
        self._log, self._in_progress = log, in_progress

    def before(self, key: str, now: datetime) -> str | None:
        """The earlier answer, or an empty one while the first delivery is still at work.

        Raises `DatabaseError`, but for a call: that is answered while the database is away, too.
        """
        calls = key.startswith(CALLS)
        deadline = time.monotonic() + (CALL_WAITS_S if calls else TEXT_WAITS_S)
        while True:
            try:
                stored = self._log.first(key, now)
            except DatabaseError:
                if time.monotonic() < deadline:
                    time.sleep(ASK_AGAIN_S)
                    continue
                if calls:
                    return None
                raise
            break
        if stored is None:
            return None
        return stored.text if stored.done else self._in_progress

    def after(self, key: str, answer: str, now: datetime) -> None:
        """Keep the answer; where that fails the carrier has it all the same."""
        try:
            self._log.answered(key, StoredAnswer(answer), now)
        except DatabaseError as error:
            log.error("an answer could not be kept: %s", error)  # noqa: TRY400 - the sentence says it

    def failed(self, key: str) -> None:
        """Let the next delivery be acted on at once; while the database is away, in 30 s."""
        try:
            self._log.release(key)
        except DatabaseError as error:
            log.error("a webhook that failed could not be given out again: %s", error)  # noqa: TRY400 - the sentence says it


TextAnswer = Callable[[IncomingText], list[str]]


Spare = Callable[[Reply, datetime], list[str]]
"Chooses of a reply's texts those that are sent at once."


def text_answers(house: House, spare: Spare | None = None) -> TextAnswer:
    """From a text to the texts that answer it; all of them where nothing is to be spared."""
    turnstile = Turnstile(HANGS_S)

    def answer(text: IncomingText) -> list[str]:
        with turnstile.inside():
            now = house.clock.now()
            reply = house.talk.text(text, now)
            return list(reply.texts) if spare is None else spare(reply, now)

    return answer
