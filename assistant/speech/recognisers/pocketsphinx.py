"""PocketSphinx: a small engine that hears one of the phrases it was told, and nothing else.

The whole utterance is decoded when it ends: levelled (see `preparation`), with default beams, under
a flat list of phrases. Open repetition in a grammar does not finish in any useful time and is never
built. A thousand phrases decode at 0.05 to 0.17 of real time (without shared beginnings at 6 times
real time); what limits a list is that a third of single words is lost at that size.

**Confidence is poor.** The engine's own scores tell nothing: a wrong word is squeezed into a corner
of the speech and the rest passes for silence, which scores well. That is what is measured instead:
the share of the speech that the recognised words cover. On Mandarin words it tells what is in a
list of 20 from what is not with an AUC of 0.74 to 0.83 (0.65 with 60 words, nothing at 10 dB of
noise). It never exceeds `CEILING`: confirm by voice what matters.
"""

from __future__ import annotations

import itertools
import re
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.core.errors import ModelError
from assistant.core.ports import SAMPLE_RATE
from assistant.core.turn import Utterance
from assistant.speech.audio import resample
from assistant.speech.recognisers import acoustic_folder, dictionary_file
from assistant.speech.recognisers.preparation import prepare
from assistant.speech.vocabulary import join, segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from assistant.speech.recognisers.preparation import Prepared

MAX_PHRASES = 1000
"More are cut off: the list is ordered by importance."
GRAMMARS = 32
"Compiled lists kept before the one longest unused is removed."
KNOWN_SHARE = 0.5
"A phrase of which less is in the dictionary is not listened for."
NOISE_SIGMA = {"en": 5.0}
"White noise under the speech, int16 units: English digits need it (66 to 88 %), Mandarin does not."
WIDE_NOISE_SIGMA = 20.0
"The same for a 16 kHz model, which hears nothing above 4 kHz here: digits 75 to 80 %."
CEILING = 0.6
"The confidence of words that cover all of the speech: about as often right as not."
REJECT_COVERAGE = 0.3
"Words that cover less of the speech are taken for none; 95 % of clean in-list words cover 0.8."

_TOKEN = re.compile(r"[\w'-]+")
_VARIANT = re.compile(r"\(\d+\)$")
_WIDE_RATE = 16000
_WIDE_FROM_HZ = 4000.0


class PocketSphinxRecogniser:
    """One PocketSphinx model with its dictionary."""

    free_speech = False

    def __init__(self, folder: Path, language: str) -> None:
        import pocketsphinx  # noqa: PLC0415 - native code, loaded in worker processes only

        acoustic, dictionary = acoustic_folder(folder), dictionary_file(folder)
        if acoustic is None or dictionary is None:
            raise ModelError(f"{folder}: not a PocketSphinx model; install the model again")
        self.language = language
        self.rate = model_rate(acoustic)
        narrow = self.rate == SAMPLE_RATE
        self._noise = NOISE_SIGMA.get(language, 0.0) if narrow else WIDE_NOISE_SIGMA
        self._told: dict[str, None] = {}
        self._lists: dict[tuple[str, ...], dict[tuple[str, ...], str]] = {}
        self._names: dict[tuple[str, ...], str] = {}
        self._count = 0
        try:
            self._native = pocketsphinx.Decoder(
                hmm=str(acoustic),
                dict=str(dictionary),
                lm=None,
                samprate=self.rate,
                logfn="/dev/null",
            )
        except (RuntimeError, ValueError) as error:
            raise ModelError(
                f"{folder}: PocketSphinx cannot load it; install the model again"
            ) from error

    def decoder(self, phrases: Sequence[str]) -> PocketSphinxDecoder:
        """As `core.ports.Recogniser.decoder`; no phrases mean all it was told so far."""
        chosen = tuple(phrases)[:MAX_PHRASES]
        self._told.update(dict.fromkeys(chosen))
        if chosen:
            self._activate(chosen)
        return PocketSphinxDecoder(self, chosen)

    def decode(self, pcm: bytes, phrases: tuple[str, ...]) -> Utterance:
        """Decode a whole utterance."""
        nothing = Utterance("", self.language, 0.0)
        prepared = prepare(pcm, self._noise)
        listed = self._activate(phrases or tuple(self._told)[-MAX_PHRASES:])
        if prepared is None or not listed:
            return nothing
        samples = resample(prepared.samples, SAMPLE_RATE, self.rate)
        self._native.start_utt()
        self._native.process_raw(samples.astype("<i2").tobytes(), full_utt=True)
        self._native.end_utt()
        found = self._native.hyp()
        spoken = tuple(_VARIANT.sub("", word) for word in found.hypstr.split()) if found else ()
        covered = _coverage(self._native.seg() or (), prepared)
        if not spoken or covered < REJECT_COVERAGE:
            return nothing
        share = (covered - REJECT_COVERAGE) / (1 - REJECT_COVERAGE)
        text = listed.get(spoken, join(spoken))
        return Utterance(text, self.language, round(CEILING * share, 3))

    def _activate(self, phrases: tuple[str, ...]) -> dict[tuple[str, ...], str]:
        """Make a list current, compiling it where it is new; returns its phrases by their words."""
        if phrases not in self._names:
            self._add(phrases)
        name = self._names.pop(phrases)
        self._names[phrases] = name  # most recently used last
        listed = self._lists[phrases]
        if listed:
            self._native.activate_search(name)
        return listed

    def _add(self, phrases: tuple[str, ...]) -> None:
        listed: dict[tuple[str, ...], str] = {}
        for phrase in phrases:
            spoken, lost = segment(phrase, self._spelling)
            known = sum(map(len, spoken))
            if spoken and known >= KNOWN_SHARE * (known + lost):
                listed.setdefault(tuple(spoken), phrase)
        while len(self._names) >= GRAMMARS:
            self._forget(next(iter(self._names)))
        self._count += 1
        name = f"list{self._count}"
        if listed:
            self._native.add_fsg(name, self._native.create_fsg(name, 0, 1, transitions(listed)))
        self._names[phrases] = name
        self._lists[phrases] = listed

    def _forget(self, phrases: tuple[str, ...]) -> None:
        name = self._names.pop(phrases)
        if self._lists.pop(phrases):
            self._native.remove_search(name)

    def _spelling(self, word: str) -> str | None:
        """The word as the dictionary has it: some are in capitals throughout."""
        if not _TOKEN.fullmatch(word):
            return None
        for form in (word, word.casefold(), word.upper()):
            if self._native.lookup_word(form) is not None:
                return form
        return None


