"""What the blocks of the settings are made of."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Beginning = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{0,14}$")]
"How a telephone number begins, as +86."

Nightly = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]
"When something is done each day, as 03:30; empty for never."

SiteId = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$")]
"Whose rows these are, where sites share a server; as `assistant.tenants` reads it."

Term = Annotated[str, Field(pattern=r"^[1-9]\d{0,3} (min|h|days|workdays)$")]
"A length of time as `assistant.cases.deadlines.Term` reads it."


class Section(BaseModel):
    """A block of the settings: frozen, and without keys nobody knows."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=False)


def time_of_day(written: str) -> time:
    """The moment a setting names, as 20:00. Raises `ValueError` for anything else."""
    try:
        return time.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{written} is no time of day; write it as 20:00") from None
