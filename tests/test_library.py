from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.core.answer import SHAPES
from assistant.core.errors import DataError
from assistant.dialogue.actions import ACTIONS
from assistant.library import Library, load

LANGUAGES = ("zh", "en")


@pytest.fixture(scope="module")
def library(project: Path) -> Library:
    """Both trees as shipped."""
    return load(project, LANGUAGES)


@pytest.fixture
def trees(project: Path, tmp_path: Path) -> Path:
    """A copy of both trees to damage."""
    for name in ("intents", "voices"):
        shutil.copytree(project / name, tmp_path / name)
    return tmp_path


def test_every_contract_intent_is_there(library: Library, project: Path) -> None:
    """The catalog holds exactly the intents that have files in every language."""
    for language in LANGUAGES:
        files = {p.stem for p in (project / "intents" / language).glob("[!_]*.yaml")}
        assert files == set(library.entries)


def test_every_action_is_used_or_reached(library: Library) -> None:
    """No action stands in the table that no intent leads to."""
    assert {entry.action for entry in library.entries.values()} == set(ACTIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_examples(library: Library, language: str) -> None:
    """Twelve or more natural sentences an intent, spoken and written."""
    few = [
        intent
        for intent, examples in library.examples[language].items()
        if len(examples.spoken) < 12 or not examples.written
    ]
    assert few == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_stands_in_two_intents(library: Library, language: str) -> None:
    """One sentence, one meaning."""
    owner: dict[str, str] = {}
    doubles = []
    for intent, examples in library.examples[language].items():
        doubles += [
            (text, owner[text.casefold()], intent)
            for text in examples.all()
            if owner.setdefault(text.casefold(), intent) != intent
        ]
    assert doubles == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_has_its_sentence(library: Library, language: str) -> None:
    """Whatever shape a fact comes in, there is a prompt for it."""
    wanted = {f"answer.{field}.{shape}" for field, shapes in SHAPES.items() for shape in shapes}
    assert wanted <= set(library.prompts[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wish_can_be_asked_back(library: Library, language: str) -> None:
    """A doubtful wish is confirmed in its own words; what is taken down has both its sentences."""
    prompts = set(library.prompts[language])
    wishes = [name for name in library.entries if name.split(".")[0] not in {"talk", "safety"}]
    assert {f"wish.{name}" for name in wishes} <= prompts
    taken = [n for n, entry in library.entries.items() if entry.action.startswith("request.")]
    assert {f"{kind}.{name}" for name in taken for kind in ("take", "taken")} <= prompts
    dangers = [n.removeprefix("safety.") for n in library.entries if n.startswith("safety.")]
    assert {f"emergency.{name}" for name in dangers} <= prompts


def test_both_languages_take_the_same_fields(library: Library) -> None:
    """A prompt names the same facts in every language, so that none is lost in one."""
    differing = {
        key: (prompt.fields(), library.prompts["en"][key].fields())
        for key, prompt in library.prompts["zh"].items()
        if prompt.fields() ^ library.prompts["en"][key].fields()
    }
    assert differing == {}


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("intents/zh/talk.yes.yaml", "spoken: [对, 3]\n", r"yes\.yaml:1: 3 is not a sentence"),
        ("intents/zh/talk.yes.yaml", "spoken: []\n", "at least one example"),
        ("intents/zh/talk.yes.yaml", "spoken: [对]\nwrote: []\n", r":2: unknown key 'wrote'"),
        ("intents/zh/talk.yes.yaml", "spoken: [对\n", r"talk\.yes\.yaml:\d+"),
        ("intents/zh/talk.maybe.yaml", "spoken: [也许]\n", "catalog.yaml has no such intent"),
        ("intents/catalog.yaml", "a.b: {action: fly}\n", r"catalog\.yaml:1: .*'fly'"),
        ("intents/catalog.yaml", "a.b: {action: talk.yes, colour: red}\n", "unknown key 'colour'"),
        ("intents/en/_common.yaml", "fillers: []\n", "'politeness' is missing"),
        ("voices/zh/prompts.yaml", "greeting: {said: x}\n", r"prompts\.yaml:1: prompt 'greeting'"),
        ("voices/zh/prompts.yaml", 'greeting: "{name"\n', "brace"),
        ("voices/en/prompts.yaml", "greeting: Hello.\n", "stands in one language only"),
        ("voices/en/wording.yaml", "language: en\n", r"wording\.yaml"),
    ],
)
def test_a_wrong_file_stops_the_start(trees: Path, path: str, text: str, said: str) -> None:
    """File, line and remedy."""
    (trees / path).write_text(text, "utf-8")
    with pytest.raises(DataError, match=said):
        load(trees, LANGUAGES)


def test_a_missing_file_stops_the_start(trees: Path) -> None:
    """An intent without its file in one language."""
    (trees / "intents/en/talk.yes.yaml").unlink()
    with pytest.raises(DataError, match=r"talk\.yes\.yaml: this file is missing"):
        load(trees, LANGUAGES)


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("_texts", "more: [", "most: [", "unknown key 'most'"),
        ("_texts", "help: [帮助, 怎么用, 说明]\n", "", "the key 'help' is missing"),
        ("_case_words", "- 牡丹\n", "- 海棠\n", "'海棠' stands twice"),
        ("_case_words", "words:", "word:", "there are none"),
    ],
    ids=["unknown", "missing", "twice", "none"],
)
def test_wrong_words_for_texts_stop_the_start(
    trees: Path, name: str, before: str, after: str, said: str
) -> None:
    """The file is named, and what is wrong with it."""
    path = trees / "intents" / "zh" / f"{name}.yaml"
    whole = path.read_text("utf-8")
    assert before in whole
    path.write_text(whole.replace(before, after, 1), "utf-8")
    with pytest.raises(DataError, match=rf"{name}\.yaml.*{said}"):
        load(trees, LANGUAGES)
