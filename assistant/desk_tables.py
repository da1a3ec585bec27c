"""Hands the desk's tables what they work on, from the other rooms."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from assistant.backing_up import Copies
from assistant.correcting import Corrector
from assistant.desk.tables import Hearing, Machine, Tables, Traffic
from assistant.desk.trials import Trials
from assistant.desk_figures import Figures
from assistant.desk_studio import PromptStudio
from assistant.directory.checks import CheckStore
from assistant.directory.counter import Counter
from assistant.drill.results import DrillStore
from assistant.fridge import fridge_pages, line_number
from assistant.memory.store import ConversationStore
from assistant.outlook import Foresight
from assistant.poll_desk import PollDesk
from assistant.posting import printed
from assistant.public.store import PublicStore
from assistant.radaring import open_radar
from assistant.speech.models import list_models, models_in_use
from assistant.theming import Theming

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from assistant.app import House
    from assistant.core.ladder import Rung
    from assistant.outbox.delivery import State
    from assistant.speech.mouth import Mouth

TROUBLED: tuple[State, ...] = ("failed", "undelivered")
NEVER_MEANT = ("talk.",)
"Intents of the conversation itself are not what a request was about."


@dataclass(frozen=True, slots=True)
class Running:
    """What only a running service can tell or do."""

    rung: Callable[[], Rung]
    mouth: Mouth
    speak: Callable[[str, str, str | None], bytes]
    "Text, language and prompt to mu-law at 8 kHz, from any thread."


def desk_tables(house: House, running: Running) -> Tables:
    """Everything behind the tables of one house."""
    config, database = house.config, house.database
    checks, corrector = CheckStore(database), Corrector(house)
    directory = Counter(database, house.store, checks, config.site.stale_days)
    zone, promises = ZoneInfo(config.site.timezone), house.promises
    foresight = Foresight(database, zone, config.site.country, promises.roster, promises.planning)
    return Tables(
        languages=config.site.languages,
        country=config.site.country,
        directory=directory,
        corrector=corrector,
        trials=Trials(corrector),
        intents=tuple(name for name in house.library.entries if not name.startswith(NEVER_MEANT)),
        cases=house.casework.book,
        topics=house.casework.sorting.topics,
        cards=house.cards,
        printed=lambda card: printed(house, card),
        fridge=lambda number: fridge_pages(house, number),
        line_number=line_number(house),
        traffic=lambda: traffic(house),
        drill=DrillStore(database).last,
        machine=lambda: machine(house, running.rung()),
        roster=house.promises.roster,
        polls=PollDesk(database, house.polling),
        studio=PromptStudio(house, running.mouth, running.speak),
        figures=Figures(database, house.casework.book, directory, zone, foresight),
        radar=open_radar(house),
        theming=Theming(house),
        published=PublicStore(database),
    )


def traffic(house: House) -> Traffic:
    """What went over the line since midnight."""
    since = _midnight(house)
    return Traffic(
        conversations=ConversationStore(house.database).counts_since(since),
        texts=house.outbox.counts_since(since),
        troubled=house.outbox.listing(TROUBLED),
    )


def machine(house: House, rung: Rung) -> Machine:
    """How the machine is doing at this moment."""
    usage, outbox = shutil.disk_usage(house.data), house.outbox
    return Machine(
        rung=rung,
        hearing=_hearing(house),
        disk_free=usage.free,
        disk_whole=usage.total,
        carrier=_carrier(house),
        texts_waiting=len(outbox.listing(("waiting", "sending", "unknown"))),
        texts_failed=len(outbox.listing(TROUBLED)),
        segments_today=outbox.segments_since(_midnight(house)),
        segments_most=house.config.texts.segments_per_day,
        last_backup=Copies(house).last(),
    )


def _midnight(house: House) -> datetime:
    return house.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)


def _hearing(house: House) -> tuple[Hearing, ...]:
    named = {lang: name for lang, name in house.config.speech.models.items() if name}
    chosen = models_in_use(house.data, named)
    problems = {model.folder: model.problem for model in list_models(house.data)}
    return tuple(
        Hearing(language, folder.name, problems.get(folder, ""))
        if (folder := chosen.get(language)) is not None
        else Hearing(language, "", "")
        for language in house.config.site.languages
    )


def _carrier(house: House) -> Literal["twilio", "simulator", "incomplete", "none"]:
    twilio = house.config.twilio
    wanted = (twilio.account_sid, twilio.auth_token, twilio.from_number)
    if all(wanted):
        return "twilio"
    if any((twilio.account_sid, twilio.auth_token)):
        return "incomplete"
    return "simulator" if house.config.simulator else "none"
