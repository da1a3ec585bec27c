from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.core.errors import ModelError
from assistant.speech import archives, models
from assistant.speech.models import (
    CATALOG,
    ModelSettings,
    Published,
    install,
    list_models,
    models_in_use,
    verify,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "vosk-model-small-cn-0.22"
FILES = {
    "am/final.mdl": b"\0B" + bytes(300_000),
    "conf/mfcc.conf": b"--low-freq=20\n",
    "conf/model.conf": b"--beam=10.0\n",
    "graph/HCLr.fst": b"\xd6\xfd\xb2\x7e" + bytes(200),
    "graph/Gr.fst": b"\xd6\xfd\xb2\x7e" + bytes(200),
    "graph/phones/word_boundary.int": b"1 nonword\n",
}


def archive(files: dict[str, bytes], top: str = NAME) -> bytes:
    """A zip file of a model folder."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name, content in files.items():
            target.writestr(f"{top}/{name}", content)
    return packed.getvalue()


class Server:
    """A loopback server of one archive that can be made to misbehave."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.ranges = True
        self.cut_after: list[int] = []
        self.status = 200
        self.asked: list[str | None] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request as told."""
        asked = request.headers.get("Range")
        self.asked.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.ranges else 0
        body = self.content[start:]
        status = 206 if start and self.status == 200 else self.status
        request.send_response(status if start < len(self.content) else 416)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if self.status == 200:
            request.wfile.write(body[: self.cut_after.pop(0)] if self.cut_after else body)

    def close(self) -> None:
        """Stop serving."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The published Mandarin model, made small."""
    content = archive(FILES)
    published = Published(NAME, len(content), hashlib.sha256(content).hexdigest())
    monkeypatch.setitem(CATALOG, "zh", published)
    made = Server(content)
    yield made
    made.close()


def fetch(data: Path, server: Server) -> models.Model:
    """Install from the loopback server."""
    settings = ModelSettings(base_url=server.url, timeout_s=5, pause_s=0)
    return install("zh", data, settings=settings)


def whole(data: Path) -> bool:
    """Whether every file of the model is there as published."""
    folder = data / "models/zh" / NAME
    return all((folder / name).read_bytes() == content for name, content in FILES.items())


def test_the_catalogue_pins_what_it_fetches() -> None:
    """Both published models have a name, a size and a SHA-256."""
    assert {language: entry.name for language, entry in CATALOG.items()} == {
        "en": "vosk-model-small-en-us-0.15",
        "zh": "vosk-model-small-cn-0.22",
    }
    for entry in CATALOG.values():
        assert entry.size > 40_000_000
        assert len(bytes.fromhex(entry.sha256)) == 32


def test_a_model_is_fetched_and_put_in_place(tmp_path: Path, server: Server) -> None:
    """One request, progress to the last byte, the files as published, a manifest, no left-overs."""
    told: list[tuple[str, int, int]] = []
    settings = ModelSettings(base_url=server.url, timeout_s=5)
    model = install("zh", tmp_path, None, lambda *step: told.append(step), settings)
    assert (model.language, model.name, model.engine, model.problem) == ("zh", NAME, "vosk", "")
    assert model.source == f"{server.url}{NAME}.zip"
    assert whole(tmp_path)
    size = len(server.content)
    assert ("fetching", size, size) in told
    assert [what for what, _, _ in told][-1] == "unpacking"
    assert verify(tmp_path) == ()
    assert sorted(p.name for p in (tmp_path / "models/zh").iterdir()) == [NAME]
    assert list((tmp_path / "models/.downloads").iterdir()) == []


def test_a_model_that_is_there_is_not_fetched_again(tmp_path: Path, server: Server) -> None:
    """A second install asks the server nothing, unless a file is damaged."""
    fetch(tmp_path, server)
    fetch(tmp_path, server)
    assert len(server.asked) == 1
    (tmp_path / "models/zh" / NAME / "conf/model.conf").write_bytes(b"--beam=99.0\n")
    fetch(tmp_path, server)
    assert len(server.asked) == 2
    assert whole(tmp_path)


@pytest.mark.parametrize("ranges", [True, False], ids=["range", "no range"])
def test_a_cut_connection_is_resumed(tmp_path: Path, server: Server, *, ranges: bool) -> None:
    """Three cuts: the rest is asked for, or all of it where the server ignores ranges."""
    server.ranges = ranges
    server.cut_after = [100_000, 50_000, 120_000]
    fetch(tmp_path, server)
    assert whole(tmp_path)
    if ranges:
        assert server.asked == [None, "bytes=100000-", "bytes=150000-", "bytes=270000-"]


def test_an_interrupted_fetch_goes_on_at_the_next_start(tmp_path: Path, server: Server) -> None:
    """When the server stays away what came is kept, and the next install takes it from there."""
    server.cut_after = [100_000, 0, 0, 0, 0, 0]
    with pytest.raises(ModelError, match=r"cannot be fetched .* kept"):
        fetch(tmp_path, server)
    server.asked.clear()
    server.cut_after = []
    fetch(tmp_path, server)
    assert server.asked == ["bytes=100000-"]
    assert whole(tmp_path)


def test_wrong_bytes_never_replace_a_good_model(tmp_path: Path, server: Server) -> None:
    """A file with the right size and wrong bytes is thrown away, and the good model stays."""
    fetch(tmp_path, server)
    (tmp_path / "models/zh" / NAME / "graph/Gr.fst").write_bytes(FILES["graph/Gr.fst"][:-1] + b"x")
    server.content = server.content[:-1000] + bytes(1000)
    with pytest.raises(ModelError, match="SHA-256 is wrong"):
        fetch(tmp_path, server)
    assert (tmp_path / "models/zh" / NAME / "am/final.mdl").read_bytes() == FILES["am/final.mdl"]
    assert list((tmp_path / "models/.downloads").iterdir()) == []


def test_damaged_part_files_are_mended(tmp_path: Path, server: Server) -> None:
    """A part longer than the file, or spoilt, leads to a fresh fetch by the second try at most."""
    part = tmp_path / "models/.downloads" / f"{NAME}.zip.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(len(server.content) + 5))
    fetch(tmp_path, server)
    assert whole(tmp_path)
    shutil.rmtree(tmp_path / "models/zh")
    part.write_bytes(bytes(1000))
    with pytest.raises(ModelError, match="SHA-256"):
        fetch(tmp_path, server)
    fetch(tmp_path, server)
    assert whole(tmp_path)


@pytest.mark.parametrize(
    ("status", "size", "message"),
    [
        (404, 0, "answers 404"),
        (503, 0, r"cannot be fetched .the server answers 503"),
        (200, 5, "bytes instead of"),
    ],
    ids=["not found", "down", "another file"],
)
def test_a_server_that_has_it_not(
    tmp_path: Path, server: Server, status: int, size: int, message: str
) -> None:
    """Each refusal says what the server did and what to do; nothing is installed."""
    server.status = status
    server.content += bytes(size)
    with pytest.raises(ModelError, match=message):
        fetch(tmp_path, server)
    assert [model.language for model in list_models(tmp_path)] == ["en"]


def test_no_server_at_all(tmp_path: Path) -> None:
    """Without a network the install fails in a sentence."""
    settings = ModelSettings(base_url="http://127.0.0.1:9/", timeout_s=1, pause_s=0)
    with pytest.raises(ModelError, match=r"cannot be fetched .*refused.*check the network"):
        install("zh", tmp_path, settings=settings)
    with pytest.raises(ModelError, match="not an http address"):
        install("zh", tmp_path, settings=ModelSettings(base_url="file:///etc"))


def test_a_language_nobody_publishes(tmp_path: Path) -> None:
    """Other languages come from a folder or archive, and codes are checked."""
    with pytest.raises(ModelError, match=r"there are en, zh.*--from"):
        install("yue", tmp_path)
    with pytest.raises(ModelError, match="no language"):
        install("../zh", tmp_path)


@pytest.mark.parametrize("kind", ["folder", "zip", "tar.gz"])
def test_a_model_is_taken_in_from_files(tmp_path: Path, shared: Path, kind: str) -> None:
    """A PocketSphinx folder, or an archive of it, becomes the language's model and loads."""
    source = shared / "models/pocketsphinx-en-tidigits-8k"
    if kind == "zip":
        packed = {p.relative_to(source).as_posix(): p.read_bytes() for p in source.rglob("*.*")}
        packed |= {f"hmm/{p.name}": p.read_bytes() for p in (source / "hmm").iterdir()}
        target = tmp_path / "digits.zip"
        target.write_bytes(archive(packed, "digits"))
        source = target
    elif kind == "tar.gz":
        target = tmp_path / "digits.tar.gz"
        with tarfile.open(target, "w:gz") as tar:
            tar.add(source, "digits")
        source = target
    model = install("en", tmp_path / "data", source)
    assert (model.engine, model.problem) == ("pocketsphinx", "")
    assert model.name == ("pocketsphinx-en-tidigits-8k" if kind == "folder" else "digits")
    assert verify(tmp_path / "data") == ()
    assert models_in_use(tmp_path / "data")["en"] == model.folder


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda files: files.pop("am/final.mdl"), "final.mdl: missing"),
        (lambda files: files.update({"conf/model.conf": b""}), "model.conf: empty"),
        (lambda files: files.update({"graph/Gr.fst": b"<html>"}), "Gr.fst: damaged"),
        (lambda files: files.update({"am/final.mdl": b"<html>"}), "final.mdl: damaged"),
        (lambda files: files.clear() or files.update({"a": b"1", "b": b"2"}), "neither a Vosk"),
        (lambda files: files.clear(), "empty"),
    ],
    ids=["missing", "empty file", "no fst", "no model", "something else", "nothing"],
)
def test_a_broken_model_is_named_and_not_installed(
    tmp_path: Path, spoil: object, message: str
) -> None:
    """What native code could die of is found first; the model installed before stays in use."""
    good = tmp_path / "good.zip"
    good.write_bytes(archive(FILES))
    before = install("zh", tmp_path, good)
    files = dict(FILES)
    spoil(files)  # type: ignore[operator]
    bad = tmp_path / "bad.zip"
    bad.write_bytes(archive(files))
    with pytest.raises(ModelError, match=message):
        install("zh", tmp_path, bad)
    assert models_in_use(tmp_path)["zh"] == before.folder
    assert verify(tmp_path) == ()


