"""Wishes by voice, key and text: given their clock, proved by a ring, met; a call is forgotten."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from assistant.booking import named_code
from assistant.core.texts import IncomingText
from assistant.core.turn import HungUp, Key, Opened, Utterance
from assistant.database import metadata
from assistant.desk_parts import open_accounts, open_audit
from assistant.privacy.tables import tombstones
from assistant.rights.life import RightsError
from assistant.rights_desk import RightsDesk
from tests.callbacks.office import HERS, TUESDAY, Office
from tests.rights.test_person import REPAIR, kinds, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assistant.core.turn import Turn
    from assistant.rights.life import Right
    from assistant.teaching import Taught

HELPER = "+8613900000777"


class Line(Office):
    """An office whose line is spoken to, and its desk."""

    @property
    def wishes(self) -> RightsDesk:
        """The wishes at the desk."""
        return RightsDesk(self.house, open_audit(self.house), open_accounts(self.house))

    def call(self, *said: str, contact: str = HERS) -> list[str]:
        """One call to its end; the prompts that were said."""
        talk = self.house.talk.begin("voice", contact, self.clock.now())
        prompts: list[str] = []
        turns: list[Turn | Utterance] = [
            Opened(),
            *(Key(w) if w.isdigit() else Utterance(w, "zh") for w in said),
            HungUp(),
        ]
        for turn in turns:
            reply = self.house.talk.take(talk, turn, self.clock.now())
            talk = reply.conversation
            prompts += [one.prompt for one in reply.sentences]
            self.clock.at += timedelta(seconds=12)
        return prompts

    def asked(self, *said: str) -> Right:
        """She asks in a call; the wish as it was taken down."""
        self.call(*said)
        (right,) = self.wishes.waiting()
        return right

    def rung(self, right: Right) -> None:
        """The line rings staff and then her, who takes it up and hears the safe word."""
        row = self.row(right.code)
        assert row.window is not None
        self.clock.at = row.window.start.astimezone(TUESDAY.tzinfo)
        self.look()
        dial, hers = self.connect()
        self.she_answers(hers)
        self.over(dial, hers, "completed", DialCallDuration="95", DialBridged="true")

    def outcomes(self, kind: str) -> list[dict[str, object]]:
        """The facts of every outcome of one kind."""
        lines = self.journal.kept
        return [one["facts"] for one in lines if one["event"] == "outcome" and one["kind"] == kind]


@pytest.fixture
def line(demo_data: Path, tmp_path: Path, learnt: Taught) -> Iterator[Line]:
    """An office on a Tuesday at noon, one person on duty."""
    shutil.copytree(demo_data, tmp_path / "data")
    with ExitStack() as stack:
        opened = Line(tmp_path / "data", learnt, stack)
        opened.one_person()
        yield opened


ASKS = ("你们存了我什么资料", "好", "1")


def test_a_wish_has_its_clock_and_a_ring(line: Line) -> None:
    """Three working days; the ring about it goes to the number it is about, under its code."""
    right = line.asked(*ASKS)
    assert (right.kind, right.contact, right.proved) == ("what", HERS, False)
    zone = TUESDAY.tzinfo
    assert right.due.astimezone(zone) == datetime(2026, 11, 27, 17, 0, tzinfo=zone)
    assert line.row(right.code).phone == HERS
    case = line.house.casework.book.get(right.code)
    assert case is not None
    assert case.due == right.due


def test_nothing_shows_before_the_ring_and_counts_after(line: Line) -> None:
    """A ring by the line with the safe word is the proof; then she is told, and that is counted."""
    line.call(REPAIR, "对")
    right = line.asked(*ASKS)
    desk = line.wishes
    assert desk.sheet(right) is None
    with pytest.raises(RightsError, match="has not rung"):
        desk.prove(right.code, "ring")
    with pytest.raises(RightsError, match="not proved"):
        desk.tell(right.code, "王芳", line.clock.now())
    assert line.outcomes("privacy.told") == []
    line.rung(right)
    proved = desk.prove(right.code, "ring")
    sheet = desk.sheet(proved)
    assert sheet is not None
    counted = {one.category: one.count for one in sheet.holdings}
    assert counted["matters"] == 2
    assert counted["callbacks"] == 1
    desk.tell(right.code, "王芳", line.clock.now())
    assert line.outcomes("privacy.told") == [{"case": right.code}]
    assert line.house.requests.status(right.code) == "closed"


def test_a_deletion_is_asked_for_proved_and_carried_out(line: Line) -> None:
    """What was done goes; what is open stays and goes later; a mark is left, and a text."""
    line.call(REPAIR, "对")
    (repair,) = line.house.requests.open_for(HERS)
    right = line.asked("把我的资料删了", "好的", "1")
    assert line.outcomes("privacy.requested") == [{"case": right.code}]
    assert line.outcomes("privacy.deleted") == []
    line.rung(right)
    line.wishes.prove(right.code, "ring")
    _, whole = line.wishes.delete(right.code, "王芳", line.clock.now())
    assert not whole
    assert line.outcomes("privacy.deleted") == [{"case": right.code}]
    assert kinds(line.house, HERS)["matters"] == (1, 1)
    with line.house.database.read() as connection:
        (mark,) = connection.execute(select(tombstones)).all()
    assert mark.contact_index == line.house.database.vault.index(HERS)
    assert mark.reference == right.code
    assert line.texts().count("privacy.deleted_but") == 1
    line.house.requests.close(repair.code)
    with line.house.database.begin() as connection:
        connection.execute(metadata.tables["outbox"].update().values(state="delivered"))
    line.clock.at += timedelta(days=1)
    line.house.wishes.look(line.clock.now())
    assert rows_of(line.house, HERS) == {}
    with line.house.database.read() as connection:
        (again,) = connection.execute(select(tombstones)).all()
    assert again.buried == mark.buried
    kept = line.wishes.get(right.code)
    assert kept is not None
    assert (kept.outcome, kept.contact) == ("deleted", "")


def test_on_a_shared_telephone_a_ring_is_not_enough(line: Line) -> None:
    """An angry relative takes up the telephone and hears the safe word: a fact is asked besides."""
    line.call("我是张阿姨，三号楼的楼道灯坏了", "对")
    right = line.asked(*ASKS)
    assert right.shared
    line.rung(right)
    rung = line.wishes.prove(right.code, "ring")
    assert line.wishes.sheet(rung) is None
    with pytest.raises(RightsError, match="not proved"):
        line.wishes.tell(right.code, "王芳", line.clock.now())
    assert line.wishes.sheet(line.wishes.prove(right.code, "fact")) is not None


def test_who_takes_up_the_telephone_hears_nothing_of_the_wish(line: Line) -> None:
    """Who rings, and the safe word: never what it is about."""
    right = line.asked(*ASKS)
    window = line.row(right.code).window
    assert window is not None
    line.clock.at = window.start.astimezone(TUESDAY.tzinfo)
    line.look()
    _, hers = line.connect()
    heard = "".join(line.she_answers(hers))
    assert line.row(right.code).safe_word in heard
    assert not any(word in heard for word in ("存", "资料", "信息", "删"))


def test_a_spoofed_number_learns_nothing(line: Line) -> None:
    """Whoever shows her number is told no kind and no count, and the ring goes to her."""
    line.call(REPAIR, "对")
    said = line.call(*ASKS)
    assert "take.privacy.what" in said
    assert not [name for name in said if name.startswith(("status.", "answer.", "standing."))]
    (right,) = line.wishes.waiting()
    assert line.row(right.code).phone == HERS


def test_a_text_is_taken_down_at_once(line: Line) -> None:
    """Its code and times to be rung are the answer, and no count."""
    texts = line.house.talk.text(IncomingText(HERS, "查我的信息"), line.clock.now()).texts
    (right,) = line.wishes.waiting()
    assert right.channel == "sms"
    assert right.code in "".join(texts)


def test_the_menu_of_keys_leads_there(line: Line) -> None:
    """With keys alone: the end of the first menu, what is kept, yes, the first time."""
    talk = line.house.talk.begin("voice", HERS, line.clock.now())
    turns: list[Turn | Utterance] = [Opened(), *(Key(digit) for digit in "4111"), HungUp()]
    for turn in turns:
        talk = line.house.talk.take(talk, turn, line.clock.now(), keys_only=True).conversation
    (right,) = line.wishes.waiting()
    assert line.row(right.code).window is not None


def test_a_withheld_number_is_not_rung(line: Line) -> None:
    """There is nothing to ring back, and nothing to look up."""
    assert "privacy.withheld" in line.call("你们存了我什么资料", contact="anonymous")
    assert line.wishes.waiting() == ()


def test_a_call_is_forgotten_once_it_is_over(line: Line) -> None:
    """Nothing of the number is left, nor the wish itself; the call before it stays."""
    line.call("食堂几点开门")
    before = kinds(line.house, HERS)
    assert "privacy.forgets" in line.call("理发店在哪里", "打完这个电话就别留我号码了")
    assert kinds(line.house, HERS) == before
    assert line.house.wishes.store.to_forget() == ()


def test_a_forgotten_call_keeps_an_open_matter_until_it_is_done(line: Line) -> None:
    """Then it goes by itself."""
    line.call(REPAIR, "对", "打完这个电话就别留我号码了")
    assert kinds(line.house, HERS)["matters"] == (1, 1)
    (matter,) = line.house.requests.open_for(HERS)
    line.house.requests.close(matter.code)
    line.clock.at += timedelta(hours=4)
    line.house.wishes.look(line.clock.now())
    assert rows_of(line.house, HERS) == {}


def test_a_call_nobody_saw_end_is_forgotten_later(line: Line) -> None:
    """The process died, or the carrier never told."""
    talk = line.house.talk.begin("voice", HERS, line.clock.now())
    turns: tuple[Turn | Utterance, ...] = (Opened(), Utterance("挂了电话就把我号码抹掉", "zh"))
    for turn in turns:
        talk = line.house.talk.take(talk, turn, line.clock.now()).conversation
    line.house.wishes.look(line.clock.now())
    assert rows_of(line.house, HERS) != {}
    line.clock.at += timedelta(hours=4)
    line.house.wishes.look(line.clock.now())
    assert rows_of(line.house, HERS) == {}


def test_a_helper_asks_how_it_stands_and_when_we_ring(line: Line) -> None:
    """From her own telephone, with the resident's word; nobody else's word is hers to use."""
    line.call(REPAIR, "对")
    right = line.asked("我女儿可以替我问", "好", "1")
    line.rung(right)
    line.wishes.prove(right.code, "ring")
    with pytest.raises(RightsError, match="own telephone"):
        line.wishes.agree_helper(right.code, HERS, "王芳", line.clock.now())
    line.wishes.agree_helper(right.code, HELPER, "王芳", line.clock.now())
    assert line.house.wishes.helped_by(HELPER, line.clock.now()) == (HERS,)
    assert line.house.wishes.helped_by("+8613900000778", line.clock.now()) == ()
    far = line.clock.now() + timedelta(days=366)
    assert line.house.wishes.helped_by(HELPER, far) == ()


def test_she_takes_it_back_in_one_sentence(line: Line) -> None:
    """At once: that fewer may ask harms nobody."""
    right = line.asked("我女儿可以替我问", "好", "1")
    line.wishes.prove(right.code, "counter")
    line.wishes.agree_helper(right.code, HELPER, "王芳", line.clock.now())
    assert "privacy.no_helper" in line.call("以后别让我女儿替我问了")
    assert line.house.wishes.helped_by(HELPER, line.clock.now()) == ()
    kept = line.wishes.get(right.code)
    assert kept is not None
    assert (kept.outcome, kept.contact) == ("withdrawn", "")


def test_a_helper_reaches_the_resident_s_case_by_its_word(line: Line) -> None:
    """Of all cases with this word the resident's is meant; a stranger is told of the newest."""
    line.call(REPAIR, "对")
    (repair,) = line.house.requests.open_for(HERS)
    words = line.house.talk.rooms.case_words["zh"]
    right = line.asked("我女儿可以替我问", "好", "1")
    line.wishes.prove(right.code, "counter")
    line.wishes.agree_helper(right.code, HELPER, "王芳", line.clock.now())
    number = int(repair.code[2:])
    while int(line.house.requests.latest_code()[2:]) < number + len(words):
        line.house.requests.next_code()
    word = list(words)[number % len(words)]
    assert _status_of(line, HELPER, word) == repair.code
    assert _status_of(line, "+8613900000778", word) != repair.code


def _status_of(line: Line, contact: str, word: str) -> str:
    """The code of the case that this telephone is told of when it names the word."""
    return named_code(line.house.talk.rooms, word, contact, line.clock.now())
