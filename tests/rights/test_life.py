"""A wish is met once it is proved, once, and never otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from assistant.rights import life
from assistant.rights.life import MEETS, Kind, Proof, Right, RightsError

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ASKED = Right("GH000001", "what", "+8613800000001", "zh", "voice", "c1", NOW, LATER)


@pytest.mark.parametrize("kind", MEETS)
def test_nothing_is_done_before_it_is_proved(kind: Kind) -> None:
    """Whatever she asks for."""
    with pytest.raises(RightsError, match="not proved"):
        life.meet(replace(ASKED, kind=kind), NOW)


@pytest.mark.parametrize(
    ("shared", "proofs", "proved"),
    [
        (False, (), False),
        (False, ("ring",), True),
        (False, ("fact",), True),
        (False, ("counter",), True),
        (True, ("ring",), False),
        (True, ("fact",), False),
        (True, ("fact", "ring"), True),
        (True, ("counter",), True),
    ],
)
def test_what_proves_it(*, shared: bool, proofs: tuple[Proof, ...], proved: bool) -> None:
    """On a shared telephone whoever answers may be anybody: a ring alone is not enough."""
    right = replace(ASKED, shared=shared)
    for proof in proofs:
        right = life.prove(right, proof)
    assert right.proved is proved


@pytest.mark.parametrize(("kind", "outcome"), MEETS.items())
def test_a_proved_wish_is_met_once(kind: Kind, outcome: str) -> None:
    """Each in its way; a second time is refused."""
    met = life.meet(life.prove(replace(ASKED, kind=kind), "ring"), LATER)
    assert (met.outcome, met.ended) == (outcome, LATER)
    with pytest.raises(RightsError, match="has ended"):
        life.meet(met, LATER)
    with pytest.raises(RightsError, match="has ended"):
        life.prove(met, "fact")
    with pytest.raises(RightsError, match="has ended"):
        life.refuse(met, "law", LATER)


def test_a_refusal_has_a_reason_from_the_list() -> None:
    """Nobody's words are kept as a reason."""
    assert life.refuse(ASKED, "not_hers", LATER).outcome == "refused"
    with pytest.raises(RightsError, match="no reason"):
        life.refuse(ASKED, "she shouted", LATER)


def test_a_copy_on_paper_waits_until_it_is_made() -> None:
    """Told, and still on the list; the first day that was promised stands."""
    proved = life.prove(ASKED, "fact")
    wanted = life.want_paper(life.meet(proved, NOW), LATER)
    assert wanted.waits
    assert life.want_paper(wanted, LATER + timedelta(days=9)).paper_due == LATER
    assert not life.paper_made(wanted, LATER).waits


def test_no_copy_without_proof_nor_of_another_wish() -> None:
    """Nor one that nobody asked for."""
    for right in (ASKED, life.prove(replace(ASKED, kind="delete"), "ring")):
        with pytest.raises(RightsError):
            life.want_paper(right, LATER)
    with pytest.raises(RightsError, match="nobody asked"):
        life.paper_made(life.prove(ASKED, "ring"), LATER)
