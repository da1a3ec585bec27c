"""Recognition models in the data folder: what is there, fetch or take in, check.

A model lies in `models/<language>/<name>/` as its makers made it, with a `manifest.json` beside its
files: engine, source, when it came, and size and SHA-256 of each file. A new model is made ready in
a folder of its own and then renamed, so a failed or broken install never touches a good model.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from assistant.core.errors import ModelError
from assistant.speech import archives, manifests
from assistant.speech.downloads import Remote, fetch
from assistant.speech.recognisers import MANIFEST, detect

Progress = Callable[[str, int, int], None]
"Told what is being done, how many bytes of it are, and how many there will be (0: not known)."
BASE_URL = "https://alphacephei.com/vosk/models/"
BUNDLED = "bundled"
"Name of the English model inside the pocketsphinx package; it is never installed or removed."


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """Where models come from."""

    base_url: str = BASE_URL
    "Folder the catalogue's archives are fetched from."
    timeout_s: float = 30.0
    "Longest silence of the server."
    pause_s: float = 0.5
    "Wait before a cut connection is made again."


@dataclass(frozen=True, slots=True)
class Published:
    """A model that can be fetched."""

    name: str
    size: int
    "Bytes of the archive `<name>.zip`."
    sha256: str


CATALOG = {
    "en": Published(
        "vosk-model-small-en-us-0.15",
        41_205_931,
        "30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
    ),
    "zh": Published(
        "vosk-model-small-cn-0.22",
        43_898_754,
        "3af8b0e7e0f835ae9d414ce5df580237a3cfb08d586c9fbbb0f7ff29ad5b14ba",
    ),
}
"The small Vosk models, Apache-2.0; sizes and sums as ten independent projects pin them."


@dataclass(frozen=True, slots=True)
class Model:
    """A model on this machine."""

    language: str
    name: str
    engine: str
    "A key of `recognisers.ENGINES`; empty when there is a problem."
    folder: Path
    source: str
    "Address or path it came from."
    installed: str
    "ISO time; empty for the bundled model."
    problem: str = ""
    "What is wrong with it, as seen without reading all of it; empty for nothing."


def list_models(data_dir: Path) -> tuple[Model, ...]:
    """Every model there is, by language, the one in use first."""
    folders = sorted(path for path in _root(data_dir).glob("*/*") if path.is_dir())
    found = [_describe(path) for path in folders if not path.name.startswith(".")]
    found.sort(key=lambda model: model.installed, reverse=True)
    ready = bundled()
    found += [] if ready is None else [ready]
    return tuple(sorted(found, key=lambda model: (model.language, bool(model.problem))))


def models_in_use(data_dir: Path, named: dict[str, str] | None = None) -> dict[str, Path]:
    """The folder of the model to hear each language with: the one `named`, else the newest sound.

    Raises `ModelError` when a language's named model is not there.
    """
    chosen: dict[str, Path] = {}
    known = list_models(data_dir)
    for model in known:
        if not model.problem:
            chosen.setdefault(model.language, model.folder)
    for language, name in (named or {}).items():
        fitting = [m for m in known if (m.language, m.name) == (language, name)]
        if not fitting:
            raise ModelError(
                f"no model {name!r} for {language!r} in {_root(data_dir)}; "
                "correct the name or install it"
            )
        chosen[language] = fitting[0].folder
    return chosen


def bundled() -> Model | None:
    """The English model inside the pocketsphinx package, if that is installed."""
    spec = util.find_spec("pocketsphinx")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model" / "en-us"
    if not folder.is_dir():
        return None
    return Model("en", BUNDLED, "pocketsphinx", folder, "pocketsphinx package", "")


def install(
    language: str,
    data_dir: Path,
    source: Path | None = None,
    progress: Progress | None = None,
    settings: ModelSettings | None = None,
) -> Model:
    """Fetch the catalogue's model for `language`, or take in the folder or archive `source`.

    A model that is already there whole is not fetched again. Raises `ModelError`; whatever was
    installed before is then as it was.
    """
    report = progress or (lambda _what, _done, _total: None)
    if not language.replace("-", "").isalnum():
        raise ModelError(f"{language!r} is no language; give a code such as zh or en")
    try:
        if source is not None:
            return _take_in(language, data_dir, source, str(source), report)
        return _fetch(language, data_dir, report, settings or ModelSettings())
    except OSError as error:
        place = error.filename or _root(data_dir)
        raise ModelError(f"{place}: {error.strerror}; make room or allow writing there") from error


def verify(data_dir: Path) -> tuple[str, ...]:
    """Read every file of every installed model; the problems found, each naming its file."""
    problems: list[str] = []
    for model in list_models(data_dir):
        if model.problem:
            problems.append(model.problem)
        elif model.name != BUNDLED:
            problems += manifests.damaged(model.folder)
    return tuple(problems)


def _root(data_dir: Path) -> Path:
    return data_dir / "models"


def _describe(folder: Path) -> Model:
    try:
        engine, problem = detect(folder), ""
    except ModelError as error:
        engine, problem = "", str(error)
    manifest = manifests.read(folder)
    return Model(
        folder.parent.name,
        folder.name,
        engine,
        folder,
        str(manifest.get("source", "")),
        str(manifest.get("installed", "")),
        problem,
    )


def _fetch(language: str, data_dir: Path, report: Progress, settings: ModelSettings) -> Model:
    published = CATALOG.get(language)
    if published is None:
        raise ModelError(
            f"no published model for {language!r} (there are {', '.join(CATALOG)}); "
            "install one from a folder or archive with --from"
        )
    for model in list_models(data_dir):
        same = (model.language, model.name) == (language, published.name)
        if same and not model.problem and not manifests.damaged(model.folder):
            return model
    url = f"{settings.base_url.rstrip('/')}/{published.name}.zip"
    archive = _root(data_dir) / ".downloads" / f"{published.name}.zip"
    archive.parent.mkdir(parents=True, exist_ok=True)
    remote = Remote(url, published.size, published.sha256)
    fetch(remote, archive, report, timeout_s=settings.timeout_s, pause_s=settings.pause_s)
    model = _take_in(language, data_dir, archive, url, report)
    archive.unlink()
    return model


def _take_in(language: str, data_dir: Path, source: Path, origin: str, report: Progress) -> Model:
    if not source.exists():
        raise ModelError(f"{source}: not there; give a model's folder or archive")
    home = _root(data_dir) / language
    fresh = home / ".new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    report("unpacking", 0, 0)
    try:
        if source.is_dir():
            archives.copy_tree(source, fresh / source.resolve().name)
        else:
            archives.unpack(source, fresh / _stem(source))
        folder = _model_folder(source, fresh)
        (folder / MANIFEST).unlink(missing_ok=True)
        manifests.write(folder, detect(folder), origin)
        return _describe(_put_in_place(folder, home))
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _stem(source: Path) -> str:
    return source.name.split(".zip")[0].split(".tar")[0].split(".tgz")[0].lstrip(".") or "model"


def _model_folder(source: Path, fresh: Path) -> Path:
    """Where the model itself lies: archives often wrap it in folders of their own."""
    place = fresh
    while True:
        inner = [path for path in place.iterdir() if path.name != "__MACOSX"]
        if len(inner) != 1 or not inner[0].is_dir():
            break
        place = inner[0]
    if place == fresh:
        raise ModelError(f"{source}: empty; give a model's folder or archive")
    return place


def _put_in_place(folder: Path, home: Path) -> Path:
    target = home / folder.name
    old = home / ".old"
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    folder.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return target
