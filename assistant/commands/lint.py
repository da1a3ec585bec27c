"""What `run.py intents check` looks for: every finding is one plain line that names its place.

An *error* stops a landing (exit 1); what is only worth a look does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import combinations, product
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from assistant.core.answer import SHAPES, Fact, Field, Lookup
from assistant.core.event import Say
from assistant.core.segments import Segments, segments
from assistant.core.values import Code, Day, Moment, PhoneNumber, Span, Value, Words
from assistant.dialogue.prompts import run_on
from assistant.outbox.writer import written
from assistant.understanding.slots import read_slots

if TYPE_CHECKING:
    from assistant.core.ports import Directory
    from assistant.core.service import Records
    from assistant.core.site import Site
    from assistant.dialogue.prompts import PromptBook
    from assistant.library import Library

ENOUGH = 12
"Examples an intent needs in each language."
NEAR = 92.0
"Similarity (rapidfuzz ratio, per cent) from which two examples are called near-twins."
PARTS_OF_A_PROMPT, PARTS_OF_AN_ANSWER = 1, 2
"A prompt is one message; an answer with facts of the directory two at most (SENIOR 2)."
CODE = "GH000123"
"As long as every case code."
LONGEST_NUMBER = "+8613800000001"
LONGEST_MOMENT = datetime.combine(date(2026, 12, 30), time(14, 35))
LONGEST_SPAN = Span(time(14), time(17))
LONGEST_WORDS = {"zh": "桂花", "en": "silver lantern"}
"As long as a safe word or case word gets."
TOLD_OF_RECORDS = "answer."
"Prompts that are measured with the facts of the directory filled in."
KEYS_ONLY = ("number.", "ears.", "greeting.")
"Said to callers who press keys; never written."
SIGNS = {
    "case": re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2} ?\d{6}(?!\d)"),
    "phone": re.compile(r"(?<!\d)(?:\+86 ?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"),
    "money": re.compile(r"\d+ ?(?:元|块钱|yuan)"),
    "choice": re.compile(r"第[一二三四]个|\bthe (?:first|second|third) one\b"),
    "time": re.compile(
        r"(?:明天|后天|下周[一二三四五六日])上午|\btomorrow (?:morning|afternoon)\b"
    ),
}
"Signs that leave no doubt that a slot is filled in these words; reading them must fill it."
LINK = re.compile(r"https?:|www\.|\b[a-z0-9-]+\.(?:com|cn|org|net)\b", re.IGNORECASE)
ASKS_FOR_SECRET = re.compile(
    r"(?:请|把|回复|输入|告诉我们)[^。，不从]{0,6}(?:密码|验证码)"
    r"|\b(?:send|reply with|enter|type|give us|tell us)\b[^.,]{0,16}\b(?:password|code|pin)\b",
    re.IGNORECASE,
)
OPEN_SLOT = re.compile(r"[{<\[【][^}>\]】]*[}>\]】]|_{2,}|…{2,}|\.{4,}")
"A place left open for a name that nobody wrote in."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at."""

    text: str
    error: bool = False


def doubles(library: Library) -> Iterator[Finding]:
    """Sentences that stand in two intents, or twice in one."""
    for language, by_intent in library.examples.items():
        owner: dict[str, str] = {}
        for intent, examples in by_intent.items():
            for text in examples.all():
                first = owner.setdefault(text.casefold(), intent)
                if first != intent:
                    yield Finding(
                        f"double: intents/{language}: “{text}” stands in {first} "
                        f"and in {intent}; keep it in one",
                        error=True,
                    )


def near_twins(library: Library) -> Iterator[Finding]:
    """Sentences of two intents that are nearly the same: the pair is named."""
    for language, by_intent in library.examples.items():
        for (one, first), (two, second) in combinations(by_intent.items(), 2):
            table = process.cdist(first.all(), second.all(), scorer=fuzz.ratio, score_cutoff=NEAR)
            for row, column in zip(*table.nonzero(), strict=True):
                yield Finding(
                    f"near: intents/{language}: “{first.all()[row]}” ({one}) and "
                    f"“{second.all()[column]}” ({two}) are nearly the same"
                )


def few(library: Library) -> Iterator[Finding]:
    """Intents with too few spoken examples."""
    for language, by_intent in library.examples.items():
        for intent, examples in by_intent.items():
            if len(examples.spoken) < ENOUGH:
                yield Finding(
                    f"few: intents/{language}/{intent}.yaml: {len(examples.spoken)} spoken "
                    f"examples; write {ENOUGH} or more"
                )


