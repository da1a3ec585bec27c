"""What CONTRIBUTING tells newcomers to do, done: a toy language, a toy intent, a toy carrier."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from assistant.app import House, open_house
from assistant.clock import ConversationClock
from assistant.config import load_config
from assistant.core.errors import DataError
from assistant.core.ports import FRAME_BYTES
from assistant.core.turn import Utterance
from assistant.library import load, read_yaml
from assistant.teaching import Taught, build_reader
from tests.conftest import ROOT
from tests.contracts import test_line as contract

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
CALLER = "+8613800000501"
EXAMPLES = 12
"Of every intent; enough for a toy, and learnt in two seconds."
TOY = "eo"


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    """A copy of both trees with one language, called by another name and told in fewer examples."""
    for tree in ("intents", "voices"):
        shutil.copytree(ROOT / tree / "en", tmp_path / tree / TOY)
    shutil.copy(ROOT / "intents" / "catalog.yaml", tmp_path / "intents" / "catalog.yaml")
    for file in (tmp_path / "intents" / TOY).glob("[a-z]*.yaml"):
        told = read_yaml(file)
        short = {key: value[:EXAMPLES] for key, value in told.items() if isinstance(value, list)}
        file.write_text(json.dumps({**told, **short}), "utf-8")
    return tmp_path


@contextmanager
def house(trees: Path) -> Iterator[House]:
    """A house that speaks the toy language and nothing else."""
    library = load(trees, (TOY,))
    settings = {
        "ASSISTANT_SITE__LANGUAGES": json.dumps([TOY]),
        "ASSISTANT_SITE__NAME": json.dumps({TOY: "Osmanto"}),
    }
    opened = open_house(
        load_config(ROOT / "config.yaml", settings),
        trees / "data",
        trees,
        ConversationClock(NOW),
        learnt=Taught(library, build_reader(library)),
    )
    try:
        yield opened
    finally:
        opened.close()


def answer(home: House, words: str) -> list[tuple[str, str, str]]:
    """A text's answer: prompt, language and text of each sentence."""
    talk = home.talk.begin("sms", CALLER, NOW, language=TOY)
    reply = home.talk.take(talk, Utterance(words, TOY), NOW)
    return [(item.prompt, item.language, item.text) for item in reply.sentences]


def test_a_language_is_added_by_files_alone(trees: Path) -> None:
    """Two folders and two lines of settings: she is understood and answered in it."""
    with house(trees) as home:
        ((prompt, language, text),) = answer(home, "when does the senior canteen open")
    assert (prompt, language) == ("answer.hours.week", TOY)
    assert "6:30" in text


def test_a_language_with_a_sentence_missing_stops_the_start(trees: Path) -> None:
    """The message names the prompt and the file."""
    shutil.copytree(trees / "intents" / TOY, trees / "intents" / "ia")
    shutil.copytree(trees / "voices" / TOY, trees / "voices" / "ia")
    prompts = trees / "voices" / "ia" / "prompts.yaml"
    lines = prompts.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("greeting:")]
    assert len(kept) == len(lines) - 1
    prompts.write_text("".join(kept), "utf-8")
    with pytest.raises(DataError, match="greeting"):
        load(trees, (TOY, "ia"))


def test_an_intent_is_added_by_a_line_and_a_file(trees: Path) -> None:
    """An action that exists, asked for in new words: no code is touched."""
    catalog = trees / "intents" / "catalog.yaml"
    line = (
        "service.bicycle: {action: service.answer, field: address, slots: [service],"
        " importance: usual, example: {eo: where to leave a bicycle}}\n"
    )
    catalog.write_text(catalog.read_text("utf-8") + line, "utf-8")
    spoken = [
        "where can i lock up my bicycle at the canteen",
        "is there a bicycle rack by the library",
        "where do i leave my bike for the clinic",
        "can i park my bicycle at the pharmacy",
        "bike stand near the health centre",
        "where should i put my bicycle",
    ]
    (trees / "intents" / TOY / "service.bicycle.yaml").write_text(
        json.dumps({"spoken": spoken}), "utf-8"
    )
    with house(trees) as home:
        match = home.library.entries["service.bicycle"]
        prompts = [name for name, _, _ in answer(home, "where do i lock my bicycle at the canteen")]
    assert match.intent == "service.bicycle"
    assert any(name.startswith("answer.address") for name in prompts)


def test_an_intent_without_examples_stops_the_start(trees: Path) -> None:
    """The message names the file to write."""
    catalog = trees / "intents" / "catalog.yaml"
    line = "service.bicycle: {action: service.answer, field: address, importance: usual}\n"
    catalog.write_text(catalog.read_text("utf-8") + line, "utf-8")
    with pytest.raises(DataError, match=r"service\.bicycle"):
        load(trees, (TOY,))


@dataclass
class ToyLine:
    """A carrier with a buffer of its own, as the walk-through has it."""

    queue: list[tuple[str, int]] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    over: bool = False
    number: str | None = None

    async def play(self, audio: bytes, mark: str) -> None:
        """As `core.ports.Line.play`."""
        self.queue += [("", 1)] * -(-len(audio) // FRAME_BYTES)
        self.queue.append((mark, 0))

    async def clear(self) -> None:
        """As `core.ports.Line.clear`."""
        self.back += [mark for mark, _ in self.queue if mark]
        self.queue.clear()

    async def hang_up(self) -> None:
        """As `core.ports.Line.hang_up`."""
        self.over = True

    async def transfer(self, number: str) -> None:
        """As `core.ports.Line.transfer`."""
        self.number = number

    async def leave(self) -> bool:
        """As `core.ports.Line.leave`."""
        return True


@dataclass
class ToyFarEnd:
    """The other side of it."""

    line: ToyLine = field(default_factory=ToyLine)

    def tick(self) -> list[str]:
        """As `FarEnd.tick`."""
        back, self.line.back = self.line.back, []
        queue = self.line.queue
        if queue and queue[0][1]:
            queue.pop(0)
        while queue and not queue[0][1]:
            back.append(queue.pop(0)[0])
        return back

    def ended(self) -> bool:
        """As `FarEnd.ended`."""
        return self.line.over

    def transferred(self) -> str | None:
        """As `FarEnd.transferred`."""
        return self.line.number


PROMISES: tuple[Callable[[contract.FarEnd], None], ...] = (
    contract.test_marks_come_back_in_order_after_their_audio,
    contract.test_clear_returns_the_marks_at_once,
    contract.test_clear_on_a_quiet_line_does_nothing,
    contract.test_hanging_up_twice_is_once,
    contract.test_a_caller_is_put_through,
    contract.test_a_line_says_whether_its_carrier_can_go_on_alone,
)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda one: one.__name__.removeprefix("test_"))
def test_a_carrier_is_a_class_that_keeps_five_promises(
    promise: Callable[[contract.FarEnd], None],
) -> None:
    """The contract suite takes a newcomer's line as it takes ours."""
    promise(ToyFarEnd())


def test_a_carrier_that_forgets_its_marks_is_found_out() -> None:
    """The suite can fail: without marks nobody would know what she has heard."""

    class Forgetful(ToyLine):
        async def clear(self) -> None:
            self.queue.clear()

    with pytest.raises(AssertionError):
        contract.test_clear_returns_the_marks_at_once(ToyFarEnd(Forgetful()))
