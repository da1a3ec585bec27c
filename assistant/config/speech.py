"""How a call is heard and spoken, and how patiently."""

from __future__ import annotations

from pydantic import Field

from assistant.config.section import Section
from assistant.core.conversation import Question


class SpeechConfig(Section):
    """Recognition and synthesis."""

    workers: int = Field(ge=1, le=64)
    max_per_worker: int = Field(ge=1)
    finish_timeout_s: float = Field(gt=0)
    confirm_below: float = Field(ge=0, le=1)
    models: dict[str, str]
    models_url: str
    synthesis_timeout_s: float = Field(gt=0)
    between_s: float = Field(ge=0)
    before_question_s: float = Field(ge=0)
    after_key_s: float = Field(ge=0)
    voice: dict[str, str]
    piper: str


class PatienceConfig(Section):
    """A layer of patience, in seconds: what it does not name it inherits."""

    start_s: float | None = Field(None, gt=0)
    end_s: float | None = Field(None, gt=0)
    max_s: float | None = Field(None, gt=0)
    join_s: float | None = Field(None, ge=0)
    back_channel_s: float | None = Field(None, gt=0)
    unfinished_s: float | None = Field(None, gt=0)

    def layer(self) -> dict[str, float]:
        """The figures it names."""
        return {name: value for name, value in self if value is not None}


class ListeningConfig(Section):
    """Patience, interruptions and ears; seconds are of the call's audio clock."""

    start_s: float = Field(gt=0)
    end_s: float = Field(gt=0)
    max_s: float = Field(gt=0)
    join_s: float = Field(ge=0)
    back_channel_s: float = Field(gt=0)
    unfinished_s: float = Field(gt=0)
    languages: dict[str, PatienceConfig]
    prompts: dict[Question, PatienceConfig]
    slow: PatienceConfig
    waiting: PatienceConfig
    longer_after_cut_s: float = Field(ge=0)
    far_db: float = Field(gt=0)
    barge_in_after_s: float = Field(ge=0)
    barge_in_syllables: int = Field(ge=1)
    barge_in_end_s: float = Field(gt=0)
    other_ear_after: int = Field(ge=1)
    one_ear_above: float = Field(ge=0)

    def layer(self) -> dict[str, float]:
        """The site's own patience, under all other layers."""
        return {name: getattr(self, name) for name in PatienceConfig.model_fields}
