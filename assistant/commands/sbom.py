"""`run.py sbom`: every package the service uses, as CycloneDX (ECMA-424), from the lock."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from assistant.commands.place import ROOT

LOCK = ROOT / "requirements.lock"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
LICENCE = "License :: OSI Approved :: "
LONGEST = 80
"Characters; some packages put the whole text where its name belongs."


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="Write into FILE.  [default: print]",
)
@click.option("--licences", is_flag=True, help="Only packages with their licences, one a line.")
def sbom(output: Path | None, *, licences: bool) -> None:
    """Write the bill of materials: names, versions, hashes and licences of all packages.

    The same lock gives the same file. Licences are those of the packages as they are installed.
    """
    parts = components(LOCK.read_text(encoding="utf-8"))
    if licences:
        text = "\n".join(f"{item['name']}=={item['version']}: {_named(item)}" for item in parts)
    else:
        text = json.dumps(document(parts), ensure_ascii=False, indent=1)
    if output is None:
        click.echo(text)
    else:
        output.write_text(text + "\n", encoding="utf-8")


def document(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The bill as CycloneDX 1.6 has it."""
    ours = {"type": "application", "name": "neighbour-line", "bom-ref": "neighbour-line"}
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {"component": {**ours, "licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": parts,
        "dependencies": [
            {"ref": "neighbour-line", "dependsOn": [item["bom-ref"] for item in parts]}
        ],
    }


def components(lock: str) -> list[dict[str, Any]]:
    """The packages of a lock, by name."""
    found = list(PINNED.finditer(lock))
    ends = [item.start() for item in found[1:]] + [len(lock)]
    return [
        _component(item[1], item[2], HASH.findall(lock[item.end() : end]))
        for item, end in zip(found, ends, strict=True)
    ]


def _component(name: str, version: str, digests: list[str]) -> dict[str, Any]:
    """A package; the hashes are those of its files for all systems, so they stand as properties."""
    purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
    licence = _licence(name)
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": purl,
        "bom-ref": purl,
        "licenses": [{"license": {"name": licence}}] if licence else [],
        "properties": [{"name": "sha256", "value": digest} for digest in digests],
    }


def _licence(name: str) -> str:
    """What the installed package says of its licence; empty where it says nothing."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:  # of another system or another Python
        return ""
    expressions = [*(about.get_all("License-Expression") or ()), *(about.get_all("License") or ())]
    said = str(expressions[0] if expressions else "").strip()
    if said and len(said) <= LONGEST and "\n" not in said:
        return said
    kinds = (str(kind) for kind in about.get_all("Classifier") or ())
    return ", ".join(kind.removeprefix(LICENCE) for kind in kinds if kind.startswith(LICENCE))


def _named(item: dict[str, Any]) -> str:
    return item["licenses"][0]["license"]["name"] if item["licenses"] else "not stated"
