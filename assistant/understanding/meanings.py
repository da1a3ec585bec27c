"""What English words mean: static vectors, near to each other where words are used alike.

The vectors (256 numbers for each of 32,000 pieces of words) and the cutter into pieces are the
tables of the package `wordllama`; they are read from its folder, its code is never imported and
nothing is fetched. Where the package is missing, and in other languages, nothing has a meaning and
the matcher goes by letters, words and sounds alone.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Floats = NDArray[np.float32]
    Halves = NDArray[np.float16]

PACKAGE = "wordllama"
LANGUAGE = "en"
"""The vectors were trained on English; Chinese characters are too few among the pieces."""
WIDTH = 256
"""Numbers of a vector."""
_NONE = np.zeros(0, np.float32)


def known_in(language: str) -> bool:
    """Whether words of this language have a meaning here."""
    return language == LANGUAGE and _tables() is not None


def meaning(text: str) -> Floats:
    """The direction in which the words of a normalised text point together.

    Its length is 1, or 0 for a text without a word and where the tables are missing.
    """
    tables = _tables()
    total = np.zeros(WIDTH, np.float32)
    if tables is not None:
        for word in text.split():
            total += _of_word(word)
    length = float(np.linalg.norm(total))
    return total / np.float32(length) if length > 0 else total


@lru_cache(maxsize=8192)
def _of_word(word: str) -> Floats:
    """The sum of the vectors of a word's pieces."""
    tables = _tables()
    if tables is None:
        return _NONE
    cutter, vectors = tables
    pieces = cutter.encode(word, add_special_tokens=False).ids
    return np.asarray(vectors[pieces].sum(axis=0, dtype=np.float32))


@cache
def _tables() -> tuple[Tokenizer, Halves] | None:
    """Read once, when English is first taught: 0.1 s, 25 MB. The vectors stay in their file."""
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    from tokenizers import Tokenizer  # noqa: PLC0415 - wanted only where the vectors are

    home = Path(found.submodule_search_locations[0])
    cutter = Tokenizer.from_file(str(home / "tokenizers" / "l2_supercat_tokenizer_config.json"))
    # A safetensors file: the length of a header, the header, then the numbers of its one tensor.
    file = home / "weights" / "l2_supercat_256.safetensors"
    header = int(np.fromfile(file, "<u8", 1)[0])
    vectors = np.memmap(file, np.float16, "r", offset=8 + header)
    return cutter, np.asarray(vectors).reshape(-1, WIDTH)