def test_verify_names_a_damaged_file(tmp_path: Path) -> None:
    """A changed byte, a file cut short and a missing file are each found by name."""
    source = tmp_path / "good.zip"
    source.write_bytes(archive(FILES))
    folder = install("zh", tmp_path, source).folder
    wave = folder / "am/final.mdl"
    wave.write_bytes(FILES["am/final.mdl"][:-1] + b"x")
    assert [problem.split(":")[0] for problem in verify(tmp_path)] == [str(wave)]
    wave.write_bytes(FILES["am/final.mdl"][:-1])
    assert "300001 bytes instead of 300002" in verify(tmp_path)[0]
    assert models_in_use(tmp_path).keys() == {"en"}
    wave.unlink()
    assert "final.mdl: missing" in verify(tmp_path)[0]


def test_the_newest_model_is_used_unless_one_is_named(tmp_path: Path) -> None:
    """Of several models of a language the last installed wins; settings may name another."""
    for name in ("older", "newer"):
        source = tmp_path / f"{name}.zip"
        source.write_bytes(archive(FILES, name))
        install("zh", tmp_path, source)
    assert [model.name for model in list_models(tmp_path) if model.language == "zh"] == [
        "newer",
        "older",
    ]
    assert models_in_use(tmp_path)["zh"].name == "newer"
    assert models_in_use(tmp_path, {"zh": "older"})["zh"].name == "older"
    assert models_in_use(tmp_path, {"en": models.BUNDLED})["en"].name == "en-us"
    with pytest.raises(ModelError, match="'oldest'"):
        models_in_use(tmp_path, {"zh": "oldest"})


