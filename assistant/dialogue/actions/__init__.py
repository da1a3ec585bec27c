"""What each accepted intent does. One file a subject; the table is the only registration."""

from __future__ import annotations

from assistant.dialogue.actions import (
    callback,
    contact,
    feedback,
    learn,
    pace,
    person,
    poll,
    privacy,
    request,
    safety,
    service,
    talk,
    today,
)
from assistant.dialogue.move import Action

ACTIONS: dict[str, Action] = {
    "service.answer": service.answer,
    "service.summary": service.find,
    "today.answer": today.answer,
    "callback.book": callback.book,
    "callback.change": callback.change,
    "callback.cancel": callback.cancel,
    "callback.when": callback.when,
    "callback.verify": callback.verify,
    "request.take": request.ask,
    "request.status": request.status,
    "person.request": person.wanted,
    "contact.opt_out": contact.opt_out,
    "privacy.ask": privacy.ask,
    "feedback.give": feedback.give,
    "learn.tell": learn.tell,
    "poll.list": poll.list_,
    "poll.vote": poll.vote,
    "talk.repeat": pace.repeat,
    "talk.slower": pace.slower,
    "talk.faster": pace.faster,
    "talk.louder": pace.louder,
    "talk.back": talk.back,
    "talk.help": talk.help_,
    "talk.yes": talk.nothing_asked,
    "talk.no": talk.nothing_asked,
    "talk.wait": talk.wait,
    "talk.goodbye": talk.goodbye,
    "talk.language": talk.language,
    "talk.greeting": talk.greeting,
    "talk.thanks": talk.thanks,
    "safety.offer": safety.matched,
}
"""Names used by `action:` in `intents/catalog.yaml`."""
