"""`run.py bench NAME`: the benchmarks. Each is a module of `assistant.benchmarks` with a `run`."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import click

BENCHMARKS = (
    "backup", "callbacks", "calls", "chaos", "desk", "directory", "endpointing", "fuzz", "intents",
    "latency", "lines", "load", "nodes", "plan", "power-on", "radar", "scorecard", "sms", "soak",
    "upgrade",
)  # fmt: skip
"""Modules of `assistant.benchmarks`: `run(data)` measures and returns a JSON object. Those in
`OPTIONS` also take what their options give."""
OPTIONS = {
    "backup": frozenset({"gb"}),
    "callbacks": frozenset({"kills", "rows"}),
    "chaos": frozenset({"only"}),
    "fuzz": frozenset({"minutes", "seed"}),
    "load": frozenset({"minutes", "small"}),
    "nodes": frozenset({"nodes", "seconds", "share"}),
    "plan": frozenset({"assume", "seed"}),
    "radar": frozenset({"seed", "trials", "weeks"}),
    "scorecard": frozenset({"contacts", "seed"}),
    "soak": frozenset({"hours", "small"}),
    "upgrade": frozenset({"contacts"}),
}
"By benchmark, the options it takes."


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
@click.option("--minutes", type=click.FloatRange(0.05), help="`fuzz`, `load`: how long.")
@click.option("--hours", type=click.FloatRange(0.5), help="`soak`: simulated hours.")
@click.option("--small", is_flag=True, default=None, help="`load`, `soak`: a short form.")
@click.option("--seed", type=int, help="`fuzz`, `plan`, `radar`, `scorecard`: repeats that run.")
@click.option(
    "--assume",
    metavar="NAME=NUMBER",
    multiple=True,
    default=None,
    help="`plan`: another assumption, as machine_yuan=3500; once for each.",
)
@click.option("--nodes", type=click.IntRange(1, 4), help="`nodes`: so many at most.")
@click.option("--seconds", type=click.IntRange(2), help="`nodes`: how long each number of them.")
@click.option(
    "--share",
    type=click.FloatRange(0.05, 1),
    help="`nodes`: each node is held to so much of one processor.",
)
@click.option("--weeks", type=click.IntRange(1), help="`radar`: quiet weeks.")
@click.option("--trials", type=click.IntRange(1), help="`radar`: clusters that are planted.")
@click.option("--gb", type=click.FloatRange(0.01), help="`backup`: size of the database.")
@click.option("--only", help="`chaos`: the one fault of this name.")
@click.option("--contacts", type=click.IntRange(1000), help="`scorecard`, `upgrade`: how many.")
def bench(
    name: str, data: Path, *, as_json: bool, **given: float | bool | str | tuple[str, ...] | None
) -> None:
    """Measure this machine: NAME is what of it."""
    options = {option: number for option, number in given.items() if number not in {None, ()}}
    odd = options.keys() - OPTIONS.get(name, frozenset())
    if odd:
        raise click.UsageError(f"`bench {name}` takes no --{min(odd)}.")
    module = importlib.import_module(f"assistant.benchmarks.{name.replace('-', '_')}")
    figures = module.run(data, **options)
    click.echo(json.dumps(figures, ensure_ascii=False, indent=None if as_json else 2))
