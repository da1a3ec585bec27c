"""The word that staff say first, so that a resident knows who rings. Pure: chance is handed in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

Pick = Callable[[Sequence[str]], str]
"Chooses one of the words, each as likely as the others and not to be guessed."


def fresh(words: Sequence[str], in_use: Collection[str], last: str, pick: Pick) -> str:
    """A word for a new promise; never the telephone's last one, nor one that is promised elsewhere.

    Only where every word is in use at once are two open promises allowed the same.
    """
    free = [word for word in words if word != last and word not in in_use]
    return pick(free or [word for word in words if word != last] or words)


def words_for(words: Mapping[str, Sequence[str]], language: str) -> Sequence[str]:
    """The words of a language, else of the community's own, which comes first."""
    return words.get(language) or next(iter(words.values()))


def unguessable(words: Sequence[str], names: str) -> Sequence[str]:
    """The words that do not occur in the site's names: whoever says 桂花社区 has not said one."""
    return tuple(
        word
        for word in words
        if not {*word.casefold().split()} & {*names.split()} and word not in names
    )
