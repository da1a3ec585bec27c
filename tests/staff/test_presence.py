"""Desks see who has a callback open, whichever node serves them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from assistant.staff.presence import LEASE, Presence
from assistant.staff.tables import presence

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.database import Database

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


def test_who_opens_a_page_at_one_node_is_seen_at_another(reopen: Callable[[], Database]) -> None:
    """By name, and not by herself."""
    here, there = Presence(reopen()), Presence(reopen())
    here.here("GH000001", "王芳", NOW)
    assert there.at("GH000001", NOW) == ("王芳",)
    assert there.at("GH000001", NOW, apart_from="王芳") == ()
    assert there.at("GH000002", NOW) == ()
    here.gone("GH000001", "王芳")
    assert there.at("GH000001", NOW) == ()


def test_a_page_that_is_no_longer_renewed_is_forgotten(any_database: Database) -> None:
    """After its lease it is not seen; when the next page is opened its row is gone."""
    who = Presence(any_database)
    who.here("GH000001", "王芳", NOW)
    who.here("GH000001", "王芳", NOW + LEASE / 2)
    later = NOW + LEASE * 2
    assert who.at("GH000001", later - LEASE - timedelta(seconds=1)) == ("王芳",)
    assert who.at("GH000001", later) == ()
    who.here("GH000002", "李明", later)
    with any_database.read() as connection:
        assert connection.execute(select(func.count()).select_from(presence)).scalar() == 1


def test_the_mark_changes_when_somebody_comes_or_leaves(any_database: Database) -> None:
    """And only then: a renewed lease redraws nobody's page."""
    who = Presence(any_database)
    empty = who.mark(NOW)
    who.here("GH000001", "王芳", NOW)
    one = who.mark(NOW)
    who.here("GH000001", "王芳", NOW + LEASE / 2)
    assert who.mark(NOW + LEASE / 2) == one != empty
    assert who.mark(NOW + LEASE * 2) == empty
