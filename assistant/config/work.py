"""What staff and residents do together: callbacks, cases, votes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from assistant.config.section import Section, Term, time_of_day
from assistant.core.case import Kind


class CallbacksConfig(Section):
    """How residents are rung back; see `config.yaml` for each key."""

    morning: tuple[str, str]
    afternoon: tuple[str, str]
    handling_min: float = Field(gt=0)
    reserve: float = Field(ge=1)
    free_share: float = Field(gt=0, le=1)
    days_ahead: int = Field(ge=1, le=60)
    notice_min: float = Field(ge=1)
    ring_staff_s: int = Field(ge=5, le=600)
    ring_resident_s: int = Field(ge=5, le=600)

    @field_validator("morning", "afternoon")
    @classmethod
    def _half_a_day(cls, half: tuple[str, str]) -> tuple[str, str]:
        begins, ends = (time_of_day(moment) for moment in half)
        if begins >= ends:
            raise ValueError(f"{half[0]} to {half[1]} is no stretch; write the earlier time first")
        return half


class TakeConfig(Section):
    """Within what time somebody takes a case, by urgency."""

    danger: Term
    utilities: Term
    ordinary: Term


class AnswerConfig(Section):
    """Within what time a resident has her answer, by urgency, else by kind."""

    danger: Term
    utilities: Term
    consult: Term
    help: Term
    complaint: Term
    report: Term
    suggestion: Term
    praise: Term


class CasesConfig(Section):
    """How long cases may take, and who is asked afterwards; see `config.yaml` for each key."""

    day_ends: str
    take: TakeConfig
    answer: AnswerConfig
    return_within: Term
    extension_days: int = Field(ge=1, le=60)
    visit_after: Term
    ask_after: tuple[Kind, ...]

    @field_validator("day_ends")
    @classmethod
    def _ends(cls, written: str) -> str:
        time_of_day(written)
        return written


class PollsConfig(Section):
    """Votes of residents; see `config.yaml` for each key."""

    voice: Literal["person", "telephone"]
    offer_results: bool


class Open311Config(Section):
    """Cases for other systems; see `config.yaml` for each key."""

    published: bool
    api_keys: tuple[str, ...] = Field(repr=False)
    reads_per_minute: int = Field(ge=1)
    writes_per_minute: int = Field(ge=1)
