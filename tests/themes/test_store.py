"""Themes as they are kept: one theme a suggestion, decided once, told once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from assistant.database import Database
from assistant.themes.store import APART, Theme, ThemeError, ThemeStore
from assistant.themes.tables import theme_voices, themes

NOW = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
BENCH = {"zh": "添长椅", "en": "More benches"}
TOLD = {
    "zh": "十二月一号起楼下有四把长椅",
    "en": "From the first of December there are four benches",
}


@pytest.fixture
def store(any_database: Database) -> ThemeStore:
    """Themes in a real database of each kind."""
    return ThemeStore(any_database)


def made(store: ThemeStore, *codes: str) -> Theme:
    """A theme of these."""
    theme = store.get(store.make(BENCH, codes, "王芳", NOW))
    assert theme is not None
    return theme


def of(store: ThemeStore, theme: str) -> list[str]:
    """The codes in it."""
    return [voice.code for voice in store.voices() if voice.theme == theme]


def test_a_suggestion_is_in_one_theme(store: ThemeStore) -> None:
    """A second theme with it is refused whole; what was set apart may still be put into one."""
    store.set_apart(["GH000003"], "王芳", NOW)
    first = made(store, "GH000001", "GH000002", "GH000003")
    assert of(store, APART) == []
    with pytest.raises(ThemeError, match="GH000002"):
        store.make(BENCH, ["GH000004", "GH000002"], "王芳", NOW)
    assert [theme.id for theme in store.listing()] == [first.id]
    assert of(store, first.id) == ["GH000001", "GH000002", "GH000003"]
    with pytest.raises(ThemeError):
        store.make(BENCH, [], "王芳", NOW)


def test_themes_are_split_and_joined_and_every_voice_is_kept(store: ThemeStore) -> None:
    """With a name the ticked ones are a theme of their own; joined, one has them all."""
    first = made(store, "GH000001", "GH000002", "GH000003")
    store.asked_as(first.id, "poll-1")
    new = store.split(first.id, ["GH000002"], {"zh": "凳子", "en": "Stools"}, "王芳", NOW)
    assert of(store, new) == ["GH000002"]
    assert store.split(first.id, ["GH000003"], {}, "王芳", NOW) == ""
    assert of(store, first.id) == ["GH000001"]
    store.add(first.id, ["GH000003"], "王芳", NOW)
    store.merge(first.id, new)
    assert of(store, new) == ["GH000001", "GH000002", "GH000003"]
    kept = store.get(new)
    assert store.get(first.id) is None
    assert kept is not None
    assert kept.poll == "poll-1"
    with pytest.raises(ThemeError):
        store.merge(new, new)


def test_what_is_decided_stays_so(store: ThemeStore) -> None:
    """The first decision stands; nothing is put in, taken out or renamed after it."""
    theme = made(store, "GH000001")
    other = made(store, "GH000002")
    assert store.decide(theme.id, "adopted", TOLD, "李主任", NOW)
    assert not store.decide(theme.id, "declined", TOLD, "王芳", NOW)
    kept = store.get(theme.id)
    assert kept is not None
    assert (kept.state, kept.told, kept.by) == ("adopted", TOLD, "李主任")
    for deed in (
        lambda: store.add(theme.id, ["GH000009"], "王芳", NOW),
        lambda: store.split(theme.id, ["GH000001"], {}, "王芳", NOW),
        lambda: store.merge(other.id, theme.id),
        lambda: store.rename(theme.id, BENCH),
    ):
        with pytest.raises(ThemeError):
            deed()
    assert [one.id for one in store.listing()] == [other.id, theme.id]


def test_who_was_told_is_told_once(store: ThemeStore) -> None:
    """Voices of open themes and of set-apart ones have nothing to be told."""
    theme = made(store, "GH000001", "GH000002")
    store.set_apart(["GH000003"], "王芳", NOW)
    assert store.untold() == ()
    store.decide(theme.id, "declined", TOLD, "李主任", NOW)
    assert [(voice.code, one.id) for voice, one in store.untold()] == [
        ("GH000001", theme.id),
        ("GH000002", theme.id),
    ]
    store.tell_by(["GH000001"], "voice")
    assert store.told(["GH000002"], NOW, "text")
    assert not store.told(["GH000002"], NOW, "staff")
    assert [(voice.code, voice.how) for voice, _ in store.untold()] == [("GH000001", "voice")]


def test_no_word_of_a_resident_stands_in_the_tables(
    store: ThemeStore, any_database: Database
) -> None:
    """Codes lead to what was said; names and answers are the office's."""
    store.decide(made(store, "GH000001").id, "adopted", TOLD, "李主任", NOW)
    with any_database.read() as connection:
        voices = connection.execute(select(theme_voices)).mappings().all()
        kept = connection.execute(select(themes)).mappings().all()
    assert {name for row in voices for name in row} == {"code", "theme", "by", "at", "how", "told"}
    assert [(row["names"], row["told"]) for row in kept] == [(BENCH, TOLD)]
