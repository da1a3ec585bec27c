"""What is said in the calls that we make: to staff in the office's language, to her in her own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.core.event import Say
from assistant.core.ports import Spoken
from assistant.core.values import PhoneNumber, Value, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.callbacks.row import Callback
    from assistant.core.site import Site
    from assistant.dialogue.move import Entry
    from assistant.dialogue.prompts import PromptBook

NO_TOPIC = frozenset({"callback.book", "person.request"})
"Wishes that tell nothing about the matter."
BY_EAR = 120
"Characters of her own words that staff are read out: half a minute."


@dataclass(frozen=True, slots=True)
class RingWords:
    """Sentences for both telephones of one ring."""

    book: PromptBook
    site: Site
    entries: Mapping[str, Entry]

    def for_staff(self, row: Callback) -> tuple[Spoken, ...]:
        """Whom they ring, about what, and the safe word twice: everything before the choices."""
        said = [self.staff("hello")]
        entry = self.entries.get(row.intent)
        if entry is not None and row.intent not in NO_TOPIC:
            said.append(self.staff("about", what=entry.example))
        words = " ".join(row.words.split())[:BY_EAR]
        said.append(self.staff("words", words=Words(words)) if words else self.staff("no_words"))
        said.append(self._say("staff.speaks", row.language))
        return (*said, *self._first_word(row))

    def staff(self, prompt: str, **params: Value) -> Spoken:
        """One sentence to staff."""
        return self._say(f"staff.{prompt}", self.site.languages[0], **params)

    def by_hand(self, row: Callback) -> tuple[Spoken, ...]:
        """Her number, for who rings it themselves, and once more the word to begin with."""
        said = (self.staff("by_hand", phone=PhoneNumber(row.phone)),)
        return (*said, *self._first_word(row))

    def hello(self, language: str) -> Spoken:
        """The first sentence at her telephone: nobody learns more from it than who rings."""
        return self._say("hello", language)

    def first(self, row: Callback) -> Spoken:
        """The safe word, before she is put through."""
        return self._word("first", row)

    def machine(self, language: str) -> Spoken:
        """For a machine, which plays it to whoever lives there: no matter and no safe word."""
        return self._say("machine", language, phone=PhoneNumber(self.site.office_phone))

    def nobody(self, language: str) -> Spoken:
        """For a call that should not have come."""
        return self._say("nobody", language)

    def _first_word(self, row: Callback) -> tuple[Spoken, ...]:
        """What staff are to say first, twice; in her language, since it is said to her."""
        if not row.safe_word:
            return ()
        return self.staff("safe_word"), self._word("word", row)

    def _word(self, prompt: str, row: Callback) -> Spoken:
        return self._say(prompt, row.language, word=Words(row.safe_word))

    def _say(self, prompt: str, language: str, **params: Value) -> Spoken:
        """A language the site no longer speaks gives way to its own."""
        spoken = language if language in self.book.languages else self.site.languages[0]
        say = Say(f"callback.ring.{prompt}", (("site", self.site.name), *params.items()))
        return Spoken(self.book.sentence(say, spoken, "voice").text, spoken)
