"""Which intent an utterance means, and whether that is sure enough to act on.

An utterance goes in, a `Match` comes out: the intents ranked, the best one's score, and whether it
passes the threshold. How intents are ranked stands in `model`, how sureness is judged in
`calibration`. No files, no prompts, no state but what was taught.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

import numpy as np

from assistant.core.intent import Match, Ranked
from assistant.understanding import calibration
from assistant.understanding.model import Model
from assistant.understanding.normalise import Trimmer, normalise, without_hesitation
from assistant.understanding.recipe import Recipe, recipe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from assistant.core.turn import Hypothesis

    Floats = NDArray[np.float32]

OUTSIDE = "oos"
"""The label of texts that belong to no intent."""
ALTERNATIVES = 5
"""Candidates worth naming."""
LEAST_CONFIDENCE = 0.01
"""A hypothesis is heard at least this much, even where the recogniser gives it nothing."""
_NAME_PARTS = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])|\d+")
"""`AddToPlaylist`, `card_arrival` and `service.hours` all fall into words."""
_NOTHING = Match(None, 0.0, accepted=False)


class IntentMatcher:
    """Ranks the intents of one language.

    `fillers` are phrases of hesitation and politeness that are taken off both ends of a text; they
    may be as few or as many as the language's files name. `made_of` is for measuring what each
    ingredient adds.
    """

    def __init__(
        self, language: str, *, fillers: Iterable[str] = (), made_of: Recipe | None = None
    ) -> None:
        self.language = language
        self._recipe = made_of or recipe(language)
        self.threshold = calibration.MIDDLE
        self._trimmer = Trimmer(fillers, language)
        self._taught: list[tuple[str, str]] = []
        self._known: dict[str, str] = {}
        self._model: Model | None = None
        self._barred: list[int] = []
        self._pivot = calibration.PIVOT

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Self:
        """Forgets what was taught and learns these examples; sets the threshold by itself.

        Rows labelled `oos` are background: they draw foreign matter to themselves and are never
        answered. Raises `ValueError` unless there is one label a text.
        """
        if len(texts) != len(labels):
            raise ValueError(f"{len(texts)} texts but {len(labels)} labels: one label a text.")
        self._taught = []
        self._keep(texts, labels)
        self._learn()
        return self

    def add(self, text: str, label: str) -> Self:
        """Learns one more example; as `add_many`."""
        return self.add_many([text], [label])

    def add_many(self, texts: Sequence[str], labels: Sequence[str]) -> Self:
        """Learns more examples; the threshold stays, and so does what others have taught.

        The first example of an intent makes all be learnt anew. Raises `ValueError` unless there
        is one label a text.
        """
        before = len(self._taught)
        self._keep(texts, labels)
        model, fresh = self._model, self._taught[before:]
        if model is None or {label for _, label in fresh} - {*model.intents}:
            self._learn()
        elif fresh:
            self._known = _unambiguous(self._taught)
            self._model = model.with_examples(fresh)
        return self

    def match(self, text: str) -> Match:
        """The best intent for `text`, with its score and the runners-up."""
        cleaned = self._clean(text)
        model = self._model
        if not cleaned or model is None:
            return _NOTHING
        return self._verdict(model, self._scores(model, cleaned), 1.0, self._known.get(cleaned))

    def match_many(self, texts: Sequence[str]) -> list[Match]:
        """`match` for each text."""
        return [self.match(text) for text in texts]

    def match_hypotheses(self, hypotheses: Sequence[Hypothesis]) -> Match:
        """One verdict on several ways an utterance may have been heard.

        Every hypothesis speaks with the square of its confidence, so that a sure one is not voted
        down by its echoes; where even the surest is unsure, the score is lowered.
        """
        heard = [(self._clean(hypothesis.text), hypothesis.confidence) for hypothesis in hypotheses]
        heard = [(text, confidence) for text, confidence in heard if text]
        model = self._model
        if not heard or model is None:
            return _NOTHING
        weights = np.array([max(confidence, LEAST_CONFIDENCE) for _, confidence in heard]) ** 2
        each = np.stack([self._scores(model, text) for text, _ in heard])
        joined = np.asarray((weights / weights.sum()) @ each, np.float32)
        trust = calibration.trust(max(confidence for _, confidence in heard))
        known = {self._known.get(text) for text, _ in heard}
        return self._verdict(model, joined, trust, known.pop() if len(known) == 1 else None)

    def calibrate(self, texts: Sequence[str], labels: Sequence[str]) -> float:
        """Chooses, sets and returns the threshold on a validation set; `oos` marks foreign rows."""
        matches = self.match_many(texts)
        self.threshold = calibration.best_threshold(
            np.array([match.score for match in matches], np.float32),
            np.array([match.intent == label for match, label in zip(matches, labels, strict=True)]),
            np.array([label == OUTSIDE for label in labels]),
        )
        return self.threshold

    def _clean(self, text: str) -> str:
        plain = normalise(text, self.language)
        if not self._recipe.hesitation:
            plain = without_hesitation(plain, self.language)
        return self._trimmer.trim(plain)

    def _keep(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        cleaned = ((self._clean(text), label) for text, label in zip(texts, labels, strict=True))
        self._taught.extend((text, label) for text, label in cleaned if text)

    def _learn(self) -> None:
        labels = [label for _, label in self._taught]
        self._known = _unambiguous(self._taught)
        self._model = None
        if set(labels) - {OUTSIDE}:
            named = set(labels) - {OUTSIDE} if self._recipe.names else ()
            names = {label: self._name(label) for label in named}
            texts = [text for text, _ in self._taught]
            model, rehearsal = Model.learn(texts, labels, self.language, names, self._recipe)
            self._barred = [model.intents.index(OUTSIDE)] if OUTSIDE in labels else []
            self._pivot = calibration.pivot(rehearsal, self._barred)
            self._model = model

    def _name(self, label: str) -> str:
        """The words of an intent's name that are written as the language writes: a hint."""
        words = " ".join(_NAME_PARTS.findall(label))
        ours = [word for word in words.split() if (not word.isascii()) == (self.language == "zh")]
        return normalise(" ".join(ours), self.language)

    def _scores(self, model: Model, cleaned: str) -> Floats:
        """A score from 0 to 1 for each intent, -1 for those that are never answered."""
        logits = model.logits(cleaned)
        if not self._barred:
            return calibration.scaled(calibration.sureness(logits), self._pivot)
        background = float(logits[self._barred].max())
        scores = calibration.above_background(logits, background, self._recipe.sure)
        scores[self._barred] = -1.0
        return scores

    def _verdict(self, model: Model, scores: Floats, trust: float, known: str | None) -> Match:
        """`known` is the intent that was taught with exactly this text."""
        order = np.argsort(-scores, kind="stable")[: ALTERNATIVES + len(self._barred)]
        ranked = [
            Ranked(model.intents[number], trust * score)
            for number, score in zip(order.tolist(), scores[order].tolist(), strict=True)
            if score >= 0
        ]
        if known is not None and known != OUTSIDE:
            ranked = [Ranked(known, trust)] + [other for other in ranked if other.intent != known]
        best = ranked[0]
        return Match(best.intent, best.score, best.score >= self.threshold, ranked[:ALTERNATIVES])


def _unambiguous(taught: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Texts that were taught with one label only."""
    labels: dict[str, set[str]] = {}
    for text, label in taught:
        labels.setdefault(text, set()).add(label)
    return {text: next(iter(names)) for text, names in labels.items() if len(names) == 1}
