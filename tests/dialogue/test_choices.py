from __future__ import annotations

from datetime import datetime

import pytest

from assistant.core.answer import SHAPES, Browse, Choice, Lookup
from assistant.core.conversation import Conversation, Option, Topic
from assistant.core.event import Ask, Say
from assistant.core.intent import Match, Reading, ServiceHit, Slots
from assistant.core.site import Site
from assistant.core.turn import Understood, Utterance
from assistant.core.values import Localised, Words
from assistant.dialogue import choices
from assistant.dialogue.choices import PAGE, to_options
from assistant.dialogue.move import Context, Move

NOW = datetime.fromisoformat("2026-11-25T09:00+08:00")
SITE = Site(
    Localised((("zh", "桂花社区"), ("en", "Osmanthus"))),
    ("zh", "en"),
    "Asia/Shanghai",
    "120",
    "119",
    "0571-88001234",
    None,
)
CONTEXT = Context(NOW, SITE, {}, lambda: "GH000001")


def listed(number: int, *, services: bool = True) -> tuple[Choice, ...]:
    """So many choices, `s1` to `sN`."""
    return tuple(
        Choice(f"s{n}", Localised((("zh", f"第{n}家"), ("en", f"Place {n}"))), is_service=services)
        for n in range(1, number + 1)
    )


def fresh(language: str = "zh") -> Move:
    """A conversation in which nothing was asked."""
    return Move(Conversation("c", "voice", "+86138", language, NOW, NOW))


def asked(number: int, *, services: bool = True, menu: bool = False) -> Move:
    """A conversation in which so many choices were just read out."""
    options = to_options(listed(number, services=services))
    read = choices.read_out(fresh(), CONTEXT, options, menu=menu)
    return Move(read.conversation)


def said(move: Move) -> list[str]:
    """What is said: prompts, with the digit and the name where there is one."""
    shown = []
    for event in move.events:
        if isinstance(event, Say):
            digit, name = event.param("digit"), event.param("name")
            parts = [event.prompt]
            parts += [digit.text] if isinstance(digit, Words) else []
            parts += [name.text("zh")] if isinstance(name, Localised) else []
            shown.append(" ".join(parts))
    return shown


def spoken(
    text: str, *, choice: int | None = None, hits: tuple[ServiceHit, ...] = ()
) -> Understood:
    """An answer in words."""
    slots = Slots(services=hits, choice=choice)
    return Understood(Utterance(text, "zh"), Reading("zh", Match(None, 0, accepted=False), slots))


def test_choices_are_numbered_from_one() -> None:
    """Services and categories keep apart what choosing them means."""
    options = to_options((*listed(1), *listed(1, services=False)))
    assert [(option.digit, option.target) for option in options] == [
        ("1", "service:s1"),
        ("2", "category:s1"),
    ]


@pytest.mark.parametrize("number", range(1, 11))
def test_every_choice_can_be_reached_by_keys(number: int) -> None:
    """Page by page each choice is read out once with a digit that leads to it."""
    move = asked(number)
    reached: list[str] = []
    while True:
        pending = move.conversation.pending
        assert pending is not None
        for option in pending.options[:PAGE]:
            taken = choices.chosen_digit(move, option.digit, CONTEXT)
            assert taken is not None
            (event,) = taken.events
            assert isinstance(event, Ask)
            assert isinstance(event.query, Lookup)
            reached += event.query.services
        more = choices.chosen_digit(move, str(PAGE + 1), CONTEXT)
        if more is None:
            break
        move = Move(more.conversation)
    assert reached == [f"s{n}" for n in range(1, number + 1)]


@pytest.mark.parametrize(
    ("number", "lines"),
    [
        (1, ["menu.option 1 第1家"]),
        (3, ["menu.option 1 第1家", "menu.option 2 第2家", "menu.option 3 第3家"]),
        (
            4,
            ["menu.option 1 第1家", "menu.option 2 第2家", "menu.option 3 第3家", "menu.more 4"],
        ),
    ],
)
def test_three_at_most_are_read_out(number: int, lines: list[str]) -> None:
    """The rest stands behind one more key; in a menu the person is named first."""
    options = to_options(listed(number))
    assert said(choices.read_out(fresh(), CONTEXT, options, menu=False)) == lines
    menu = choices.read_out(fresh(), CONTEXT, options, menu=True)
    assert said(menu) == ["menu.person", *lines]
    assert menu.conversation.pending is not None
    assert menu.conversation.pending.question == "menu"


