"""Parts of texts as gammu-smsd has them."""

from __future__ import annotations

import random
from datetime import datetime

import pytest
from smsutil import split as oracle

from assistant.channels.gammu_parts import Row, Ticket, cut, joined, read_ticket, standing

NINE = datetime.fromisoformat("2026-11-25T09:00+08:00")


def rows(body: str, reference: int = 7, first: int = 1, sender: str = "+86138") -> list[Row]:
    """A text as the daemon would keep it once it came in."""
    return [
        Row(
            first + place,
            sender,
            bytes.fromhex(part.text).decode("utf-16-be"),
            part.coding,
            part.udh or "",
            "2026-11-25 09:00:00",
        )
        for place, part in enumerate(cut(body, reference))
    ]


@pytest.mark.parametrize("body", ["喜" * 70, "喜" * 71, "x" * 160, "x" * 161, "€" * 81, "😀" * 36])
def test_texts_are_cut_as_the_networks_do(body: str) -> None:
    """By smsutil's count, no pair torn; every part says how many there are and which it is."""
    parts = cut(body, 255)
    assert [bytes.fromhex(part.text).decode("utf-16-be") for part in parts] == [
        "".join(part.content) for part in oracle(body).parts
    ]
    heads = [part.udh for part in parts]
    assert heads == (
        [None]
        if len(parts) == 1
        else [f"050003FF{len(parts):02X}{number:02X}" for number in range(1, len(parts) + 1)]
    )


def test_texts_of_several_people_are_put_together() -> None:
    """Whatever the order, also where two chose the same reference."""
    long, other = "甲" * 150, "乙" * 100
    mixed = [*rows(long), *rows(other, first=10, sender="+86139"), *rows("短", first=20)]
    random.Random(3).shuffle(mixed)  # noqa: S311 - an order, no secret
    messages = joined(mixed)
    assert [message.text for message in messages] == [long, other, "短"]
    assert all(message.whole for message in messages)


def test_a_missing_part_is_noticed_and_a_double_one_is_read_once() -> None:
    """All rows of a text go together."""
    first, second, third = rows("甲" * 67 + "乙" * 67 + "丙" * 10)
    (partial,) = joined([third, first])
    assert not partial.whole
    assert partial.text == "甲" * 67 + "丙" * 10
    again = Row(9, second.sender, second.text, second.coding, second.udh, second.received)
    (whole,) = joined([first, second, third, again])
    assert whole.whole
    assert whole.text == "甲" * 67 + "乙" * 67 + "丙" * 10
    assert sorted(whole.numbers) == [1, 2, 3, 9]


@pytest.mark.parametrize("udh", ["", "0B0504158A0000", "0500", "050003010A", "zz"])
def test_other_headers_are_texts_of_their_own(udh: str) -> None:
    """Ports of pictures, cut-off headers."""
    (message,) = joined([Row(1, "+86138", "您好", "Unicode_No_Compression", udh, "2026")])
    assert (message.whole, message.text) == (True, "您好")


def test_sixteen_bit_references_are_read() -> None:
    """As some networks write them."""
    parts = [
        Row(place, "+86138", text, "Unicode_No_Compression", f"0608041234020{place}", "2026")
        for place, text in ((2, "您好"), (1, "我问一下，"))
    ]
    (message,) = joined(parts)
    assert (message.whole, message.text) == (True, "我问一下，您好")


def test_a_ticket_says_which_text_it_was() -> None:
    """Read back from the daemon's table; other programs' are none."""
    ticket = Ticket("modem", NINE, 2, "ab" * 12, "cd" * 4)
    assert read_ticket(str(ticket)) == ticket
    assert [read_ticket(other) for other in ("", "Gammu 1.42", "a-b-c-d-e")] == [None] * 3


@pytest.mark.parametrize(
    ("parts", "states", "told"),
    [
        (1, [("SendingOK", -1)], ("sent", None)),
        (2, [("SendingOK", -1)], None),
        (2, [("DeliveryOK", -1), ("SendingOK", -1)], ("sent", None)),
        (2, [("DeliveryOK", -1), ("DeliveryOK", -1)], ("delivered", None)),
        (2, [("DeliveryOK", -1), ("DeliveryFailed", -1)], ("undelivered", 30008)),
        (1, [("DeliveryPending", -1)], ("sent", None)),
        (1, [("SendingOKNoReport", -1)], ("sent", None)),
        (1, [("SendingError", 38)], ("failed", 30008)),
        (1, [("SendingError", -1)], ("failed", None)),
        (2, [("SendingOK", -1), ("SendingError", 38)], ("failed", None)),
    ],
)
def test_a_text_stands_as_its_parts_do(
    parts: int, states: list[tuple[str, int]], told: tuple[str, int | None] | None
) -> None:
    """What the network refused whole is tried again; where part of it went out a person looks."""
    assert standing(parts, states) == told
