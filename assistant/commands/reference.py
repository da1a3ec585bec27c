"""`run.py reference`: commands, settings, metrics and prompts as Markdown, read from the code."""

from __future__ import annotations

import click


@click.group(invoke_without_command=True)
@click.pass_context
def reference(context: click.Context) -> None:
    """Print every command with its options as Markdown; `docs/commands.md` is made by it."""
    if context.invoked_subcommand is None:
        click.echo(document(context.find_root().command), nl=False)


@reference.command("settings")
def settings_() -> None:
    """Print every setting with its default; `docs/settings.md` is made by it."""
    from assistant.commands.place import ROOT
    from assistant.commands.reference_settings import document as page

    click.echo(page(ROOT / "config.yaml"), nl=False)


@reference.command("metrics")
def metrics_() -> None:
    """Print every metric of `/metrics`; `docs/metrics.md` is made by it."""
    from assistant.commands.place import CODE
    from assistant.commands.reference_metrics import document as page

    click.echo(page(CODE), nl=False)


@reference.command("prompts")
def prompts_() -> None:
    """Print every prompt, when it is said and what it is told; `docs/prompts.md` is made by it."""
    from assistant.commands.place import ROOT
    from assistant.commands.reference_prompts import document as page

    click.echo(page(ROOT), nl=False)


def document(root: click.Command) -> str:
    """All commands below `root`, in the order of their names."""
    lines = [
        "# Commands",
        "",
        "Made by `python3 run.py reference`. Exit codes: 0 good, 1 the thing asked for failed (one",
        "sentence says what and what to do), 2 wrong usage.",
    ]
    for path, command in _walk(root, ("run.py",)):
        lines += ["", f"## `{' '.join([*path, *_arguments(command)])}`", "", _told(command)]
        options = [one for one in command.params if isinstance(one, click.Option)]
        if options:
            lines += ["", "| option | does |", "| --- | --- |"]
            lines += [f"| `{_names(one)}` | {_help(one)} |" for one in options]
    return "\n".join(lines) + "\n"


def _walk(
    command: click.Command, path: tuple[str, ...]
) -> list[tuple[tuple[str, ...], click.Command]]:
    """A command and those below it; groups that do nothing by themselves are left out."""
    if not isinstance(command, click.Group):
        return [(path, command)]
    own = [(path, command)] if command.invoke_without_command else []
    context = click.Context(command)
    below = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    found = [_walk(one, (*path, name)) for name, one in below if one is not None]
    return [*own, *(each for some in found for each in some)]


def _arguments(command: click.Command) -> list[str]:
    context = click.Context(command)
    return [one.make_metavar(context) for one in command.params if isinstance(one, click.Argument)]


def _told(command: click.Command) -> str:
    return " ".join((command.help or "").split())


def _names(option: click.Option) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    return (
        names
        if option.is_flag
        else f"{names} {option.make_metavar(click.Context(click.Command('')))}"
    )


def _help(option: click.Option) -> str:
    return " ".join((option.help or "").split()).replace("|", "\\|")
