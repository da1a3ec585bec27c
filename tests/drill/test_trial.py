"""The quick form of the drill, on a running service that hears English and no Chinese."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from assistant.app import House, open_house
from assistant.clock import ServiceClock
from assistant.config import load_config
from assistant.drill.carrier import Carrier
from assistant.drill.trial import try_out
from tests.conftest import ROOT
from tests.houses import trees_learnt
from tests.live.caller import SECRET
from tests.live.service import Live, start, stop

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service in order."""
    process, live = start(tmp_path_factory.mktemp("trial"), {})
    yield live
    stop(process)


@pytest.fixture(scope="module")
def house(service: Live) -> Iterator[House]:
    """The house it runs on."""
    config = load_config(ROOT / "config.yaml", {})
    learnt = trees_learnt()
    clock = ServiceClock(config.site.timezone)
    with closing(open_house(config, service.data, ROOT, clock, learnt=learnt)) as opened:
        yield opened


def test_a_question_is_asked_and_answered_and_nothing_is_left(service: Live, house: House) -> None:
    """What was asked, heard and answered is told, and that without a model it went by keys."""
    trial = try_out(house, Carrier(service.base, SECRET, speed=6), "zh")
    assert trial.fault == "deaf"
    assert trial.asked
    assert trial.heard == ()
    assert any("开" in said or "0571" in said for said in trial.answered), trial.answered
    assert not (service.data / "drill.jsonl").exists()


def test_a_line_that_does_not_answer_is_told_with_its_reason(house: House) -> None:
    """A wrong secret is refused; nothing is raised."""
    trial = try_out(house, Carrier("http://127.0.0.1:9", SECRET), "en")
    assert (trial.fault, bool(trial.asked), bool(trial.why)) == ("not_rung", True, True)
