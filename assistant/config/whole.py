"""All blocks of the settings as one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from assistant.config.lines import LineConfig, TwilioConfig
from assistant.config.privacy import PrivacyConfig, RetentionConfig, RightsConfig
from assistant.config.section import Section
from assistant.config.site import (
    BackupsConfig,
    CallsConfig,
    DatabaseConfig,
    DeskConfig,
    DrillConfig,
    EdgeConfig,
    LogsConfig,
    ServerConfig,
    SiteConfig,
)
from assistant.config.speech import ListeningConfig, SpeechConfig
from assistant.config.texts import TextsConfig
from assistant.config.work import CallbacksConfig, CasesConfig, Open311Config, PollsConfig
from assistant.core.site import Site
from assistant.core.values import Localised


class Config(Section):
    """Every setting of the service."""

    site: SiteConfig
    server: ServerConfig
    logs: LogsConfig
    simulator: bool
    twilio: TwilioConfig
    lines: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*$")], LineConfig]
    database: DatabaseConfig
    speech: SpeechConfig
    listening: ListeningConfig
    texts: TextsConfig
    callbacks: CallbacksConfig
    cases: CasesConfig
    polls: PollsConfig
    open311: Open311Config
    calls: CallsConfig
    edge: EdgeConfig
    drill: DrillConfig
    backups: BackupsConfig
    desk: DeskConfig
    privacy: PrivacyConfig
    rights: RightsConfig
    retention: RetentionConfig

    def the_site(self) -> Site:
        """The office as the inner rooms know it."""
        site = self.site
        own_first = [*site.languages, *(key for key in site.name if key not in site.languages)]
        names = tuple((key, site.name[key]) for key in own_first if key in site.name)
        return Site(
            name=Localised(names),
            languages=site.languages,
            timezone=site.timezone,
            emergency_number=site.emergency_number,
            fire_number=site.fire_number,
            office_phone=site.office_phone,
            emergency_bridge=site.emergency_bridge,
            duty_phones=site.duty_phones,
            staff_phone=site.staff_phone or None,
            country=site.country,
            stale_days=site.stale_days,
        )

    def public_url(self) -> str:
        """The origin the carrier reaches us at, without a trailing slash."""
        server = self.server
        return server.public_url or f"http://{server.host}:{server.port}"
