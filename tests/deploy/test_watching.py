from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from assistant.app import House, open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.event import Alert
from assistant.counting import CountingJournal
from assistant.drill.numbers import fresh_number
from assistant.drill.results import DrillStore
from assistant.journal import NoJournal
from assistant.library import read_yaml
from assistant.watching import Seen, Watch, expires
from tests.conftest import ROOT
from tests.deploy.proxy import DEPLOY, certificate
from tests.houses import trees_learnt

ALERTS = DEPLOY / "prometheus" / "alerts.yml"
NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
OURS = re.compile(r"\bassistant_[a-z_]+")
PARTS = ("_bucket", "_total", "_sum", "_count")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The real house on demo data, with a certificate to watch."""
    data = tmp_path_factory.mktemp("watched")
    shown, _ = certificate(data)
    config = load_config(ROOT / "config.yaml", {"ASSISTANT_SERVER__CERTIFICATE": str(shown)})
    learnt = trees_learnt()
    opened = open_house(config, data, ROOT, ConversationClock(NOW), learnt=learnt)
    yield opened
    opened.close()


def scrape(house: House, *, ready: bool = True) -> dict[str, float]:
    """Every sample of the house, as `name{label}`."""
    registry = CollectorRegistry()
    registry.register(Watch(house, Seen(lambda: ready, lambda: ("zh",), lambda: "keys")))
    found = {}
    for family in text_string_to_metric_families(generate_latest(registry).decode()):
        for sample in family.samples:
            labels = ",".join(sample.labels.values())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_what_the_service_can_do_is_told(house: House) -> None:
    """Which languages are heard, and what the next call gets."""
    seen = scrape(house)
    assert (seen["assistant_ready"], seen["assistant_database_up"]) == (1, 1)
    assert (seen["assistant_hears{zh}"], seen["assistant_hears{en}"]) == (1, 0)
    assert (seen["assistant_next_call{speech}"], seen["assistant_next_call{keys}"]) == (0, 1)
    assert scrape(house, ready=False)["assistant_ready"] == 0


def test_an_emergency_without_a_person_grows_old(house: House) -> None:
    """Its age is what the alert looks at; taken by a named person it is none any more."""
    raised = NOW - timedelta(seconds=130)
    talk = house.talk.begin("voice", "+8613800000401", raised, language="zh")
    house.alarms.raise_(Alert("GH900001", "safety.fall", "摔倒了"), talk, raised)
    seen = scrape(house)
    assert seen["assistant_alarms_unowned"] == 1
    assert seen["assistant_alarm_unowned_seconds"] == pytest.approx(130, abs=1)
    assert house.alarms.take("GH900001", "Lin", NOW)
    seen = scrape(house)
    assert (seen["assistant_alarms_unowned"], seen["assistant_alarms_taken"]) == (0, 1)
    assert seen["assistant_alarm_unowned_seconds"] == 0


def test_the_drill_and_the_certificate_have_an_age(house: House) -> None:
    """Before the first drill nothing is told of one."""
    assert "assistant_drill_age_seconds" not in scrape(house)
    DrillStore(house.database).keep(NOW - timedelta(hours=3), {}, good=False, summary="-")
    seen = scrape(house)
    assert seen["assistant_drill_age_seconds"] == pytest.approx(3 * 3600, abs=1)
    assert seen["assistant_drill_good"] == 0
    assert 0 < seen["assistant_certificate_seconds"] <= 3600


def test_a_file_that_is_no_certificate_is_not_watched(tmp_path: Path) -> None:
    """Nor is one that is not there; the log says so."""
    (tmp_path / "x.pem").write_text("no certificate")
    assert expires(tmp_path / "x.pem") is None
    assert expires(tmp_path / "gone.pem") is None


def test_a_scrape_outlives_the_database(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine itself knows is told all the same."""
    from assistant.core.errors import DatabaseError  # noqa: PLC0415 - of this test only

    def broken(*_: object) -> Any:  # noqa: ANN401 - never returns
        raise DatabaseError("gone")

    monkeypatch.setattr(type(house.database), "read", broken)
    seen = scrape(house)
    assert seen["assistant_database_up"] == 0
    assert seen["assistant_disk_free_bytes"] > 0


