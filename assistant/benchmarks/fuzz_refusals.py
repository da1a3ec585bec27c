"""Requests that must be refused, and how many were: forged, replayed, cut off, of others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from assistant.benchmarks.fuzz_seeds import PATHS, WRITE

if TYPE_CHECKING:
    from assistant.benchmarks.fuzz_house import House
    from assistant.benchmarks.fuzz_inputs import Damage

FORM: Final = "application/x-www-form-urlencoded"
Attempt = Callable[["House", "Damage", int], Awaitable[bool]]
"Takes the number of the attempt; whether it was refused."


async def refusals(house: House, damage: Damage, each: int) -> dict[str, Any]:
    """`each` attempts of every kind, and how many were refused."""
    found = {}
    for name, attempt in ATTEMPTS.items():
        refused = [await attempt(house, damage, number) for number in range(each)]
        found[name] = {"attempts": each, "refused": sum(refused)}
    return found


async def forged(house: House, damage: Damage, number: int) -> bool:
    """Signed by somebody who does not know the secret, or for another address."""
    form = {"CallSid": f"CAf{number}", "MessageSid": f"SMf{number}", "From": "+8613800000001"}
    path = damage.of("/twilio/sms", *PATHS)
    stranger = RequestValidator(f"guess {number}")
    signature = damage.of(
        str(stranger.compute_signature(house.origin + path, form)),
        house.signature(path + "x", form),
        house.signature(path, {**form, "From": "+8613800000002"}),
        house.signature(path, form)[:-2] + "A=",
        "A" * 28,
    )
    if signature == house.signature(path, form):
        return True
    return (await house.webhook(path, form, signature)).status == 403  # noqa: PLR2004 - HTTP


async def replayed(house: House, damage: Damage, number: int) -> bool:
    """A recorded text, sent again: it has no second effect, and the answer is the first one."""
    contact = f"+86139{damage.chance.randrange(10**8):08d}"
    form = {
        "MessageSid": f"SMr{number}-{contact}",
        "From": contact,
        "To": "1",
        "Body": "楼道的灯坏了",
    }
    first = await house.webhook("/twilio/sms", form)
    before = _matters(house, contact)
    again = [await house.webhook("/twilio/sms", form) for _ in range(2)]
    return {item.body for item in again} == {first.body} and _matters(house, contact) == before


async def truncated(house: House, damage: Damage, number: int) -> bool:
    """A signed body of which only a part arrives."""
    contact = "+8613800000001"
    form = {"MessageSid": f"SMt{number}", "From": contact, "Body": "食堂几点开门", "To": "1"}
    whole = urlencode(form).encode()
    headers = {"content-type": FORM, "x-twilio-signature": house.signature("/twilio/sms", form)}
    part = whole[: damage.chance.randrange(len(whole))]
    return (await house.ask("POST", "/twilio/sms", part, headers)).status == 403  # noqa: PLR2004 - HTTP


async def cross_site(house: House, damage: Damage, number: int) -> bool:
    """A form of another site's page, posted by a browser."""
    origin = f"https://evil{number}.example"
    headers = {
        "content-type": FORM,
        "origin": origin,
        "sec-fetch-site": damage.of("cross-site", "same-site"),
        "cookie": "desk_form=" + "a" * 43,
    }
    path = damage.of("/desk/sign-in", "/simulator/clock", "/simulator/sign", "/simulator/speak")
    body = urlencode({"name": "王芳", "password": "x", "form_token": "0" * 64}).encode()
    return (await house.ask("POST", path, body, headers)).status in {400, 403}


async def cross_role(house: House, damage: Damage, number: int) -> bool:
    """A token of a role that may not do this, or none."""
    del number
    role = damage.of("reader", "auditor", "nobody")
    token = house.tokens.get(role, "nl_" + "x" * 43)
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    answer = await house.ask("POST", damage.of(*WRITE), b"{}", headers)
    return answer.status in {401, 403}


def _matters(house: House, contact: str) -> int:
    inner = house.service.house
    return len(inner.requests.open_for(contact))


ATTEMPTS: Final[dict[str, Attempt]] = {
    "forged": forged,
    "replayed": replayed,
    "truncated": truncated,
    "cross-site": cross_site,
    "cross-role": cross_role,
}
