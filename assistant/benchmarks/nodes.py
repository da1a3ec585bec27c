"""Contacts a second by nodes: one, two, four services over one PostgreSQL server.

Simulated carriers post signed texts as fast as they are answered, to each node in turn. All share
this machine, so the rate stops growing where its processors are used up: `machine_cores` says how
many were busy, `cpu_ms_a_text` what a text costs a node, and `rate_by_cpu` how many texts a second
the nodes would answer with a processor each, which is what a machine of its own gives a node.

With `share` each node is a small machine, held to that share of one processor. The server and the
carriers are not held, so as long as processors are left the rate shows what nodes cost each other
through the server: locks, waits and connections. Once a minute one node looks after what came in;
a measurement of a minute or more has that in each of its numbers. A node held alone on an idle
machine is slower than one beside others, by how the kernel hands out time: ratios above the number
of nodes are no gain, and say only that nodes do not slow each other.
"""

from __future__ import annotations

import itertools
import os
import secrets
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.benchmarks.postgres_server import postgres_server
from assistant.benchmarks.running import RunningService, launched
from assistant.benchmarks.small_machines import small_machine
from assistant.benchmarks.sms import Poster, texts_of
from assistant.vault.sources import fresh_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assistant.benchmarks.sms import Text

NODES, SECONDS = 2, 15
CONNECTIONS = 6
"Texts of one carrier under way at the same time, for each node."
WARMING = 150
"Texts before a node is measured; its first dozens cost it twice what later ones do."


def run(
    data: Path, *, nodes: int = NODES, seconds: float = SECONDS, share: float | None = None
) -> dict[str, Any]:
    """Figures for one, two and four nodes, up to `nodes`; `data` is not read.

    Raises `BenchError` where a node cannot be held to its `share`.
    """
    del data
    counts = [count for count in (1, 2, 4) if count <= nodes]
    measured = [_measure(count, seconds, share) for count in counts]
    alone = measured[0]
    for figures in measured:
        figures["ratio"] = round(figures["a_second"] / alone["a_second"], 2)
        figures["ratio_by_cpu"] = round(figures["rate_by_cpu"] / alone["rate_by_cpu"], 2)
    return {"processors": os.cpu_count(), "share": share, "measured": measured}


def _measure(count: int, seconds: float, share: float | None) -> dict[str, Any]:
    """One number of nodes on an empty database of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-nodes-") as folder, ExitStack() as stack:
        server = stack.enter_context(postgres_server())
        given = {
            "ASSISTANT_DATABASE__URL": server.create("line"),
            "ASSISTANT_PRIVACY__KEYS": fresh_text(),
            "ASSISTANT_TWILIO__AUTH_TOKEN": secrets.token_hex(16),
            "ASSISTANT_DRILL__AT": "",
        }
        running = [
            stack.enter_context(_node(Path(folder) / f"node-{number}", given))
            for number in range(count)
        ]
        _warm([Poster(one) for one in running])
        if share is not None:
            for one in running:
                stack.enter_context(small_machine(one.process.pid, share))
        return {"nodes": count, **_post(running, seconds)}


@contextmanager
def _node(folder: Path, given: Mapping[str, str]) -> Iterator[RunningService]:
    folder.mkdir()
    journal = folder / "journal.jsonl"
    options = ["--data", str(folder), "--journal", str(journal)]
    with launched(options, folder / "service.log", given) as (base, process):
        yield RunningService(base, given["ASSISTANT_TWILIO__AUTH_TOKEN"], journal, process)


def _post(running: Sequence[RunningService], seconds: float) -> dict[str, Any]:
    """Every carrier posts the next text as soon as its last one is answered."""
    posters = [Poster(one) for one in running]
    lines = [poster for poster in posters for _ in range(CONNECTIONS)]
    given = _one_by_one(texts_of("3"))
    before = [one.cost() for one in running]
    deadline = time.monotonic() + seconds

    def line(poster: Poster) -> list[int]:
        answers = []
        while time.monotonic() < deadline:
            answers.append(poster.post(next(given))[0])
        return answers

    with ThreadPoolExecutor(len(lines)) as pool:
        answers = list(itertools.chain.from_iterable(pool.map(line, lines)))
    after = [one.cost() for one in running]
    took = after[0].at - before[0].at
    front_s = sum(late.front_s - early.front_s for early, late in zip(before, after, strict=True))
    good = sum(status == HTTPStatus.OK for status in answers)
    return {
        "texts": good,
        "refused": len(answers) - good,
        "a_second": round(good / took, 1),
        "cpu_ms_a_text": round(front_s / good * 1000, 2),
        "machine_cores": round((after[0].machine_s - before[0].machine_s) / took, 2),
        "rate_by_cpu": round(len(running) * good / front_s, 1),
    }


def _warm(posters: Sequence[Poster]) -> None:
    """The first texts of a service load what the others find loaded."""
    texts = texts_of("4")
    for poster in posters:
        for text in itertools.islice(texts, WARMING):
            poster.post(text)


def _one_by_one(texts: Iterator[Text]) -> Iterator[Text]:
    """Hand out texts to several threads: a generator may be in one thread at a time."""
    guard = threading.Lock()

    def following() -> Text:
        with guard:
            return next(texts)

    return iter(following, None)
