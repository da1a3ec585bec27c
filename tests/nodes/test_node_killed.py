"""A node dies in the middle of everything: the others carry on, and nobody is turned away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant.drill.caller import Caller
from tests.nodes.nodes import Nodes, two_nodes

HERS = "+8613800000311"


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Two running nodes, one of which a test kills."""
    with two_nodes(tmp_path_factory.mktemp("killed")) as running:
        yield running


def hear(nodes: Nodes, caller: Caller, call: str, *beginnings: str) -> None:
    """Listen until a prompt is said whose name begins so."""
    for _ in range(120):
        if any(name.startswith(beginnings) for name in nodes.said(call)):
            return
        caller.wait(0.5)
    raise AssertionError(f"never said {beginnings}, but {nodes.said(call)}")


def test_a_call_cut_off_is_taken_up_by_the_other_node(nodes: Nodes) -> None:
    """The carrier's menu stands behind the stream; and ringing again leads back to her matter."""
    # At the speed of the clock: a talk of the future would not be one she has just had.
    with replace(nodes.carrier, speed=1.0).call("CA-cut", HERS) as caller:
        caller.listen()
        caller.press("0")
        hear(nodes, caller, "CA-cut", "callback.", "person.")
        dead = nodes.node_of("CA-cut")
        nodes.kill(dead)
        until_closed = time.monotonic() + 5
        while not caller.closed and time.monotonic() < until_closed:
            caller.wait(0.2)
        assert caller.closed
    form = {"CallSid": "CA-cut", "From": HERS, "To": "1"}
    status, twiml = nodes.carrier.post("/twilio/voice/keys?step=0", form)
    assert status == 200
    assert "<Gather" in twiml
    with nodes.carrier.call("CA-again", HERS) as caller:
        hear(nodes, caller, "CA-again", "resume.ask")
        assert nodes.node_of("CA-again") == 1 - dead
        caller.press("1")
        caller.listen()
        assert not caller.closed
    with nodes.carrier.call("CA-other", "+8613800000312") as caller:
        caller.listen()
    assert nodes.said("CA-other")[:1] == ["greeting"]
