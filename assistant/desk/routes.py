"""A page's address and who may open it. Nothing is served that does not stand in such a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from assistant.staff.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from flask.typing import ResponseReturnValue

    class Page(Protocol):
        """A group of views that belong together."""

        def routes(self) -> Sequence[Route]:
            """Its addresses."""


Needs = Permission | Literal["nobody", "half", "someone"]
"A permission; or open to all, to whoever is halfway through signing in, to all who are signed in."

LARGE_BODY: Final = 2_500_000
"Bytes of a form: a note of 200,000 Chinese characters arrives whole and is refused in words."


@dataclass(frozen=True, slots=True)
class Route:
    """One address below `/desk`."""

    rule: str
    view: Callable[..., ResponseReturnValue]
    needs: Needs
    method: Literal["GET", "POST"] = "GET"
    body: int = LARGE_BODY
    "Bytes that somebody who is signed in may send."

    @property
    def endpoint(self) -> str:
        """Its name within the blueprint."""
        return self.view.__name__