def empty_slots(library: Library, directory: Directory, now: datetime) -> Iterator[Finding]:
    """Examples with a slot left open, or with a value in plain sight that is not read."""
    finder = directory.finder()
    for language, by_intent in library.examples.items():
        for intent, examples in by_intent.items():
            where = f"empty: intents/{language}/{intent}.yaml"
            wanted = {name: SIGNS[name] for name in library.entries[intent].slots if name in SIGNS}
            for text in examples.all():
                if OPEN_SLOT.search(text):
                    yield Finding(f"{where}: “{text}” leaves a place open; fill it in", error=True)
                signs = [name for name, sign in wanted.items() if sign.search(text)]
                if not signs:
                    continue
                filled = read_slots(text, language, now, finder).as_json()
                for name in signs:
                    if name not in filled:
                        yield Finding(
                            f"{where}: “{text}” has a {name} that is not read", error=True
                        )


def bad_manners(library: Library) -> Iterator[Finding]:
    """Texts that look like a swindler's: with a link, or asking for a password or a code."""
    for language, prompts in library.prompts.items():
        for key, prompt in prompts.items():
            text = prompt.form("sms")
            where = f"manners: voices/{language}/prompts.yaml: {key}"
            if LINK.search(text):
                yield Finding(f"{where}: no text of ours has a link; tell a number", error=True)
            if ASKS_FOR_SECRET.search(text):
                yield Finding(f"{where}: no text of ours asks for a password or code", error=True)


def long_texts(book: PromptBook, site: Site, signatures: Mapping[str, str]) -> Iterator[Finding]:
    """Prompts that take more than one message, whatever the site fills in."""
    for language in book.languages:
        for key, fields in book.fields(language).items():
            known = _known(site, key) | _known_of_callback(language)
            if key.startswith((TOLD_OF_RECORDS, *KEYS_ONLY)) or not fields <= set(known):
                continue
            text = book.sentence(Say(key, tuple(known.items())), language, "sms").text
            sent = segments(text, signatures.get(language, ""))
            where = f"voices/{language}/prompts.yaml: {key}"
            yield from _too_long(where, sent, PARTS_OF_A_PROMPT)


def long_answers(
    records: Records,
    directory: Directory,
    book: PromptBook,
    now: datetime,
    signatures: Mapping[str, str],
) -> Iterator[Finding]:
    """Answers of the directory that take more than two messages, with all that goes with them."""
    for language, service, field in product(book.languages, records.services, SHAPES):
        fields: tuple[Field, ...] = ("summary", "phone") if field == "summary" else (field,)
        facts = directory.ask(Lookup(fields, (service.id,), "", language), now).facts
        if facts:
            sent = _as_sent(_answer(facts, book, language), signatures.get(language, ""))
            where = f"answer {field} of “{facts[0].name.text(language)}” ({language})"
            yield from _too_long(where, sent, PARTS_OF_AN_ANSWER)


def _as_sent(answer: str, signature: str) -> Segments:
    """How an answer is sent: parted between sentences it may take more than its length tells."""
    sent = segments(answer, signature)
    if not written(answer, signature, "").rest:
        return sent
    return replace(sent, parts=max(sent.parts, PARTS_OF_AN_ANSWER + 1))


def _too_long(where: str, sent: Segments, most: int) -> Iterator[Finding]:
    if sent.parts > most:
        yield Finding(
            f"long: {where}: {sent.parts} messages ({sent.units} {sent.alphabet} units), "
            f"{most} at most; shorten it",
            error=True,
        )


def _known(site: Site, key: str) -> dict[str, Value]:
    """What a prompt may name besides facts of the directory, as long as it gets."""
    caller = PhoneNumber(LONGEST_NUMBER)
    return {
        "site": site.name,
        "phone": caller
        if key.startswith(("person.", "number.", "callback.other_number"))
        else PhoneNumber(site.office_phone),
        "number": PhoneNumber(site.emergency_number),
        "fire": PhoneNumber(site.fire_number),
        "code": Code(CODE),
    }


def _known_of_callback(language: str) -> dict[str, Value]:
    """What is told of a callback, as long as it gets."""
    day, word = LONGEST_MOMENT.date(), Words(LONGEST_WORDS.get(language, CODE))
    return {
        "day": Day(day, day),
        "span": LONGEST_SPAN,
        "moment": Moment(LONGEST_MOMENT, day),
        "word": word,
        "case": word,
        "tail": PhoneNumber(LONGEST_NUMBER[-4:]),
        "digit": Words("3"),
    }


def _answer(facts: tuple[Fact, ...], book: PromptBook, language: str) -> str:
    """One text with a notice, if there is one, and what is known."""
    first = facts[0]
    says = [Say(f"answer.{item.field}.{item.shape}", _params(item)) for item in facts]
    if first.notice is not None:
        says.insert(0, Say("answer.alert", (*_params(first), ("notice", first.notice))))
    return run_on([book.sentence(say, language, "sms").text for say in says])


def _params(fact: Fact) -> tuple[tuple[str, Value], ...]:
    return (("service", fact.name), ("phone", PhoneNumber(LONGEST_NUMBER)), *fact.params)
