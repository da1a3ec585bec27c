"""Vosk: streaming recognition, free or bound to a grammar.

Held to what the 0.3.45 library bears: the path is a `str`, the rate 8000.0, the grammar a JSON list
that is never empty (an empty or malformed one is a segmentation fault), and one recogniser is used
by one thread. A recogniser's first second of audio costs up to a second of CPU, so free ones are
warmed with silence when the model is loaded and used again after `FinalResult`.

The library's own end of speech cuts an utterance into segments; they are joined here. With n-best
output it gives path costs in place of word confidences: the confidence of a hypothesis is its share
of the probability of all hypotheses (softmax), lowered by the share of words it could not name.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from assistant.core.errors import ModelError
from assistant.core.ports import SAMPLE_RATE
from assistant.core.turn import Hypothesis, Utterance
from assistant.speech.vocabulary import join, segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

ALTERNATIVES = 5
"Hypotheses asked for; more cost nothing much, but nobody reads them."
WARM = 2
"Free recognisers made ready when the model is loaded, about 0.8 CPU s and 40 MB each."
SPARE = 16
"Recognisers kept for use again in one grammar; free ones are all kept."
GRAMMARS = 32
"Grammars remembered before the oldest is forgotten."
UNKNOWN = "[unk]"
_UNKNOWN_WORDS = frozenset({UNKNOWN, "<unk>", "<UNK>"})
_FREE = ""


class VoskRecogniser:
    """One Vosk model."""

    free_speech = True

    def __init__(self, folder: Path, language: str, *, warm: int = WARM) -> None:
        import vosk  # noqa: PLC0415 - native code, loaded in worker processes only

        vosk.SetLogLevel(-1)
        self.language = language
        self._vosk = vosk
        try:
            self._model = vosk.Model(str(folder))
        except Exception as error:
            raise ModelError(f"{folder}: Vosk cannot load it; install the model again") from error
        self._spare: dict[str, list[Any]] = {}
        self._grammars: dict[tuple[str, ...], str] = {}
        self._known: dict[str, bool] = {}
        for recogniser in [self._warmed() for _ in range(warm)]:
            self.give_back(_FREE, recogniser)

    def decoder(self, phrases: Sequence[str]) -> VoskDecoder:
        """As `core.ports.Recogniser.decoder`; phrases without any known word mean free speech."""
        return VoskDecoder(self, self.grammar(phrases))

    def grammar(self, phrases: Sequence[str]) -> str:
        """The grammar as JSON, or the empty string for free speech."""
        key = tuple(phrases)
        if key not in self._grammars:
            while len(self._grammars) >= GRAMMARS:
                self._spare.pop(self._grammars.pop(next(iter(self._grammars))), None)
            self._grammars[key] = self._compile(key)
        return self._grammars[key]

    def take(self, grammar: str) -> Any:  # noqa: ANN401 - the library has no types
        """A recogniser for one utterance."""
        spare = self._spare.get(grammar)
        if spare:
            return spare.pop()
        return self._warmed() if grammar == _FREE else self._make(grammar)

    def give_back(self, grammar: str, recogniser: Any) -> None:  # noqa: ANN401 - as above
        """Keep a recogniser whose utterance has been finished."""
        spare = self._spare.setdefault(grammar, [])
        if grammar == _FREE or len(spare) < SPARE:
            spare.append(recogniser)

    def _compile(self, phrases: tuple[str, ...]) -> str:
        segmented = dict.fromkeys(" ".join(segment(p, self._spelling)[0]) for p in phrases)
        segmented.pop("", None)
        if not segmented:
            return _FREE
        if self._knows(UNKNOWN):
            segmented[UNKNOWN] = None
        return json.dumps(list(segmented), ensure_ascii=False)

    def _spelling(self, word: str) -> str | None:
        return next((w for w in (word, word.casefold()) if self._knows(w)), None)

    def _knows(self, word: str) -> bool:
        if word not in self._known:
            self._known[word] = self._model.vosk_model_find_word(word) >= 0
        return self._known[word]

    def _make(self, grammar: str) -> Any:  # noqa: ANN401 - as above
        rate = float(SAMPLE_RATE)
        if grammar == _FREE:
            made = self._vosk.KaldiRecognizer(self._model, rate)
        else:
            made = self._vosk.KaldiRecognizer(self._model, rate, grammar)
        made.SetWords(True)  # noqa: FBT003 - the library's own
        made.SetMaxAlternatives(ALTERNATIVES)
        return made

    def _warmed(self) -> Any:  # noqa: ANN401 - as above
        made = self._make(_FREE)
        made.AcceptWaveform(bytes(2 * SAMPLE_RATE))
        made.FinalResult()
        return made


class VoskDecoder:
    """One utterance after the other, each on a recogniser of the pool."""

    def __init__(self, owner: VoskRecogniser, grammar: str) -> None:
        self._owner = owner
        self._grammar = grammar
        self._recogniser: Any = None
        self._segments: list[list[tuple[str, float]]] = []
        self._dangling = b""

    def accept(self, pcm: bytes) -> str:
        """As `core.ports.Decoder.accept`; a dangling byte waits for its other half."""
        pcm = self._dangling + pcm
        self._dangling = pcm[len(pcm) & ~1 :]
        if len(pcm) > 1:
            if self._recogniser is None:
                self._recogniser = self._owner.take(self._grammar)
            if self._recogniser.AcceptWaveform(bytes(pcm[: len(pcm) & ~1])):
                self._segments.append(_alternatives(self._recogniser.Result()))
        heard = [segment[0][0] for segment in self._segments if segment]
        if self._recogniser is not None:
            heard.append(json.loads(self._recogniser.PartialResult()).get("partial", ""))
        return _written(" ".join(heard))

    def finish(self) -> Utterance:
        """As `core.ports.Decoder.finish`."""
        segments = self._segments
        if self._recogniser is not None:
            segments.append(_alternatives(self._recogniser.FinalResult()))
        self._drop()
        return utterance(segments, self._owner.language)

    def close(self) -> None:
        """Forget the utterance. Only `FinalResult` leaves nothing of it; `Reset` keeps its tail."""
        if self._recogniser is not None:
            self._recogniser.FinalResult()
        self._drop()

    def _drop(self) -> None:
        if self._recogniser is not None:
            self._owner.give_back(self._grammar, self._recogniser)
        self._recogniser = None
        self._segments = []
        self._dangling = b""


def utterance(segments: Iterable[Sequence[tuple[str, float]]], language: str) -> Utterance:
    """Join segments, each a list of (text, path score), into the most probable whole texts."""
    paths: dict[str, float] = {"": 1.0}
    for each in segments:
        if not any(text for text, _ in each):
            continue
        shares = _shares([score for _, score in each])
        longer: dict[str, float] = {}
        for so_far, probability in paths.items():
            for (text, _), share in zip(each, shares, strict=True):
                whole = f"{so_far} {text}".strip()
                longer[whole] = longer.get(whole, 0.0) + probability * share
        ranked = sorted(longer.items(), key=lambda path: -path[1])
        paths = dict(ranked[:ALTERNATIVES])
    return _spoken(paths, language)


def _spoken(paths: dict[str, float], language: str) -> Utterance:
    merged: dict[str, float] = {}
    for raw, probability in paths.items():
        text = _written(raw)
        merged[text] = merged.get(text, 0.0) + probability * _named(raw)
    (best, confidence), *rest = sorted(merged.items(), key=lambda path: -path[1])
    others = tuple(Hypothesis(text, min(1.0, score)) for text, score in rest if text)
    return Utterance(best, language, min(1.0, confidence) if best else 0.0, others)


def _alternatives(result: str) -> list[tuple[str, float]]:
    found = json.loads(result).get("alternatives", [])
    return [(str(item["text"]), float(item["confidence"])) for item in found]


def _shares(scores: list[float]) -> list[float]:
    top = max(scores)
    weights = [math.exp(score - top) for score in scores]
    return [weight / sum(weights) for weight in weights]


def _written(raw: str) -> str:
    return join(word for word in raw.split() if word not in _UNKNOWN_WORDS)


def _named(raw: str) -> float:
    """The share of words that are words."""
    spoken = raw.split()
    unnamed = sum(word in _UNKNOWN_WORDS for word in spoken)
    return 1.0 - unnamed / len(spoken) if spoken else 1.0
