"""The commands of the line. Each lives in `assistant/commands/`; errors are one plain sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from assistant.commands.alarms import alarms
from assistant.commands.audit import audit
from assistant.commands.backup import backup, restore
from assistant.commands.bench import bench
from assistant.commands.call import call
from assistant.commands.callbacks import callbacks
from assistant.commands.cards import cards
from assistant.commands.check import check
from assistant.commands.directory import directory
from assistant.commands.drill import drill
from assistant.commands.intents import intents
from assistant.commands.keys import keys
from assistant.commands.models import models
from assistant.commands.place import init
from assistant.commands.polls import polls
from assistant.commands.reference import reference
from assistant.commands.requests import requests
from assistant.commands.retention import retention
from assistant.commands.roster import roster
from assistant.commands.sbom import sbom
from assistant.commands.serve import serve, start
from assistant.commands.staff import staff
from assistant.commands.text import text
from assistant.commands.voices import voices
from assistant.core.errors import AssistantError


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--no-models", is_flag=True, help="Do not fetch recognition models.")
@click.option("--host", default=None, help="Address to listen on.")
@click.option("--port", type=int, default=None, help="Port to listen on.")
@click.pass_context
def cli(context: click.Context, *, no_models: bool, host: str | None, port: int | None) -> None:
    """Neighbour Line (邻里热线): a community's telephone and text line.

    Without a command: prepare what is missing and start the service.
    """
    if context.invoked_subcommand is None:
        start(no_models=no_models, host=host, port=port)


for command in (
    serve,
    call,
    text,
    check,
    models,
    directory,
    intents,
    requests,
    alarms,
    cards,
    callbacks,
    roster,
    polls,
    bench,
    backup,
    restore,
    drill,
    voices,
    keys,
    retention,
    sbom,
    staff,
    audit,
    init,
    reference,
):
    cli.add_command(command)


def _called() -> str:
    """`run.py` from a checkout; the console script's own name where the package is installed."""
    name = Path(sys.argv[0]).name
    return name if name.startswith("neighbour-line") else "run.py"


def main() -> None:
    """Run a command; exit 0 for good, 1 when it failed, 2 for wrong usage."""
    try:
        code = cli.main(prog_name=_called(), standalone_mode=False)
        if isinstance(code, int):  # of a command that left by `Exit`
            sys.exit(code)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except AssistantError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)


if __name__ == "__main__":
    main()
