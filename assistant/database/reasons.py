"""What a database says when it fails, and what that means to an operator."""

from __future__ import annotations

REASONS = {
    "must be owner": "has tables of an older version, and its role may not change them; start the "
    "site whose role owns them first",
    "not a database": "is not a database; restore a backup, or move the file away to start afresh",
    "malformed": "is damaged; restore a backup",
    "unable to open": "cannot be opened; make its folder writable, or choose another with --data",
    "readonly": "may not be written; make the file and its folder writable",
    "read-only": "may not be written; make the file and its folder writable",
    "locked": "is held by another program; end that program and try again",
    "full": "cannot grow; make room on the disk",
}
"What SQLite and PostgreSQL say, and what it means to an operator."


def reason(where: str, cause: BaseException) -> str:
    """One sentence: which database, what is wrong, what to do."""
    said = str(cause)
    for words, meaning in REASONS.items():
        if words in said:
            return f"The database {where} {meaning}."
    first = said.strip().partition("\n")[0]
    return f"The database {where} failed: {first}. Check its address, its disk and its server."
