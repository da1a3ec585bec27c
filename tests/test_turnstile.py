from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from assistant.texting import Turnstile


def test_texts_are_worked_on_one_after_the_other() -> None:
    """However many threads bring them, there are never two inside."""
    turnstile, guard = Turnstile(60.0), threading.Lock()
    inside, most = 0, 0

    def work(_: int) -> None:
        nonlocal inside, most
        with turnstile.inside():
            with guard:
                inside += 1
                most = max(most, inside)
            time.sleep(0.002)
            with guard:
                inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(40)))
    assert (inside, most) == (0, 1)


def test_who_hangs_inside_is_gone_past() -> None:
    """The next waits only for what is left of the patience, the one after that not at all."""
    turnstile, entered, released = Turnstile(0.2), threading.Event(), threading.Event()

    def hang() -> None:
        with turnstile.inside():
            entered.set()
            released.wait(10)

    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(hang)
        assert entered.wait(5)
        begun = time.monotonic()
        with turnstile.inside():
            waited = time.monotonic() - begun
        assert 0.1 < waited < 5
        for _ in range(50):
            with turnstile.inside():
                pass
        assert not hanging.done()
        released.set()
        hanging.result(5)
    with turnstile.inside():  # and it is free again
        pass


def test_a_failure_inside_lets_the_next_in() -> None:
    """The turnstile is left whatever happens."""
    turnstile = Turnstile(60.0)
    with suppress(OSError), turnstile.inside():
        raise OSError("gone")
    done = threading.Event()

    def next_one() -> None:
        with turnstile.inside():
            done.set()

    threading.Thread(target=next_one, daemon=True).start()
    assert done.wait(5)
