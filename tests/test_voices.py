"""`run.py voices` as an office uses it, over its own data folder."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from assistant.app import build_mouth
from assistant.cli import cli
from assistant.config import load_config
from assistant.library import load_spoken
from assistant.speech.audio import FULL_SCALE, read_wav, seconds
from assistant.speech.loudness import TARGET_LUFS, TOLERANCE_LU, loudness
from tests.speech.samples import as_wav, reading

PROMPT = "language.switched"
"A fixed prompt about as long as the recording the tests have: “好的，我们说中文。”"


def run(data: Path, *arguments: str, given: str | None = None) -> Result:
    """One command of the group, in this process."""
    return CliRunner().invoke(cli, ["voices", *arguments, "--data", str(data)], input=given)


@pytest.fixture(scope="module")
def take(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person's recording as a stereo file of 44.1 kHz."""
    mono, rate = reading(shared, 44100)
    path = tmp_path_factory.mktemp("takes") / "take.wav"
    path.write_bytes(as_wav(np.concatenate([mono, mono * 0.5], axis=1), rate))
    return path


def entry(data: Path, language: str, prompt: str) -> dict[str, object]:
    """What `list` says of one prompt."""
    result = run(data, "list", "--json", "--language", language)
    assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    (found,) = [line for line in lines if line["prompt"] == prompt]
    return dict(found)


def test_a_recording_is_taken_listed_and_heard(tmp_path: Path, take: Path, project: Path) -> None:
    """From a file to the mouth of the next start, through the commands."""
    before = entry(tmp_path, "zh", PROMPT)
    assert (before["source"], before["voice"], before["fixed"]) == ("synthesis", "low", True)
    for variant in ("1", "2"):
        result = run(tmp_path, "import", str(take), "--prompt", PROMPT, "--variant", variant)
        assert result.exit_code == 0, result.output
        assert f"{PROMPT}, variant {variant}: kept, 2." in result.stdout
    after = entry(tmp_path, "zh", PROMPT)
    assert (after["source"], after["variants"], after["outdated"]) == ("recording", [1, 2], [])
    assert entry(tmp_path, "en", PROMPT)["source"] == "synthesis"
    config = load_config(project / "config.yaml")
    mouth = build_mouth(config, load_spoken(project, config.site.languages), tmp_path)
    heard = asyncio.run(mouth.speak(str(after["text"]), "zh", prompt=PROMPT))
    assert [seconds(heard)] == pytest.approx(after["seconds"][:1], abs=0.01)  # type: ignore[index]  # a list, read from JSON


def test_a_folder_is_taken_by_its_names(tmp_path: Path, take: Path) -> None:
    """Good files are kept, the others are told one by one, and the exit says that some were not."""
    folder = tmp_path / "takes"
    (folder / "en").mkdir(parents=True)
    for name in (
        f"{PROMPT}.wav",
        f"{PROMPT}.2.wav",
        f"en/{PROMPT}.wav",
        "nobody.wav",
        "person.taken.wav",
    ):
        shutil.copy(take, folder / name)
    (folder / "back.wav").write_bytes(b"RIFF")
    result = run(tmp_path, "import", str(folder))
    assert result.exit_code == 1
    assert sorted(result.stdout.splitlines()) == [
        f"en  {PROMPT}, variant 1: kept, 2.0 s.",
        f"zh  {PROMPT}, variant 1: kept, 2.0 s.",
        f"zh  {PROMPT}, variant 2: kept, 2.0 s.",
    ]
    told = result.stderr
    assert "nobody: there is no such prompt" in told
    assert "person.taken: holds facts that change, so it cannot be recorded" in told
    assert "back.wav: not a WAV file" in told
    assert len(told.splitlines()) == 3


