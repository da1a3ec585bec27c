"""Reads and learns both trees once; later starts take up what was learnt.

Checking the files and learning from them takes seconds, a start may not (5 s to ready). The result
depends on the files and the code alone, so it lies beside the code (`.taught/`), or in the data
folder where the code may not be written. Whoever can write there can also change the code: it is
trusted alike.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import logging
import os
import pickle
import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.library import Examples, Library, load
from assistant.understanding import IntentMatcher
from assistant.understanding.agreement import Agreement
from assistant.understanding.marks import Marks
from assistant.understanding.reader import SAFETY_PREFIX, Reader
from assistant.understanding.remarks import Remarks
from assistant.understanding.safety import SafetyDetector
from assistant.understanding.text_words import TextWords

log = logging.getLogger(__name__)

FOLDER = ".taught"
OUTSIDE = "oos"
"The matcher's name for what is none of ours."


@dataclass(frozen=True, slots=True)
class Taught:
    """The trees, checked, and the reader that has learnt them."""

    library: Library
    reader: Reader


def taught(root: Path, languages: tuple[str, ...], places: Iterable[Path]) -> Taught:
    """Both trees below `root`: what was learnt before, else read and learnt now and kept.

    `places` are the folders to look in and to keep it in, in order; none writable costs only time.
    Raises `DataError` for a wrong file: one that was never checked is never taken up.
    """
    name = f"{_fingerprint(root, languages)}.pickle"
    folders = tuple(places)
    for folder in folders:
        before = _recall(folder / name)
        if before is not None:
            return before
    library = load(root, languages)
    learnt = Taught(library, build_reader(library))
    for folder in folders:
        if _keep(learnt, folder, name):
            break
    return learnt


def build_reader(library: Library) -> Reader:
    """Teach the matchers and the safety detector from the example files."""
    matchers = {}
    for language, by_intent in library.examples.items():
        rows = [(text, intent) for intent, told in by_intent.items() for text in told.all()]
        rows += [(text, OUTSIDE) for text in library.outside[language]]
        polite = [*library.common[language]["politeness"], *library.common[language]["fillers"]]
        matcher = IntentMatcher(language, fillers=polite)
        matchers[language] = matcher.fit([text for text, _ in rows], [name for _, name in rows])
    told = {language: _split(by_intent) for language, by_intent in library.examples.items()}
    detector = SafetyDetector(
        {language: danger for language, (danger, _) in told.items()},
        {
            language: [*everyday, *library.outside[language]]
            for language, (_, everyday) in told.items()
        },
        library.danger,
    )
    with_problem = [name for name in library.entries if name.startswith("case.")]
    agreement = {lang: Agreement.of(lang, common) for lang, common in library.common.items()}
    remarks = {lang: Remarks.of(lang, common) for lang, common in library.common.items()}
    words = TextWords.of(library.texts)
    return Reader(
        matchers,
        detector,
        agreement,
        frozenset(with_problem),
        remarks,
        words,
        tuple(word for listed in library.case_words.values() for word in listed),
        {lang: Marks.of(lang, common) for lang, common in library.common.items()},
    )


def _split(
    by_intent: Mapping[str, Examples],
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Examples of danger by intent, and everything else in one list."""
    danger: dict[str, tuple[str, ...]] = {}
    everyday: list[str] = []
    for intent, examples in by_intent.items():
        if intent.startswith(SAFETY_PREFIX):
            danger[intent] = examples.all()
        else:
            everyday.extend(examples.all())
    return danger, everyday


def _fingerprint(root: Path, languages: tuple[str, ...]) -> str:
    """Changes whenever anything changes that checking or learning depends on."""
    digest = hashlib.sha256(f"{platform.python_version()} {np.__version__} {root}".encode())
    package = Path(__file__).parent
    code = [Path(__file__)]
    for room in ("core", "dialogue", "library", "understanding"):
        code += sorted((package / room).rglob("*.py"))
    data = [root / "intents" / "catalog.yaml"]
    for language in languages:
        data += sorted((root / "intents" / language).glob("*.yaml"))
        data += sorted((root / "voices" / language).glob("*.yaml"))
    for path in [*code, *data]:
        digest.update(f"{path}\0".encode() + (path.read_bytes() if path.exists() else b"?"))
    return digest.hexdigest()[:32]


def _recall(path: Path) -> Taught | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    try:
        with _all_of_it_stays():
            learnt = pickle.loads(content)  # noqa: S301 - as trusted as the code beside it
    except Exception as error:  # noqa: BLE001 - whatever a cut-off file raises, it is learnt anew
        log.warning("what was learnt cannot be read (%s); learning anew", type(error).__name__)
        return None
    return learnt if isinstance(learnt, Taught) else None


@contextlib.contextmanager
def _all_of_it_stays() -> Iterator[None]:
    """Without looking for garbage among hundreds of thousands of new objects: half of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _keep(learnt: Taught, folder: Path, name: str) -> bool:
    """Write under another name, then rename: a reader never sees half a file."""
    fresh = folder / f"{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(pickle.dumps(learnt, protocol=5))
        fresh.replace(folder / name)
        for old in folder.glob("*.pickle"):
            if old.name != name:
                old.unlink(missing_ok=True)
    except OSError as error:
        log.info("what was learnt could not be kept in %s (%s)", folder, error.strerror)
        return False
    return True
