from __future__ import annotations

import json
import re

from click.testing import CliRunner

from assistant.cli import cli
from assistant.commands.sbom import components, document
from tests.conftest import ROOT

LOCK = ROOT / "requirements.lock"


def test_the_bill_names_every_package_of_the_lock() -> None:
    """With its version, a package URL, and every hash the lock allows."""
    done = CliRunner().invoke(cli, ["sbom"])
    assert done.exit_code == 0, done.output
    bill = json.loads(done.output)
    lock = LOCK.read_text("utf-8")
    pinned = re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)
    assert [(item["name"], item["version"]) for item in bill["components"]] == pinned
    assert len(pinned) > 50
    hashes = sum(len(item["properties"]) for item in bill["components"])
    assert hashes == lock.count("--hash=sha256:")
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    refs = {item["bom-ref"] for item in bill["components"]}
    assert set(bill["dependencies"][0]["dependsOn"]) == refs
    assert len(refs) == len(pinned)


def test_the_same_lock_gives_the_same_bill() -> None:
    """And another one another serial number."""
    lock = "a==1 \\\n    --hash=sha256:" + "0" * 64 + "\n"
    once, twice, other = (document(components(text)) for text in (lock, lock, lock + "b==2\n"))
    assert once == twice
    assert once["serialNumber"] != other["serialNumber"]


def test_licences_are_listed() -> None:
    """Every package that is installed here says what it is under."""
    lines = CliRunner().invoke(cli, ["sbom", "--licences"]).output.splitlines()
    assert "cryptography" in "".join(lines)
    stated = [line for line in lines if not line.endswith("not stated")]
    assert len(stated) > 0.9 * len(lines)
