from __future__ import annotations

import pytest
from rapidfuzz.distance import Levenshtein

from assistant.benchmarks.noise import generator

TEXTS = {
    "en": ["When does the canteen open on Sunday?", "My tap is leaking, please send somebody!"]
    * 60,
    "zh": ["请问食堂星期天几点开门？", "我家水龙头漏水，麻烦派个人来看看。"] * 60,
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_seed_gives_the_same_noise(language: str) -> None:
    """Figures can be compared from run to run; another seed gives other noise."""
    texts = TEXTS[language]
    one, same, other = (generator(language, seed, texts) for seed in ("one", "one", "two"))
    assert one.slips(texts) == same.slips(texts) != other.slips(texts)
    assert one.recognition(texts) == same.recognition(texts) != other.recognition(texts)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_about_one_character_in_ten_slips(language: str) -> None:
    """A swap is two edits and some near keys hit the right one: 8 to 15 edits in a hundred."""
    texts = TEXTS[language]
    typed = generator(language, "seed", texts).slips(texts)
    edits = sum(Levenshtein.distance(*pair) for pair in zip(texts, typed, strict=True))
    assert 0.08 < edits / sum(map(len, texts)) < 0.15


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_recogniser_knows_no_punctuation(language: str) -> None:
    """Nothing but letters, digits, spaces and apostrophes is handed over, in lower case."""
    heard = generator(language, "seed", TEXTS[language]).recognition(TEXTS[language])
    assert all(text.replace(" ", "").replace("'", "").isalnum() for text in heard)
    assert all(text == text.lower() for text in heard)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_half_of_what_is_heard_begins_with_a_filler(language: str) -> None:
    """As people begin to speak before they know what to say."""
    heard = generator(language, "seed", TEXTS[language]).recognition(TEXTS[language])
    fillers = {
        "en": ("um ", "uh ", "er ", "well ", "you know ", "i mean ", "like "),
        "zh": ("嗯", "呃", "那个", "这个", "就是", "啊"),
    }
    begun = sum(text.startswith(fillers[language]) for text in heard)
    assert 0.35 < begun / len(heard) < 0.65


def test_words_are_misheard_as_words_that_sound_alike() -> None:
    """`know` may become `no`, never a word that sounds otherwise."""
    heard = generator("en", "seed", []).recognition(["know"] * 200)
    last = {text.split()[-1] for text in heard}
    assert "no" in last
    assert not last & {"now", "knows"}
