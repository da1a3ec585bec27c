"""Routes below `/open311/v2/`: GeoReport v2, as JSON and XML."""

from __future__ import annotations

import hmac
import math
from dataclasses import asdict
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, request

from assistant.open311 import documents
from assistant.open311.asked import Refused, received, search
from assistant.open311.limits import PerMinute
from assistant.open311.parts import OTHER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.open311.parts import Open311Parts

PREFIX: Final = "/open311/v2"
Answer = tuple[str, str, "documents.Fields | Sequence[documents.Fields]", int]
"Root and item in XML, the document, the HTTP status."
REQUESTS: Final = ("service_requests", "request")


class _Pages:
    """The answers of one office."""

    def __init__(self, parts: Open311Parts) -> None:
        self._parts = parts

    def discovery(self) -> Answer:
        return "discovery", "endpoint", documents.discovery(self._parts, self._language()), 200

    def services(self) -> Answer:
        return "services", "service", documents.services(self._parts, self._language()), 200

    def definition(self, code: str) -> Answer:
        if code != OTHER and code not in self._parts.topics:
            raise Refused(404, "service_code not found")
        return "service_definition", "attribute", documents.definition(code), 200

    def requests(self) -> Answer:
        wanted = search(request.args, self._parts)
        found = self._parts.cases.published(self._parts.now(), **asdict(wanted))
        language = self._language()
        return *REQUESTS, [documents.request(self._parts, one, language) for one in found], 200

    def one(self, identifier: str) -> Answer:
        found = self._parts.cases.published(self._parts.now(), ids=(identifier,))
        if not found:
            raise Refused(404, "service_request_id not found")
        return *REQUESTS, [documents.request(self._parts, found[0], self._language())], 200

    def token(self, token: str) -> Answer:
        """A case has its id at once, so that the id is its own token."""
        if not self._parts.cases.published(self._parts.now(), ids=(token,)):
            raise Refused(404, "token not found")
        return *REQUESTS, [{"service_request_id": token, "token": token}], 200

    def create(self) -> Answer:
        given = {**request.args.to_dict(), **request.form.to_dict()}
        self._check_key(given.get("api_key", ""))
        language = self._language()
        case = received(given, self._parts, language)
        now = self._parts.now()
        identifier = self._parts.cases.receive(case, now)
        (kept,) = self._parts.cases.published(now, ids=(identifier,))
        return *REQUESTS, [documents.created(kept, language)], 201

    def _check_key(self, given: str) -> None:
        if not given:
            raise Refused(403, "api_key was not provided")
        known = [hmac.compare_digest(given.encode(), key.encode()) for key in self._parts.api_keys]
        if not any(known):
            raise Refused(403, "api_key is not valid")

    def _language(self) -> str:
        wanted = request.values.get("locale", "")[:2]
        return wanted if wanted in self._parts.languages else self._parts.languages[0]


def open311_blueprint(parts: Open311Parts) -> Blueprint:
    """The routes of the interface."""
    blueprint, pages = Blueprint("open311", __name__, url_prefix=PREFIX), _Pages(parts)
    read, write = PerMinute(parts.reads_per_minute), PerMinute(parts.writes_per_minute)
    for rule, view in (
        ("discovery", pages.discovery),
        ("services", pages.services),
        ("services/<code>", pages.definition),
        ("requests", pages.requests),
        ("requests/<identifier>", pages.one),
        ("tokens/<token>", pages.token),
    ):
        _add(blueprint, rule, _guarded(view, read, parts.tick), "GET")
    _add(blueprint, "requests", _guarded(pages.create, write, parts.tick), "POST")
    return blueprint


def _add(blueprint: Blueprint, rule: str, view: Callable[..., Response], method: str) -> None:
    name = f"{method}_{rule}".replace("/", "_").replace("<", "").replace(">", "")
    path = f"/{rule}.<any(json, xml):form>"
    blueprint.add_url_rule(path, view_func=view, endpoint=name.lower(), methods=[method])


def _guarded(
    view: Callable[..., Answer], limit: PerMinute, tick: Callable[[], float]
) -> Callable[..., Response]:
    """The view within its limit, its answer or refusal in the form that was asked for."""

    @wraps(view)
    def answer(form: str, **path: Any) -> Response:  # noqa: ANN401 - the parts of the path
        wait_s = limit.wait_s(request.remote_addr or "", tick())
        if wait_s > 0:
            refused = _refusal(Refused(429, "too many requests; wait a minute"), form)
            refused.headers["Retry-After"] = str(math.ceil(wait_s))
            return refused
        try:
            return _response(form, *view(**path))
        except Refused as error:
            return _refusal(error, form)

    return answer


def _refusal(error: Refused, form: str) -> Response:
    told = [{"code": error.status, "description": error.description}]
    return _response(form, "errors", "error", told, error.status)


def _response(
    form: str,
    root: str,
    item: str,
    document: documents.Fields | Sequence[documents.Fields],
    status: int,
) -> Response:
    as_json = form == "json"
    body = documents.as_json(document) if as_json else documents.as_xml(root, item, document)
    response = Response(body, status, content_type=documents.TYPES[form])
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
