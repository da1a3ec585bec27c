"""What is kept of residents: sealed how, for how long, and told to them by when."""

from __future__ import annotations

from pydantic import Field

from assistant.config.section import Nightly, Section, Term


class PrivacyConfig(Section):
    """Where the keys are with which residents' words and numbers are sealed."""

    keys: str = Field(repr=False)
    keys_command: tuple[str, ...]


class RightsConfig(Section):
    """By when wishes about what is kept are met; see `config.yaml` for each key."""

    tell: Term
    delete: Term
    helper: Term
    paper: Term
    helper_days: int = Field(ge=1, le=1095)


class RetentionDays(Section):
    """Days each kind of record is kept; `assistant/privacy/rules.py` says of which tables."""

    conversations: int = Field(ge=1)
    webhooks: int = Field(ge=1)
    texts: int = Field(ge=1)
    text_reports: int = Field(ge=1)
    no_texts: int = Field(ge=1)
    cards: int = Field(ge=1)
    request_numbers: int = Field(ge=1)
    requests: int = Field(ge=1)
    callbacks: int = Field(ge=1)
    alarms: int = Field(ge=1)
    hearings: int = Field(ge=0)
    preferences: int = Field(ge=1)
    wishes: int = Field(ge=1)
    votes: int = Field(ge=1)
    vote_news: int = Field(ge=1)
    drills: int = Field(ge=1)
    rights: int = Field(ge=1)
    contact_persons: int = Field(ge=8)
    contact_facts: int = Field(ge=9)
    risks: int = Field(ge=1)
    staff: int = Field(ge=1)
    reports: int = Field(ge=1)


class RetentionConfig(Section):
    """How long what is kept of residents is kept."""

    at: Nightly
    days: RetentionDays