def test_events_are_counted_without_words_and_without_drills(house: House) -> None:
    """Labels are names of this program; a synthetic caller counts for nothing."""
    journal = CountingJournal(NoJournal())
    hers = house.talk.begin("voice", "+8613800000402", NOW, language="zh")
    drill = house.talk.begin("voice", fresh_number(), NOW, language="zh")

    def value(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    def counted() -> tuple[float, ...]:
        return (
            value("assistant_outcomes_total", channel="voice", kind="answered"),
            value("assistant_understood_total", channel="voice", accepted="yes"),
            value("assistant_understood_total", channel="voice", accepted="no"),
            value("assistant_reply_seconds_sum"),
        )

    before = counted()
    for talk in (hers, drill):
        journal.write("outcome", talk, NOW, kind="answered", facts={})
        journal.write("understood", talk, NOW, intent="service.hours", score=0.9, slots={})
        journal.write("understood", talk, NOW, intent=None, score=0.1, slots={})
        journal.write("timing", talk, NOW, end_of_speech_ms=2000, reply_started_ms=2750)
        journal.write("heard", talk, NOW, text="我摔倒了", language="zh", confidence=0.9)
    assert [now - then for now, then in zip(counted(), before, strict=True)] == [1, 1, 1, 0.75]
    told = generate_latest(REGISTRY).decode()
    assert "我摔倒了" not in told
    assert "13800000402" not in told


def named() -> set[str]:
    """Every metric of ours that an alert or a panel asks for."""
    found = set(OURS.findall(ALERTS.read_text("utf-8")))
    for panel in json.loads((DEPLOY / "grafana.json").read_text("utf-8"))["panels"]:
        for target in panel["targets"]:
            found |= set(OURS.findall(target["expr"]))
    return found


def test_alerts_and_panels_ask_for_metrics_there_are(house: House) -> None:
    """A misspelt name would never fire and never be missed."""
    import assistant.web  # noqa: F401, PLC0415 - brings every metric of the service along

    DrillStore(house.database).keep(NOW, {}, good=True, summary="-")
    registry = CollectorRegistry()
    registry.register(Watch(house, Seen(lambda: True, lambda: (), lambda: "speech")))
    told = (generate_latest(REGISTRY) + generate_latest(registry)).decode()
    there = {family.name for family in text_string_to_metric_families(told)}
    there.add("assistant_backup_age_seconds")  # of nights that a test does not wait for
    asked = named()
    assert len(asked) > 15
    bare = {re.sub(f"({'|'.join(PARTS)})$", "", name) for name in asked}
    assert bare - there == set()


def test_the_operators_guide_names_every_metric(house: House) -> None:
    """None is told that is not explained, none explained that is not told."""
    import assistant.web  # noqa: F401, PLC0415 - brings every metric of the service along

    DrillStore(house.database).keep(NOW, {}, good=True, summary="-")
    registry = CollectorRegistry()
    registry.register(Watch(house, Seen(lambda: True, lambda: (), lambda: "speech")))
    told = (generate_latest(REGISTRY) + generate_latest(registry)).decode()
    there = {family.name for family in text_string_to_metric_families(told)}
    there = {name for name in there if name.startswith("assistant_")}
    guide = set(OURS.findall((ROOT / "docs/operator.md").read_text("utf-8")))
    assert guide - {"assistant_backup_age_seconds"} == {
        name for name in there if not name.endswith("_created")
    }


def test_every_alert_says_what_residents_notice_and_what_to_do() -> None:
    """An alert that only names a number helps nobody at night."""
    (group,) = read_yaml(ALERTS)["groups"]
    for rule in group["rules"]:
        assert set(rule["annotations"]) == {"summary", "notice", "action"}, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_prometheus_understands_its_rules() -> None:
    """`promtool check` reads the configuration and the rules."""
    command = ["promtool", "check", "config", str(DEPLOY / "prometheus" / "prometheus.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
