"""Reads and checks `intents/` and `voices/`; the only reader of those trees.

Whatever is wrong stops the start with file, line and remedy (`DataError`).
"""

from assistant.library.intents import Examples
from assistant.library.trees import Library, load
from assistant.library.voices import Spoken, load_spoken
from assistant.library.yaml_file import read_yaml

__all__ = ["Examples", "Library", "Spoken", "load", "load_spoken", "read_yaml"]
