"""What an utterance means: intent, slots, danger. Pure: no files, no clock, no threads."""

from __future__ import annotations

from assistant.core.intent import Match
from assistant.understanding.matcher import IntentMatcher

__all__ = ["IntentMatcher", "Match"]
