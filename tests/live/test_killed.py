"""The service is killed amid texts: what was answered is kept, and nothing is done twice."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from assistant.cases.store import RequestStore
from assistant.channels.webhook import EMPTY
from assistant.database import open_database
from tests.live.caller import ACCOUNT, Carrier
from tests.live.service import Live, start, stop

TEXTERS, KILLED_AFTER = 4, 40
"So many write at the same time; so many texts are answered before the end."
CODE = re.compile(r"GH\d{6}")
BODIES = ("楼道灯坏了", "食堂电话多少", "理发店几点开门", "路灯不亮了")


class Texts:
    """Residents who write one text after the other until the service is gone."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._guard = threading.Lock()
        self.answered: dict[str, tuple[dict[str, str], str]] = {}
        "By the carrier's id: what was posted, and the answer."
        self.begun: set[str] = set()

    def write(self, texter: int) -> None:
        """Post texts of one resident until a connection fails."""
        for number in range(1000):
            sid = f"SM{texter:02d}{number:030x}"
            form = {"MessageSid": sid, "AccountSid": ACCOUNT, "To": "1", "NumMedia": "0"}
            form |= {"From": f"+86138001{texter:05d}", "Body": BODIES[number % len(BODIES)]}
            self.begun.add(sid)
            try:
                status, body = self._carrier.post("/twilio/sms", form)
            except OSError:
                return
            with self._guard:
                if status == 200:
                    self.answered[sid] = form, body

    def until(self, many: int) -> None:
        """Wait until so many were answered."""
        deadline = time.monotonic() + 60
        while len(self.answered) < many:
            assert time.monotonic() < deadline, "the texts were not answered"
            time.sleep(0.005)


def kept(data: Path) -> set[str]:
    """The codes of the requests that stand in the database."""
    database = open_database(f"sqlite:///{data / 'neighbour-line.db'}")
    try:
        return {item.code for item in RequestStore(database).listing(None)}
    finally:
        database.close()


def promised(texts: Texts) -> set[str]:
    """The codes residents were given."""
    return {code for _, body in texts.answered.values() for code in CODE.findall(body)}


def heard(live: Live) -> int:
    """How many texts were taken up so far."""
    return sum(line["event"] == "heard" for line in live.events())


def test_what_was_answered_survives_a_kill_and_is_not_done_twice(tmp_path: Path) -> None:
    """Every request that was confirmed stands; a delivery again brings the same answer, unheard."""
    process, live = start(tmp_path)
    texts = Texts(live.carrier)
    with ThreadPoolExecutor(TEXTERS) as pool:
        writing = [pool.submit(texts.write, texter) for texter in range(TEXTERS)]
        texts.until(KILLED_AFTER)
        process.kill()
        process.wait(10)
        for one in writing:
            one.result(60)
    assert promised(texts)
    assert promised(texts) <= kept(tmp_path)

    process, live = start(tmp_path)
    try:
        before, taken_down = heard(live), kept(tmp_path)
        for form, body in texts.answered.values():
            assert live.carrier.post("/twilio/sms", form) == (200, body)
        assert (heard(live), kept(tmp_path)) == (before, taken_down)
        unanswered = texts.begun - set(texts.answered)
        assert len(unanswered) <= TEXTERS
        (fresh, _), *_ = texts.answered.values()
        status, answer = live.carrier.post("/twilio/sms", fresh | {"MessageSid": "SM" + "f" * 32})
        assert status == 200
        assert answer != EMPTY
    finally:
        stop(process)
