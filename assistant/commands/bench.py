"""`run.py bench NAME`: the benchmarks. Each is a module of `assistant.benchmarks` with a `run`."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import click

BENCHMARKS = ("calls", "directory", "endpointing", "intents", "latency", "sms")
"""Modules of `assistant.benchmarks`: `run(data)` measures and returns a JSON object."""


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
def bench(name: str, data: Path, *, as_json: bool) -> None:
    """Measure this machine: NAME is what of it."""
    module = importlib.import_module(f"assistant.benchmarks.{name}")
    figures = module.run(data)
    click.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
