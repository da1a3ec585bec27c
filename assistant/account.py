"""The carrier's account that the house speaks through: Twilio's, or the simulator's on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.channels.twilio_rest import Outgoing, TwilioControl
from assistant.channels.twilio_ring_pages import RingSettings
from assistant.clock import ServiceClock

if TYPE_CHECKING:
    from assistant.app import House
    from assistant.config import Config

SIMULATOR_ACCOUNT = "AC" + "0" * 32
"The account the simulator rings from; its secret is made on first use."


def loopback(config: Config) -> str:
    """Our own port as seen from this machine, whatever the public address is."""
    server = config.server
    host = "127.0.0.1" if server.host in {"0.0.0.0", "::"} else server.host  # noqa: S104 - compared, not bound
    return f"http://{host}:{server.port}"


def shown_number(config: Config) -> str:
    """The number that telephones show when we ring."""
    return config.twilio.caller_id or config.twilio.from_number or config.site.office_phone


def control_of(house: House, simulator_secret: str) -> TwilioControl:
    """The REST side of the account; without one of Twilio's, of the simulator's."""
    config, clock = house.config, house.clock
    twilio, origin = config.twilio, config.public_url()
    reports, shown = origin + "/twilio/status", shown_number(config)
    if not twilio.account_sid:
        return TwilioControl(
            SIMULATOR_ACCOUNT,
            simulator_secret,
            twilio.from_number or config.site.office_phone,
            lambda: loopback(config) + "/simulator/carrier",
            reports,
            Outgoing(origin, shown),
        )
    outgoing = Outgoing(origin, shown)
    if isinstance(clock, ServiceClock):  # the simulator does not move a carrier's clock outside
        outgoing = Outgoing(origin, shown, clock.outside)
    return TwilioControl(
        twilio.account_sid,
        twilio.auth_token,
        twilio.from_number,
        lambda: twilio.api_base,
        reports,
        outgoing,
    )


def ring_settings(config: Config) -> RingSettings:
    """How a resident's telephone is rung."""
    return RingSettings(config.callbacks.ring_resident_s, shown_number(config), config.public_url)
