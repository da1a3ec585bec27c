from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import numpy as np
import pytest

from assistant.core.errors import ModelError, RecogniserError
from assistant.speech import recognisers
from assistant.speech.audio import read_wav
from assistant.speech.ears import Ear, Ears, EarSettings
from assistant.speech.hearing import hear
from tests.speech import korean

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from assistant.core.turn import Utterance
    from assistant.speech.hearing import Mark
    from assistant.speech.workers import ChildEnd

T = TypeVar("T")
WORDS = ("医生", "电话", "地址", "交通", "时间", "老人")
HISS = np.random.default_rng(3).normal(0, 8, 12000).astype("<i2").tobytes()


class Pool:
    """Ears with the event loop they live on."""

    def __init__(self, models: dict[str, Path], settings: EarSettings | None = None) -> None:
        self.loop = asyncio.new_event_loop()
        self.ears = Ears(models, settings)
        self.run(self.ears.start())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the pool's loop, within half a minute."""
        return self.loop.run_until_complete(asyncio.wait_for(work, 30))

    def hear(self, pcm: bytes, language: str = "zh", name: str = "open") -> Utterance:
        """One utterance from its first sound to its words."""
        ear = self.ears.open(language, name)
        feed(ear, pcm)
        return self.run(ear.finish())

    def close(self) -> None:
        """End the pool."""
        self.run(self.ears.stop())
        self.loop.close()


def feed(ear: Ear, pcm: bytes) -> None:
    """The sound in frames of 20 ms."""
    for at in range(0, len(pcm), 320):
        ear.feed(pcm[at : at + 320])


def pid_of(ear: Ear) -> int:
    """The process that hears this ear."""
    assert ear._seat is not None
    pid = ear._seat.worker.pid
    assert pid is not None
    return pid


def until(reached: Callable[[], bool], within_s: float = 10.0) -> bool:
    """Whether something comes about in time."""
    deadline = time.monotonic() + within_s
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.01)
    return reached()


@pytest.fixture(scope="module")
def words(shared: Path) -> dict[str, bytes]:
    """Recorded Mandarin words with half a second of line before and one after."""
    table = (shared / "data/audio/manifest.tsv").read_text("utf-8").splitlines()
    rows = [row.split("\t") for row in table if row.startswith("cmn_words")]
    spoken = {row[2]: read_wav(shared / "data/audio" / row[0]) for row in rows if row[2] in WORDS}
    return {word: HISS[:8000] + pcm.tobytes() + HISS for word, pcm in spoken.items()}


@pytest.fixture(scope="module")
def pool(shared: Path) -> Iterator[Pool]:
    """Two workers with a Mandarin and an English model, and one that is not there."""
    models = shared / "models"
    made = Pool(
        {
            "zh": models / "pocketsphinx-zh-tdt-sc-8k",
            "en": models / "pocketsphinx-en-tidigits-8k",
            "xx": models / "none",
        },
        EarSettings(workers=2, max_per_worker=6, finish_timeout_s=2.0),
    )
    made.ears.teach("zh", "open", WORDS)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def both_workers_up(request: pytest.FixtureRequest) -> None:
    """Each test begins with every worker whole, whatever the one before did to them."""
    if "pool" in request.fixturenames:
        ears = request.getfixturevalue("pool").ears
        for seat in ears._seats:
            seat.worker._failures = 0
        assert until(lambda: all(seat.worker.alive for seat in ears._seats))
        assert ears.open_ears == 0


def test_each_word_is_heard(pool: Pool, words: dict[str, bytes]) -> None:
    """Six recorded words of a taught list, one after the other."""
    assert [pool.hear(pcm).text for pcm in words.values()] == list(words)


def test_twelve_at_once(pool: Pool, words: dict[str, bytes]) -> None:
    """A full pool hears everybody, spread evenly, and refuses the thirteenth until one is done."""
    spoken = list(words.items()) * 2
    ears = [pool.ears.open("zh", "open") for _ in spoken]
    assert sorted(len(seat.ears) for seat in pool.ears._seats) == [6, 6]
    with pytest.raises(RecogniserError, match="full"):
        pool.ears.open("zh", "open")
    for ear, (_, pcm) in zip(ears, spoken, strict=True):
        feed(ear, pcm)

    async def all_of_them() -> list[Utterance]:
        return await asyncio.gather(*(ear.finish() for ear in ears))

    heard = pool.run(all_of_them())
    assert [utterance.text for utterance in heard] == [word for word, _ in spoken]
    assert all(ear.decode_cpu_ms > 0 for ear in ears)
    pool.ears.open("zh", "open").close()


