"""Roles and what each may do. A table: nothing else in the program decides by a role's name."""

from __future__ import annotations

from typing import Final, Literal, get_args

Role = Literal["reader", "agent", "supervisor", "admin", "auditor"]
Permission = Literal[
    "emergencies.see",
    "emergencies.act",
    "requests.see",
    "requests.act",
    "numbers.reveal",
    "rights.act",
    "rights.copy",
    "exports.ask",
    "exports.approve",
    "people.manage",
    "tokens.manage",
    "audit.read",
    "tables.see",
    "tables.edit",
    "tables.manage",
    "meant.propose",
    "meant.decide",
]

ROLES: Final[tuple[Role, ...]] = get_args(Role)
PERMISSIONS: Final[tuple[Permission, ...]] = get_args(Permission)

_READ: Final[frozenset[Permission]] = frozenset({"emergencies.see", "requests.see", "tables.see"})
_ACT: Final[frozenset[Permission]] = _READ | frozenset[Permission](
    {
        "emergencies.act",
        "requests.act",
        "numbers.reveal",
        "rights.act",
        "tables.edit",
        "meant.propose",
    }
)
_LEAD: Final[frozenset[Permission]] = _ACT | frozenset[Permission](
    {"rights.copy", "exports.ask", "exports.approve", "tables.manage", "meant.decide"}
)

TABLE: Final[dict[Role, frozenset[Permission]]] = {
    "reader": _READ,
    "agent": _ACT,
    "supervisor": _LEAD,
    "admin": _LEAD | {"people.manage", "tokens.manage"},
    # Looks over the others' shoulders, and therefore sees nothing of the residents.
    "auditor": frozenset({"audit.read"}),
}

ONE_FACTOR: Final[frozenset[Role]] = frozenset({"reader"})
"A password alone is enough for these: they can change nothing and see no number."


def may(role: Role, permission: Permission) -> bool:
    """Whether somebody in this role may do it."""
    return permission in TABLE[role]


def needs_second_factor(role: Role) -> bool:
    """Whether a one-time code is asked for beside the password."""
    return role not in ONE_FACTOR


def as_role(text: str) -> Role:
    """The role of that name. Raises `ValueError` naming those there are."""
    for role in ROLES:
        if role == text:
            return role
    raise ValueError(f"{text!r} is no role; choose one of {', '.join(ROLES)}")