def test_a_fresh_machine_hears_english(tmp_path: Path) -> None:
    """With nothing installed there is the English model of the pocketsphinx package."""
    assert [(m.language, m.name, m.problem) for m in list_models(tmp_path)] == [
        ("en", models.BUNDLED, "")
    ]
    assert verify(tmp_path) == ()


@pytest.mark.parametrize(
    "name", ["../../evil", "/etc/evil", "a/../../../evil", "C:\\evil", "..\\..\\evil"]
)
def test_no_archive_writes_outside_its_folder(tmp_path: Path, name: str) -> None:
    """A name that leads out of the folder stops the install before anything is written there."""
    source = tmp_path / "evil.zip"
    with zipfile.ZipFile(source, "w") as target:
        target.writestr(name, b"x")
    data = tmp_path / "deep/data"
    with pytest.raises(ModelError, match="leads out of its folder"):
        install("zh", data, source)
    assert not list(tmp_path.rglob("evil"))


def test_links_and_endless_archives_are_refused(tmp_path: Path) -> None:
    """A link in an archive or a folder, and an archive that unpacks without end, are not taken."""
    linked = tmp_path / "linked.tar"
    with tarfile.open(linked, "w") as tar:
        entry = tarfile.TarInfo("model/secret")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)
    with pytest.raises(ModelError, match="link or a device"):
        install("zh", tmp_path / "data", linked)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "secret").symlink_to("/etc/passwd")
    with pytest.raises(ModelError, match="link to somewhere else"):
        install("zh", tmp_path / "data", folder)
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("zeros", bytes(5_000_000))
    with pytest.raises(ModelError, match="more than a model can have"):
        archives.unpack(bomb, tmp_path / "out", max_bytes=1_000_000)


def test_damaged_archives_are_named(tmp_path: Path) -> None:
    """A flipped byte, a cut and something else altogether are each refused in a sentence."""
    content = archive(FILES)
    cases = {
        "flipped.zip": content.replace(b"--beam=10.0", b"--beam=10.1"),
        "cut.zip": content[: len(content) // 2],
        "text.zip": b"<html>not found</html>",
    }
    for name, damaged in cases.items():
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(ModelError, match=name):
            install("zh", tmp_path / "data", tmp_path / name)
    with pytest.raises(ModelError, match="not there"):
        install("zh", tmp_path / "data", tmp_path / "absent.zip")
    assert not list((tmp_path / "data").rglob("*.conf"))


def test_a_damaged_manifest_is_a_problem(tmp_path: Path) -> None:
    """A model whose manifest cannot be read is reported and not used."""
    source = tmp_path / "good.zip"
    source.write_bytes(archive(FILES))
    folder = install("zh", tmp_path, source).folder
    for content in ("{", "[]", json.dumps({"files": {"x": 1}})):
        (folder / "manifest.json").write_text(content, "utf-8")
        assert "manifest.json: damaged" in verify(tmp_path)[0]
        assert "zh" not in models_in_use(tmp_path)
