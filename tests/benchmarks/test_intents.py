from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.benchmarks.intents import read_rows, run, without
from assistant.benchmarks.peers import peers
from assistant.core.errors import DataError
from assistant.understanding.recipe import recipe

TOLD = {
    "toy": {
        "hours": ["when do you open", "what are your opening hours", "when do you close today"],
        "phone": ["what is your number", "give me the phone number", "which number do i ring"],
        "repair": ["the lift is broken", "my tap is leaking", "the light has gone out"],
    },
    "toy_zh": {
        "hours": ["你们几点开门", "晚上开到几点", "今天几点关门"],
        "phone": ["你们电话多少", "把号码告诉我", "我该打哪个电话"],
        "repair": ["电梯坏了", "水龙头漏水", "楼道灯不亮了"],
    },
}
ASKED = {
    "toy": [
        ("When do you open?", "hours"),
        ("what time do you close", "hours"),
        ("the number, please", "phone"),
        ("tell me your phone number", "phone"),
        ("our lift is broken again", "repair"),
        ("a leaking tap", "repair"),
        ("tell me a joke", "oos"),
        ("who won the football", "oos"),
    ],
    "toy_zh": [
        ("几点开门？", "hours"),
        ("你们几点关门", "hours"),
        ("电话号码多少", "phone"),
        ("告诉我号码", "phone"),
        ("电梯又坏了", "repair"),
        ("灯坏了", "repair"),
        ("讲个笑话", "oos"),
        ("谁赢了足球赛", "oos"),
    ],
}
PEERS = {"toy": "rf_token_sort", "toy_zh": "rf_pinyin"}


def _write(path: Path, rows: list[tuple[str, str]]) -> None:
    lines = ["text\tintent", *("\t".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small sets in the layout of the public ones."""
    data = tmp_path_factory.mktemp("nlu")
    for name, told in TOLD.items():
        (data / name).mkdir()
        rows = [(text, intent) for intent, texts in told.items() for text in texts]
        for table in ("train.tsv", "fewshot10_seed0.tsv", "fewshot10_seed1.tsv"):
            _write(data / name / table, rows)
        _write(data / name / "val.tsv", ASKED[name])
    return data


@pytest.fixture(scope="module")
def measured(sets: Path) -> dict[str, Any]:
    """One run over both sets, with everything."""
    return run(sets, seeds=(0, 1), ablation=True, starts=False)


def test_every_set_and_setting_is_measured(measured: dict[str, Any]) -> None:
    """Each seed of few-shot and one full run of each set, in JSON."""
    assert json.loads(json.dumps(measured)) == measured
    assert [(one["set"], one["setting"], one["seed"]) for one in measured["runs"]] == [
        (name, setting, seed)
        for name in ("toy", "toy_zh")
        for setting, seed in (("10-shot", 0), ("10-shot", 1), ("full", 0))
    ]


def test_a_run_has_figures_for_every_kind_of_text(measured: dict[str, Any]) -> None:
    """Shares lie between 0 and 1, and balanced is the mean of its two parts."""
    for one in measured["runs"]:
        for part in ("held_out", "all_rows"):
            for kind in ("clean", "slips", "recognition"):
                cell = one["matcher"][part][kind]
                assert all(0 <= value <= 1 for value in cell.values())
                assert cell["balanced"] == pytest.approx((cell["in_scope"] + cell["refused"]) / 2)


def test_a_run_has_what_it_costs(measured: dict[str, Any]) -> None:
    """Time of a match and of learning, as numbers above nothing."""
    costs = ("p50_ms", "p99_ms", "fit_seconds")
    assert all(one[cost] > 0 for one in measured["runs"] for cost in costs)


def test_a_start_is_timed_in_a_process_of_its_own(sets: Path) -> None:
    """Seconds to the first answer and the memory it takes, beside the other figures of the run."""
    measured = run(sets, seeds=(0,), settings=("10-shot",), with_peers=())
    for one in measured["runs"]:
        assert 0 < one["cold_start_cpu_s"] < 30
        assert one["cold_start_s"] > 0
        assert 5 < one["added_mb"] < 300


def test_the_matcher_learns_the_toys(measured: dict[str, Any]) -> None:
    """Clean text is told apart and foreign text refused: these sentences are easy."""
    for one in measured["runs"]:
        clean = one["matcher"]["all_rows"]["clean"]
        assert clean["forced"] == 1.0
        assert clean["balanced"] >= 0.9


def test_the_summary_puts_the_peers_beside_the_matcher(measured: dict[str, Any]) -> None:
    """In few-shot with peers and ablations, in full without; per cent, mean of the seeds."""
    for one in measured["summary"]:
        few = one["setting"] == "10-shot"
        subjects = {"matcher", "tfidf_lr", "tfidf_svc", "rf_ratio", PEERS[one["set"]]}
        subjects |= set(without("zh" if one["set"] == "toy_zh" else "en"))
        assert set(one) - {"set", "setting"} == (subjects if few else {"matcher"})
        runs = [
            other["matcher"]["all_rows"]["slips"]["balanced"]
            for other in measured["runs"]
            if (other["set"], other["setting"]) == (one["set"], one["setting"])
        ]
        mean = 100 * sum(runs) / len(runs)
        assert one["matcher"]["all_rows"]["slips"] == pytest.approx(mean, abs=0.05)


def test_the_figures_are_the_same_every_time(sets: Path, measured: dict[str, Any]) -> None:
    """A second run differs in its timings only."""
    again = run(sets, seeds=(0, 1), ablation=True, starts=False)
    assert again["summary"] == measured["summary"]


def test_a_folder_without_sets_is_named(tmp_path: Path) -> None:
    """Whoever names the wrong folder is told which folder is wanted."""
    with pytest.raises(DataError, match=r"no folder with a val\.tsv"):
        run(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("utterance\tintent\na\tb\n", r"rows.tsv:1: the header", id="header"),
        pytest.param("text\tintent\na\tb\nc\n", r"rows.tsv:3: a row needs", id="a row cut short"),
        pytest.param("", "cannot be read", id="empty"),
    ],
)
def test_a_wrong_table_names_its_line(tmp_path: Path, content: str, message: str) -> None:
    """The file, the line and what it should have are said."""
    table = tmp_path / "rows.tsv"
    table.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_rows(table)


def test_more_columns_are_ignored(tmp_path: Path) -> None:
    """Only text and intent count."""
    table = tmp_path / "rows.tsv"
    table.write_text("text\tintent\tfrom\nhello\ttalk.greeting\tme\n", encoding="utf-8")
    rows = read_rows(table)
    assert (rows.texts, rows.labels) == (["hello"], ["talk.greeting"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_ablation_takes_one_ingredient_away(language: str) -> None:
    """Each recipe differs from the whole one, and what remains fills the place."""
    lesser = without(language)
    assert len(lesser) >= 9
    assert recipe(language) not in lesser.values()
    for made_of in lesser.values():
        assert sum(view.share for view in made_of.views) == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["toy", "toy_zh"])
def test_a_peer_knows_what_it_was_taught(name: str) -> None:
    """Every peer gives an example its own intent, and foreign text a lower score."""
    rows = [(text, intent) for intent, texts in TOLD[name].items() for text in texts]
    foreign = ["zxqv brmpf"] if name == "toy" else ["龘靐齉爩"]
    for peer in peers("zh" if name == "toy_zh" else "en").values():
        peer.fit([text for text, _ in rows], [intent for _, intent in rows])
        best, scores = peer.answers([text for text, _ in rows] + foreign)
        assert best[:-1] == [intent for _, intent in rows]
        assert scores[-1] < scores[:-1].min()
