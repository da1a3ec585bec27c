from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from ruamel.yaml import YAML

from assistant.core.closing import OUTCOMES
from assistant.core.errors import DataError
from assistant.desk.masking import masked
from assistant.desk.shell import NAVIGATION, REASONS
from assistant.desk.words import FOLDER, LANGUAGES, Words
from assistant.directory.review import Kind
from assistant.staff.roles import ROLES

DESK = FOLDER.parent
GAP = re.compile(r"\{(\w*)\}")


@pytest.fixture(scope="module")
def words() -> Words:
    """The desk's own."""
    return Words()


def test_every_word_a_template_says_is_there(words: Words) -> None:
    """Keys written out in templates and views, and those put together from a table."""
    texts = [path.read_text("utf-8") for path in (DESK / "templates").rglob("*.html")]
    texts += [path.read_text("utf-8") for path in DESK.rglob("*.py")]
    said = {
        key for text in texts for key in re.findall(r'\b(?:t|say)\("([a-z_]+\.[a-z_0-9]+)"', text)
    }
    assert len(said) > 100
    composed = {f"nav.{name}" for name, *_ in NAVIGATION}
    composed |= {f"help.{name}.title" for name, *_ in NAVIGATION}
    composed |= {f"roles.{role}" for role in ROLES} | {f"reasons.{one}" for one in REASONS}
    composed |= {f"outcomes.{one}" for one in OUTCOMES}
    assert {key for key in said | composed if not words.knows(key)} == set()


def test_every_intent_has_a_name_on_the_desk(words: Words, project: Path) -> None:
    """A new intent is named here before staff meet it."""
    catalog = YAML(typ="safe").load((project / "intents" / "catalog.yaml").read_text("utf-8"))
    assert [name for name in catalog if not words.knows(f"intent.{name}")] == []


def test_everything_wrong_in_the_directory_has_a_remedy(words: Words) -> None:
    """Whatever a review finds is named, and what to do about it is said, in both languages."""
    keys = [f"{table}.{kind}" for table in ("findings", "remedies") for kind in get_args(Kind)]
    assert [key for key in keys if not words.knows(key)] == []


def test_languages_have_the_same_gaps(words: Words) -> None:
    """A sentence that names somebody does so in both languages, and none is empty."""
    first, second = LANGUAGES
    for key in words.keys(first):
        one, other = words._sentences[first][key], words._sentences[second][key]
        assert sorted(GAP.findall(one)) == sorted(GAP.findall(other)), key
        assert one.strip()
        assert other.strip()


def test_a_missing_word_stops_the_start(tmp_path: Path) -> None:
    """And is named."""
    (tmp_path / "zh.yaml").write_text("a: 一\nb:\n  c: 二\n", "utf-8")
    (tmp_path / "en.yaml").write_text("a: one\n", "utf-8")
    with pytest.raises(DataError, match=r"b\.c"):
        Words(tmp_path)


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("+8613800000001", "138****0001"),
        ("+86 138-0000-0001", "138****0001"),
        ("+8657188001234", "571****1234"),
        ("+14155550123", "141****0123"),
        ("88001234", "****234"),
        ("12345", "****"),
        ("anonymous", "****"),
        ("", "****"),
    ],
)
def test_a_masked_number_cannot_be_rung(contact: str, shown: str) -> None:
    """At least four digits are hidden, and whatever is no number altogether."""
    assert masked(contact) == shown


def test_every_view_has_help(words: Words) -> None:
    """In both languages, with more than one sentence."""
    for name, *_ in NAVIGATION:
        for language in LANGUAGES:
            assert len(words.several(language, f"help.{name}.text")) > 1
