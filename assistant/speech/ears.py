"""Hearing utterances: a bounded pool of worker processes, each with every language's model.

An `Ear` keeps the sound of its one utterance. When its worker is lost to another utterance, it is
heard again on another worker; only the utterance native code was busy with when it died or hung
comes to nothing. Everything here is called from the event loop and waits for nothing but in
`start`, `stop` and `finish`.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import multiprocessing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.core.errors import RecogniserError
from assistant.speech.ear import Ear
from assistant.speech.hearing import hear, missing
from assistant.speech.voice_activity import voice_activity
from assistant.speech.workers import Worker, WorkerLost

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


__all__ = ["Ear", "EarSettings", "Ears"]

log = logging.getLogger(__name__)

_ATTEMPTS = 3
"Workers an utterance may be lost with, through no fault of its own, before it is given up."

_NO_GENERATION = -1
_REPLACED_S = 0.02
"By then a worker that was lost has been replaced by one that takes messages."


@dataclass(frozen=True, slots=True, kw_only=True)
class EarSettings:
    """The size and patience of the pool."""

    workers: int = 2
    "Processes, each with every model in memory: one a core."
    max_per_worker: int = 6
    "Utterances one process hears at once: half of what two cores were measured to bear, free."
    finish_timeout_s: float = 4.0
    "Longest wait for the words once the sound is complete; then the process counts as hung."
    load_timeout_s: float = 30.0
    "Longest time a process may take to load its models."
    max_audio_ms: int = 60000
    "Sound kept for one utterance; what comes after it is not heard."


NEWEST_SHARE = 0.1
"Of the newest utterance in the cost of a language: it is that of some twenty utterances."
_STRIKES = 2
"Processes a model may cost before it is given up."


class Seat:
    """One worker with what is known of it."""

    def __init__(self, number: int, ears: Ears, settings: EarSettings) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.mark = spawn.RawValue("q", 0)
        "What the process is busy with."
        self.done = spawn.RawValue("q", 0)
        "Messages it has done."
        self.ears: dict[int, Ear] = {}
        self._pool = ears
        self.worker = Worker(
            f"ear {number}",
            hear,
            (self.mark, self.done),
            prologue=self._prologue,
            on_notice=self._notice,
            on_loss=self._lost,
            ready_timeout_s=settings.load_timeout_s,
        )

    @property
    def load(self) -> tuple[bool, int]:
        """For choosing the freest: not being ready counts more than any number of utterances."""
        return (not self.worker.alive, len(self.ears))

    def _prologue(self) -> list[tuple[Any, ...]]:
        return self._pool.prologue()

    def _notice(self, notice: tuple[str, Any, Any]) -> None:
        kind, key, value = notice
        if kind == "language":
            self._pool.language_loaded(key, value)
        elif (ear := self.ears.get(key)) is not None:
            ear.partial = value

    def _lost(self) -> None:
        """Before the replacement starts: remember what the old process was busy with."""
        culprit = self.mark.value
        if culprit < 0:
            self._pool.language_killed(culprit)
        elif (ear := self.ears.get(culprit)) is not None:
            ear.guilty = True
        self.mark.value = 0


class Ears:
    """The pool. `models` gives the folder of each language's model."""

    def __init__(self, models: Mapping[str, Path], settings: EarSettings | None = None) -> None:
        self.settings = settings or EarSettings()
        self.errors: dict[str, str] = {}
        "Why a language cannot be heard, by language."
        self.cost: dict[str, float] = {}
        "CPU seconds a second of sound, by language, as the latest utterances took."
        self._models = dict(models)
        self._marks = {language: -1 - place for place, language in enumerate(self._models)}
        self._loaded: set[str] = set()
        self._strikes: dict[str, int] = {}
        self._taught: dict[tuple[str, str], tuple[str, ...]] = {}
        self._seats = [Seat(n + 1, self, self.settings) for n in range(self.settings.workers)]
        self._ids = itertools.count(1)
        self._begun = False

    def begin(self) -> None:
        """Start the workers and wait for nothing; `start` waits for them. Safe to call twice."""
        if self._models and not self._begun:
            self._begun = True
            for seat in self._seats:
                seat.worker.start()

    async def start(self) -> None:
        """Start the workers and wait until one hears, at most `load_timeout_s`.

        Never raises for a model: what is wrong with it stands in `errors`.
        """
        self.begin()
        if not self._models:
            return
        waits = [
            asyncio.to_thread(seat.worker.wait_ready, self.settings.load_timeout_s)
            for seat in self._seats
        ]
        await asyncio.to_thread(voice_activity)  # loads the detectors before a call needs them
        if not any(await asyncio.gather(*waits)):
            log.error("no recognition worker is ready: speech is not heard")

    async def stop(self) -> None:
        """End the workers; open ears come to nothing."""
        await asyncio.gather(*(asyncio.to_thread(seat.worker.stop) for seat in self._seats))

    @property
    def models(self) -> dict[str, Path]:
        """The folder of each language's model."""
        return dict(self._models)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that can be heard, in the order of `models`."""
        return tuple(name for name in self._models if name in self._loaded)

    @property
    def open_ears(self) -> int:
        """Utterances being heard."""
        return sum(len(seat.ears) for seat in self._seats)

    @property
    def load(self) -> float:
        """The share of the capacity in use, 0 to 1 and more: of the places, or of the processors.

        What an open ear takes of a processor is what its language has cost so far.
        """
        places = self.open_ears / (self.settings.workers * self.settings.max_per_worker)
        taken = sum(
            self.cost.get(e.language, 0.0) for seat in self._seats for e in seat.ears.values()
        )
        return max(places, taken / self.settings.workers)

    def language_cost(self, language: str, cpu_s: float, sound_s: float) -> None:
        """An utterance of `sound_s` seconds took `cpu_s` of a processor."""
        if sound_s > 0:
            before = self.cost.get(language, cpu_s / sound_s)
            self.cost[language] = before + (cpu_s / sound_s - before) * NEWEST_SHARE

    def teach(self, language: str, name: str, phrases: Sequence[str]) -> None:
        """Set what the vocabulary `name` holds, from the next utterance on, in every worker."""
        told = tuple(phrases)
        if self._taught.get((language, name)) == told:
            return
        self._taught[language, name] = told
        for seat in self._seats:
            with contextlib.suppress(WorkerLost):  # a new process is taught when it starts
                seat.worker.send(("teach", language, name, told))

    def open(self, language: str, vocabulary_name: str, extra: Sequence[str] = ()) -> Ear:
        """Begin to hear one utterance; `extra` phrases count as the vocabulary's most important.

        Raises `ModelError` for a language that is not heard, `RecogniserError` when the pool is
        full or no worker is up.
        """
        if language not in self._loaded:
            raise missing(language)
        seat = self.freest()
        if len(seat.ears) >= self.settings.max_per_worker:
            raise RecogniserError(
                f"all {self.settings.workers} recognition workers are full; "
                "lead the caller to keys, or use more workers"
            )
        ear = Ear(next(self._ids), self, (language, vocabulary_name, tuple(extra)))
        ear.sit(seat)
        return ear

    def freest(self) -> Seat:
        """The worker to hear the next utterance."""
        return min(self._seats, key=lambda seat: seat.load)

    def prologue(self) -> list[tuple[Any, ...]]:
        """What a new process is told first."""
        loads = [
            ("load", language, str(folder), self._marks[language])
            for language, folder in self._models.items()
            if language not in self.errors
        ]
        lessons = [("teach", *key, phrases) for key, phrases in list(self._taught.items())]
        return [*loads, *lessons, ("ready",)]

    def language_loaded(self, language: str, error: str | None) -> None:
        """A process has loaded a model, or says what is wrong with it."""
        if error is None:
            self._loaded.add(language)
        elif self.errors.get(language) != error:
            log.error("%s is not heard: %s", language, error)
            self._loaded.discard(language)
            self.errors[language] = error

    def language_served(self, language: str) -> None:
        """An utterance was heard: the model is sound."""
        self._strikes.pop(language, None)

    def language_killed(self, mark: int) -> None:
        """A process died or hung over this model itself, for the second time: it is given up.

        Once may be the machine's doing: memory was short, or somebody ended the process.
        """
        language = next(name for name, value in self._marks.items() if value == mark)
        self._strikes[language] = self._strikes.get(language, 0) + 1
        if self._strikes[language] < _STRIKES:
            return
        error = f"{self._models[language]}: loading it kills or hangs; install the model again"
        self.language_loaded(language, error)
