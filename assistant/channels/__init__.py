"""The edge: one carrier a file. What a carrier must offer stands in `core.ports.Line`.

To add a carrier, write its module and name its line class here; the contract suite in
`tests/contracts/test_line.py` runs over this table.
"""

from __future__ import annotations

LINES: dict[str, str] = {
    "asterisk": "assistant.channels.paced.line:PacedLine",
    "audiosocket": "assistant.channels.paced.line:PacedLine",
    "sip": "assistant.channels.paced.line:PacedLine",
    "terminal": "assistant.channels.terminal:TerminalLine",
    "twilio": "assistant.channels.twilio_stream:StreamLine",
}
"Module and class; a carrier's libraries are loaded only where it is used."
