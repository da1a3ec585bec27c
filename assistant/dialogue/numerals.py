"""Numbers as words, by num2words where it knows the language, by rules in the data elsewhere. PURE.

A rule set is a list of pairs of base and pattern; the rule with the largest base not above the
number applies. In a pattern `{head}` is the number divided by the base's power of ten, `{tail}` the
remainder, `{same}` the number itself; `{tail:name}` uses the rule set `name`. What stands in square
brackets is left out when the remainder is 0. So `[100, "{head}百[{tail:after}]"]` says 105 as the
head 1, 百, and 5 by the set `after`. This is the idea of ICU's rule-based number format.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from num2words import num2words

LARGEST: Final = 10**12
"Numbers from here on are said digit by digit; nobody counts so far."

Rules = Mapping[str, Sequence[tuple[int, str]]]
"Rule sets by name; `plain` for order and key numbers, `counting` for how many."

_FIELD: Final = re.compile(r"\{(head|tail|same)(?::(\w+))?\}")
_OPTIONAL: Final = re.compile(r"\[([^\]]*)\]")


def check_rules(rules: Rules) -> str | None:
    """What is wrong with rule sets, or `None`: every number must come to an end."""
    for name in ("plain", "counting"):
        if name not in rules:
            return f"the rule set {name} is missing"
    for name in rules:
        if wrong := _check_set(name, rules):
            return wrong
    try:
        for number in (*range(1, 2000), 10**4, 10**6 + 1, 10**8, LARGEST - 1):
            spell(number, rules, "plain")
            spell(number, rules, "counting")
    except (RecursionError, StopIteration):
        return "the rule sets call each other without end, or lack a base of 1"
    return None


def _check_set(name: str, rules: Rules) -> str | None:
    bases = [base for base, _ in rules[name]]
    if not bases or bases != sorted(set(bases)) or bases[0] > 1:
        return f"the bases of rule set {name} must rise from 0 or 1"
    named = {other for _, pattern in rules[name] for _, other in _FIELD.findall(pattern) if other}
    if unknown := named - set(rules):
        return f"rule set {name} names {min(unknown)}, which does not exist"
    return None


def spell(number: int, rules: Rules, name: str) -> str:
    """A number from 0 up to `LARGEST` by the rule set `name`."""
    base, pattern = next(row for row in reversed(rules[name]) if row[0] <= number)
    power = 10 ** (len(str(base)) - 1) if base else 1
    head, tail = divmod(number, power)
    values = {"head": head, "tail": tail, "same": number}
    if pattern == "":
        return ""
    shown = _OPTIONAL.sub(r"\1" if tail else "", pattern)
    return _FIELD.sub(
        lambda field: spell(values[field[1]], rules, field[2] or name),
        shown,
    )


def by_library(number: int, code: str) -> str:
    """A number from 0 up to `LARGEST` by num2words for its language `code`."""
    return str(num2words(number, lang=code))


def ordinal_by_library(number: int, code: str) -> str:
    """As `by_library`, in order: third."""
    return str(num2words(number, lang=code, to="ordinal"))


def year_by_library(number: int, code: str) -> str:
    """As `by_library`, as a year: twenty twenty-six."""
    return str(num2words(number, lang=code, to="year"))
