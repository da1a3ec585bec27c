from __future__ import annotations

import logging
import pickle
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from assistant import teaching
from assistant.core.errors import DataError
from assistant.teaching import Taught, taught

LANGUAGES = ("zh", "en")
FEW = 3
"Examples left of each kind: learning takes a moment instead of seconds."


def thinned(source: Path, target: Path) -> None:
    """Both trees with a few examples in each file; everything else as shipped."""
    for name in ("intents", "voices"):
        shutil.copytree(source / name, target / name)
    yaml = YAML(typ="safe")
    yaml.width = 4096
    for path in (target / "intents").glob("*/[!_]*.yaml"):
        kept = {key: texts[:FEW] for key, texts in yaml.load(path.read_text("utf-8")).items()}
        with path.open("w", encoding="utf-8") as stream:
            yaml.dump(kept, stream)
    for path in (target / "intents").glob("*/_outside.yaml"):
        kept = yaml.load(path.read_text("utf-8"))
        with path.open("w", encoding="utf-8") as stream:
            yaml.dump({**kept, "examples": kept["examples"][: FEW * 10]}, stream)


@pytest.fixture(scope="module")
def thin(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The thinned trees, made once."""
    folder = tmp_path_factory.mktemp("thin")
    thinned(project, folder)
    return folder


@pytest.fixture(scope="module")
def first(thin: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Taught, Path]:
    """What was learnt from them, and the folder it is kept in."""
    folder = tmp_path_factory.mktemp("kept") / "taught"
    return taught(thin, LANGUAGES, [folder]), folder


@pytest.fixture
def kept(first: tuple[Taught, Path], tmp_path: Path) -> Path:
    """A copy of what was kept, to damage."""
    return Path(shutil.copytree(first[1], tmp_path / "taught"))


def no_learning(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on everything must be taken up, not learnt."""

    def refuse(*_: object) -> None:
        pytest.fail("the trees were read again")

    monkeypatch.setattr(teaching, "load", refuse)


def only_file(folder: Path) -> Path:
    """The one file that is kept."""
    (path,) = folder.iterdir()
    return path


def understands(learnt: Taught) -> list[tuple[str | None, float]]:
    """What the matchers make of a few sentences."""
    return [
        (match.intent, round(match.score, 6))
        for language, texts in (("zh", ("几点开门", "说慢一点")), ("en", ("a person please", "")))
        for match in learnt.reader.matchers[language].match_many(list(texts))
    ]


def test_what_was_learnt_is_taken_up(
    thin: Path, first: tuple[Taught, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second start reads nothing and understands the same."""
    learnt, folder = first
    no_learning(monkeypatch)
    again = taught(thin, LANGUAGES, [folder])
    assert again is not learnt
    assert understands(again) == understands(learnt)
    assert again.library.entries == learnt.library.entries


def test_the_second_place_is_looked_into_too(
    thin: Path, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the first place has nothing, the second is asked before anything is learnt."""
    no_learning(monkeypatch)
    assert taught(thin, LANGUAGES, [tmp_path / "nothing", kept]).library.entries


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"not a pickle"),
        lambda path: path.write_bytes(path.read_bytes()[:-100]),
        lambda path: path.write_bytes(b"\x80\x05" + path.read_bytes()[200:]),
        lambda path: path.write_bytes(pickle.dumps({"something": "else"})),
        lambda path: path.write_bytes(pickle.dumps(None)),
    ],
    ids=["empty", "text", "cut short", "beheaded", "another object", "nothing"],
)
def test_a_damaged_file_is_learnt_anew(
    thin: Path,
    kept: Path,
    first: tuple[Taught, Path],
    damage: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever became of the file, the start goes on, and the next one finds it whole."""
    assert callable(damage)
    damage(only_file(kept))
    monkeypatch.setattr(teaching, "build_reader", lambda _library: first[0].reader)
    assert understands(taught(thin, LANGUAGES, [kept])) == understands(first[0])
    no_learning(monkeypatch)
    assert taught(thin, LANGUAGES, [kept]).library.entries


def test_damage_is_logged(thin: Path, kept: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Somebody may want to know why a start took seconds."""
    path = only_file(kept)
    path.write_bytes(b"not a pickle")
    with caplog.at_level(logging.WARNING):
        assert teaching._recall(path) is None
    assert "learning anew" in caplog.text
    assert thin.is_dir()


def fingerprint(root: Path) -> str:
    """What the trees are known by."""
    return teaching._fingerprint(root, LANGUAGES)


@pytest.mark.parametrize(
    "name",
    [
        "intents/catalog.yaml",
        "intents/zh/service.hours.yaml",
        "intents/en/talk.repeat.yaml",
        "intents/zh/_common.yaml",
        "intents/en/_outside.yaml",
        "intents/zh/_safety.yaml",
        "voices/zh/prompts.yaml",
        "voices/en/wording.yaml",
        "voices/en/voice.yaml",
    ],
)
def test_any_change_of_a_file_is_seen(thin: Path, tmp_path: Path, name: str) -> None:
    """One more comment makes other trees of them; without it they are the old ones."""
    root = tmp_path / "trees"
    shutil.copytree(thin, root)
    before, path = fingerprint(root), root / name
    content = path.read_bytes()
    path.write_bytes(content + b"# changed\n")
    assert fingerprint(root) != before
    path.write_bytes(content)
    assert fingerprint(root) == before


def test_a_file_more_or_less_is_seen(thin: Path, tmp_path: Path) -> None:
    """An example file that comes or goes changes what the trees are known by."""
    root = tmp_path / "trees"
    shutil.copytree(thin, root)
    before = fingerprint(root)
    (root / "intents/en/service.parking.yaml").write_text("spoken: [parking]\n", "utf-8")
    more = fingerprint(root)
    (root / "intents/en/service.parking.yaml").unlink()
    (root / "intents/en/talk.repeat.yaml").unlink()
    assert len({before, more, fingerprint(root)}) == 3


def test_a_language_more_or_less_is_seen(thin: Path) -> None:
    """What was learnt for one language is not taken for two."""
    assert teaching._fingerprint(thin, ("zh",)) != teaching._fingerprint(thin, ("en",))
    assert teaching._fingerprint(thin, ("zh",)) != fingerprint(thin)


def test_other_trees_replace_what_was_kept(
    thin: Path, kept: Path, first: tuple[Taught, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Old files do not pile up."""
    old = only_file(kept)
    monkeypatch.setattr(teaching, "build_reader", lambda _library: first[0].reader)
    monkeypatch.setattr(teaching, "_fingerprint", lambda *_: "another")
    taught(thin, LANGUAGES, [kept])
    assert only_file(kept).name == "another.pickle"
    assert not old.exists()


def test_places_that_cannot_be_written_cost_only_time(
    thin: Path, tmp_path: Path, first: tuple[Taught, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files stand where the folders should be: learnt all the same, and nothing is left behind."""
    blocked = [tmp_path / "one", tmp_path / "two"]
    for place in blocked:
        place.write_text("a file", "ascii")
    monkeypatch.setattr(teaching, "build_reader", lambda _library: first[0].reader)
    learnt = taught(thin, LANGUAGES, [*blocked, blocked[0] / "below"])
    assert understands(learnt) == understands(first[0])
    assert [place.read_text("ascii") for place in blocked] == ["a file", "a file"]


def test_the_next_place_is_used_when_the_first_is_blocked(
    thin: Path, tmp_path: Path, first: tuple[Taught, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is kept where it can be kept, once."""
    (tmp_path / "one").write_text("a file", "ascii")
    places = [tmp_path / "one", tmp_path / "two", tmp_path / "three"]
    monkeypatch.setattr(teaching, "build_reader", lambda _library: first[0].reader)
    taught(thin, LANGUAGES, places)
    assert only_file(tmp_path / "two").suffix == ".pickle"
    assert not (tmp_path / "three").exists()


def test_a_wrong_file_is_never_hidden_by_what_was_learnt(
    thin: Path, tmp_path: Path, kept: Path
) -> None:
    """The trees were right once: a mistake made since then still stops the start."""
    root = tmp_path / "trees"
    shutil.copytree(thin, root)
    (root / "intents/zh/service.hours.yaml").write_text("spoken: 几点开门\n", "utf-8")
    with pytest.raises(DataError, match=r"service\.hours\.yaml:1"):
        taught(root, LANGUAGES, [kept])
