"""A real nginx on this machine, with the example's configuration before a running service."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.live.service import free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = "line.example.org"
STARTS_WITHIN_S = 10


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where it listens, and the certificate it shows."""

    https: str
    http: str
    certificate: Path


def program(name: str) -> str:
    """A Debian program; skips where it is not installed, but in CI."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"{name} is not installed: apt-get install {name}")
    assert found is not None, f"{name} is missing"
    return found


def nginx(folder: Path, service: str) -> AbstractContextManager[Proxy]:
    """Serve `service` (its address on this machine) as `deploy/nginx.conf` says."""
    return _nginx(folder, "nginx.conf", {"http://127.0.0.1:8000": service})


def nginx_before_nodes(folder: Path, nodes: Sequence[str]) -> AbstractContextManager[Proxy]:
    """Serve two services as `deploy/nginx-nodes.conf` says."""
    told = ("10.0.0.11:8000", "10.0.0.12:8000")
    here = (node.removeprefix("http://") for node in nodes)
    return _nginx(folder, "nginx-nodes.conf", dict(zip(told, here, strict=True)))


@contextmanager
def _nginx(folder: Path, example: str, services: Mapping[str, str]) -> Iterator[Proxy]:
    shown, key = certificate(folder)
    https, http = free_port(), free_port()
    config = (DEPLOY / example).read_text("utf-8")
    for told, here in {
        "listen 443 ssl": f"listen 127.0.0.1:{https} ssl",
        "listen 80": f"listen 127.0.0.1:{http}",
        **services,
        "/etc/ssl/neighbour-line/fullchain.pem": str(shown),
        "/etc/ssl/neighbour-line/privkey.pem": str(key),
    }.items():
        assert told in config, told
        config = config.replace(told, here)
    (folder / "line.conf").write_text(config, "utf-8")
    (folder / "nginx.conf").write_text(_main(folder), "utf-8")
    command = [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _until_open(process, https, shown)
        yield Proxy(f"https://127.0.0.1:{https}", f"http://127.0.0.1:{http}", shown)
    finally:
        process.terminate()
        process.wait(10)


def _main(folder: Path) -> str:
    user = "user root;" if os.geteuid() == 0 else ""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    return (
        f"{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off; {temporary} include {folder}/line.conf; }}\n"
    )


def certificate(folder: Path) -> tuple[Path, Path]:
    """One that signs itself, for the example's name and this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    names = [x509.DNSName(NAME), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, hidden = folder / "fullchain.pem", folder / "privkey.pem"
    shown.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    hidden.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return shown, hidden


def _until_open(process: subprocess.Popen[bytes], port: int, certificate: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    context = ssl.create_default_context(cafile=str(certificate))
    while time.monotonic() < deadline:
        assert process.poll() is None, "nginx has ended: its configuration is wrong"
        try:
            ssl.get_server_certificate(("127.0.0.1", port))
        except OSError:
            time.sleep(0.05)
        else:
            assert context.cert_store_stats()["x509"] == 1
            return
    pytest.fail("nginx did not open its port")
