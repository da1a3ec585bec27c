"""The addresses of the JSON interface, who may use each, and its refusals."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, jsonify, request
from ruamel.yaml import YAML
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from assistant.desk.api.asking import (
    BODY_MOST,
    Asking,
    RefusedError,
    bearer,
    code_in,
    only_known,
)
from assistant.desk.api.callbacks import CallbackViews
from assistant.desk.api.tables import CaseViews, ServiceViews
from assistant.desk.api.views import Answer, Views
from assistant.desk.guard import Pace, protect
from assistant.staff.roles import Permission, may

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from assistant.desk.parts import DeskParts

log = logging.getLogger(__name__)

PREFIX: Final = "/desk/api/v1"
DESCRIPTION: Final = Path(__file__).parent / "openapi.yaml"
LIST_QUERY: Final = ("status", "after", "limit")
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
"All are answered here, so that each refusal says what would be allowed."


@dataclass(frozen=True, slots=True)
class ApiRoute:
    """One thing that can be asked for."""

    rule: str
    method: str
    view: Callable[[Asking], Answer]
    needs: Permission
    query: tuple[str, ...] = ()
    "Parameters its address may carry."


def api_routes(parts: DeskParts) -> tuple[ApiRoute, ...]:
    """The whole table."""
    return (*_matters(parts), *_callbacks(parts), *_tables(parts))


def _matters(parts: DeskParts) -> tuple[ApiRoute, ...]:
    views = Views(parts)
    return (
        ApiRoute("/alarms", "GET", views.alarms, "emergencies.see", ("limit",)),
        ApiRoute("/alarms/<code>", "GET", views.alarm, "emergencies.see"),
        ApiRoute("/alarms/<code>/take", "POST", views.take_alarm, "emergencies.act"),
        ApiRoute("/alarms/<code>/close", "POST", views.close_alarm, "emergencies.act"),
        ApiRoute("/alarms/<code>/reveal", "POST", views.reveal_alarm, "numbers.reveal"),
        ApiRoute("/requests", "GET", views.requests, "requests.see", LIST_QUERY),
        ApiRoute("/requests/<code>", "GET", views.request, "requests.see"),
        ApiRoute("/requests/<code>/close", "POST", views.close_request, "requests.act"),
        ApiRoute("/requests/<code>/reveal", "POST", views.reveal_request, "numbers.reveal"),
    )


def _callbacks(parts: DeskParts) -> tuple[ApiRoute, ...]:
    views, query = CallbackViews(parts), ("view", "after", "limit")
    return (
        ApiRoute("/callbacks", "GET", views.callbacks, "requests.see", query),
        ApiRoute("/callbacks/<code>", "GET", views.callback, "requests.see"),
        ApiRoute("/callbacks/<code>/claim", "POST", views.claim_callback, "requests.act"),
        ApiRoute("/callbacks/<code>/outcome", "POST", views.callback_outcome, "requests.act"),
        ApiRoute("/callbacks/<code>/settle", "POST", views.settle_callback, "requests.act"),
    )


def _tables(parts: DeskParts) -> tuple[ApiRoute, ...]:
    cases, services = CaseViews(parts), ServiceViews(parts)
    return (
        ApiRoute("/cases", "GET", cases.cases, "requests.see", ("show", "from", "limit")),
        ApiRoute("/cases/<code>", "GET", cases.case, "requests.see"),
        ApiRoute("/services", "GET", services.services, "tables.see", ("words", "from", "limit")),
        ApiRoute("/service", "GET", services.service, "tables.see", ("id",)),
        ApiRoute("/service/checked", "POST", services.check_service, "tables.edit"),
    )


def api_blueprint(parts: DeskParts) -> Blueprint:
    """Everything below `/desk/api/v1/`."""
    blueprint = Blueprint("desk_api", __name__, url_prefix=PREFIX)
    service = _Service(parts, _described())
    blueprint.add_url_rule("/openapi.json", view_func=service.description)
    for route in api_routes(parts):
        blueprint.add_url_rule(
            route.rule,
            endpoint=route.view.__name__,
            view_func=partial(service.answer, route),
            methods=METHODS,
            provide_automatic_options=False,
        )
    blueprint.add_url_rule("/<path:rest>", view_func=service.nowhere, methods=METHODS)
    blueprint.before_request(service.limit)
    blueprint.after_request(service.leave)
    blueprint.register_error_handler(Exception, _refusal)
    return blueprint


@cache
def _described() -> Mapping[str, object]:
    """The document of the interface, read once a process."""
    described: Mapping[str, object] = YAML(typ="safe").load(DESCRIPTION.read_text("utf-8"))
    return described


class _Service:
    def __init__(self, parts: DeskParts, described: Mapping[str, object]) -> None:
        self._parts = parts
        self._described = described
        self._pace = Pace()

    def description(self) -> Response:
        """The OpenAPI document; no secret."""
        return jsonify(self._described)

    def nowhere(self, rest: str) -> ResponseReturnValue:
        """Any other address."""
        del rest
        raise RefusedError(404, f"Nothing is served here; see {PREFIX}/openapi.json.")

    def limit(self) -> None:
        """Not too much at once, and not too often from one address."""
        request.max_content_length = BODY_MOST
        if not self._pace.allows(request.remote_addr or "", time.monotonic()):
            raise RefusedError(429, "Too many requests; wait a minute.", {"Retry-After": "60"})

    def answer(self, route: ApiRoute, code: str = "") -> Response:
        """Check the method and the token, then answer."""
        if request.method != route.method:
            raise RefusedError(405, f"Only {route.method} here.", {"Allow": route.method})
        token = self._parts.people.tokens.find(bearer(), self._parts.machine_now())
        if token is None:
            challenge = {"WWW-Authenticate": "Bearer"}
            raise RefusedError(401, "Send a valid token: Authorization: Bearer nl_….", challenge)
        if not may(token.role, route.needs):
            raise RefusedError(403, f"The role {token.role} of this token may not do this.")
        only_known(route.query)
        return jsonify(route.view(Asking(token, code_in(code) if code else "")))

    def leave(self, response: Response) -> Response:
        """The headers of the desk."""
        return protect(response, secure=self._parts.public_url().startswith("https://"))


def _refusal(error: Exception) -> ResponseReturnValue:
    if isinstance(error, RefusedError):
        return jsonify(error=str(error)), error.status, error.headers
    if isinstance(error, RequestEntityTooLarge):
        return jsonify(error=f"Send at most {BODY_MOST} bytes."), 413
    if isinstance(error, HTTPException) and error.code is not None:
        return jsonify(error=error.description), error.code
    log.error("the JSON interface failed", exc_info=error)
    return jsonify(error="Something went wrong here. The log of the service says what."), 500
