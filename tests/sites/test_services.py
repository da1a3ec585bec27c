"""Two real services over one server, each of its own site, and a resident who texts both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from subprocess import Popen
from typing import TYPE_CHECKING

import pytest

from assistant.benchmarks.postgres_server import postgres_server
from assistant.database import open_database
from assistant.memory.store import ConversationStore
from assistant.vault.sources import FILE, KeyFile
from tests.callbacks.postgres import present
from tests.live.service import Live, start, stop

if TYPE_CHECKING:
    from collections.abc import Iterator

HERS = "+8613800000321"
SITES = ("north", "south")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, Live]]]:
    """The server's address, and a running service by its site. Both begin on an empty database."""
    present()
    folder = tmp_path_factory.mktemp("sites")
    with postgres_server() as server:
        url = server.create("city")

        def begin(site: str) -> tuple[Popen[bytes], Live]:
            (folder / site).mkdir()
            given = {"ASSISTANT_DATABASE__URL": url, "ASSISTANT_DATABASE__SITE": site}
            return start(folder / site, given)

        with ThreadPoolExecutor(2) as pool:
            begun = list(pool.map(begin, SITES))
        yield url, dict(zip(SITES, (live for _, live in begun), strict=True))
        for process, _ in begun:
            stop(process)


@pytest.mark.timeout(300)
def test_two_offices_answer_one_resident_each_for_itself(
    services: tuple[str, dict[str, Live]],
) -> None:
    """What she asked of one is no talk with the other, though the carrier's ids are the same."""
    url, lives = services
    north, south = (lives[site].carrier for site in SITES)
    (first, *_) = north.text(HERS, "食堂电话多少", "SM-1")
    (stranger, *_) = south.text(HERS, "几点开门", "SM-1")
    (again, *_) = north.text(HERS, "几点开门", "SM-2")
    assert "食堂" in first
    assert "食堂" not in stranger
    assert "食堂" in again
    ids = set()
    for site in SITES:
        database = open_database(url, KeyFile(lives[site].data / "keys" / FILE), site)
        talk = ConversationStore(database).load("sms", HERS)
        database.close()
        assert talk is not None
        ids.add(talk.id)
    assert len(ids) == len(SITES)
