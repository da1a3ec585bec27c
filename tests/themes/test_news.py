"""From suggestions to what everybody who made one is told, once, and to their cases."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from assistant.app import House, open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.case import Deed
from assistant.core.event import TakeDown
from assistant.core.turn import HungUp, Opened, Utterance
from assistant.outbox.quiet import earliest, quiet_times
from assistant.public.store import PublicStore
from assistant.theme_news import tell
from assistant.themes.store import ThemeError
from assistant.theming import Theming
from tests.conftest import ROOT
from tests.houses import trees_learnt

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.core.turn import Turn
    from assistant.themes.store import State, Theme

NOW = datetime.fromisoformat("2026-11-25T10:00+08:00")
MOBILE, OTHER, LANDLINE, HIDDEN = "+8613800000001", "+8613800000002", "+8657188001001", "anonymous"
ENGLISH = "+8613800000003"
NAMES = {"zh": "楼下添长椅", "en": "More benches"}
TOLD = {
    "zh": "十二月一号起楼下有四把长椅",
    "en": "There are four benches from the first of December",
}


@dataclass
class Office:
    """A house, what its residents suggested, and staff."""

    house: House
    clock: ConversationClock
    theming: Theming

    def suggests(self, contact: str, words: str, language: str = "zh") -> str:
        """Somebody suggests something; the code of it."""
        talk = self.house.talk.begin("voice", contact, self.clock.now(), language=language)
        code = self.house.requests.next_code()
        down = TakeDown(code, "case.suggest", words)
        self.house.requests.take_down(down, talk, self.clock.now())
        self.clock.advance(timedelta(minutes=1))
        return code

    def theme(self, *codes: str) -> Theme:
        """A theme of these suggestions."""
        store = self.theming.store
        theme = store.get(store.make(NAMES, codes, "王芳", self.clock.now()))
        assert theme is not None
        return theme

    def decides(self, theme: Theme, state: State = "adopted") -> None:
        """Staff decide, and the clock looks."""
        assert self.theming.decide(theme, state, TOLD, "李主任", self.clock.now())
        tell(self.house, self.theming)

    def sent(self) -> dict[str, list[str]]:
        """Texts that leave the house now, by telephone."""
        found: dict[str, list[str]] = {}
        while (held := self.house.outbox.claim(self.clock.now())) is not None:
            found.setdefault(held.contact, []).append(held.body)
        return found

    def call(self, contact: str, *words: str, language: str = "zh") -> str:
        """What is said in a call."""
        talk = self.house.talk.begin("voice", contact, self.clock.now(), language=language)
        heard = ""
        turns: list[Turn | Utterance] = [Opened()]
        turns += [Utterance(one, language) for one in words]
        for turn in (*turns, HungUp()):
            reply = self.house.talk.take(talk, turn, self.clock.now())
            talk = reply.conversation
            heard += " ".join(one.text for one in reply.sentences)
            self.clock.advance(timedelta(seconds=12))
        return heard

    def state(self, code: str) -> str:
        """How its case stands."""
        case = self.house.casework.book.get(code)
        assert case is not None
        return case.state


@pytest.fixture
def office(tmp_path: Path, migrated_file: Path) -> Iterator[Office]:
    """A house of the demo community."""
    shutil.copy(migrated_file, tmp_path / "line.db")
    shutil.copytree(migrated_file.parent / "keys", tmp_path / "keys", dirs_exist_ok=True)
    url = {"ASSISTANT_DATABASE__URL": f"sqlite:///{tmp_path / 'line.db'}"}
    clock, learnt = ConversationClock(NOW), trees_learnt()
    config = load_config(ROOT / "config.yaml", url)
    house = open_house(config, tmp_path, ROOT, clock, learnt=learnt)
    yield Office(house, clock, Theming(house))
    house.close()


def test_nothing_is_put_together_without_a_person(office: Office) -> None:
    """Two that mean the same are proposed, every voice with its words; a look keeps nothing."""
    codes = {
        office.suggests(MOBILE, "楼下添几把长椅吧，老人走累了能歇歇"),
        office.suggests(OTHER, "能不能在楼门口放个长椅坐坐"),
    }
    alone = office.suggests(LANDLINE, "排个书法班")
    seen = office.theming.overview()
    assert [{one.code for one in group} for group in seen.proposed] == [codes]
    assert [one.code for one in seen.single] == [alone]
    assert seen.themes == ()
    assert office.theming.store.voices() == ()
    office.theme(*codes)
    later = office.suggests(ENGLISH, "could we have more benches near the flats", "en")
    again = office.suggests(OTHER, "楼下放把长椅吧")
    joining = {one.code for one, _ in office.theming.overview().joining}
    assert again in joining or office.state(again) == "closed"
    assert later in joining


def test_everybody_is_told_once_by_text_in_the_language_spoken(office: Office) -> None:
    """Who suggested it twice has one text, of one segment; the cases are answered, then closed."""
    mine = office.suggests(MOBILE, "楼下添几把长椅吧")
    more = office.suggests(MOBILE, "小花园里也放两条凳子坐坐")
    hers = office.suggests(ENGLISH, "a few benches outside the flats please", "en")
    office.decides(office.theme(*{mine, more, hers}))
    sent = office.sent()
    assert {contact: len(bodies) for contact, bodies in sent.items()} == {MOBILE: 1, ENGLISH: 1}
    assert "十二月一号起楼下有四把长椅" in sent[MOBILE][0]
    assert "four benches" in sent[ENGLISH][0]
    assert [office.state(code) for code in (mine, more, hers)] == ["closed"] * 3
    tell(office.house, office.theming)
    assert office.sent() == {}
    (change,) = PublicStore(office.house.database).changes()
    assert (change.asked, change.done) == (NAMES, TOLD)


def test_at_night_the_text_waits_until_morning(office: Office) -> None:
    """It goes by the outbox's rules for what we begin ourselves."""
    theme = office.theme(office.suggests(MOBILE, "楼下添几把长椅吧"))
    office.clock.advance(timedelta(hours=12))
    office.decides(theme)
    held = office.house.outbox.claim(office.clock.now())
    assert held is not None
    settings, now = office.house.config, office.clock.now()
    zone, quiet = ZoneInfo(settings.site.timezone), quiet_times(settings.texts.quiet)
    due = earliest(held.kind, held.asked, now, quiet, zone)
    assert due.astimezone(zone).isoformat() == "2026-11-26T08:00:00+08:00"


