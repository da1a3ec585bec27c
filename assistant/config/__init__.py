"""Settings: `config.yaml` overlaid by the environment, checked, frozen.

An unknown key or a wrong type stops the start with the key's name and line.
"""

from assistant.config.lines import (
    SHORTEST_PASSWORD,
    AsteriskLineConfig,
    AudioSocketLineConfig,
    LineConfig,
    SipLineConfig,
    TwilioConfig,
    TwilioLineConfig,
)
from assistant.config.privacy import PrivacyConfig, RetentionConfig, RetentionDays, RightsConfig
from assistant.config.reading import NOT_SETTINGS, PREFIX, load_config
from assistant.config.section import Beginning, Term
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
from assistant.config.speech import ListeningConfig, PatienceConfig, SpeechConfig
from assistant.config.texts import (
    GammuConfig,
    KannelConfig,
    TextCarrierConfig,
    TextsConfig,
    TwilioTexts,
)
from assistant.config.whole import Config
from assistant.config.work import (
    AnswerConfig,
    CallbacksConfig,
    CasesConfig,
    Open311Config,
    PollsConfig,
    TakeConfig,
)

__all__ = [
    "NOT_SETTINGS",
    "PREFIX",
    "SHORTEST_PASSWORD",
    "AnswerConfig",
    "AsteriskLineConfig",
    "AudioSocketLineConfig",
    "BackupsConfig",
    "Beginning",
    "CallbacksConfig",
    "CallsConfig",
    "CasesConfig",
    "Config",
    "DatabaseConfig",
    "DeskConfig",
    "DrillConfig",
    "EdgeConfig",
    "GammuConfig",
    "KannelConfig",
    "LineConfig",
    "ListeningConfig",
    "LogsConfig",
    "Open311Config",
    "PatienceConfig",
    "PollsConfig",
    "PrivacyConfig",
    "RetentionConfig",
    "RetentionDays",
    "RightsConfig",
    "ServerConfig",
    "SipLineConfig",
    "SiteConfig",
    "SpeechConfig",
    "TakeConfig",
    "Term",
    "TextCarrierConfig",
    "TextsConfig",
    "TwilioConfig",
    "TwilioLineConfig",
    "TwilioTexts",
    "load_config",
]
