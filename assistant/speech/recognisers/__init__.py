"""Recognition engines, one a file. `load` names what is wrong with a model before native code can.

An engine reads its model's folder and keeps to `core.ports.Recogniser`; it runs in a worker process
only, on one thread. To add one: its file, its line in `ENGINES`, its rule in `detect`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.core.errors import ModelError
from assistant.core.ports import Decoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MANIFEST = "manifest.json"
"Beside an installed model: where it came from, and the size and checksum of each file."


class EngineDecoder(Decoder, Protocol):
    """A decoder that can also be dropped in mid-utterance."""

    def close(self) -> None:
        """Forget the utterance; the decoder may be used for another."""
        ...


class Engine(Protocol):
    """A `core.ports.Recogniser` that says whether it hears speech it was not told of."""

    language: str
    free_speech: bool

    def decoder(self, phrases: Sequence[str]) -> EngineDecoder:
        """As `core.ports.Recogniser.decoder`."""
        ...


def _vosk(folder: Path, language: str) -> Engine:
    from assistant.speech.recognisers.vosk import VoskRecogniser  # noqa: PLC0415 - native code

    return VoskRecogniser(folder, language)


def _pocketsphinx(folder: Path, language: str) -> Engine:
    from assistant.speech.recognisers.pocketsphinx import (  # noqa: PLC0415 - native code
        PocketSphinxRecogniser,
    )

    return PocketSphinxRecogniser(folder, language)


ENGINES: dict[str, Callable[[Path, str], Engine]] = {
    "vosk": _vosk,
    "pocketsphinx": _pocketsphinx,
}

_VOSK_FILES = (
    "am/final.mdl",
    "conf/mfcc.conf",
    "conf/model.conf",
    "graph/phones/word_boundary.int",
)
_VOSK_IVECTOR = ("final.dubm", "final.ie", "final.mat", "global_cmvn.stats", "splice.conf")
_SPHINX_FILES = ("feat.params", "mdef", "means", "variances", "transition_matrices")
_FST_MAGIC = b"\xd6\xfd\xb2\x7e"


def load(folder: Path, language: str) -> Engine:
    """Load the model in `folder` for `language`.

    Raises `ModelError` naming the file that is missing, empty or damaged as far as that can be seen
    without loading; what native code makes of a damage that cannot be seen is the worker's risk.
    """
    return ENGINES[detect(folder)](folder, language)


def detect(folder: Path) -> str:
    """Which engine the model in `folder` is for, a key of `ENGINES`; `ModelError` when for none."""
    if not folder.is_dir():
        raise ModelError(
            f"{folder}: no such folder; install the model with `run.py models install`"
        )
    if (folder / "am").is_dir() or (folder / "graph").is_dir():
        _check_vosk(folder)
        engine = "vosk"
    elif acoustic_folder(folder) is not None:
        _check_sphinx(folder)
        engine = "pocketsphinx"
    else:
        raise ModelError(
            f"{folder}: neither a Vosk model (am/final.mdl, conf/, graph/) nor a PocketSphinx one "
            "(hmm/mdef and a .dic file); give the folder that holds these"
        )
    _check_sizes(folder)
    return engine


def acoustic_folder(folder: Path) -> Path | None:
    """Where a PocketSphinx folder keeps its acoustic model, or `None`."""
    places = [folder / "hmm", folder, *sorted(folder.iterdir())]
    return next((place for place in places if _looks_acoustic(place)), None)


def dictionary_file(folder: Path) -> Path | None:
    """The pronunciation dictionary of a PocketSphinx folder, or `None`."""
    return next((p for p in sorted(folder.iterdir()) if p.suffix in {".dic", ".dict"}), None)


def _looks_acoustic(place: Path) -> bool:
    if place.name == "hmm" and place.is_dir():
        return True
    return place.is_dir() and any((place / name).is_file() for name in ("mdef", "feat.params"))


def _check_vosk(folder: Path) -> None:
    _require(folder, _VOSK_FILES)
    if (folder / "ivector").is_dir():
        _require(folder / "ivector", _VOSK_IVECTOR)
    graphs = ["HCLG.fst"] if (folder / "graph/HCLG.fst").exists() else ["HCLr.fst", "Gr.fst"]
    _require(folder / "graph", graphs)
    for name in graphs:
        if _head(folder / "graph" / name, 4) != _FST_MAGIC:
            raise ModelError(
                f"{folder}/graph/{name}: damaged (not an FST); install the model again"
            )
    if _head(folder / "am/final.mdl", 2) != b"\0B":
        raise ModelError(f"{folder}/am/final.mdl: damaged; install the model again")


def _check_sphinx(folder: Path) -> None:
    acoustic = acoustic_folder(folder) or folder
    _require(acoustic, _SPHINX_FILES)
    if not any((acoustic / name).is_file() for name in ("sendump", "mixture_weights")):
        raise ModelError(f"{acoustic}: sendump is missing; install the model again")
    _require(acoustic, [n for n in ("sendump", "mixture_weights") if (acoustic / n).exists()])
    if (acoustic / "means").stat().st_size != (acoustic / "variances").stat().st_size:
        raise ModelError(f"{acoustic}: means and variances differ in size; install the model again")
    dictionary = dictionary_file(folder)
    if dictionary is None:
        raise ModelError(f"{folder}: the dictionary (a .dic file) is missing; install it again")
    _require(folder, [dictionary.name])


def _require(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        path = folder / name
        if not path.is_file():
            raise ModelError(f"{path}: missing; install the model again")
        if path.stat().st_size == 0:
            raise ModelError(f"{path}: empty; install the model again")


def _check_sizes(folder: Path) -> None:
    """Compare the sizes with the manifest, where there is one: catches a file cut short."""
    path = folder / MANIFEST
    if not path.is_file():
        return
    try:
        files = json.loads(path.read_text("utf-8"))["files"]
        sizes = {str(name): int(entry["size"]) for name, entry in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path}: damaged; install the model again") from error
    for name, size in sizes.items():
        file = folder / name
        if not file.is_file():
            raise ModelError(f"{file}: missing; install the model again")
        if file.stat().st_size != size:
            raise ModelError(
                f"{file}: {file.stat().st_size} bytes instead of {size}; install the model again"
            )


def _head(path: Path, count: int) -> bytes:
    with path.open("rb") as file:
        return file.read(count)
