from __future__ import annotations

from assistant.channels.punctuality import FRAME_S, LATE_S, Punctuality


def test_a_punctual_stream_is_never_late() -> None:
    """Frames every 20 ms, some a little early or late as networks have it."""
    stream = Punctuality()
    assert not any(stream.late(5 + n * FRAME_S + (n % 7) * 0.005) for n in range(3000))


def test_frames_that_wait_are_late_until_they_are_caught_up() -> None:
    """Half a second of standing still: what was due by then is late, what comes after is not."""
    stream = Punctuality()
    due = [n * FRAME_S for n in range(100)]
    taken = [moment if n < 50 else max(moment, 1.5) for n, moment in enumerate(due)]
    late = [n for n, moment in enumerate(taken) if stream.late(moment)]
    expected = [n for n, moment in enumerate(due) if taken[n] - moment > LATE_S]
    assert late == expected
    assert len(late) > 20


def test_a_first_frame_that_was_late_excuses_no_other() -> None:
    """The most punctual frame sets the measure."""
    stream = Punctuality()
    stream.late(1.0)
    assert not stream.late(0.5 + FRAME_S)
    assert stream.late(0.5 + 2 * FRAME_S + LATE_S + 0.01)


def test_a_turn_that_takes_its_time_is_no_lateness() -> None:
    """While a call thinks its frames wait; once they are caught up a new wait counts again."""
    stream = Punctuality()
    stream.late(0.0)
    stream.excuse(0.4)
    assert not any(stream.late(0.4) for _ in range(20))
    assert not stream.late(21 * FRAME_S)
    assert stream.late(22 * FRAME_S + 0.2)
