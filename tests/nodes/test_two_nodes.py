"""Nodes are equal: whatever one of them began, another goes on with."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from assistant.cases.store import RequestStore
from assistant.core.texts import OutgoingText
from assistant.keys import house_secret
from assistant.memory.store import ConversationStore
from assistant.outbox.store import Outbox
from assistant.staff.accounts import AccountStore
from assistant.staff.secrets_kept import OneTimeCodes
from tests.nodes.nodes import Across, Browser, Nodes, two_nodes

NAME, PASSWORD = "读者小赵", "seven grey herons"
A, B = 0, 1
CODE = re.compile(r"GH\d{6}")


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Two running nodes."""
    with two_nodes(tmp_path_factory.mktemp("nodes")) as running:
        yield running


@pytest.fixture(scope="module")
def reader(nodes: Nodes) -> str:
    """Somebody who may look at the desk."""
    database = nodes.opened()
    codes = OneTimeCodes(house_secret(database, nodes.lives[A].data / "keys", "codes.key"))
    AccountStore(database, codes).add(NAME, "reader", datetime.now(UTC), PASSWORD)
    database.close()
    return NAME


def signed_in(nodes: Nodes, name: str) -> Browser:
    """A browser that was shown the form by one node and is let in by the other."""
    browser = Browser()
    page = browser.ask(nodes.lives[A], "/desk/sign-in").text
    token = re.search(r'name="form_token" value="([0-9a-f]{64})"', page)
    assert token is not None
    form = {"form_token": token[1], "name": name, "password": PASSWORD}
    assert browser.ask(nodes.lives[B], "/desk/sign-in", form).status_code == 303
    return browser


def test_a_call_announced_to_one_node_is_taken_by_the_other(nodes: Nodes) -> None:
    """The token of one opens the stream of the other, once: then it is spent on both."""
    across = Across(**_fields(nodes, B), rings=nodes.at(A))
    url, token = nodes.at(A).ring("CA-across", "+8613800000301")
    with across.call("CA-across", "+8613800000301") as caller:
        caller.listen()
        assert not caller.closed
    assert "greeting" in nodes.said("CA-across")
    assert nodes.node_of("CA-across") == B
    for node in (A, B):
        assert refused(nodes, node, url, token, "CA-across")


def _fields(nodes: Nodes, node: int) -> dict[str, Any]:
    at = nodes.at(node)
    return {"base": at.base, "public": at.public, "secret": at.secret, "speed": at.speed}


def refused(nodes: Nodes, node: int, url: str, token: str, call: str) -> bool:
    """Whether a node closes a stream that shows this token."""
    address = nodes.lives[node].base.replace("http", "ws", 1) + "/twilio/stream"
    headers = {"X-Twilio-Signature": nodes.at(node).sign(url, {})}
    started = {"streamSid": "MZ9", "callSid": call, "customParameters": {"token": token}}
    with connect(address, additional_headers=headers, compression=None) as socket:
        socket.send(json.dumps({"event": "start", "sequenceNumber": "1", "start": started}))
        try:
            socket.recv(timeout=5)
        except ConnectionClosed as closed:
            return closed.rcvd is not None and closed.rcvd.code == 1008
    return False


def test_a_text_delivered_to_both_nodes_has_one_effect(nodes: Nodes) -> None:
    """At the same moment and again later: one answer, one case."""
    form = {"From": "+8613800000302", "To": "1", "Body": "楼道灯坏了", "MessageSid": "SM-both"}
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda node: nodes.at(node).post("/twilio/sms", form), (A, B))
        bodies = {body for status, body in answers if status == 200 and CODE.search(body)}
    later = {nodes.at(node).post("/twilio/sms", form)[1] for node in (A, B)}
    assert later == bodies
    (code,) = set(CODE.findall("".join(bodies)))
    database = nodes.opened()
    matters = RequestStore(database).open_for("+8613800000302")
    database.close()
    assert [matter.code for matter in matters] == [code]