@pytest.mark.parametrize(
    ("contact", "stopped"), [(LANDLINE, False), (MOBILE, True)], ids=["landline", "no texts"]
)
@pytest.mark.parametrize("state", ["adopted", "declined"])
def test_without_texts_it_is_told_in_her_next_call_once(
    office: Office, contact: str, state: State, *, stopped: bool
) -> None:
    """Once she wants nothing else; her case is closed after that, and the desk sees who waits."""
    code = office.suggests(contact, "楼下添几把长椅吧")
    if stopped:
        office.house.requests.opt_out(contact, stop=True, now=office.clock.now())
    theme = office.theme(code)
    office.decides(theme, state)
    assert office.sent() == {}
    assert office.state(code) == "answered"
    assert [voice.how for voice, _ in office.theming.store.untold()] == ["voice"]
    heard = office.call(contact, "食堂几点开门", "不用了", "没有了")
    assert heard.count(TOLD["zh"]) == 1
    tell(office.house, office.theming)
    assert office.state(code) == "closed"
    assert TOLD["zh"] not in office.call(contact, "食堂几点开门", "不用了", "没有了")


def test_who_says_goodbye_hears_it_first(office: Office) -> None:
    """In English, to who spoke English last."""
    code = office.suggests(LANDLINE, "a few benches outside the flats please", "en")
    office.decides(office.theme(code))
    heard = office.call(LANDLINE, "when does the canteen open", "goodbye", language="en")
    assert heard.count(TOLD["en"]) == 1


def test_staff_tell_whose_number_is_not_known(office: Office) -> None:
    """It stands on the desk until somebody has told her; then her case is closed."""
    code = office.suggests(HIDDEN, "楼下添几把长椅吧")
    office.decides(office.theme(code))
    assert [voice.how for voice, _ in office.theming.store.untold()] == ["staff"]
    assert office.theming.told_by_staff(code, "王芳", office.clock.now())
    assert not office.theming.told_by_staff(code, "王芳", office.clock.now())
    assert office.state(code) == "closed"


def test_what_does_not_fit_one_text_is_refused(office: Office) -> None:
    """Nothing is decided then; one of two who decide at once is told so."""
    theme = office.theme(office.suggests(MOBILE, "楼下添几把长椅吧"))
    long = {"zh": "长" * 80, "en": "four benches"}
    decide: Callable[..., bool] = office.theming.decide
    with pytest.raises(ThemeError):
        decide(theme, "adopted", long, "李主任", office.clock.now())
    assert office.theming.store.listing()[0].state == "open"
    office.decides(theme)
    assert not decide(theme, "declined", TOLD, "王芳", office.clock.now())


def test_a_case_that_was_closed_before_stays_closed(office: Office) -> None:
    """A decision reopens nothing, and she is still told."""
    code = office.suggests(MOBILE, "楼下添几把长椅吧")
    theme = office.theme(code)
    office.house.casework.book.advance(code, Deed("close", "王芳"), office.clock.now())
    office.decides(theme)
    assert office.state(code) == "closed"
    assert list(office.sent()) == [MOBILE]