def test_a_bad_recording_is_refused(tmp_path: Path, shared: Path) -> None:
    """Clipping is told, exit 1, and nothing is kept."""
    mono, rate = reading(shared)
    path = tmp_path / "take.wav"
    path.write_bytes(as_wav(mono / np.abs(mono).max() * 4, rate))
    result = run(tmp_path, "import", str(path), "--prompt", PROMPT)
    assert result.exit_code == 1
    assert "clipped" in result.stderr
    assert not (tmp_path / "voices").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("import", "{take}"), 1, "take: there is no such prompt"),
        (("import", "{folder}", "--prompt", "back"), 2, "name files instead"),
        (("import", "{empty}"), 1, "there is no .wav file in it"),
        (("list", "--language", "de"), 2, "this line speaks zh, en"),
        (("record", "person.taken"), 1, "holds facts"),
        (("check", "nobody"), 1, "nobody: there is no such prompt"),
        (("render", "{empty}", "--voice", "loud"), 2, "zh has low, clear"),
    ],
    ids=["name", "folder", "empty", "language", "facts", "prompt", "voice"],
)
def test_a_wrong_order_is_told(
    tmp_path: Path, take: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    """One plain line says what is wrong."""
    (tmp_path / "empty").mkdir()
    places = {"take": take, "folder": take.parent, "empty": tmp_path / "empty"}
    result = run(tmp_path, *[part.format(**places) for part in arguments])
    assert result.exit_code == code
    assert told in result.stderr
    assert "Traceback" not in result.output


def test_check_tells_figures_and_faults(tmp_path: Path, take: Path) -> None:
    """Every voice says the prompt; a recording somebody changed by hand is told, exit 1."""
    good = run(tmp_path, "check", PROMPT, "--language", "zh")
    assert good.exit_code == 0, good.output
    assert [line.split(":")[0] for line in good.stdout.splitlines()] == ["zh  low", "zh  clear"]
    assert run(tmp_path, "import", str(take), "--prompt", PROMPT).exit_code == 0
    shutil.copy(take, tmp_path / "voices" / "zh" / f"{PROMPT}.1.wav")
    bad = run(tmp_path, "check", PROMPT, "--language", "zh", "--json")
    assert bad.exit_code == 1
    told = json.loads(bad.stdout)
    assert [voice["voice"] for voice in told["voices"]] == ["low", "clear"]
    assert ["changed since it was imported" in line for line in told["problems"]] == [True]


def test_prompts_are_rendered_as_callers_hear_them(tmp_path: Path, take: Path) -> None:
    """A WAV for each, recorded where there is a recording, all equally loud, and slowly on wish."""
    assert run(tmp_path, "import", str(take), "--prompt", PROMPT).exit_code == 0
    names = (PROMPT, "thanks", "open.ask")
    for folder, options in (("out", ()), ("slow", ("--slow",))):
        result = run(tmp_path, "render", str(tmp_path / folder), *names, *options)
        assert result.exit_code == 0, result.output
    places = [
        tmp_path / "out" / language / f"{name}.wav" for language in ("zh", "en") for name in names
    ]
    sounds = [read_wav(path) for path in places]
    levels = [loudness(sound / FULL_SCALE) for sound in sounds]
    assert levels == pytest.approx([TARGET_LUFS] * 6, abs=TOLERANCE_LU)
    assert sounds[0].size == read_wav(tmp_path / "voices" / "zh" / f"{PROMPT}.1.wav").size
    slow = [read_wav(tmp_path / "slow" / path.parent.name / path.name) for path in places]
    assert all(later.size > 1.05 * usual.size for later, usual in zip(slow, sounds, strict=True))


def test_every_fixed_prompt_is_listed_as_recordable(tmp_path: Path) -> None:
    """In each language the same, the greeting with the site's name too; none that holds facts."""
    lines = [json.loads(line) for line in run(tmp_path, "list", "--json").stdout.splitlines()]
    by_language = {
        language: {line["prompt"]: line["fixed"] for line in lines if line["language"] == language}
        for language in ("zh", "en")
    }
    assert set(by_language["zh"]) == set(by_language["en"])
    assert {line["fixed"] for line in lines if "{" in line["text"]} == {False}
    (greeting,) = [
        line for line in lines if (line["prompt"], line["language"]) == ("greeting", "zh")
    ]
    assert greeting["fixed"]
    assert "桂花社区" in greeting["text"]
    assert sum(line["fixed"] for line in lines) > 60


def test_recording_here(tmp_path: Path, take: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words are shown, the recorder runs until Enter, and what it made is checked and kept."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "arecord").write_text(
        f"""#!/bin/sh
for file; do :; done
trap 'cp "{take}" "$file"; exit 1' INT
touch "$file"
while :; do sleep 0.05; done
"""
    )
    (programs / "arecord").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    result = run(tmp_path, "record", PROMPT, given="\n\n")
    assert result.exit_code == 0, result.output
    assert "好的，我们说中文。" in result.stdout
    assert "variant 1: kept, 2.0 s." in result.stdout


def test_without_a_recorder_the_way_round_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words are shown all the same, with the command that takes a file."""
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run(tmp_path, "record", PROMPT, "--language", "en")
    assert result.exit_code == 1
    assert "All right, let us speak English." in result.stdout
    assert f"voices import FILE.wav --prompt {PROMPT} --language en" in result.stderr


def test_a_microphone_that_gives_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recorder's own words reach the person at the desk."""
    (tmp_path / "arecord").write_text("#!/bin/sh\necho 'no such device' >&2\nexit 1\n")
    (tmp_path / "arecord").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run(tmp_path, "record", PROMPT, given="\n\n")
    assert result.exit_code == 1
    assert "nothing was recorded (no such device); check the microphone" in result.stderr
