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
    """A carrier refused or did not carry out what was asked of it.

    `status` is the HTTP status of its answer and `code` its own error code; both `None` when it
    gave no answer. `certain` is false when it may have done it all the same.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: int | None = None,
        certain: bool = True,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.certain = status, code, certain


class DatabaseError(AssistantError, RuntimeError):
    """The database cannot be opened, written or migrated."""


class VaultError(AssistantError, RuntimeError):
    """The keys of what residents said are missing, wrong, or cannot be read."""


class UnknownKeyError(VaultError):
    """A value was sealed with a key that is not at hand."""


class TamperedError(VaultError):
    """A sealed value was changed, moved from another place, or never sealed."""
