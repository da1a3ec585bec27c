"""`run.py bench NAME`: the benchmarks. Each is a module of `assistant.benchmarks` with a `run`."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import click

BENCHMARKS = (
    "callbacks", "calls", "desk", "directory", "endpointing", "intents", "latency", "sms",
)  # fmt: skip
"""Modules of `assistant.benchmarks`: `run(data)` measures and returns a JSON object. That of
`callbacks` also takes the numbers of its options."""


@click.command()
@click.argument("name", type=click.Choice(BENCHMARKS))
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("data"),
    show_default=True,
    help="What is measured on: a data folder; the public sets for `intents`; recordings with a "
    "manifest.tsv for `endpointing`.",
)
@click.option("--json", "as_json", is_flag=True, help="One line of JSON instead of indented.")
@click.option("--kills", type=click.IntRange(1), help="`callbacks`: processes to kill.")
@click.option("--rows", type=click.IntRange(100), help="`callbacks`: callbacks waiting at most.")
def bench(name: str, data: Path, *, as_json: bool, kills: int | None, rows: int | None) -> None:
    """Measure this machine: NAME is what of it."""
    given = {"kills": kills, "rows": rows}
    options = {option: number for option, number in given.items() if number is not None}
    if options and name != "callbacks":
        raise click.UsageError("--kills and --rows belong to `bench callbacks`.")
    module = importlib.import_module(f"assistant.benchmarks.{name}")
    figures = module.run(data, **options)
    click.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
