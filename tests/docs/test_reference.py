from __future__ import annotations

import importlib
import re
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from prometheus_client import REGISTRY
from pydantic import BaseModel

from assistant.cli import cli
from assistant.commands import reference_metrics, reference_prompts, reference_settings
from assistant.commands.place import CODE
from assistant.config import Config, load_config
from assistant.core.errors import DataError
from tests.conftest import ROOT

SETTINGS = reference_settings.settings(ROOT / "config.yaml")
METRICS = {one.name: one for one in reference_metrics.metrics(CODE)}


@pytest.mark.parametrize("page", ["settings", "metrics", "prompts"])
def test_the_page_is_what_the_command_prints(page: str) -> None:
    """`python3 run.py reference PAGE > docs/PAGE.md` makes the page again."""
    printed = CliRunner().invoke(cli, ["reference", page])
    assert printed.exit_code == 0
    assert printed.output == (ROOT / f"docs/{page}.md").read_text("utf-8")


def fields(section: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every value the program reads from its settings; a table with keys of its own is one."""
    for name, field in section.model_fields.items():
        kind: object = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from fields(kind, (*path, name))
        else:
            yield (*path, name)


def test_every_setting_that_is_read_is_told_of() -> None:
    """Each has a row of its own, or rows for what stands in it."""
    told = {one.path for one in SETTINGS}
    read = set(fields(Config))
    assert len(read) > 100
    assert [one for one in sorted(read) if not _told(one, told)] == []


def _told(path: tuple[str, ...], told: set[tuple[str, ...]]) -> bool:
    return any(one[: len(path)] == path or path[: len(one)] == one for one in told)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: ".".join(one.path))
def test_a_setting_has_its_meaning_and_a_default(setting: reference_settings.Setting) -> None:
    """The comment of the file is the explanation."""
    assert len(setting.told.split()) >= 2
    assert setting.default


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("ASSISTANT_SITE__STALE_DAYS", "90", 90),
        ("ASSISTANT_SPEECH__BETWEEN_S", "0.9", 0.9),
        ("ASSISTANT_SIMULATOR", "false", False),
    ],
)
def test_the_variable_of_the_page_is_the_one_that_is_read(
    name: str, value: str, read: float
) -> None:
    """As the page writes it."""
    (setting,) = (one for one in SETTINGS if one.variable == name)
    found: object = load_config(ROOT / "config.yaml", {name: value})
    for part in setting.path:
        found = getattr(found, part)
    assert found == read


def test_blocks_that_an_office_adds_are_shown_whole() -> None:
    """A telephone line and a carrier of texts have an example of each kind."""
    shown = {".".join(one.path): "\n".join(one.example) for one in SETTINGS if one.example}
    assert set(shown) == {"lines", "texts.carriers"}
    kinds = {name: set(re.findall(r"kind: (\w+)", text)) for name, text in shown.items()}
    assert kinds["lines"] == {"sip", "asterisk", "audiosocket", "twilio"}
    assert kinds["texts.carriers"] == {"kannel", "gammu", "twilio"}


def test_every_metric_that_is_made_is_told_of() -> None:
    """Of what the modules register when they are loaded; the page also has those of a scrape."""
    for one in METRICS.values():
        importlib.import_module(f"assistant.{one.place.removesuffix('.py').replace('/', '.')}")
    made = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in REGISTRY.collect()
        if family.name.startswith(reference_metrics.PREFIX)
    }
    assert len(made) > 15
    assert made <= set(METRICS)


def test_labels_and_kinds_are_those_of_the_code() -> None:
    """One of each way in which they are written."""
    assert METRICS["assistant_events_total"].labels == ("channel", "event")
    assert METRICS["assistant_hears"].labels == ("language",)
    assert METRICS["assistant_answer_seconds"].kind == "histogram"
    assert all(one.told for one in METRICS.values())


@pytest.mark.parametrize("page", ["operator.md"])
def test_metrics_in_the_pages_exist(page: str) -> None:
    """A metric that was renamed is renamed there; counters are named without `_total`, too."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    named = set(re.findall(r"`(assistant_[a-z_]+)`", text))
    known = {*METRICS, *(name.removesuffix("_total") for name in METRICS)}
    assert named
    assert named <= known


def test_every_prompt_is_told_of_and_nothing_else() -> None:
    """No prompt without its occasion, no occasion without a prompt."""
    told = reference_prompts.when_said()
    keys = [one.key for one in reference_prompts.lines(ROOT)]
    used = {reference_prompts.matching(key, told) for key in keys}
    assert used == set(told)
    assert all(text.endswith(".") and len(text.split()) >= 3 for text in told.values())


def test_a_prompt_without_its_occasion_is_named() -> None:
    """The next one who adds a prompt hears which line to write."""
    assert reference_prompts.matching("nothing.like.it", reference_prompts.when_said()) is None
    with pytest.raises(DataError, match=r"when_said\.yaml:1: .*'nothing\.like\.it'"):
        reference_prompts._when("nothing.like.it", reference_prompts.when_said())


def test_the_slots_of_a_prompt_are_those_of_all_its_forms() -> None:
    """What only a text is told counts as well."""
    told = {one.key: one for one in reference_prompts.lines(ROOT)}
    assert set(told["callback.booked"].slots) == {"day", "span", "tail", "word", "case", "phone"}
    assert told["answer.phone.known"].forms == "spoken, text, 2 in other words"
    assert told["wait"].forms == "spoken"
