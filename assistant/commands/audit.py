"""`run.py audit`: check the log of who saw and did what, and print its head."""

from __future__ import annotations

import re
from pathlib import Path

import click

from assistant.commands.common import config_option, data_option, the_records

HEAD = re.compile(r"([0-9]{1,12}):([0-9a-f]{64})")


@click.group()
def audit() -> None:
    """The audit log of the desk: who, when, what and why, never anybody's words."""


@audit.command()
@click.option("--head", "printed", default=None, help="A head printed earlier, NUMBER:HASH.")
@config_option
@data_option
def verify(*, printed: str | None, config_path: Path | None, data: Path | None) -> None:
    """Find any entry that was changed, removed, moved or cut off."""
    from assistant.audit.chain import Head
    from assistant.desk_parts import open_audit

    known = None
    if printed is not None:
        parts = HEAD.fullmatch(printed.strip())
        if parts is None:
            raise click.UsageError("--head: write it as printed, NUMBER:HASH")
        known = Head(int(parts[1]), parts[2])
    with the_records(config_path, data) as records:
        log = open_audit(records)
        fault = log.fault(known)
        if fault is not None:
            raise click.ClickException(
                f"the audit log is not whole: {fault}; keep the database as it is, "
                "restore a backup elsewhere and compare"
            )
        click.echo(f"The audit log is whole: {log.head().number} entries.")


@audit.command()
@config_option
@data_option
def head(*, config_path: Path | None, data: Path | None) -> None:
    """Print the head; keep it on paper, and nothing before it can be changed unseen."""
    from assistant.desk_parts import open_audit

    with the_records(config_path, data) as records:
        click.echo(f"{open_audit(records).head()}  {records.clock.now():%Y-%m-%d %H:%M}")
