"""The composition root: every room is opened and joined here, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.call import CallParts, VoiceCall
from assistant.cases.store import RequestStore
from assistant.conversation import Reply, Rooms, Talk
from assistant.core.ports import MenuReply, Spoken
from assistant.core.turn import Key, Opened, Silence
from assistant.database import Database, open_database
from assistant.dialogue.prompts import PromptBook
from assistant.directory.inquiries import Inquiries
from assistant.directory.store import DirectoryStore
from assistant.journal import NoJournal
from assistant.memory.store import ConversationStore, StoredAnswer, WebhookLog
from assistant.speech.ears import Ears, EarSettings
from assistant.speech.models import models_in_use
from assistant.speech.mouth import Mouth
from assistant.speech.vocabulary import choices, open_vocabulary
from assistant.speech.voice import voice_settings
from assistant.teaching import FOLDER, Taught, taught

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.core.ports import Clock, Journal, Line
    from assistant.library import Examples, Library

TEN = 10
DEMO = Path(__file__).parent / "directory" / "demo"


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
    url = config.database.url or f"sqlite:///{(data / 'neighbour-line.db').resolve()}"
    database = open_database(url)
    store = DirectoryStore(database, site.timezone, site.languages)
    store.load_demo(DEMO)
    inquiries = Inquiries(store, site.stale_days)
    requests = RequestStore(database, config.site.case_letters)
    log = journal or NoJournal()
    rooms = Rooms(
        site=site,
        entries=library.entries,
        book=PromptBook(library.prompts, library.wordings),
        reader=learnt.reader,
        directory=inquiries,
        requests=requests,
        store=ConversationStore(database),
        journal=log,
        confirm_below=config.speech.confirm_below,
    )
    return House(
        config=config,
        data=data,
        library=library,
        database=database,
        store=store,
        inquiries=inquiries,
        requests=requests,
        webhooks=WebhookLog(database),
        talk=Talk(rooms),
        clock=clock,
        journal=log,
    )


def build_mouth(config: Config, library: Library, data: Path) -> Mouth:
    """The voices of the library, their audio cached under `data`."""
    voices = {
        language: voice_settings(voice["speaking"], f"voices/{language}/voice.yaml")
        for language, voice in library.voices.items()
    }
    return Mouth(
        voices,
        data / "audio",
        library.recordings,
        timeout_s=config.speech.synthesis_timeout_s,
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
    """Tell the ears what can be said now; again whenever the directory changes."""
    library = house.library
    for language, by_intent in library.examples.items():
        named = house.inquiries.phrases(language)
        commands = _keywords(by_intent, "talk.")
        digits = [
            word for word, value in library.common[language]["numbers"].items() if value < TEN
        ]
        rest = [*_keywords(by_intent, "service."), *_keywords(by_intent, "safety.")]
        rest += [*_keywords(by_intent, "person."), *_keywords(by_intent, "")]
        short = [text for examples in by_intent.values() for text in examples.spoken]
        vocabulary = open_vocabulary(commands=commands, keywords=rest, names=named, examples=short)
        ears.teach(language, vocabulary.name, vocabulary.phrases)
        person = _keywords(by_intent, "person.")
        again = [*_keywords(by_intent, "talk.repeat"), *_keywords(by_intent, "talk.back")]
        answers = [*_keywords(by_intent, "talk.yes"), *_keywords(by_intent, "talk.no")]
        for closed in (
            choices("digits", digits, person, again),
            choices("yes_no", answers, person, again),
        ):
            ears.teach(language, closed.name, closed.phrases)


def _keywords(by_intent: Mapping[str, Examples], prefix: str) -> list[str]:
    return [
        word
        for intent, examples in by_intent.items()
        if intent.startswith(prefix)
        for word in examples.keywords
    ]


class Calls:
    """Opens calls for carriers (`core.ports.CallDesk`) and serves the keys-only menu."""

    def __init__(self, house: House, ears: Ears, mouth: Mouth) -> None:
        self._house = house
        self.parts = CallParts(
            talk=house.talk,
            ears=ears,
            mouth=mouth,
            journal=house.journal,
            patience=house.config.listening,
        )

    def open(self, line: Line, identifier: str, contact: str) -> VoiceCall:
        """A call that begins now."""
        now = self._house.clock.now()
        conversation = self._house.talk.begin("voice", contact, now, identifier=identifier)
        return VoiceCall(line, self.parts, conversation)

    def menu(self, identifier: str, contact: str, digit: str | None, *, first: bool) -> MenuReply:
        """One step of the keys-only menu behind a broken stream."""
        talk, now = self._house.talk, self._house.clock.now()
        conversation = talk.rooms.store.get(identifier)
        if conversation is None:
            conversation = talk.begin("voice", contact, now, identifier=identifier)
        if conversation.ended:
            return MenuReply((), end=True)
        if first:
            turn: Opened | Key | Silence = Key("#") if conversation.turns else Opened()
        else:
            turn = Key(digit) if digit is not None else Silence(0)
        return _menu_reply(talk.take(conversation, turn, now, keys_only=True))


def _menu_reply(reply: Reply) -> MenuReply:
    said = tuple(Spoken(item.text, item.language) for item in reply.sentences)
    return MenuReply(said, reply.transfer, reply.end)


class Replays:
    """The webhook log as the webhooks ask it."""

    def __init__(self, log: WebhookLog, in_progress: str) -> None:
        self._log, self._in_progress = log, in_progress

    def before(self, key: str, now: datetime) -> str | None:
        """The earlier answer, or an empty one while the first delivery is still at work."""
        stored = self._log.first(key, now)
        if stored is None:
            return None
        return stored.text if stored.done else self._in_progress

    def after(self, key: str, answer: str, now: datetime) -> None:
        """Keep the answer."""
        self._log.answered(key, StoredAnswer(answer), now)


TextAnswer = Callable[[str, str], list[str]]


def text_answers(house: House) -> TextAnswer:
    """From a contact and a text to the texts that answer it."""

    def answer(contact: str, body: str) -> list[str]:
        reply = house.talk.text(contact, body, house.clock.now())
        return written(house, reply)

    return answer


def written(house: House, reply: Reply) -> list[str]:
    """One message from the sentences of a reply, journalled as said."""
    if not reply.sentences:
        return []
    language = reply.sentences[-1].language
    text = join_sentences([item.text for item in reply.sentences])
    house.journal.write(
        "said",
        reply.conversation,
        house.clock.now(),
        text=text,
        language=language,
        prompt=reply.sentences[0].prompt,
        interrupted=False,
    )
    return [text]


def join_sentences(sentences: list[str]) -> str:
    """Sentences run on; numbered choices stand on lines of their own."""
    text = ""
    for sentence in sentences:
        choice = sentence[:1].isdigit() and sentence[1:2] == " "
        if not text:
            text = sentence
        elif choice:
            text += "\n" + sentence
        else:
            text += ("" if text[-1:] in "。？！：" else " ") + sentence
    return text
