"""The fuzzer in small: nothing breaks, and what it counts is what has happened."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.benchmarks import fuzz
from assistant.benchmarks.fuzz import Tally, _one
from assistant.benchmarks.fuzz_inputs import Damage
from assistant.benchmarks.fuzz_surfaces import Surface
from assistant.channels import twilio_media as wire
from assistant.core.ports import FRAME_BYTES
from assistant.edge.rates import Rate, is_here, origin

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Four seconds of damage."""
    return fuzz.run(tmp_path_factory.mktemp("nothing"), minutes=4 / 60, seed=1)


def test_nothing_breaks(figures: dict[str, object]) -> None:
    """No crash and no 5xx on any surface; each was reached."""
    assert figures["crashes"] == 0, figures["surfaces"]
    assert figures["server_errors"] == 0, figures["surfaces"]
    assert isinstance(figures["surfaces"], dict)
    assert all(surface["inputs"] > 0 for surface in figures["surfaces"].values())


def test_all_that_must_be_refused_is(figures: dict[str, object]) -> None:
    """Forged, replayed, truncated, cross-site, cross-role."""
    assert isinstance(figures["refused"], dict)
    assert {kind: one["attempts"] - one["refused"] for kind, one in figures["refused"].items()} == {
        "forged": 0,
        "replayed": 0,
        "truncated": 0,
        "cross-site": 0,
        "cross-role": 0,
    }


def test_what_breaks_is_counted() -> None:
    """A crash is named by its kind and place, never by its input; a slow one counts as a hang."""

    async def crash(damage: Damage) -> int:
        raise KeyError(damage.text("her words"))

    async def fail(damage: Damage) -> int:
        return 503 if damage.chance.random() < 1 else 200

    tally = Tally()
    for feed in (crash, fail):
        asyncio.run(_one(Surface("x", feed, 1), tally, Damage(1)))
    found = tally.figures()
    assert (found["inputs"], found["crashes"], found["server_errors"]) == (2, 1, 1)
    assert found["first_crashes"][0].startswith("KeyError at test_fuzz.py:")
    assert "words" not in json.dumps(found)


def test_a_run_is_repeated_by_its_number() -> None:
    """The same seed damages in the same way."""
    forms = [Damage(5).form({"Body": "食堂几点开门", "From": "+86"}) for _ in range(2)]
    assert forms[0] == forms[1]


@given(st.text() | JSON.map(json.dumps))
def test_any_message_is_read_or_malformed(text: str) -> None:
    """Media stream: nothing but `Malformed` is ever raised."""
    message, reason = None, ""
    try:
        message = wire.decode(text)
    except wire.Malformed as wrong:
        reason = str(wrong)
    assert len(reason) < 20
    assert message is None or type(message).__module__ == wire.__name__


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 10**12), st.binary(max_size=500)), max_size=40)
)
def test_audio_in_any_order_comes_out_in_frames(messages: list[tuple[int | None, bytes]]) -> None:
    """Whole frames only, and never more than came plus a second of silence a gap."""
    order = wire.Order()
    for chunk, payload in messages:
        frames = order.push(wire.Media(chunk, payload))
        assert all(len(frame) == FRAME_BYTES for frame in frames)
        assert len(frames) <= wire.MAX_GAP + (wire.HELD + 2) * 500 // FRAME_BYTES + 2


@given(st.text(max_size=60) | st.ip_addresses().map(str))
def test_any_address_counts_as_somebody(address: str) -> None:
    """Whatever a proxy writes into its header."""
    assert isinstance(origin(address), str)
    assert isinstance(is_here(address), bool)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 30)), max_size=200))
def test_a_measure_is_never_exceeded(asked: list[tuple[str, float]]) -> None:
    """In no stretch of ten seconds is a key let in more than three times."""
    rate, let_in = Rate(3, 10.0), []
    for key, at in sorted(asked, key=lambda one: one[1]):
        if rate.take(key, at):
            let_in.append((key, at))
    for key, at in let_in:
        assert sum(one == key and at - 10 < moment <= at for one, moment in let_in) <= 3
