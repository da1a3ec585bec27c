"""Ears and mouth keep up with the directory: a change is heard and said without a restart.

Calls in progress go on: an utterance already open keeps the vocabulary it began with.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from assistant.app import lessons
from assistant.core.errors import AssistantError

if TYPE_CHECKING:
    from assistant.app import House
    from assistant.correcting import Corrector
    from assistant.speech.ears import Ears
    from assistant.speech.mouth import Mouth

log = logging.getLogger(__name__)

LOOK_EVERY_S = 3.0
"Between two looks whether the directory has changed; one look reads one number."
RELEARN_EVERY_S = 10.0
"Between two looks whether staff have accepted or undone a correction on another node."


async def keep_up(
    house: House, ears: Ears, mouth: Mouth, look_every_s: float = LOOK_EVERY_S
) -> None:
    """Teach ears and mouth whenever the directory has changed; runs until it is cancelled.

    What the database refuses is logged and tried again at the next look.
    """
    known = -1
    while True:
        try:
            version = await asyncio.to_thread(house.store.version)
            if version != known:
                await learn(house, ears, mouth)
                known = version
        except AssistantError:
            log.warning("the directory could not be read; ears and mouth keep what they know")
        await asyncio.sleep(look_every_s)


async def learn(house: House, ears: Ears, mouth: Mouth) -> None:
    """Tell ears and mouth what the directory holds now; the database is read beside the loop."""
    await asyncio.to_thread(house.store.current)  # the version was new, what is held may be older
    taught = await asyncio.to_thread(lessons, house)
    pronouncer = await asyncio.to_thread(house.inquiries.pronouncer)
    for lesson in taught:
        ears.teach(*lesson)
    mouth.say_as(pronouncer.spoken)


async def stay_corrected(corrector: Corrector, look_every_s: float = RELEARN_EVERY_S) -> None:
    """Know what staff have accepted, from the start on; runs until it is cancelled."""
    while True:
        try:
            await asyncio.to_thread(corrector.catch_up)
        except AssistantError:
            log.warning("corrections could not be read; the line understands as before")
        await asyncio.sleep(look_every_s)
