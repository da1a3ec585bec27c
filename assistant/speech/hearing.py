"""The child's half of `ears`: loads models, keeps vocabularies, decodes utterances. One thread.

It is told what to do by tuples: `("load", language, folder, mark)`, `("teach", language, name,
phrases)`, `("ready",)`, `("open", ear, language, name, extra)`, `("audio", ear, pcm)`, `("close",
ear)`, and asked `("finish", ear)`, answered by `(Utterance, CPU milliseconds)`. It reports
`("language", language, error)` and `("partial", ear, text)`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant.core.errors import AssistantError, ModelError, RecogniserError
from assistant.core.turn import Utterance
from assistant.speech import recognisers
from assistant.speech.vocabulary import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.speech.recognisers import Engine, EngineDecoder
    from assistant.speech.workers import ChildEnd


class Mark(Protocol):
    """A number shared with the parent.

    One says what native code is busy with, 0 for nothing: an ear's id while its sound is decoded,
    the mark of a language while its model is loaded. When the process dies or hangs, the parent
    reads there whose fault it was. Another counts messages done, to tell late from hung.
    """

    value: int


@dataclass(slots=True)
class _Hearing:
    decoder: EngineDecoder
    partial: str = ""
    cpu_s: float = 0.0
    error: BaseException | None = None


def hear(connection: ChildEnd, mark: Mark, done: Mark) -> None:
    """Serve until the parent is gone."""
    room = Room(connection.notify, mark)
    while (received := connection.receive()) is not None:
        identifier, message = received
        if message[0] == "ready":
            connection.ready()
            continue
        try:
            value = room.do(*message)
        except Exception as error:  # noqa: BLE001 - one utterance fails, the others are heard
            connection.fail(identifier, error)
        else:
            connection.reply(identifier, value)
        mark.value = 0
        done.value += 1


class Room:
    """The models and the utterances of one process."""

    def __init__(self, notify: Callable[[Any], None], mark: Mark) -> None:
        self._notify = notify
        self._mark = mark
        self._engines: dict[str, Engine] = {}
        self._marks: dict[str, int] = {}
        self._taught: dict[tuple[str, str], tuple[str, ...]] = {}
        self._hearings: dict[int, _Hearing] = {}

    def do(self, verb: str, *arguments: Any) -> object:  # noqa: ANN401 - as the parent sent it
        """Carry out one message; returns the answer to `finish`."""
        verbs: dict[str, Callable[..., object]] = {
            "load": self.load,
            "teach": self.teach,
            "open": self.open,
            "audio": self.audio,
            "finish": self.finish,
            "close": self.close,
        }
        return verbs[verb](*arguments)

    def load(self, language: str, folder: str, mark: int) -> None:
        """Load a model; what is wrong with it is reported, not raised."""
        self._marks[language] = self._mark.value = mark
        try:
            self._engines[language] = recognisers.load(Path(folder), language)
        except AssistantError as error:
            self._notify(("language", language, str(error)))
        except Exception as error:  # noqa: BLE001 - whatever an engine raises, the others are loaded
            text = f"{folder}: cannot be loaded ({type(error).__name__}); install the model again"
            self._notify(("language", language, text))
        else:
            self._notify(("language", language, None))

    def teach(self, language: str, name: str, phrases: tuple[str, ...]) -> None:
        """Keep a list; utterances already open go on with the old one."""
        self._taught[language, name] = phrases
        engine = self._engines.get(language)
        if engine is not None and not (engine.free_speech and name == OPEN):
            self._mark.value = self._marks[language]
            engine.decoder(phrases).close()

    def open(self, ear: int, language: str, name: str, extra: tuple[str, ...]) -> None:
        """Begin an utterance; a language without a model fails when it is finished."""
        self._mark.value = ear
        engine = self._engines.get(language)
        if engine is None:
            return
        phrases = dict.fromkeys(extra)
        phrases.update(dict.fromkeys(self._taught.get((language, name), ())))
        free = engine.free_speech and name == OPEN
        self._hearings[ear] = _Hearing(engine.decoder(() if free else tuple(phrases)))

    def audio(self, ear: int, pcm: bytes) -> None:
        """Take sound; an ear that is closed or failed takes none."""
        hearing = self._hearings.get(ear)
        if hearing is None or hearing.error is not None:
            return
        self._mark.value = ear
        started = time.thread_time()
        try:
            partial = hearing.decoder.accept(pcm)
        except Exception as error:  # noqa: BLE001 - raised when the utterance is finished
            hearing.error = error
            return
        hearing.cpu_s += time.thread_time() - started
        if partial != hearing.partial:
            hearing.partial = partial
            self._notify(("partial", ear, partial))

    def finish(self, ear: int) -> tuple[Utterance, float]:
        """End an utterance; its words and the CPU milliseconds it cost."""
        hearing = self._hearings.pop(ear, None)
        if hearing is None:
            raise RecogniserError("no such utterance: no model for its language is loaded here")
        if hearing.error is not None:
            raise hearing.error
        self._mark.value = ear
        started = time.thread_time()
        heard = hearing.decoder.finish()
        return heard, (hearing.cpu_s + time.thread_time() - started) * 1000

    def close(self, ear: int) -> None:
        """Drop an utterance nobody waits for."""
        hearing = self._hearings.pop(ear, None)
        if hearing is not None:
            self._mark.value = ear
            hearing.decoder.close()


def missing(language: str) -> ModelError:
    """The error for a language that has no model."""
    return ModelError(
        f"no recognition model for {language!r} is loaded; run `run.py models install {language}`"
    )
