from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time

import pytest
import smsutil

from assistant.core.answer import SHAPES, Fact, Field, Lookup
from assistant.core.event import Say
from assistant.core.interval import Interval
from assistant.core.turn import Channel
from assistant.core.values import (
    Clock,
    Code,
    Day,
    DayRow,
    DayRows,
    Listing,
    Localised,
    Moment,
    Number,
    PhoneNumber,
    Span,
    Spans,
    Value,
    Week,
    WeekRow,
    Words,
)
from assistant.dialogue.prompts import Prompt, PromptBook
from assistant.directory.answers import answer_query
from assistant.library import Library
from tests.directory.demo_community import demo_index, demo_records
from tests.houses import trees_learnt

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
TODAY = NOW.date()
UCS2, SEPTETS = 134, 306
"Two parts of a joined message: 67 characters each, or 153 septets each."
LANGUAGES = ("zh", "en")
CHANNELS: tuple[Channel, ...] = ("voice", "sms")


def both(zh: str, en: str) -> Localised:
    """A text in both languages."""
    return Localised((("zh", zh), ("en", en)))


MORNING, AFTERNOON = Span(time(8, 30), time(11, 30)), Span(time(14, 0), time(17, 30))
SAMPLES: dict[str, Value] = {
    "site": both("桂花社区", "Osmanthus Community"),
    "words": Words("the tap leaks at no 12, flat 302"),
    "first": both("几点开门", "opening hours"),
    "second": both("电话号码", "a telephone number"),
    "name": both("社区卫生服务中心", "community health centre"),
    "digit": Words("2"),
    "title": both("小公园里先添什么？", "What should the little park get first?"),
    "before": both("遮雨的亭子", "a shelter from the rain"),
    "votes": Number(52),
    "n": Number(60),
    "told": both("12月1日起楼下有四把长椅", "There are four benches from the first of December"),
    "received": both("大约一千二百", "about one thousand two hundred"),
    "closed": both("大约一千一百", "about one thousand one hundred"),
    "kept": both("大约一百二十", "about one hundred and twenty"),
    "late": both("不到十", "fewer than ten"),
    "broken": both("不到十", "fewer than ten"),
    "service": both("社区卫生服务中心", "community health centre"),
    "notice": both("11月25日上午停诊", "closed on the morning of 25 November"),
    "what": both("量血压，打预防针", "Blood pressure and vaccinations"),
    "number": PhoneNumber("0571-88001001"),
    "fire": PhoneNumber("119"),
    "phone": PhoneNumber("0571-88001234"),
    "week": Week((WeekRow((0, 1, 2, 3, 4), (MORNING, AFTERNOON)), WeekRow((5,), (MORNING,)))),
    "day": Day(date(2026, 12, 2), TODAY),
    "spans": Spans((MORNING, AFTERNOON)),
    "next": Moment(datetime.fromisoformat("2026-12-02T08:30+08:00"), TODAY),
    "until": Clock(time(17, 30)),
    "text": both("12月1日起，每周二、四 9:00 到 11:00", "from 1 December, 9:00 to 11:00"),
    "address": both("桂花路18号，3楼", "18 Osmanthus Road, 3rd floor"),
    "landmark": both("菜市场对面", "Opposite the market"),
    "fee": both("每次 12.5 元", "12.5 yuan a visit"),
    "documents": Listing((both("身份证", "identity card"), both("2 张照片", "2 photographs"))),
    "who": both("60 岁以上的老人", "people over 60"),
    "way": both("坐 12 路到桂花路站", "take bus 12 to Osmanthus Road"),
    "items": Listing((both("红烧肉", "braised pork"), both("青菜", "greens"))),
    "code": Code("GH000123"),
    "word": both("海棠", "red kettle"),
    "case": both("桂花", "blue lantern"),
    "tail": PhoneNumber("0001"),
    "span": AFTERNOON,
    "moment": Moment(datetime.fromisoformat("2026-12-02T10:05+08:00"), TODAY),
    "matter": both("医保窗口", "Medical Insurance Counter"),
    "holiday": both("国庆节", "National Day"),
    "checked": Day(date(2026, 10, 30), TODAY),
    "from": Day(date(2026, 12, 2), TODAY),
    "to": Day(date(2026, 12, 5), TODAY),
    "asked": Day(date(2026, 12, 2), TODAY),
    "days": DayRows(
        (
            DayRow(date(2026, 12, 1), date(2026, 12, 2), (MORNING,)),
            DayRow(date(2026, 12, 3), date(2026, 12, 3), ()),
        ),
        TODAY,
    ),
}


@pytest.fixture(scope="module")
def library() -> Library:
    """Both trees as shipped."""
    return trees_learnt().library


@pytest.fixture(scope="module")
def book(library: Library) -> PromptBook:
    """Every prompt with its wording."""
    return PromptBook(library.prompts, library.wordings)


def rendered(
    library: Library, book: PromptBook, language: str, channel: Channel
) -> Iterator[tuple[str, str]]:
    """Every prompt of a language, in all its wordings, with sample facts, as said or written."""
    for key, prompt in library.prompts[language].items():
        params = tuple((name, SAMPLES[name]) for name in sorted(prompt.fields()))
        for variant in range(len(prompt.variants) + 1 if channel == "voice" else 1):
            yield key, book.sentence(Say(key, params, variant=variant), language, channel).text


