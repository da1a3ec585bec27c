"""What can go wrong, as one family. Messages say what, where, and what to do about it."""

from __future__ import annotations


class AssistantError(Exception):
    """Base of every error this project raises on purpose; the text is fit for an operator."""


class ConfigError(AssistantError, ValueError):
    """A setting is unknown, missing or of the wrong type; names the key and the line."""


class DataError(AssistantError, ValueError):
    """A file under `intents/` or `voices/`, or an imported table, is wrong; names file and line."""


class ModelError(AssistantError, RuntimeError):
    """A recognition model is missing, broken or cannot be fetched."""


class RecogniserError(AssistantError, RuntimeError):
    """A recogniser gave no result: its worker died, hung, or is overloaded."""


class SynthesisError(AssistantError, RuntimeError):
    """No audio could be made for a text within the time allowed."""


class CarrierError(AssistantError, RuntimeError):
    """A carrier refused or did not carry out what was asked of it."""


class DatabaseError(AssistantError, RuntimeError):
    """The database cannot be opened, written or migrated."""
