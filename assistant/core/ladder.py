"""The ladder of a full house: what a new call is given, so that nobody is ever told it is busy.

First conversations with speech; then keys only; then "leave your number, we ring you"; last the
carrier's own menu, which needs no stream of ours. Each step costs less than the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Rung = Literal["speech", "keys", "number", "carrier"]
RUNGS: tuple[Rung, ...] = ("speech", "keys", "number", "carrier")
"From the best to the least."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Calls this machine carries at the same time, by rung; the carrier's menu has no limit."""

    speech: int
    "Calls that are heard."
    keys: int
    "Calls by keys, besides those with speech."
    number: int
    "Calls that leave a number, besides both."


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is going on at this moment."""

    speech: int = 0
    keys: int = 0
    number: int = 0
    hears: bool = True
    "Whether anything can be recognised at all."


def rung(load: Load, limits: Limits) -> Rung:
    """What the next call is given.

    A place that dearer calls leave free is open to cheaper ones: with no recognition at all, as
    many calls go by keys as would otherwise be heard and go by keys together.
    """
    if load.hears and load.speech < limits.speech:
        return "speech"
    streams = load.speech + load.keys
    if streams < limits.speech + limits.keys:
        return "keys"
    if streams + load.number < limits.speech + limits.keys + limits.number:
        return "number"
    return "carrier"