def test_a_talk_by_text_goes_on_at_another_node(nodes: Nodes) -> None:
    """What was asked of one is answered by the other, with what it was about."""
    hers = "+8613800000303"
    nodes.at(A).text(hers, "食堂电话多少", "SM-talk-1")
    (answer, *_) = nodes.at(B).text(hers, "几点开门", "SM-talk-2")
    assert "食堂" in answer
    database = nodes.opened()
    talk = ConversationStore(database).load("sms", hers)
    database.close()
    assert talk is not None
    assert talk.turns >= 2


def test_texts_of_one_resident_at_both_nodes_lose_no_turn(nodes: Nodes) -> None:
    """They are taken one after the other, though at different nodes."""
    hers, many = "+8613800000304", 8
    with ThreadPoolExecutor(many) as pool:
        list(
            pool.map(
                lambda number: nodes.at(number % 2).text(hers, "帮助", f"SM-rush-{number}"),
                range(many),
            )
        )
    database = nodes.opened()
    talk = ConversationStore(database).load("sms", hers)
    database.close()
    assert talk is not None
    assert talk.turns == many


def test_a_session_holds_on_every_node(nodes: Nodes, reader: str) -> None:
    """The form of one node is taken by the other, and each shows the desk."""
    browser = signed_in(nodes, reader)
    for live in nodes.lives:
        assert browser.ask(live, "/desk/emergencies").status_code == 200


def test_an_alarm_at_one_node_is_heard_at_the_desks_of_the_other(nodes: Nodes, reader: str) -> None:
    """Within seconds, and with the page behind it."""
    browser = signed_in(nodes, reader)
    with browser.ask(nodes.lives[B], "/desk/events", stream=True) as events:
        nodes.at(A).text("+8613800000305", "我摔倒了起不来", "SM-alarm")
        sent = time.monotonic()
        for line in events.iter_lines():
            if line.startswith(b"data: ") and json.loads(line[6:]).get("free"):
                break
        assert time.monotonic() - sent < 5
    assert "我摔倒了起不来" in browser.ask(nodes.lives[B], "/desk/emergencies").text


def test_each_text_leaves_once_whoever_sends_it(nodes: Nodes) -> None:
    """Both nodes look into the same outbox."""
    database, now = nodes.opened(), datetime.now(UTC)
    outbox = Outbox(database)
    bodies = [f"第{number}条" for number in range(20)]
    for number, body in enumerate(bodies):
        hers = f"+861390000{number:04d}"
        outbox.put(OutgoingText(f"nodes:{number}", hers, body, "zh", "answer", now), now)
    database.close()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and len(nodes.texts.taken) < len(bodies):
        time.sleep(0.1)
    time.sleep(1)
    assert Counter(text["Body"] for text in nodes.texts.taken) == Counter(bodies)


def test_a_restarted_server_costs_nobody_a_promise(nodes: Nodes) -> None:
    """Texts wait for it; a call goes on, and whoever speaks meanwhile hears a sentence."""
    hers = "+8613800000306"
    with (
        ThreadPoolExecutor(1) as pool,
        nodes.carrier.call("CA-server", "+8613800000307") as caller,
    ):
        caller.listen()
        with nodes.server.away():
            caller.press("#")
            caller.listen()
            assert not caller.closed
            waiting = pool.submit(nodes.carrier.text, hers, "楼道灯坏了", "SM-server")
            time.sleep(0.5)
        answers = waiting.result(30)
        caller.press("#")
        caller.listen()
        assert not caller.closed
    assert "error" in nodes.said("CA-server")
    assert any(name.startswith("menu.") for name in nodes.said("CA-server"))
    database = nodes.opened()
    kept = {matter.code for matter in RequestStore(database).open_for(hers)}
    database.close()
    assert kept == set(CODE.findall("".join(answers)))
    assert kept
    for live in nodes.lives:
        assert "0306" not in live.log.read_text("utf-8")
