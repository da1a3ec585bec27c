from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import TypeVar

import pytest

from assistant.benchmarks import bare, calls, latency, sounds
from assistant.benchmarks.calls import Plan
from assistant.benchmarks.rounds import Round
from assistant.benchmarks.running import RunningService, descendants
from assistant.benchmarks.running import service as start_service
from assistant.capacity import FILE, read
from assistant.core.ladder import Limits
from tests.rendered import share_rendered

Found = TypeVar("Found")
SMALL = Plan(first=2, seconds=6.0, most=4, tries=1, in_a_row=20, at_once=5)
"A bounded form: what it shows is that the bench rings the real service and its sums are right."


def tried(calls: int, *, front_ms: float = 4.0, reply_s: float = 0.1, late: int = 0) -> Round:
    """A round with made-up figures."""
    return Round(
        calls=calls,
        seconds=10.0,
        front_ms=front_ms,
        workers_ms=6.0,
        frames=calls * 500,
        late_frames=late,
        dropped=0,
        replies=calls,
        reply_p50_s=reply_s / 2,
        reply_p95_s=reply_s,
        resident_mb=500.0 + calls,
        cores_had=2.0,
        callers_late_ms=1.0,
    )


def once(real: Callable[..., Found]) -> Callable[..., Found]:
    """The real thing with the arguments of whoever comes first; what it found, for all others."""
    found: list[Found] = []

    def given(*arguments: object) -> Found:
        if not found:
            found.append(real(*arguments))
        return found[0]

    return given


@pytest.fixture(scope="module")
def one_voice() -> Iterator[None]:
    """One set of callers' voices for every bench of this file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sounds, "prepare", once(sounds.prepare))
        patch.setattr(bare, "measure", once(bare.measure))
        yield


@pytest.fixture(scope="module")
def asked(
    tmp_path_factory: pytest.TempPathFactory, one_voice: None
) -> Iterator[list[tuple[Path, dict[str, int]]]]:
    """One service of each kind for the benches of calls; what they asked for, in their order.

    A bench that starts its own takes the machine a quarter of a minute before anybody rings. That
    it can is shown by the bench of latency, which starts its own in the same way.
    """
    del one_voice
    folder, started = tmp_path_factory.mktemp("bench"), dict[str, RunningService]()
    kept, wanted = folder / "data", list[tuple[Path, dict[str, int]]]()
    share_rendered(kept)
    with ExitStack() as running, pytest.MonkeyPatch.context() as patch:

        def service(
            data: Path, _scratch: Path, **rungs: int
        ) -> AbstractContextManager[RunningService]:
            wanted.append((data, rungs))
            kind = repr(rungs)
            if kind not in started:
                scratch = folder / f"service{len(started)}"
                started[kind] = running.enter_context(start_service(kept, scratch, **rungs))
            return nullcontext(started[kind])

        patch.setattr(calls, "service", service)
        yield wanted


def test_a_full_house_is_one_that_answers_in_time() -> None:
    """Late frames or slow replies make it too full, and so does a service that hears nothing."""
    assert calls._carried(tried(100))
    assert not calls._carried(tried(100, late=200))
    assert not calls._carried(tried(100, reply_s=0.7))
    assert not calls._carried(tried(0))
    assert calls._fullest([tried(10), tried(100, late=200), tried(80)]) == tried(80)
    assert calls._fullest([tried(10, late=200)]) is None


@pytest.mark.parametrize("bears", [0, 1, 3, 7, 40, 139, 170, 400])
def test_the_search_finds_what_is_carried(bears: int) -> None:
    """Down to a single call and up again: within 15 %, or one call where there are few."""
    plan = Plan()
    rounds: list[Round] = []
    while len(rounds) <= plan.tries and (wanted := calls._next(rounds, plan)) is not None:
        assert wanted not in {done.calls for done in rounds}
        rounds.append(tried(wanted, late=0 if wanted <= bears else wanted * 500))
    fullest = calls._fullest(rounds)
    found = 0 if fullest is None else fullest.calls
    most = min(bears, calls._fitting(tried(8)))
    assert found <= most
    assert most - found <= max(1, 0.15 * most)


def test_keys_take_what_speech_leaves_of_the_loop() -> None:
    """50 calls of 6 ms leave 200 - 75 places of 4 ms, four in five of them for keys."""
    found = calls._limits([tried(200)], [tried(50, front_ms=6.0)])
    assert found == Limits(speech=50, keys=100, number=25)
    assert calls._limits([tried(200)], None) == Limits(speech=0, keys=160, number=40)


def test_a_house_full_of_speech_keeps_places_by_keys() -> None:
    """However many could be heard, a fifth of the loop is left, and never fewer than two places."""
    assert calls._limits([tried(200)], [tried(200)]) == Limits(speech=160, keys=32, number=8)
    assert calls._limits([tried(1)], [tried(1)]) == Limits(speech=1, keys=1, number=1)


def test_what_was_not_carried_sets_no_limits() -> None:
    """A search that failed on a busy machine must not close the line."""
    assert calls._limits([tried(8, late=4000)], [tried(50)]) is None
    assert calls._limits([tried(200)], [tried(1, reply_s=3.0)]) is None


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("asked")
def test_nothing_is_written_where_nothing_was_carried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The figures say so, and what was measured before stays."""
    monkeypatch.setattr(calls, "SLOWEST_REPLY_S", 0.0)
    figures = calls.run(tmp_path, Plan(first=1, seconds=9.0, most=1, in_a_row=2, at_once=1))
    assert figures["limits"] is None
    assert figures["keys"]["carried"] is None
    assert not (tmp_path / FILE).exists()


@pytest.mark.timeout(300)
def test_the_bench_measures_the_real_service(
    tmp_path: Path, asked: list[tuple[Path, dict[str, int]]]
) -> None:
    """Calls by keys and with speech are rung, answered and counted; the result is kept."""
    figures = calls.run(tmp_path, SMALL)
    assert asked[-2:] == [(tmp_path, {"speech": 0}), (tmp_path, {})]
    assert figures["keys"]["rounds"][0]["frames"] == pytest.approx(600, abs=60)
    assert figures["keys"]["rounds"][0]["replies"] > 0
    assert figures["speech"]["rounds"][0]["workers_ms"] > 0
    assert figures["bare"]["en"]["engine"] == "pocketsphinx"
    assert figures["in_a_row"]["calls"] == 20
    assert figures["in_a_row"]["in_progress_after"] == 0
    measured = read(tmp_path)
    assert (figures["limits"] is None) == (measured is None)
    if measured is not None:
        kept = json.loads((tmp_path / FILE).read_text("utf-8"))
        assert kept["limits"] == figures["limits"]
        assert kept["limits"]["keys"] > 0
        assert "en" in measured.models


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("one_voice")
def test_replies_are_timed_from_the_end_of_the_turn(tmp_path: Path) -> None:
    """With two callers, on a service of its own: words were heard, answered, and it took a while.

    All that it started has ended.
    """
    share_rendered(tmp_path)
    before = set(descendants(os.getpid()))
    figures = latency.run(tmp_path, seconds=25.0, calls=2)
    assert figures["round"]["replies"] > 0
    assert 0 < figures["round"]["reply_p50_s"] < 20
    assert figures["p50_times_bare_finish"] > 0
    assert not {pid for pid in set(descendants(os.getpid())) - before if _serves(pid)}


def _serves(pid: int) -> bool:
    try:
        return b"serve" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
