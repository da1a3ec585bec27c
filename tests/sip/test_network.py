"""A bad network between a telephone and the line: packets lost, late and out of order."""

from __future__ import annotations

import asyncio
import random

import numpy as np

from assistant.speech.audio import ulaw_to_pcm
from tests.sip.office import FakeHouse, tone, until
from tests.sip.raw import Peer
from tests.sip.test_calls import scene, stage

KEYS = (5, 11, 0, 9, 3, 10)
SOUND_FROM, SOUND_S = 60, 1.0
"Frame at which she begins to speak, and for how long."
LENGTH = 170
NETWORKS = [(0.0, 0.06), (0.01, 0.06), (0.05, 0.06), (0.10, 0.06)]
"Share of packets lost, and the longest delay in seconds."


class BadNetwork:
    """Sends one call's packets as they would arrive: some never, each up to so much late."""

    def __init__(self, peer: Peer, to: int, lost: float, jitter_s: float, seed: int) -> None:
        self._peer, self._to, self._lost, self._jitter = peer, to, lost, jitter_s
        self._chance = random.Random(seed)  # noqa: S311 - the same in every run
        self._due: list[tuple[float, int, bytes, int, int]] = []

    def send(self, at_s: float, payload: bytes, time: int, kind: int = 0) -> None:
        """One packet that is sent at this moment."""
        number = len(self._due)
        if self._chance.random() >= self._lost:
            arrives = at_s + self._chance.uniform(0, self._jitter)
            self._due.append((arrives, number, payload, time, kind))
        else:
            self._due.append((float("inf"), number, payload, time, kind))

    def press(self, frame: int, event: int) -> None:
        """A key of 100 ms: five packets 20 ms apart, and its end three times."""
        for part in range(5):
            body = bytes([event, 10]) + (160 * (part + 1)).to_bytes(2, "big")
            self.send((frame + part) * 0.02, body, frame * 160, 101)
        for _ in range(3):
            body = bytes([event, 0x80 | 10]) + (800).to_bytes(2, "big")
            self.send((frame + 5) * 0.02, body, frame * 160, 101)

    async def deliver(self) -> None:
        """Everything, when it arrives."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for arrives, number, payload, time, kind in sorted(self._due):
            if arrives == float("inf"):
                return
            await asyncio.sleep(max(0.0, began + arrives - loop.time()))
            self._peer.packet(self._to, payload, time=time, kind=kind, number=number)


@scene
async def test_keys_and_the_ends_of_speech_on_bad_networks() -> None:
    """Every key once and in order; her speech begins and ends within 40 ms of where it does.

    Two calls on each network at the same time: jitter alone, and a hundredth, a twentieth and a
    tenth of all packets lost.
    """
    sound, networks = tone(SOUND_S), []
    async with stage(FakeHouse()) as at:
        for seed, (lost, jitter_s) in enumerate(NETWORKS * 2):
            call = at.peer.call()
            await call.establish()
            network = BadNetwork(at.peer, call.there, lost, jitter_s, seed)
            for frame in range(LENGTH):
                begin = (frame - SOUND_FROM) * 160
                part = sound[begin : begin + 160] if 0 <= begin < len(sound) else b"\xff" * 160
                network.send(frame * 0.02, part, frame * 160)
            for number, key in enumerate(KEYS):
                network.press(8 * number + (0 if number < len(KEYS) - 1 else 85), key)
            networks.append(network)
        await asyncio.gather(*(network.deliver() for network in networks))
        await until(lambda: all(len(taken.frames) > LENGTH for taken in at.house.taken))
    assert {tuple(taken.keys) for taken in at.house.taken} == {("5", "#", "0", "9", "3", "*")}
    for taken, (lost, _) in zip(at.house.taken, NETWORKS * 2, strict=True):
        wrong = abs(_length(taken.frames) - round(SOUND_S * 50))
        assert wrong <= (2 if lost else 0)


def _length(frames: list[bytes]) -> int:
    """Frames from the first loud one to the last."""
    levels = [int(np.abs(np.frombuffer(ulaw_to_pcm(f), "<i2").astype(int)).mean()) for f in frames]
    loud = [number for number, level in enumerate(levels) if level > 30]
    return loud[-1] - loud[0] + 1
