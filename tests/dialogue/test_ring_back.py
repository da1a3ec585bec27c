"""A full line: the number is settled by keys, then the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from assistant.config import load_config
from assistant.core.answer import Found
from assistant.core.arranging import BookWindow, FindWindows
from assistant.core.callback import Offers, Promise, Window
from assistant.core.conversation import Conversation, Option, Pending, Question
from assistant.core.event import Ask, EndCall, Event, Outcome, Say
from assistant.core.turn import EarsLost, Key, LookedUp, Opened, Silence, Turn
from assistant.core.values import Localised, PhoneNumber
from assistant.dialogue.engine import step
from assistant.dialogue.move import Context
from assistant.dialogue.which_number import CHECK, OWN, TYPED

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
CALLER = "+8613800000001"
MENU = (Option("1", Localised((("zh", "吃饭"),)), "category:food"),)


@pytest.fixture(scope="module")
def context(project: Path) -> Context:
    """A full house without ears."""
    site = load_config(project / "config.yaml", {}).the_site()
    return Context(NOW, site, {}, lambda: "GH000001", keys_only=True)


WINDOWS = tuple(
    Window(NOW + timedelta(days=day), NOW + timedelta(days=day, hours=2)) for day in (1, 2, 3)
)


class Call:
    """A call that is taken step by step; the book has room in three windows."""

    def __init__(self, context: Context, contact: str = CALLER) -> None:
        self.context = context
        self.now = Conversation("c", "voice", contact, "zh", NOW, NOW)
        self.events: tuple[Event, ...] = ()

    def take(self, turn: Turn) -> Call:
        """One turn."""
        self.now, self.events = step(self.now, turn, self.context)
        for query in [event.query for event in self.events if isinstance(event, Ask)]:
            found = self._answer(query)
            if found is not None:
                before = self.events
                self.take(LookedUp(query, found))
                self.events = before + self.events
        return self

    @staticmethod
    def _answer(query: object) -> Found | None:
        match query:
            case FindWindows(wanted=wanted):
                at = [item for item in WINDOWS if wanted is not None and item.start == wanted.start]
                return Found(offers=Offers(WINDOWS, at[0] if at else None))
            case BookWindow(wish, window):
                promise = Promise(
                    wish.code, "booked", window, "柚子", wish.phone, wish.language, NOW
                )
                return Found(promises=(promise,))
        return None

    def press(self, digits: str) -> Call:
        """One key after the other; what is left is what the last one led to."""
        for digit in digits:
            self.take(Key(digit))
        return self

    @property
    def said(self) -> list[str]:
        """Prompts of the last turn."""
        return [event.prompt for event in self.events if isinstance(event, Say)]

    @property
    def number(self) -> str:
        """The number that the last turn sought a time for; empty for none."""
        asked = [event.query for event in self.events if isinstance(event, Ask)]
        phones = [query.phone for query in asked if isinstance(query, FindWindows)]
        return phones[-1] if phones else ""

    @property
    def booked(self) -> list[dict[str, object]]:
        """Facts of what the last turn promised."""
        outcomes = [event for event in self.events if isinstance(event, Outcome)]
        return [dict(event.facts) for event in outcomes if event.kind == "callback.booked"]


@pytest.fixture
def call(context: Context) -> Call:
    """A call to a full house."""
    return Call(context).take(Opened("number"))


def test_the_number_she_rings_from_is_read_out_in_every_language(call: Call) -> None:
    """She hears why, then in both languages what to press; the question is last."""
    assert call.said == ["greeting.full", "greeting.danger", OWN, OWN]
    says = [event for event in call.events if isinstance(event, Say)]
    assert [say.language for say in says] == [None, None, "zh", "en"]
    assert says[-1].param("phone") == PhoneNumber(CALLER)


def test_two_keys_are_enough(call: Call) -> None:
    """`1` for her number, `2` for the second time: it is promised, and told in every language."""
    call.press("1")
    assert call.number == CALLER
    which = ["callback.which", *["callback.option.morning"] * 3]
    assert call.said == [*which, *which]
    says = [event for event in call.events if isinstance(event, Say)]
    assert [say.language for say in says] == ["zh"] * 4 + ["en"] * 4
    call.press("2")
    (facts,) = call.booked
    assert facts["phone"] == CALLER
    assert facts["window"] == [WINDOWS[1].start.isoformat(), WINDOWS[1].end.isoformat()]
    assert call.said[:2] == ["callback.booked", "callback.booked"]
    assert call.said[-1] == "number.after"


def test_another_number_is_typed_and_read_back(call: Call) -> None:
    """Digits, `0` and `9` among them, are part of the number until `#`; then `1` keeps it."""
    assert call.press("2").said == [TYPED, TYPED]
    assert call.press("05718809012").said == []
    assert call.press("#").said == [CHECK, CHECK]
    assert call.press("1").number == "+865718809012"


def test_a_wrong_number_is_typed_anew(call: Call) -> None:
    """`*` in the middle and `2` at the end begin again; nothing of the first one stays."""
    call.press("2123*")
    assert call.said == [TYPED, TYPED]
    call.press("88001234#2")
    assert call.said == [TYPED, TYPED]
    assert call.press("87654321#1").number == "+8687654321"


@pytest.mark.parametrize("digits", ["", "1", "123456"])
def test_half_a_number_is_asked_for_again(call: Call, digits: str) -> None:
    """Fewer digits than a local number has are no number."""
    assert call.press("2" + digits + "#").said[:1] == ["number.short"]
    assert call.number == ""


def test_a_number_without_its_hash_key_is_read_back_after_a_silence(call: Call) -> None:
    """Who forgets the hash key is not kept waiting."""
    assert call.press("288001234").take(Silence(8)).said == [CHECK, CHECK]


def test_a_withheld_number_is_typed_at_once(context: Context) -> None:
    """There is nothing to read out."""
    call = Call(context, "anonymous").take(Opened("number"))
    assert call.said[-1] == TYPED
    assert call.press("13900000002#1").number == "+8613900000002"


def test_who_waits_without_a_key_is_rung_back(call: Call) -> None:
    """The question is put once more; then her own number is taken, and the first time there is."""
    assert call.take(Silence(8)).said == [OWN, OWN]
    assert call.take(Silence(8)).number == CALLER
    assert call.take(Silence(8)).booked == []
    (facts,) = call.take(Silence(8)).booked
    assert facts["window"] == [WINDOWS[0].start.isoformat(), WINDOWS[0].end.isoformat()]


def test_the_menu_is_open_behind_it(call: Call) -> None:
    """After number and time, `#` leads to the directory by keys."""
    call.press("11#")
    assert any(isinstance(event, Ask) for event in call.events)


def test_nine_ends_the_call(call: Call) -> None:
    """As everywhere, unless a number is being typed."""
    assert any(isinstance(event, EndCall) for event in call.press("9").events)


@pytest.mark.parametrize("contact", [CALLER, "anonymous"])
def test_no_row_of_keys_leads_nowhere(context: Context, contact: str) -> None:
    """Whatever is pressed, something is said, a digit is taken, or a request is kept."""
    for first in "0123456789*#":
        for second in "0123456789*#":
            call = Call(context, contact).take(Opened("number")).press(first + second)
            typing = call.now.pending is not None and call.now.pending.intent == TYPED
            assert call.events or typing


def _asked(
    question: Question, options: Sequence[Option] = (), intent: str | None = None
) -> Pending:
    says = (Say("wish.service.hours"),) if not options else ()
    return Pending(question, NOW, tuple(options), intent, says=says)


@pytest.mark.parametrize("question", ["open", "words", "field"])
def test_lost_ears_lead_to_the_menu(context: Context, question: Question) -> None:
    """What only words could answer gives way to the menu, after one sentence that says why."""
    call = Call(context)
    call.now = replace(call.now, pending=_asked(question), turns=3)
    call.take(EarsLost())
    assert call.said == ["ears.lost"]
    assert any(isinstance(event, Ask) for event in call.events)


def test_lost_ears_keep_a_choice_that_keys_can_make(context: Context) -> None:
    """Options are read out again with their keys."""
    call = Call(context)
    call.now = replace(call.now, pending=_asked("menu", MENU), turns=3)
    call.take(EarsLost())
    assert call.said == ["ears.lost", "menu.person", "menu.option"]


@pytest.mark.parametrize("question", ["confirm", "else", "emergency"])
def test_lost_ears_keep_a_yes_or_no_question(context: Context, question: Question) -> None:
    """It is put again with the keys for yes and no."""
    call = Call(context)
    call.now = replace(call.now, pending=_asked(question, intent="wish:service.hours"), turns=3)
    call.take(EarsLost())
    assert call.said == ["ears.lost", "wish.service.hours", "ears.yes_no"]
