"""Numbers of every sort in one language: counts, amounts, telephone numbers, years. PURE."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from assistant.dialogue import numerals

if TYPE_CHECKING:
    from assistant.dialogue.patterns import Form, Numbers, Spelling


class NumberWords:
    """The `numbers` and `spelling` sections at work."""

    def __init__(self, numbers: Numbers, spelling: Spelling) -> None:
        self._numbers = numbers
        self._spelling = spelling
        self._drop = re.compile(spelling.drop)
        self._groups = [(re.compile(group.match), group.sizes) for group in spelling.groups]

    def plain(self, number: int, form: Form) -> str:
        """A number in order or by name: 二, two; digits where the form wants them."""
        return str(number) if form.numerals == "digits" else self._words(number, "plain")

    def counting(self, number: int, form: Form) -> str:
        """How many: 两, two; digits where the form wants them."""
        return str(number) if form.numerals == "digits" else self._words(number, "counting")

    def ordinal(self, number: int) -> str:
        """In order: third; the plain number where the language has no such words here."""
        if self._numbers.library is None or number >= numerals.LARGEST:
            return self._words(number, "plain")
        return numerals.ordinal_by_library(number, self._numbers.library)

    def year(self, number: int) -> str:
        """A year: 二零二六, twenty twenty-six."""
        if self._numbers.library is None or not 1000 <= number <= 9999:  # noqa: PLR2004
            return self.digits(str(number))
        return numerals.year_by_library(number, self._numbers.library)

    def decimal(self, text: str) -> str:
        """A number as written, perhaps with decimals: 12, 1.5."""
        whole, _, decimals = text.partition(".")
        words = self._words(int(whole), "plain")
        if not decimals:
            return words
        joiner = self._spelling.joiner
        return joiner.join((words, self._numbers.point, self.digits(decimals)))

    def digits(self, text: str) -> str:
        """The digits of a text one by one, as in years and rooms."""
        return self._spelling.joiner.join(
            self._spelling.digits[int(digit)] for digit in re.findall(r"\d", text)
        )

    def telephone(self, number: str) -> str:
        """A telephone number digit by digit, in the groups people say it in."""
        ascii_only = "".join(
            str(int(character)) if character.isdecimal() else character for character in number
        )
        compact = re.sub(r"[^\d+]", "", ascii_only)
        own = self._drop.sub("", compact, count=1)
        digits = re.sub(r"\D", "", own)
        words = self.grouped(digits)
        if own.startswith("+") and words:
            return self._spelling.pause.join((self._spelling.plus, words))
        return words

    def grouped(self, digits: str) -> str:
        """Digits as in telephone numbers and codes, with a pause between groups."""
        sizes = next((sizes for match, sizes in self._groups if match.fullmatch(digits)), (3,))
        groups: list[str] = []
        at = 0
        while at < len(digits):
            size = sizes[min(len(groups), len(sizes) - 1)]
            groups.append(digits[at : at + size])
            at += size
        return self._spelling.pause.join(
            self._spelling.joiner.join(self._spelling.telephone[int(digit)] for digit in group)
            for group in groups
        )

    def money(self, amount: float, form: Form) -> str:
        """An amount, to the cent; empty when it is not a number."""
        if not math.isfinite(amount):
            return ""
        whole, cents = int(abs(amount)), 0
        if whole < numerals.LARGEST:
            exact = Decimal(repr(abs(amount))).quantize(Decimal("0.01"), ROUND_HALF_UP)
            whole, cents = divmod(int(exact * 100), 100)
        tenth, hundredth = divmod(cents, 10)
        digits = form.numerals == "digits"
        pattern = _money_pattern(form, whole, tenth, hundredth)
        text = pattern.format(
            whole=self.counting(whole, form),
            tenth=self.plain(tenth, form),
            hundredth=self.plain(hundredth, form),
            cents=f"{cents:02}" if digits else self._words(cents, "plain"),
        )
        return self._minus(text, form) if amount < 0 and (whole or cents) else text

    def _minus(self, text: str, form: Form) -> str:
        return f"-{text}" if form.numerals == "digits" else self._numbers.minus.format(number=text)

    def _words(self, number: int, rules: str) -> str:
        if number < 0:
            return self._numbers.minus.format(number=self._words(-number, rules))
        if number >= numerals.LARGEST:
            return self.digits(str(number))
        if self._numbers.library is not None:
            return numerals.by_library(number, self._numbers.library)
        return numerals.spell(number, self._numbers.rules or {}, rules)


def _money_pattern(form: Form, whole: int, tenth: int, hundredth: int) -> str:
    money = form.money
    if not tenth and not hundredth:
        return money.whole
    if not hundredth:
        return money.below_one if whole == 0 and money.below_one else money.tenths
    return money.hundredths if tenth else money.only_hundredths