def test_the_next_page_is_numbered_anew() -> None:
    """After "more" the fourth is the first again."""
    more = choices.chosen_digit(asked(5), "4", CONTEXT)
    assert more is not None
    assert said(more) == ["menu.option 1 第4家", "menu.option 2 第5家"]


@pytest.mark.parametrize("digit", ["4", "5", "9", "0", "*", "#", ""])
def test_a_digit_that_was_not_read_out_means_nothing(digit: str) -> None:
    """Beyond the page there is nothing to choose."""
    assert choices.chosen_digit(asked(3), digit, CONTEXT) is None


def test_without_a_question_a_digit_means_nothing() -> None:
    """No choices, no choice."""
    assert choices.chosen_digit(fresh(), "1", CONTEXT) is None
    assert choices.chosen_words(fresh(), spoken("一", choice=1), CONTEXT) is None


@pytest.mark.parametrize(
    ("turn", "target"),
    [
        (spoken("第二个", choice=2), "s2"),
        (spoken("第2家"), "s2"),
        (spoken(" 第3家 "), "s3"),
        (spoken("那家", hits=(ServiceHit("s1", 0.95, "那家"),)), "s1"),
        (spoken("那家", hits=(ServiceHit("s1", 0.9, ""), ServiceHit("s9", 0.9, ""))), "s1"),
    ],
    ids=["ordinal", "name", "name with spaces", "hit", "hit among others"],
)
def test_an_answer_in_words_chooses(turn: Understood, target: str) -> None:
    """By number, by the name as read out, or by what the directory takes it for."""
    taken = choices.chosen_words(asked(3), turn, CONTEXT)
    assert taken is not None
    (event,) = taken.events
    assert isinstance(event, Ask)
    assert isinstance(event.query, Lookup)
    assert event.query.services == (target,)
    assert event.query.fields == ("summary", "phone")


@pytest.mark.parametrize(
    "turn",
    [
        spoken(""),
        spoken("第7家"),
        spoken("第九个", choice=9),
        spoken("像", hits=(ServiceHit("s1", 0.5, ""),)),
        spoken("两家", hits=(ServiceHit("s1", 0.9, ""), ServiceHit("s2", 0.9, ""))),
    ],
    ids=["nothing", "no such name", "no such number", "a likeness", "two of them"],
)
def test_words_that_choose_nothing_are_left_to_others(turn: Understood) -> None:
    """No choice is made for her."""
    assert choices.chosen_words(asked(3), turn, CONTEXT) is None


def test_english_names_are_taken_in_english() -> None:
    """The name in the language of the talk, whatever its case."""
    options = to_options(listed(2))
    move = choices.read_out(fresh("en"), CONTEXT, options, menu=False)
    taken = choices.chosen_words(Move(move.conversation), spoken("place 2"), CONTEXT)
    assert taken is not None


def test_a_category_is_opened() -> None:
    """Choosing a category asks the directory for what is below it."""
    taken = choices.chosen_digit(asked(3, services=False, menu=True), "2", CONTEXT)
    assert taken is not None
    assert taken.events == (Ask(Browse("s2")),)


def test_a_field_is_about_the_service_just_spoken_of() -> None:
    """After "who can help" a digit asks for one more fact about the same service."""
    name = Localised((("zh", "地址"),))
    move = fresh().with_(topic=Topic(("s5",), "summary"))
    taken = choices.take(move, Option("1", name, "field:address"))
    assert taken.events == (Ask(Lookup(("address",), ("s5",), "", "zh")),)


def test_the_fact_asked_for_first_is_given_for_the_place_chosen() -> None:
    """Asked where it is and then which one it is, she is told an address."""
    move = fresh().with_(topic=Topic((), "address"))
    taken = choices.take(move, to_options(listed(1))[0])
    assert taken.events == (Ask(Lookup(("address",), ("s1",), "", "zh")),)


def test_an_unknown_target_is_a_defect_with_its_name() -> None:
    """Nothing is silently ignored."""
    with pytest.raises(ValueError, match="'street:1'"):
        choices.take(fresh(), Option("1", Localised(()), "street:1"))


@pytest.mark.parametrize("name", [*SHAPES, None, "", "anything"])
def test_every_field_is_known_by_its_name(name: str | None) -> None:
    """Any other name means a summary."""
    assert choices.as_field(name) == (name if name in SHAPES else "summary")
