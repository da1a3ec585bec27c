"""The whole service behind a real Kannel: her text in, our answer out, the report followed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.kannel.gateway import HOST, KEY, OURS, PASSWORD, USER, free_ports, gateway, needs, until
from tests.live.service import start, stop

if TYPE_CHECKING:
    from pathlib import Path

HERS = "+8613800000007"


def test_a_resident_writes_by_kannel_and_is_answered(tmp_path: Path) -> None:
    """With the settings from the environment, through the edge, by the service's own outbox."""
    needs("bearerbox", "smsbox")
    (port,) = free_ports(1)
    block = {
        "kind": "kannel",
        "send_url": f"http://{HOST}:{port}/cgi-bin/sendsms",
        "user": USER,
        "password": PASSWORD,
        "sender": OURS,
        "secret": KEY,
    }
    carriers = json.dumps({"city": block})
    process, live = start(tmp_path / "data", {"ASSISTANT_TEXTS__CARRIERS": carriers})
    try:
        with gateway(tmp_path, live.base, port) as kannel:
            kannel.operator.bring(HERS, "食堂电话多少")
            (answer,) = kannel.operator.wait_for(1)
            kannel.operator.bring(HERS, "STOP")
            stopped = kannel.operator.wait_for(2)[1]
            until(lambda: opted_out(live.events(contact=HERS)), "the stop is not in the journal")
    finally:
        stop(process)
    assert (answer.to, answer.text) == (HERS, "【桂花社区】老年食堂电话：0571-88001015。")
    assert "退订" in stopped.text or "不再" in stopped.text
    logged = live.log.read_text("utf-8")
    assert HERS not in logged
    assert KEY not in logged


def opted_out(events: list[dict[str, object]]) -> bool:
    """Whether the journal tells of it."""
    return any(event.get("kind") == "opted_out" for event in events)
