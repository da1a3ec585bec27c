"""`/public/`: one printed page and its table as CSV. Flask; nothing runs in the browser."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, request

from assistant.public.month import BINS, CHANNELS, GROUPS, months, rows
from assistant.public.wording import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from assistant.core.values import Localised
    from assistant.public.month import Month
    from assistant.public.store import Count, PublicStore

MONTHS: Final = 3
"On the page: more do not fit one sheet in large type."
IN_CSV: Final = 18
POLICY: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "public, max-age=300",
}


@dataclass(frozen=True, slots=True)
class PublicParts:
    """What the page needs."""

    site: Localised
    languages: tuple[str, ...]
    "The site's, its own first."
    now: Callable[[], datetime]
    "With the site's zone."
    store: PublicStore
    count: Count
    first: Callable[[], date | None]
    "The first day anything was counted of; `None` before that."


def public_blueprint(parts: PublicParts) -> Blueprint:
    """Everything below `/public/`."""
    page = _Page(parts)
    blueprint = Blueprint(
        "public",
        __name__,
        url_prefix="/public",
        template_folder="templates",
        static_folder="static",
    )
    blueprint.add_url_rule("/", view_func=page.page)
    blueprint.add_url_rule("/figures.csv", view_func=page.table)
    blueprint.after_request(_guarded)
    return blueprint


def _guarded(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


class _Page:
    def __init__(self, parts: PublicParts) -> None:
        self._parts = parts

    def page(self) -> str:
        """The last months in one language; `?lang=` chooses it."""
        known = words()
        own = next((one for one in self._parts.languages if one in known), "zh")
        language = request.args.get("lang", "")
        language = language if language in known else own
        other = next(one for one in known if one != language)
        said = known[language]

        def say(key: str, **values: object) -> str:
            return said[key].format(**values) if values else said[key]

        return render_template(
            "public/page.html",
            t=say,
            lang=language,
            other=other,
            other_tongue=known[other]["tongue"],
            site=self._parts.site.text(language),
            months=tuple(reversed(self._months(MONTHS))),
            groups=tuple(GROUPS),
            channels=CHANNELS,
            bins=BINS,
            changes=self._parts.store.changes(),
        )

    def table(self) -> Response:
        """The cells of up to eighteen months, the latest first, as CSV in UTF-8 with its mark."""
        sheet = io.StringIO()
        csv.writer(sheet).writerows(rows(self._months(IN_CSV)))
        return Response(
            "\ufeff" + sheet.getvalue(),
            mimetype="text/csv",
            headers={"Content-Disposition": 'attachment; filename="figures.csv"'},
        )

    def _months(self, most: int) -> Sequence[Month]:
        """Those published, the latest first; a month before the line began is none."""
        now, first = self._parts.now(), self._parts.first()
        if first is None:
            return ()
        since = first.replace(day=1)
        firsts = [one for one in months(now.date(), most) if one >= since]
        return self._parts.store.months(firsts, self._parts.count, now)
