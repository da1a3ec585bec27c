"""What a call listens for next: how long, for which words, in which languages.

Everything follows from the conversation, the settings and what was heard in this call so far.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.core.turn import Unclear, Utterance
from assistant.speech.endpointing import EndpointSettings
from assistant.speech.hesitation import Hesitation
from assistant.speech.patience import Patience, inherited, lengthened
from assistant.speech.vocabulary import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.config import ListeningConfig
    from assistant.core.conversation import Conversation
    from assistant.core.intent import Reading
    from assistant.core.turn import Turn

VOCABULARY = {
    "confirm": "yes_no",
    "ballot": "yes_no",
    "news": "yes_no",
    "lesson": "yes_no",
    "emergency": "yes_no",
    "menu": "digits",
    "which": "digits",
}
"""Questions answered by a word or a digit: a small vocabulary hears those best; else the open one,
as for "which place?" before any were read out."""
YES_OR_NO = frozenset(
    {"confirm", "emergency", "more", "copy", "keep", "resume", "else", "done"}
    | {"ballot", "news", "lesson"}
)
"Questions to which 嗯 is an answer and no hesitation."
GO_ON = 4
"So many ways to go on are listened for, where it makes sense: 地址 would be taken for 继续."
NEVER_MS = 24 * 3600 * 1000
"While the line is speaking, silence means nothing."


class Attention:
    """One call's attention. `before` is the language this caller spoke last time, if known."""

    def __init__(
        self,
        settings: ListeningConfig,
        languages: Sequence[str],
        hesitations: Mapping[str, Hesitation],
        *,
        confirm_below: float,
    ) -> None:
        self.settings = settings
        self.before: str | None = None
        self._site = tuple(languages)
        self._hesitations = hesitations
        self._confirm_below = confirm_below
        self._cut_off = 0
        self._doubts = 0
        self._understood = self._switched = False

    # -- how long ---------------------------------------------------------------------------

    def patience(self, conversation: Conversation) -> Patience:
        """The patience that holds now: the site's, the language's, the question's, hers."""
        settings, pending = self.settings, conversation.pending
        layers = [settings.layer()]
        if (spoken := settings.languages.get(conversation.language)) is not None:
            layers.append(spoken.layer())
        if pending is not None and (asked := settings.prompts.get(pending.question)) is not None:
            layers.append(asked.layer())
        if conversation.pace.patient:
            layers.append(settings.slow.layer())
        if conversation.waiting:
            layers.append(settings.waiting.layer())
        slowest = settings.slow.end_s or settings.end_s
        later = self._cut_off * settings.longer_after_cut_s
        return lengthened(inherited(Patience(), *layers), later, slowest)

    def waiting(self, conversation: Conversation) -> EndpointSettings:
        """For the endpointer while it is the caller's turn."""
        return self.patience(conversation).settings(far_db=self.settings.far_db)

    def interruptible(self, conversation: Conversation) -> EndpointSettings:
        """For the endpointer while the line speaks."""
        settings = self.waiting(conversation)
        return replace(
            settings,
            start_ms=NEVER_MS,
            back_channel_ms=NEVER_MS,
            end_ms=round(self.settings.barge_in_end_s * 1000),
        )

    def was_cut_off(self) -> None:
        """She went on speaking after she was taken for finished: wait longer from now on."""
        self._cut_off += 1

    # -- for which words --------------------------------------------------------------------

    def vocabulary(
        self, conversation: Conversation, *, stopped: bool
    ) -> tuple[str, dict[str, list[str]]]:
        """The name of what can be said now, and what else in each language.

        That is the names that were read out, and "go on" where our own words were `stopped`.
        """
        pending = conversation.pending
        question = pending.question if pending is not None else "open"
        options = pending.options if pending is not None else ()
        more = {
            language: [name for option in options if (name := option.name.text(language))]
            for language in self._site
        }
        if stopped:
            for language, hesitation in self._hesitations.items():
                more.setdefault(language, []).extend(hesitation.go_on[:GO_ON])
        numbered = bool(options) or question != "which"
        return VOCABULARY.get(question, OPEN) if numbered else OPEN, more

    def unfinished(self, said: Utterance) -> bool:
        """Whether these words are no answer yet, unless they answer a yes-or-no question."""
        hesitation = self._hesitations.get(said.language)
        return (
            hesitation is not None and not self.goes_on(said) and hesitation.unfinished(said.text)
        )

    def answers(self, reading: Reading, conversation: Conversation) -> bool:
        """Whether the words are the yes or no that the open question asks for."""
        pending = conversation.pending
        asked = pending is not None and pending.question in YES_OR_NO
        return asked and reading.agrees is not None

    def is_empty(self, said: Utterance) -> bool:
        """Whether nothing was said but hesitation and beginnings."""
        hesitation = self._hesitations.get(said.language)
        return hesitation is not None and hesitation.says_nothing(said.text)

    def goes_on(self, said: Utterance) -> bool:
        """Whether she asks us to go on with what we were saying."""
        hesitation = self._hesitations.get(said.language)
        return hesitation is not None and hesitation.goes_on(said.text)

    # -- in which languages -----------------------------------------------------------------

    def ears(self, conversation: Conversation, live: Sequence[str], load: float) -> tuple[str, ...]:
        """The languages to listen for, of those that can be heard; one only under load."""
        own = conversation.language if self._understood else self.before or conversation.language
        if own in live and (load >= self.settings.one_ear_above or not self._every_ear):
            return (own,)
        return tuple(item for item in self._site if item in live)

    @property
    def _every_ear(self) -> bool:
        unsure = self._doubts >= self.settings.other_ear_after
        return not self._understood or self._switched or unsure

    def took(self, turn: Turn | Utterance, before: Conversation, after: Conversation) -> None:
        """Remember how a turn went: was it doubtful, did it change the language?"""
        self._switched = self._switched and not isinstance(turn, Utterance)
        if after.language != before.language:
            self._switched = True
        if not isinstance(turn, Utterance | Unclear):
            return
        missed = after.misses > before.misses
        sure = isinstance(turn, Utterance) and turn.confidence >= self._confirm_below
        self._understood = self._understood or (isinstance(turn, Utterance) and not missed)
        self._doubts = self._doubts + 1 if missed or not sure else 0
