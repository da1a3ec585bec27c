"""Every metric of `/metrics` with its kind and labels, read from the code that makes it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

KINDS: Final = {
    "Counter": "counter",
    "Gauge": "gauge",
    "Histogram": "histogram",
    "GaugeMetricFamily": "gauge",
    "_gauge": "gauge",
}
PREFIX: Final = "assistant_"


@dataclass(frozen=True, slots=True)
class Metric:
    """One family."""

    name: str
    "As scraped; a counter ends in `_total`, a histogram has `_bucket`, `_sum` and `_count`."
    kind: str
    labels: tuple[str, ...]
    told: str
    place: str
    "The file that makes it, below `assistant/`."


def metrics(package: Path) -> list[Metric]:
    """The metrics made by the files of `package`, by name, each once."""
    found = {
        one.name: one
        for file in sorted(package.rglob("*.py"))
        if "prometheus_client" in (text := file.read_text("utf-8"))
        for one in _in(ast.parse(text), file.relative_to(package).as_posix())
    }
    return [found[name] for name in sorted(found)]


def document(package: Path) -> str:
    """The page: a row a metric."""
    lines = [
        "# Metrics",
        "",
        "Made by `python3 run.py reference metrics`. `GET /metrics` tells counts, ages and room",
        "left, never a number, a name or a word. A histogram is scraped as `_bucket`, `_sum` and",
        "`_count`. What to watch, and the alerts: [`operator.md`](operator.md#watched).",
        "",
        "| metric | kind | labels | tells | made in |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in metrics(package):
        labels = ", ".join(f"`{label}`" for label in one.labels)
        lines.append(f"| `{one.name}` | {one.kind} | {labels} | {one.told} | `{one.place}` |")
    return "\n".join(lines) + "\n"


def _in(tree: ast.Module, place: str) -> Iterator[Metric]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        made, texts = node.func.id, [_text(one) for one in node.args[:2]]
        if made in KINDS and len(texts) == 2 and all(texts):  # noqa: PLR2004  # a name and what it tells
            name = PREFIX + texts[0].removeprefix(PREFIX)
            total = "_total" if KINDS[made] == "counter" else ""
            yield Metric(name + total, KINDS[made], _labels(node), texts[1], place)


def _labels(call: ast.Call) -> tuple[str, ...]:
    named = [one.value for one in call.keywords if one.arg in {"labels", "labelnames"}]
    lists = [one for one in [*call.args[2:], *named] if isinstance(one, ast.List | ast.Tuple)]
    return tuple(_text(label) for one in lists for label in one.elts)


def _text(node: ast.expr) -> str:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else ""  # type: ignore[attr-defined]  # asked above
