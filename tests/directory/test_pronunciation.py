from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.core.service import Organization, Pronunciation, Records, Service, Translation
from assistant.database import open_database
from assistant.directory.exchange import import_tables
from assistant.directory.exporting import export_tables
from assistant.directory.phrases import spoken
from assistant.directory.pronunciation import (
    Pronouncer,
    read_pronunciations,
    wrong_pronunciations,
)
from assistant.directory.search import Index
from assistant.directory.store import DirectoryStore

RECORDS = Records(
    services=(
        Service(
            "s1",
            "亳州路药店",
            Organization("o", "o"),
            translations=(
                Translation("services", "s1", "name", "en", "Leicester Pharmacy"),
                Translation("services", "s1", "spoken_name", "en", "Lester Pharmacy"),
            ),
        ),
        Service("s2", "朝阳门诊", Organization("o", "o"), spoken_name="潮阳门诊"),
    ),
    pronunciations=(
        Pronunciation("zh", "亳州路", "博州路", ("毫州路",)),
        Pronunciation("zh", "亳州", "波州"),
        Pronunciation("en", "Ave", "Avenue"),
    ),
)


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("zh", "去亳州路药店。", "去博州路药店。"),
        ("zh", "亳州人", "波州人"),
        ("zh", "朝阳门诊，朝阳街", "潮阳门诊，朝阳街"),
        ("en", "Leicester Pharmacy, 3 Ave, Avery", "Lester Pharmacy, 3 Avenue, Avery"),
        ("fr", "Leicester Pharmacy", "Leicester Pharmacy"),
    ],
)
def test_names_are_read_as_they_are_said(language: str, text: str, said: str) -> None:
    """The longest name wins, a word is not changed inside another, a language has its own."""
    assert Pronouncer(RECORDS).spoken(text, language) == said


def test_what_is_heard_names_the_service() -> None:
    """A recogniser that writes 毫 for 亳, and a name as it is said, find it; the ear knows both."""
    index = Index(RECORDS)
    assert index.find("毫州路药店在哪", "zh")[0].service == "s1"
    assert index.find("潮阳门诊几点开门", "zh")[0].service == "s2"
    assert index.find("where is Lester Pharmacy", "en")[0].service == "s1"
    assert {"毫州路药店", "亳州路药店", "潮阳门诊"} <= set(spoken(RECORDS, "zh"))
    assert "Lester Pharmacy" in spoken(RECORDS, "en")
    assert "毫州路药店" not in spoken(replace(RECORDS, pronunciations=()), "zh")


def test_the_list_is_read_entry_by_entry() -> None:
    """What is no entry is left out and named by its place."""
    written = [
        {"language": "zh", "written": "亳州路", "spoken": "博州路", "heard": ["毫州路"]},
        {"language": "zh", "written": "亳州路"},
        "亳州路",
        {"language": "zh", "written": "a", "spoken": "b", "heard": "c"},
    ]
    assert read_pronunciations(written) == (Pronunciation("zh", "亳州路", "博州路", ("毫州路",)),)
    assert wrong_pronunciations(written) == (2, 3, 4)
    assert read_pronunciations("亳州路") == ()
    assert wrong_pronunciations("亳州路") == (1,)


def test_it_comes_in_and_goes_out_with_the_directory(tmp_path: Path) -> None:
    """`pronunciations` of community.json and the column `spoken_name` survive a round trip."""
    files = tmp_path / "in"
    files.mkdir()
    (files / "services.csv").write_text(
        "id,name,status,spoken_name\ns2,朝阳门诊,active,潮阳门诊\n", encoding="utf-8"
    )
    (files / "community.json").write_text(
        '{"pronunciations": [{"language": "zh", "written": "亳州路", "spoken": "博州路"}]}',
        encoding="utf-8",
    )
    for source, number in ((files, 1), (tmp_path / "out", 2)):
        database = open_database(f"sqlite:///{tmp_path}/{number}.db")
        import_tables([source], database)
        records = DirectoryStore(database, "Asia/Shanghai", ("zh",)).records()
        assert records.pronunciations == (Pronunciation("zh", "亳州路", "博州路"),)
        assert records.services[0].spoken_name == "潮阳门诊"
        export_tables(database, tmp_path / "out")
        database.close()
