"""Examples that fit this moment: for who does not know how to ask, two questions worth asking now.

The questions are data (`voices/<language>/moments.yaml`); which of them fit is judged by the time
of day, what was talked about, the words that were heard, and by what the records can answer now.
PURE.
"""

from __future__ import annotations

from datetime import time

from assistant.core.answer import Field, Fitting, Lookup
from assistant.core.conversation import Conversation, Topic
from assistant.core.event import Ask
from assistant.core.intent import Match
from assistant.core.values import PhoneNumber, Words
from assistant.dialogue.move import Context, Example, Move

TRIED = 8
"Questions put to the records at most: the best few are all that is wanted."
OF_THE_HOUR, OF_THE_TOPIC, OF_THE_WORDS = 1, 2, 3
"What was heard tells more than what was talked about, and that more than the time of day."
LIKELY = 0.2
"Below this an intent was not heard, it only came first by chance."
NAMED_TOPIC = "{topic}"


def suggest(move: Move, context: Context, prompt: str, match: Match | None = None) -> Move:
    """Have `prompt` said with two examples, once the records have been asked which of them fit."""
    now = move.conversation
    ranked = _ranked(context.examples.get(now.language, ()), now, context, match)[:TRIED]
    trials = tuple(trial for item in ranked if (trial := _trial(item, now, context)) is not None)
    order = tuple(_words(item, now.topic, now.language) for item in ranked)
    return move.then(Ask(Fitting(trials, order, prompt)))


def told(move: Move, query: Fitting, fits: tuple[str, ...], context: Context) -> Move:
    """Say the prompt with the two best examples that the records bear out."""
    tried = {trial.words for trial in query.trials}
    good = [words for words in query.order if words not in tried or words in fits]
    rest = [words for words in query.order if words not in good]
    first, second = (*good, *rest)[:2]
    phone = PhoneNumber(context.site.office_phone)
    return move.say(query.prompt, first=Words(first), second=Words(second), phone=phone)


def _ranked(
    examples: tuple[Example, ...], now: Conversation, context: Context, match: Match | None
) -> list[Example]:
    """One example an intent, best first; of equals, the earlier in the file."""
    heard = [item.intent for item in (match.alternatives if match else []) if item.score >= LIKELY]
    clock = context.now.time()
    usable = [
        item
        for item in examples
        if item.since <= clock <= item.until
        and (NAMED_TOPIC not in item.say or now.topic.name.text(now.language))
    ]
    usable.sort(key=lambda item: -_worth(item, heard))
    first: dict[str, Example] = {}
    for item in usable:
        first.setdefault(item.intent, item)
    return list(first.values())


def _worth(item: Example, heard: list[str]) -> float:
    worth = float(OF_THE_WORDS) / (1 + heard.index(item.intent)) if item.intent in heard else 0.0
    worth += OF_THE_TOPIC if NAMED_TOPIC in item.say else 0
    return worth + (OF_THE_HOUR if (item.since, item.until) != (time.min, time.max) else 0)


def _trial(item: Example, now: Conversation, context: Context) -> Lookup | None:
    """The look-up that shows whether the question has a good answer now, if it needs records."""
    entry = context.entries.get(item.intent)
    if entry is None or entry.field is None:
        return None
    field: Field = "open_now"
    if entry.field == "notice":
        field = "notice"
    elif entry.field == "roster":
        field = "roster"
    about = now.topic.services if NAMED_TOPIC in item.say else ()
    return Lookup((field,), about, _words(item, now.topic, now.language), now.language)


def _words(item: Example, topic: Topic, language: str) -> str:
    return item.say.replace(NAMED_TOPIC, topic.name.text(language))
