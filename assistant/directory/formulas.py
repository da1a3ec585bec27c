"""Cells that a spreadsheet program would take for a formula, made harmless in what goes out. Pure.

A name such as `=HYPERLINK(…)` in an imported feed would run when the office opens the export. An
apostrophe before it makes it a text; it is taken off again on the way in. Telephone numbers with
their + are no formulas.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[\d\s().,/-]+")


def harmless(cell: str) -> str:
    """The cell as it may stand in a CSV file."""
    return f"'{cell}" if _runs(cell) else cell


def harmless_no_more(cell: str) -> str:
    """The cell as it was before `harmless`."""
    return cell[1:] if cell.startswith("'") and _runs(cell) else cell


def _runs(cell: str) -> bool:
    return _FORMULA.match(cell) is not None and _NUMBER.fullmatch(cell) is None