def test_languages_are_those_with_a_model(pool: Pool) -> None:
    """A model that is not there is named in `errors`, and its language refused by name."""
    assert pool.ears.languages == ("zh", "en")
    assert "no such folder" in pool.ears.errors["xx"]
    with pytest.raises(ModelError, match="models install xx"):
        pool.ears.open("xx", "open")


def test_a_vocabulary_may_change_in_mid_call(pool: Pool, words: dict[str, bytes]) -> None:
    """An open ear goes on with what it was given; the next hears what was taught since."""
    pool.ears.teach("zh", "which", ["医生", "电话"])
    old = pool.ears.open("zh", "which")
    feed(old, words["医生"])
    pool.ears.teach("zh", "which", ["地址", "时间"])
    assert pool.run(old.finish()).text == "医生"
    assert pool.hear(words["医生"], name="which").text != "医生"
    assert pool.hear(words["地址"], name="which").text == "地址"


def test_extra_phrases_count_for_one_utterance(pool: Pool, words: dict[str, bytes]) -> None:
    """What only this question offers is heard now and not later."""
    pool.ears.teach("zh", "yes_no", ["电话"])
    ear = pool.ears.open("zh", "yes_no", ["交通"])
    feed(ear, words["交通"])
    assert pool.run(ear.finish()).text == "交通"
    assert pool.hear(words["交通"], name="yes_no").text != "交通"


@pytest.mark.parametrize(
    "pieces",
    [[], [b""], [b"\1"], [b"\1\2\3"] * 9, [bytes(320_000)], [os.urandom(641) for _ in range(100)]],
    ids=["none", "empty", "one byte", "odd", "20 s at once", "random"],
)
def test_odd_sound(pool: Pool, pieces: list[bytes]) -> None:
    """Whatever bytes come, an utterance comes back and the pool is whole."""
    ear = pool.ears.open("zh", "open")
    for piece in pieces:
        ear.feed(piece)
    assert pool.run(ear.finish()).language == "zh"


def test_an_ear_is_used_once(pool: Pool) -> None:
    """After the end nothing is taken and nothing more comes."""
    ear = pool.ears.open("zh", "open")
    pool.run(ear.finish())
    ear.feed(bytes(320))
    ear.close()
    with pytest.raises(RecogniserError, match="closed"):
        pool.run(ear.finish())


def test_a_killed_worker_costs_no_utterance(pool: Pool, words: dict[str, bytes]) -> None:
    """Killed from outside in mid-utterance: the sound is heard again on another worker."""
    pcm = words["医生"]
    ear, other = pool.ears.open("zh", "open"), pool.ears.open("zh", "open")
    feed(ear, pcm[:8000])
    feed(other, words["电话"])
    starts = [seat.worker.starts for seat in pool.ears._seats]
    os.kill(pid_of(ear), signal.SIGKILL)
    feed(ear, pcm[8000:])
    assert pool.run(ear.finish()).text == "医生"
    assert pool.run(other.finish()).text == "电话"
    assert until(lambda: sum(s.worker.starts for s in pool.ears._seats) == sum(starts) + 1)


def test_a_crash_ends_only_the_utterance_it_was_busy_with(
    pool: Pool, words: dict[str, bytes]
) -> None:
    """Of two utterances in one worker the one native code died over is lost, the other heard."""
    first = pool.ears.open("zh", "open")
    assert first._seat is not None
    seat = first._seat
    neighbours = [pool.ears.open("zh", "open"), pool.ears.open("zh", "open")]
    neighbour = next(ear for ear in neighbours if ear._seat is seat)
    feed(first, words["医生"])
    feed(neighbour, words["地址"])
    time.sleep(0.3)
    seat.mark.value = first._number
    os.kill(pid_of(first), signal.SIGSEGV)
    with pytest.raises(RecogniserError, match="lost over this utterance"):
        pool.run(first.finish())
    assert pool.run(neighbour.finish()).text == "地址"
    for ear in neighbours:
        ear.close()


def test_a_hung_worker_is_replaced(pool: Pool, words: dict[str, bytes]) -> None:
    """A process that stands still is given up after the time-out; its utterance is heard again."""
    ear = pool.ears.open("zh", "open")
    feed(ear, words["时间"])
    pid = pid_of(ear)
    os.kill(pid, signal.SIGSTOP)
    started = time.monotonic()
    assert pool.run(ear.finish()).text == "时间"
    assert 1.9 < time.monotonic() - started < 4.5
    assert pid not in [seat.worker.pid for seat in pool.ears._seats]


def test_replacements_know_what_was_taught(pool: Pool, words: dict[str, bytes]) -> None:
    """Both workers are replaced, and still every vocabulary is heard with."""
    pool.ears.teach("zh", "late", ["老人", "地址"])
    for seat in pool.ears._seats:
        seat.worker.replace("test")
        assert until(lambda: all(seat.worker.alive for seat in pool.ears._seats))
    assert pool.hear(words["老人"], name="late").text == "老人"


