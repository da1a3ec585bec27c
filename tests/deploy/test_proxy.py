from __future__ import annotations

import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.proxy import DEPLOY, NAME, Proxy, nginx, program
from tests.live.caller import SECRET, Carrier
from tests.live.service import Live, start, stop

PUBLIC = f"https://{NAME}"


@dataclass(frozen=True, slots=True)
class Behind:
    """A service behind a proxy, and the carrier that reaches it there."""

    proxy: Proxy
    live: Live
    carrier: Carrier


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    """The real service, known by the example's address, behind a real nginx."""
    folder = tmp_path_factory.mktemp("proxy")
    program("nginx")
    process, live = start(
        folder / "data", {"ASSISTANT_SERVER__PUBLIC_URL": PUBLIC, "ASSISTANT_SIMULATOR": "false"}
    )
    with pytest.MonkeyPatch.context() as patch, nginx(folder, live.base) as proxy:
        patch.setenv("SSL_CERT_FILE", str(proxy.certificate))
        yield Behind(proxy, live, Carrier(proxy.https, public=PUBLIC, secret=SECRET))
    stop(process)


def status(url: str, body: bytes | None = None) -> int:
    """The status of a GET, or of a POST where there is a body."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body), timeout=30) as answer:  # noqa: S310 - loopback
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return int(refused.code)


def test_a_text_signed_for_the_public_address_is_answered(behind: Behind) -> None:
    """The signature is over the address the carrier knows, not over the service's own."""
    answers = behind.carrier.text("+8613800000201", "帮助", "SM-proxy-1")
    assert answers
    assert "桂花社区" in answers[0]


def test_a_text_signed_for_the_inner_address_is_refused(behind: Behind) -> None:
    """Whoever knows where the service listens knows no signature."""
    form = {"MessageSid": "SM-proxy-2", "From": "+8613800000202", "To": "1", "Body": "帮助"}
    signed = behind.carrier.sign(f"{behind.live.base}/twilio/sms", form)
    assert behind.carrier.post("/twilio/sms", form, signed)[0] == 403


def test_a_call_goes_through_the_proxy(behind: Behind) -> None:
    """The media socket is upgraded: she hears the greeting, and a key leads on."""
    with behind.carrier.call("CA-proxy", "+8613800000203") as caller:
        caller.listen()
        caller.press("0")
        caller.listen()
    prompts = [one["prompt"] for one in behind.live.events("CA-proxy") if one["event"] == "said"]
    assert "greeting" in prompts
    assert any(name.startswith(("callback.", "person.")) for name in prompts)


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_the_offices_own_pages_are_not_shown_to_the_world(behind: Behind, path: str) -> None:
    """What watches the line does so on this machine."""
    assert status(behind.proxy.https + path) == 404
    assert status(behind.live.base + path) == 200


def test_whether_it_lives_may_be_asked_from_outside(behind: Behind) -> None:
    """A monitor needs one page, and that one tells nothing."""
    assert status(behind.proxy.https + "/healthz") == 200


def test_a_body_too_long_is_refused_at_the_door(behind: Behind) -> None:
    """Nothing of it reaches the service."""
    assert status(behind.proxy.https + "/twilio/sms", b"x" * 300_000) == 413


def test_plain_http_is_sent_to_https(behind: Behind) -> None:
    """Nobody signs in over a line that others read."""
    opener = urllib.request.build_opener(_Stays)
    with pytest.raises(urllib.error.HTTPError) as moved:
        opener.open(behind.proxy.http + "/desk/", timeout=30)
    assert moved.value.code == 301
    assert moved.value.headers["Location"].startswith("https://")
    moved.value.close()


class _Stays(urllib.request.HTTPRedirectHandler):
    """Follows nothing."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Go nowhere."""


def test_the_caddyfile_is_understood(tmp_path: Path) -> None:
    """Caddy itself reads the example."""
    command = [program("caddy"), "adapt", "--config", str(DEPLOY / "Caddyfile"), "--validate"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"HOME": str(tmp_path)}
    )
    assert done.returncode == 0, done.stderr
    assert "127.0.0.1:8000" in done.stdout
