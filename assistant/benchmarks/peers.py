"""What else can be had for the same task without a neural network, measured on the same rows.

TF-IDF of character n-grams into logistic regression or a linear support vector machine, and the
nearest example by RapidFuzz. Each is used as its documentation shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from rapidfuzz import fuzz, process

from assistant.understanding import sounds
from assistant.understanding.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


class Peer(Protocol):
    """A matcher that can be taught and asked."""

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learns the texts with their intents."""
        ...

    def answers(self, texts: Sequence[str]) -> tuple[list[str | None], Floats]:
        """The best intent of each text and its score, higher is surer."""
        ...


class NGrams:
    """TF-IDF of character n-grams into a linear model of scikit-learn."""

    def __init__(self, language: str, model: Any, ask: str) -> None:  # noqa: ANN401 - untyped there
        # scikit-learn takes a second to load: only those who ask for the peers pay it.
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

        analyzer, spans = ("char", (1, 3)) if language == "zh" else ("char_wb", (2, 5))
        self._vectors = TfidfVectorizer(analyzer=analyzer, ngram_range=spans, sublinear_tf=True)
        self._model = model
        self._ask = getattr(model, ask)

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """See `Peer.fit`."""
        self._model.fit(self._vectors.fit_transform(texts), labels)

    def answers(self, texts: Sequence[str]) -> tuple[list[str | None], Floats]:
        """See `Peer.answers`."""
        odds = np.atleast_2d(self._ask(self._vectors.transform(texts)))
        best = [str(self._model.classes_[number]) for number in odds.argmax(axis=1)]
        return list(best), odds.max(axis=1).astype(np.float32)


class Nearest:
    """The intent of the most similar example."""

    def __init__(self, language: str, scorer: Callable[..., float], *, spoken: bool) -> None:
        self._language = language
        self._scorer = scorer
        self._spoken = spoken
        self._taught: list[str] = []
        self._labels: list[str] = []

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """See `Peer.fit`."""
        self._taught, self._labels = self._forms(texts), list(labels)

    def answers(self, texts: Sequence[str]) -> tuple[list[str | None], Floats]:
        """See `Peer.answers`."""
        alike = process.cdist(
            self._forms(texts), self._taught, scorer=self._scorer, dtype=np.float32
        )
        best = alike.argmax(axis=1)
        return [self._labels[number] for number in best], alike.max(axis=1)

    def _forms(self, texts: Sequence[str]) -> list[str]:
        plain = [normalise(text, self._language) for text in texts]
        return [" ".join(sounds.syllables(text)) for text in plain] if self._spoken else plain


def peers(language: str) -> dict[str, Peer]:
    """The peers of a language by name, untaught."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - see `NGrams`
    from sklearn.svm import LinearSVC  # noqa: PLC0415 - see `NGrams`

    regression = LogisticRegression(C=20, max_iter=60, tol=1e-3)
    found: dict[str, Peer] = {
        "tfidf_lr": NGrams(language, regression, "predict_proba"),
        "tfidf_svc": NGrams(language, LinearSVC(C=1), "decision_function"),
        "rf_ratio": Nearest(language, fuzz.ratio, spoken=False),
    }
    if language == "zh":
        found["rf_pinyin"] = Nearest(language, fuzz.ratio, spoken=True)
    else:
        found["rf_token_sort"] = Nearest(language, fuzz.token_sort_ratio, spoken=False)
    return found
