"""The commands of the line. Each lives in `assistant/commands/`; errors are one plain sentence."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Final

import click

from assistant.core.errors import AssistantError

PLACES: Final = {
    "alarms": "alarms",
    "audit": "audit",
    "backup": "backup",
    "bench": "bench",
    "call": "call",
    "callbacks": "callbacks",
    "cards": "cards",
    "check": "check",
    "directory": "directory",
    "drill": "drill",
    "init": "place",
    "intents": "intents",
    "keys": "keys",
    "models": "models",
    "polls": "polls",
    "reference": "reference",
    "requests": "requests",
    "restore": "backup",
    "retention": "retention",
    "roster": "roster",
    "sbom": "sbom",
    "serve": "serve",
    "staff": "staff",
    "text": "text",
    "voices": "voices",
}
"By command, its module in `assistant.commands`; it has the command's name there."


class Commands(click.Group):
    """Loads the command that is asked for and no other.

    Each worker process reads this module anew, and a start has five seconds to the first call.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in order."""
        del ctx
        return sorted(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; `None` for none of ours."""
        del ctx
        place = PLACES.get(cmd_name)
        if place is None:
            return None
        module = importlib.import_module(f"assistant.commands.{place}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--no-models", is_flag=True, help="Do not fetch recognition models.")
@click.option("--host", default=None, help="Address to listen on.")
@click.option("--port", type=int, default=None, help="Port to listen on.")
@click.pass_context
def cli(context: click.Context, *, no_models: bool, host: str | None, port: int | None) -> None:
    """Neighbour Line (邻里热线): a community's telephone and text line.

    Without a command: prepare what is missing and start the service.
    """
    if context.invoked_subcommand is None:
        from assistant.commands.serve import start

        start(no_models=no_models, host=host, port=port)


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
