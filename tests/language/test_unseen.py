"""Sentences nobody wrote the examples from: how many are read right, and how much is refused.

Each language sits two exams: the second was written before the examples were enlarged, by who then
enlarged them, so the first one is the stricter.

The goals are 90 % right, at most 3 % wrongly accepted, 85 % of foreign matter refused and 98 % of
danger found. The bars here hold what is reached; docs/understanding.md has the figures.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from assistant.core.turn import Utterance
from tests.houses import trees_learnt

ROOT = Path(__file__).parents[2]
NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")


class NoServices:
    """A directory in which nothing is found: intents alone are examined."""

    def find(self, text: str, language: str) -> tuple[()]:  # noqa: ARG002
        """Nothing."""
        return ()


@dataclass(frozen=True, slots=True)
class Exam:
    """What came of one language's sentences."""

    right: float
    wrong: float
    refused: float
    danger_found: float
    forced: float


def rows(name: str) -> list[tuple[str, str]]:
    """Text and intent of one table."""
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["text"], row["intent"]) for row in reader]


EXAMS = [("zh", ""), ("zh", "2"), ("en", ""), ("en", "2")]
"Language and what follows the names of the tables."
RIGHT = {"zh": 0.91, "en": 0.84}
WRONG = {"zh": 0.05, "en": 0.07}
REFUSED = {"zh": 0.86, "en": 0.8}
DANGER = {"zh": 0.975, "en": 0.93}
"Bars by language: what is reached, less a little."


@pytest.fixture(scope="module", params=EXAMS, ids="".join)
def exam(request: pytest.FixtureRequest) -> tuple[str, Exam]:
    """The live understanding over both tables of an exam."""
    language, sitting = request.param
    reader = trees_learnt().reader

    def meant(text: str) -> tuple[str | None, str | None]:
        reading = reader.read(Utterance(text, language), language, NOW, NoServices())
        if reading.safety is not None:
            return reading.safety.intent, reading.safety.intent
        match = reading.match
        return match.intent if match.accepted else None, match.intent

    ours = [(meant(text), intent) for text, intent in rows(f"{language}_unseen{sitting}.tsv")]
    foreign = [meant(text)[0] for text, _ in rows(f"{language}_outside{sitting}.tsv")]
    danger = [got[0] for got, intent in ours if intent.startswith("safety.")]
    return language, Exam(
        right=sum(got[0] == intent for got, intent in ours) / len(ours),
        wrong=sum(got[0] not in {None, intent} for got, intent in ours) / len(ours),
        refused=sum(got is None for got in foreign) / len(foreign),
        danger_found=sum((got or "").startswith("safety.") for got in danger) / len(danger),
        forced=sum(got[1] == intent for got, intent in ours) / len(ours),
    )


def test_unseen_sentences_are_read_right(exam: tuple[str, Exam]) -> None:
    """Most are accepted as what they are, few as something else."""
    language, came = exam
    assert came.forced >= 0.9
    assert came.right >= RIGHT[language]
    assert came.wrong <= WRONG[language]


def test_foreign_matter_is_refused(exam: tuple[str, Exam]) -> None:
    """What is none of ours is mostly met with a question, not with an answer."""
    language, came = exam
    assert came.refused >= REFUSED[language]


def test_danger_is_found(exam: tuple[str, Exam]) -> None:
    """Danger in words nobody wrote down before."""
    language, came = exam
    assert came.danger_found >= DANGER[language]


@pytest.mark.parametrize(("language", "sitting"), EXAMS)
def test_the_exam_is_no_example(language: str, sitting: str) -> None:
    """Hardly any sentence of the exam stands among the examples; fixed keywords may."""
    learnt = trees_learnt().library.examples[language]
    examples = {text.casefold() for told in learnt.values() for text in told.all()}
    exam = [text for text, _ in rows(f"{language}_unseen{sitting}.tsv")]
    assert sum(text.casefold() in examples for text in exam) <= 0.03 * len(exam)