class PocketSphinxDecoder:
    """Collects an utterance and decodes it at its end; there are no words before."""

    def __init__(self, owner: PocketSphinxRecogniser, phrases: tuple[str, ...]) -> None:
        self._owner = owner
        self._phrases = phrases
        self._pcm = bytearray()

    def accept(self, pcm: bytes) -> str:
        """As `core.ports.Decoder.accept`; always empty."""
        self._pcm += pcm
        return ""

    def finish(self) -> Utterance:
        """As `core.ports.Decoder.finish`."""
        pcm = bytes(self._pcm)
        self._pcm.clear()
        return self._owner.decode(pcm, self._phrases)

    def close(self) -> None:
        """Forget the utterance."""
        self._pcm.clear()


def transitions(listed: Iterable[tuple[str, ...]]) -> list[tuple[int, int, float, str]]:
    """The list as a tree of arcs (from, to, probability, word) from state 0 to state 1.

    Phrases that begin alike share their beginning, which decoding time depends on; each phrase is
    as probable as any other. The arcs are handed over as they are, so that no word can be read as
    part of a grammar's text.
    """
    arcs: list[tuple[int, int, float, str]] = []
    states = itertools.count(2)
    branches = [(0, 0, sorted(set(listed)))]
    while branches:
        state, depth, phrases = branches.pop()
        for word, group in itertools.groupby(phrases, key=itemgetter(depth)):
            members = list(group)
            longer = [phrase for phrase in members if len(phrase) > depth + 1]
            if len(longer) < len(members):
                arcs.append((state, 1, 1 / len(phrases), word))
            if longer:
                following = next(states)
                arcs.append((state, following, len(longer) / len(phrases), word))
                branches.append((following, depth + 1, longer))
    return arcs


def model_rate(acoustic: Path) -> int:
    """The sampling rate in Hz a model was trained for, from its front-end settings."""
    settings = (acoustic / "feat.params").read_text("utf-8", "replace").split()
    values = dict(itertools.pairwise(settings))
    try:
        if "-samprate" in values:
            return round(float(values["-samprate"]))
        return _WIDE_RATE if float(values.get("-upperf", "6800")) > _WIDE_FROM_HZ else SAMPLE_RATE
    except ValueError as error:
        raise ModelError(f"{acoustic}/feat.params: damaged; install the model again") from error


def _coverage(segments: Any, prepared: Prepared) -> float:  # noqa: ANN401 - the library's own
    """The share of frames with speech that lie inside a recognised word."""
    inside = np.zeros(prepared.active.size, dtype=bool)
    for part in segments:
        if not part.word.startswith(("<", "[", "+", "(")):
            inside[part.start_frame : part.end_frame + 1] = True
    return float((inside & prepared.active).sum() / prepared.active.sum())
