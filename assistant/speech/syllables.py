"""Counting syllables by ear: the peaks of loudness in what the detector takes for speech. PURE.

A recogniser would count them better, but one that only speaks at the end of an utterance is too
late to interrupt a prompt. After de Jong and Wempe (2009): a syllable is a peak with a dip on
either side. On 369 recorded words (8 kHz, mu-law): two or more are found in 93 % of 123 Mandarin
words of two syllables and in all of 6 longer ones; in 6 % of 192 English and 20 % of 25 Mandarin
words of one. English words whose syllables run together ("zero", "seven") show two in 31 %.
"""

from __future__ import annotations

from assistant.speech.endpointing import SILENT_DB

DIP_DB = 3.0
"A dip this deep parts two syllables; 2 dB finds two in 44 % of single Mandarin ones, 4 dB misses."
SMOOTHING = 0.7
"Share of the new frame in the smoothed level: 20 ms frames catch single pitch periods otherwise."
RANGE_DB = 15.0
"Peaks that much below the loudest are breath and echo, not syllables."


class SyllableCounter:
    """Counts within one utterance; `restart` for the next."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget what was counted."""
        self.count = 0
        self._level: float | None = None
        self._peak = self._valley = self._loudest = SILENT_DB
        self._rising, self._spoken = True, False

    def push(self, level_db: float, *, voiced: bool) -> None:
        """Take one frame: how loud it is and whether it is speech."""
        before = level_db if self._level is None else self._level
        level = before + (level_db - before) * SMOOTHING
        self._level = level
        if voiced:
            self._loudest = max(self._loudest, level)
        if self._rising:
            self._climb(level, voiced=voiced)
        else:
            self._descend(level, voiced=voiced)

    def _climb(self, level: float, *, voiced: bool) -> None:
        self._peak = max(self._peak, level)
        self._spoken = self._spoken or voiced
        if level < self._peak - DIP_DB:
            self.count += self._spoken and self._peak > self._loudest - RANGE_DB
            self._rising, self._valley = False, level

    def _descend(self, level: float, *, voiced: bool) -> None:
        self._valley = min(self._valley, level)
        if level > self._valley + DIP_DB:
            self._rising, self._peak, self._spoken = True, level, voiced