def size(text: str) -> tuple[int, int]:
    """Length as sent, and the most it may be: in septets where the alphabet allows, else UCS-2."""
    if smsutil.is_valid_gsm(text):
        return sum(2 if sign in smsutil.GSM_EXT_CHARSET else 1 for sign in text), SEPTETS
    return len(text.encode("utf-16-be")) // 2, UCS2


CHOICES = (
    *("menu.", "callback.option.", "callback.choice", "callback.deed."),
    *("poll.topic", "poll.choice", "poll.more"),
)
"Lines with a number in a text; `callback.window` is the name of one."


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_is_a_whole_sentence(
    library: Library, book: PromptBook, language: str, channel: Channel
) -> None:
    """Filled in, nothing is left open, and it ends as sentences do, but for choices in a text."""
    for key, text in rendered(library, book, language, channel):
        assert text == text.strip(), key
        assert not re.search(r"[{}]|  |None|\(\)", text), (key, text)
        assert not re.search(r"。。|，，|[，。]{2}|\.\.|,,|，。| [,.?!]", text), (key, text)
        choice = channel == "sms" and key.startswith(CHOICES)
        if not choice and key != "callback.window":
            assert text[-1] in "。？！.?!", (key, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_digit_is_left_to_the_voice(library: Library, book: PromptBook, language: str) -> None:
    """Whatever facts go in, the voice engine is given words only."""
    for key, text in rendered(library, book, language, "voice"):
        assert not re.search(r"\d", text), (key, text)


def test_a_prompt_in_chinese_is_in_chinese(library: Library) -> None:
    """No half-width punctuation and no Latin words slip into Chinese sentences."""
    for key, prompt in library.prompts["zh"].items():
        for form in (prompt.spoken, prompt.sms, *prompt.variants):
            words = re.sub(r"\{[a-z]+\}", "", form)
            assert not re.search(r"[,.?!;:]|[a-z]{2,}", words), (key, form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prompt_fits_into_two_parts(
    library: Library, book: PromptBook, language: str
) -> None:
    """A text with ordinary facts is at most two parts long."""
    for key, text in rendered(library, book, language, "sms"):
        length, most = size(text)
        assert length <= most, (key, length, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_english_stays_in_the_cheap_alphabet(
    library: Library, book: PromptBook, language: str
) -> None:
    """One curly quotation mark would halve what fits into an English text."""
    for key, text in rendered(library, book, language, "sms"):
        assert smsutil.is_valid_gsm(text) == (language == "en"), (key, text)


def asked_of_the_demo(language: str) -> Iterator[Fact]:
    """Everything the demo community can be asked: each fact of each service, usual and by day."""
    records, index = demo_records(), demo_index()
    days = [
        Interval(
            datetime.fromisoformat(f"2026-{day}T00:00+08:00"),
            datetime.fromisoformat(f"2026-{day}T23:59+08:00"),
            "day",
        )
        for day in ("11-25", "11-28", "11-29", "12-02")
    ]
    times: tuple[Interval | None, ...] = (None, *days)
    for service in records.services:
        for field in SHAPES:
            for when in times if field in {"hours", "roster"} else (None,):
                query = Lookup((field,), (service.id,), "", language, when)
                yield from answer_query(records, index, query, NOW).facts
    for notice in records.notices:
        query = Lookup(("notice",), (), notice.topic, language)
        yield from answer_query(records, index, query, NOW).facts


def shapes_seen(language: str) -> set[tuple[Field, str]]:
    """Which answers the demo community gives."""
    return {(fact.field, fact.shape) for fact in asked_of_the_demo(language)}


def test_the_demo_answers_in_many_shapes() -> None:
    """The next tests see nearly every answer there is."""
    assert len(shapes_seen("zh")) >= 18


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_of_the_demo_fits_into_two_parts(book: PromptBook, language: str) -> None:
    """The longest hours, addresses and lists of the community, with what may stand beside them."""
    too_long = []
    for fact in asked_of_the_demo(language):
        params = (("service", fact.name), *fact.params)
        say = Say(f"answer.{fact.field}.{fact.shape}", params)
        text = book.sentence(say, language, "sms").text
        length, most = size(text)
        if length > most:
            too_long.append((length, most, text))
    assert too_long == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_of_the_demo_can_be_spoken(book: PromptBook, language: str) -> None:
    """Whole sentences without digits, whatever stands in the records."""
    for fact in asked_of_the_demo(language):
        say = Say(f"answer.{fact.field}.{fact.shape}", (("service", fact.name), *fact.params))
        text = book.sentence(say, language, "voice").text
        assert not re.search(r"\d|[{}]|。。|，，|\.\.|，。", text), text
        assert text[-1] in "。？！.?!", text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_and_a_number_are_what_was_given(book: PromptBook, language: str) -> None:
    """What must be copied down is written in a text as it is."""
    say = Say("person.taken", (("code", SAMPLES["code"]), ("phone", SAMPLES["phone"])))
    assert "GH000123" in book.sentence(say, language, "sms").text
    fact = Say("answer.phone.known", (("service", both("x", "x")), ("number", SAMPLES["number"])))
    assert "0571-88001001" in book.sentence(fact, language, "sms").text


def test_every_shape_of_every_fact_has_its_prompt(library: Library) -> None:
    """No answer of the directory is without words."""
    wanted = {f"answer.{field}.{shape}" for field, shapes in SHAPES.items() for shape in shapes}
    for language in LANGUAGES:
        assert wanted <= set(library.prompts[language])


def test_every_wish_that_can_be_asked_back_has_its_words(library: Library) -> None:
    """Doubtful wishes are named; commands and danger go ways of their own."""
    asked_back = {
        f"wish.{intent}" for intent in library.entries if intent[:5] not in {"talk.", "safet"}
    }
    told = {
        f"emergency.{intent.removeprefix('safety.')}"
        for intent in library.entries
        if intent.startswith("safety.")
    }
    requests = {
        f"{part}.{intent}"
        for intent, entry in library.entries.items()
        if entry.action in {"request.take", "request.status"}
        for part in ("take", "taken")
    }
    for language in LANGUAGES:
        assert asked_back | told | requests <= set(library.prompts[language])


def test_both_languages_ask_for_the_same_facts(library: Library) -> None:
    """A translation that forgets a fact is no translation; forms may differ in order only."""
    for key, prompt in library.prompts["zh"].items():
        assert prompt.fields() == library.prompts["en"][key].fields(), key


def test_a_missing_prompt_or_fact_is_named(book: PromptBook) -> None:
    """A defect says which prompt of which file it is about."""
    with pytest.raises(KeyError, match=r"'no\.such' is missing in voices/zh/prompts\.yaml"):
        book.sentence(Say("no.such"), "zh", "voice")
    with pytest.raises(KeyError, match="site"):
        book.sentence(Say("greeting"), "zh", "voice")


def test_a_prompt_may_be_said_in_another_language(book: PromptBook) -> None:
    """The greeting invites in every language of the site."""
    said = book.sentence(Say("greeting.other", language="en"), "zh", "voice")
    assert said.language == "en"
    assert said.text.isascii()


def test_only_prompts_without_facts_are_fixed(library: Library, book: PromptBook) -> None:
    """What can be rendered beforehand is exactly what never changes."""
    for language in LANGUAGES:
        fixed = book.fixed(language)
        for key, prompt in library.prompts[language].items():
            assert (key in fixed) == (not prompt.fields())
        assert fixed["open.ask"] == library.prompts[language]["open.ask"].spoken


def test_the_sites_own_name_never_changes(library: Library) -> None:
    """With it as a constant the greeting is fixed, in the very words a call will say."""
    site = both("桂花社区", "Osmanthus Community")
    book = PromptBook(library.prompts, library.wordings, {"site": site})
    for language in LANGUAGES:
        said = book.sentence(Say("greeting", (("site", site),)), language, "voice")
        assert said.fixed
        assert book.fixed(language)["greeting"] == said.text
        assert "person.taken" not in book.fixed(language)


def test_the_fields_of_both_forms_count() -> None:
    """A fact that only the text names is asked for too."""
    assert Prompt("{a} b", "{c}").fields() == {"a", "c"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_can_be_put_in_other_words(library: Library, language: str) -> None:
    """Who did not understand a fact twice hears it differently; with the same facts in it."""
    for key, prompt in library.prompts[language].items():
        if not key.startswith("answer."):
            continue
        assert prompt.variants, key
        assert len({prompt.spoken, *prompt.variants}) == 1 + len(prompt.variants), key
        for form in prompt.variants:
            assert Prompt(form, form).fields() <= Prompt(prompt.spoken, prompt.spoken).fields(), key


def test_variants_go_round(book: PromptBook) -> None:
    """After the last wording comes the first again; a text knows one wording only."""
    facts = (("service", SAMPLES["service"]), ("address", SAMPLES["address"]))
    said = [Say("answer.address.known", facts, variant=number) for number in range(7)]
    spoken = [book.sentence(say, "zh", "voice").text for say in said]
    round_ = len(set(spoken))
    assert round_ > 1
    assert spoken == [spoken[number % round_] for number in range(7)]
    assert len({book.sentence(say, "zh", "sms").text for say in said}) == 1


def test_a_number_is_never_torn_from_its_twin(book: PromptBook) -> None:
    """A number said twice is one piece; a lesson that names one is parted between sentences."""
    name = both("很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长的名字", "x")
    phone = Say("answer.phone.known", (("service", name), ("number", SAMPLES["number"])))
    assert book.pieces(phone, "zh") == (phone,)
    lesson = Say("learn.scam", (("phone", SAMPLES["phone"]),))
    for language in LANGUAGES:
        pieces = [
            book.sentence(item, language, "voice").text for item in book.pieces(lesson, language)
        ]
        assert len(pieces) > 1
        assert "".join(pieces).replace(" ", "") == book.sentence(
            lesson, language, "voice"
        ).text.replace(" ", "")
