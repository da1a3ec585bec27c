"""The edge: one carrier a file. What a carrier must offer stands in `core.ports.Line`.

To add a carrier, write its module and name its line class here; the contract suite in
`tests/contracts/test_line.py` runs over this table.
"""

from __future__ import annotations

from assistant.channels.terminal import TerminalLine
from assistant.channels.twilio_stream import StreamLine

LINES: dict[str, type] = {"terminal": TerminalLine, "twilio": StreamLine}