def test_a_thousand_utterances_leak_nothing(pool: Pool, words: dict[str, bytes]) -> None:
    """After the first two hundred, eight hundred more cost the workers no memory to speak of."""
    short = words["医生"][6000:18000]

    def resident_mb() -> float:
        pages = 0
        for seat in pool.ears._seats:
            pages += int(Path(f"/proc/{seat.worker.pid}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    async def many(count: int) -> None:
        for _ in range(count // 10):
            ears = [pool.ears.open("zh", "open") for _ in range(10)]
            for ear in ears:
                ear.feed(short)
            await asyncio.gather(*(ear.finish() for ear in ears))

    pool.run(many(200))
    before = resident_mb()
    pool.run(many(800))
    assert resident_mb() - before < 3
    assert pool.ears.open_ears == 0


def test_feeding_is_never_waited_for(pool: Pool) -> None:
    """With a worker that reads nothing, a minute of frames is taken in well under a second."""
    ear = pool.ears.open("zh", "open")
    os.kill(pid_of(ear), signal.SIGSTOP)
    started = time.monotonic()
    for _ in range(3500):
        ear.feed(bytes(320))
    assert time.monotonic() - started < 1.0
    os.kill(pid_of(ear), signal.SIGKILL)
    ear.close()


def test_a_vosk_ear_has_partials_and_survives_a_kill() -> None:
    """With a streaming model words come while they are spoken, also after the worker was killed."""
    pool = Pool({"ko": korean.MODEL})
    try:
        pool.ears.teach("ko", "six", korean.WORDS)
        pcm = korean.speak(["예약"])["예약"]
        ear = pool.ears.open("ko", "six")
        feed(ear, pcm[:12000])
        os.kill(pid_of(ear), signal.SIGKILL)
        time.sleep(0.2)
        feed(ear, pcm[12000:])
        assert until(lambda: ear.partial == "예약")
        heard = pool.run(ear.finish())
        assert heard.text == "예약"
        assert heard.confidence > 0.5
    finally:
        pool.close()


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def hear_with_a_killer(connection: ChildEnd, mark: Mark, done: Mark) -> None:
    """The child's main function, with English models that kill their process when loaded."""
    sound = recognisers.ENGINES["pocketsphinx"]
    recognisers.ENGINES["pocketsphinx"] = lambda folder, language: (
        _die() if language == "en" else sound(folder, language)
    )
    hear(connection, mark, done)


def test_a_model_that_kills_its_process_is_left_out(shared: Path, words: dict[str, bytes]) -> None:
    """A model over which native code dies is named and not loaded again; the others are heard."""
    models = shared / "models"
    ears = Ears(
        {
            "en": models / "pocketsphinx-en-tidigits-8k",
            "zh": models / "pocketsphinx-zh-tdt-sc-8k",
        },
        EarSettings(workers=1),
    )
    ears._seats[0].worker._target = hear_with_a_killer
    ears.teach("zh", "open", WORDS)

    async def call() -> str:
        await ears.start()
        try:
            ear = ears.open("zh", "open")
            feed(ear, words["医生"])
            return (await ear.finish()).text
        finally:
            await ears.stop()

    assert asyncio.run(call()) == "医生"
    assert ears.languages == ("zh",)
    assert "tidigits" in ears.errors["en"]


def test_without_any_model_nothing_is_started() -> None:
    """No models: no process, no languages, a refusal by name."""

    async def call() -> tuple[str, ...]:
        ears = Ears({})
        await ears.start()
        with pytest.raises(ModelError):
            ears.open("zh", "open")
        await ears.stop()
        return ears.languages

    assert asyncio.run(call()) == ()


def test_the_load_is_the_share_of_places_or_of_the_processors() -> None:
    """Open ears count by their number, and by what their language has cost."""
    ears = Ears({}, EarSettings(workers=2, max_per_worker=10))
    assert ears.load == 0
    seat = ears._seats[0]
    for number in range(4):
        seat.ears[number] = Ear(number, ears, ("zh", "open", ()))
    assert ears.load == pytest.approx(0.2)
    ears.language_cost("zh", 0.5, 1.0)
    assert ears.load == pytest.approx(1.0)
    for _ in range(100):
        ears.language_cost("zh", 0.1, 1.0)
    assert ears.load == pytest.approx(0.2, abs=0.01)
    ears.language_cost("zh", 1.0, 0.0)
    assert ears.cost["zh"] == pytest.approx(0.1, abs=0.01)
