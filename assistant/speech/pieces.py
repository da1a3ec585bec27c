"""Joining what was said in several breaths into the one utterance it is. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.turn import Hypothesis, Utterance
from assistant.speech.vocabulary import join, words

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 5
"Alternatives kept."


def joined(pieces: Sequence[Utterance]) -> Utterance:
    """The pieces as one utterance, in the language most of it was said in.

    Its confidence is the pieces' mean, weighted by their length; its alternatives put one piece's
    alternative in the place of that piece. `ValueError` for no pieces.
    """
    if not pieces:
        raise ValueError("there is nothing to join")
    if len(pieces) == 1:
        return pieces[0]
    lengths = [max(1, len(piece.text)) for piece in pieces]
    longest = max(range(len(pieces)), key=lengths.__getitem__)
    weighed = sum(p.confidence * n for p, n in zip(pieces, lengths, strict=True))
    return Utterance(
        _together([piece.text for piece in pieces]),
        pieces[longest].language,
        weighed / sum(lengths),
        _alternatives(pieces),
    )


def _alternatives(pieces: Sequence[Utterance]) -> tuple[Hypothesis, ...]:
    best = [piece.text for piece in pieces]
    found: list[Hypothesis] = []
    for place, piece in enumerate(pieces):
        for other in piece.alternatives:
            text = _together([*best[:place], other.text, *best[place + 1 :]])
            found.append(Hypothesis(text, other.confidence))
    found.sort(key=lambda item: -item.confidence)
    return tuple(found[:MOST])


def _together(texts: Sequence[str]) -> str:
    return join(word for text in texts for word in words(text))
