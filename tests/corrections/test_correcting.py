"""What staff say was meant: tried on stored cases, accepted, live at once, undone."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from assistant.app import RECHECK_S, House, open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.conversation import Conversation
from assistant.core.errors import DataError
from assistant.core.event import TakeDown
from assistant.core.turn import Utterance
from assistant.correcting import Corrector
from assistant.teaching import FOLDER, Taught, taught
from tests.conftest import ROOT

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
NEW = "楼道里那位又耍脾气了"


@pytest.fixture(scope="module")
def learnt() -> Taught:
    """Both trees, learnt once."""
    return taught(ROOT, ("zh", "en"), [ROOT / FOLDER])


@pytest.fixture
def house(tmp_path: Path, demo_data: Path, learnt: Taught) -> Iterator[House]:
    """The real house on demo data."""
    config = load_config(ROOT / "config.yaml", {})
    shutil.copytree(demo_data, tmp_path, dirs_exist_ok=True)
    opened = open_house(config, tmp_path, ROOT, ConversationClock(NOW), learnt=learnt)
    yield opened
    opened.close()


def meaning(house: House, words: str, language: str = "zh") -> tuple[str | None, str | None]:
    """The intent acted on, and the service."""
    conversation = house.talk.begin("sms", "+8613800000001", NOW)
    reading = house.talk.read(Utterance(words, language), conversation, NOW)
    services = reading.slots.services
    intent = reading.match.intent if reading.match.accepted else None
    return intent, services[0].service if services else None


def named(house: House, words: str, service: str) -> bool:
    """Whether the words come to mean a service; the directory looks for changes now and then."""
    for _ in range(20):
        if meaning(house, words)[1] == service:
            return True
        time.sleep(0.05)
    return False


def asked(house: House, code: str, words: str) -> None:
    """A request that stands in the database."""
    talk = Conversation(code, "sms", "+8613800000001", "zh", NOW, NOW)
    house.requests.take_down(TakeDown(code, "person.request", words), talk, NOW)


def test_an_intent_is_tried_accepted_and_undone(house: House) -> None:
    """Live without a restart; nothing of it is left after the undo."""
    corrector = Corrector(house)
    before = meaning(house, NEW)
    assert before[0] != "case.report"
    asked(house, "GH000001", NEW)
    asked(house, "GH000002", "我想找个人说话")
    number = corrector.propose(NEW, "zh", "intent", "case.report", by="王芳", code="GH000001")
    tried = corrector.try_out(number)
    assert tried.looked_at == 2
    assert [(item.code, item.after.split()[0], item.wrong) for item in tried.changes] == [
        ("GH000001", "case.report", False)
    ]
    assert meaning(house, NEW) == before
    corrector.accept(number, by="李强")
    assert meaning(house, NEW)[0] == "case.report"
    corrector.undo(number, by="李强")
    assert meaning(house, NEW) == before
    assert corrector.store.get(number).state == "undone"


def test_a_name_is_tried_accepted_and_undone(house: House) -> None:
    """One more name of a service, in the directory where an export finds it."""
    corrector = Corrector(house)
    service = house.store.records().services[0]
    words = "咕噜馆"
    assert meaning(house, f"{words}几点开门")[1] != service.id
    asked(house, "GH000001", f"{words}几点开门")
    number = corrector.propose(words, "zh", "service", service.id, by="王芳")
    tried = corrector.try_out(number)
    assert [item.code for item in tried.changes if item.code] == ["GH000001"]
    assert meaning(house, f"{words}几点开门")[1] != service.id
    corrector.accept(number, by="李强")
    assert named(house, f"{words}几点开门", service.id)
    corrector.undo(number, by="李强")
    time.sleep(2 * RECHECK_S)
    assert meaning(house, f"{words}几点开门")[1] != service.id


def test_what_would_undo_an_earlier_correction_is_named_first(house: House) -> None:
    """The earlier one is a case from then on."""
    corrector = Corrector(house)
    first = corrector.propose(NEW, "zh", "intent", "case.report", by="王芳")
    corrector.try_out(first)
    corrector.accept(first, by="李强")
    asked(house, "GH000001", f"{NEW}吧")
    other = corrector.propose(NEW, "zh", "intent", "case.thank", by="王芳")
    tried = corrector.try_out(other)
    wrong = [item for item in tried.changes if item.wrong]
    assert [item.words for item in wrong] == [NEW]
    assert tried.changes[0].wrong


def test_after_a_restart_the_line_still_knows_it(house: House) -> None:
    """And another node learns it when it looks."""
    corrector, other = Corrector(house), Corrector(house)
    number = corrector.propose(NEW, "zh", "intent", "case.report", by="王芳")
    corrector.try_out(number)
    corrector.accept(number, by="李强")
    house.talk.read_with(other._base)
    assert meaning(house, NEW)[0] != "case.report"
    assert other.catch_up()
    assert meaning(house, NEW)[0] == "case.report"
    assert not other.catch_up()


@pytest.mark.parametrize(
    ("words", "language", "kind", "meant"),
    [
        ("  ", "zh", "intent", "case.report"),
        ("好", "zh", "intent", "case.nothing"),
        ("好", "zh", "service", "nowhere"),
        ("hola", "es", "intent", "case.report"),
    ],
)
def test_nonsense_is_refused(
    house: House, words: str, language: str, kind: str, meant: str
) -> None:
    """With a sentence that says what is wrong."""
    with pytest.raises(DataError):
        Corrector(house).propose(words, language, kind, meant, by="王芳")  # type: ignore[arg-type]


def test_only_what_was_tried_is_accepted_and_once(house: House) -> None:
    """Nobody accepts what nobody has looked at."""
    corrector = Corrector(house)
    number = corrector.propose(NEW, "zh", "intent", "case.report", by="王芳")
    assert corrector.propose(NEW, "zh", "intent", "case.report", by="李强") == number
    with pytest.raises(DataError, match="proposed"):
        corrector.accept(number, by="李强")
    corrector.reject(number, by="李强")
    with pytest.raises(DataError):
        corrector.undo(number, by="李强")
    with pytest.raises(DataError):
        corrector.reject(number, by="李强")
    with pytest.raises(DataError):
        corrector.store.get(999)
