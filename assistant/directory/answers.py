"""Answers a question from the records: facts, a choice between rivals, or nothing. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.answer import Browse, Choice, Fact, Found, Lookup
from assistant.directory import texts
from assistant.directory.browse import browse
from assistant.directory.facts import View
from assistant.directory.notices import notices
from assistant.directory.rosters import roster
from assistant.directory.search import TIE
from assistant.directory.shelf import by_id
from assistant.directory.vouching import Vouching

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from assistant.core.answer import Query
    from assistant.core.intent import ServiceHit
    from assistant.core.ports import ServiceFinder
    from assistant.core.service import Records, Service

ANY_AGE = Vouching()
RIVALS = 3
"More are never read out as a choice."


def answer_query(
    records: Records,
    index: ServiceFinder,
    query: Query,
    now: datetime,
    vouching: Vouching = ANY_AGE,
    *,
    known: Mapping[str, Service] | None = None,
) -> Found:
    """Answer any query the directory can answer; how a case stands is not in it.

    `known` are the services by id, for whoever asks more than once.
    """
    match query:
        case Lookup():
            return answer(records, index, query, now, vouching, known=known)
        case Browse():
            return Found(choices=browse(records, query.category))
        case _:
            return Found()


def answer(
    records: Records,
    index: ServiceFinder,
    query: Lookup,
    now: datetime,
    vouching: Vouching = ANY_AGE,
    *,
    known: Mapping[str, Service] | None = None,
) -> Found:
    """Facts about the service named or needed, one a field; rivals if the best ones tie.

    Rosters and notices are chosen by the words and the day asked about. Unknown ids and words
    that name nothing give an empty answer.
    """
    hits = () if query.services else index.find(query.words, query.language)
    named = query.services or tuple(hit.service for hit in hits)
    if known is None:
        known = services_by_id(records)
    services = [known[wanted] for wanted in named if wanted in known]
    facts: list[Fact] = []
    if "notice" in query.fields:
        facts += notices(records, query, now)
    if "roster" in query.fields:
        facts += roster(records, services, query, now)
    rest = [field for field in query.fields if field not in {"roster", "notice"}]
    if rest and services:
        rivals = () if query.services else _rivals(records, hits, known)
        if rivals:
            return Found(rivals=rivals, hits=hits)
        view = View(services[0], records, now, query, vouching)
        facts += [view.fact(field) for field in rest]
    return Found(tuple(facts), hits=hits)


def services_by_id(records: Records) -> Mapping[str, Service]:
    """The services by their ids."""
    return by_id(records.services)


def _rivals(
    records: Records, hits: tuple[ServiceHit, ...], known: Mapping[str, Service]
) -> tuple[Choice, ...]:
    """The services that tie with the best one; none if it stands alone."""
    if not hits:
        return ()
    tied = [hit.service for hit in hits if hit.score >= hits[0].score - TIE][:RIVALS]
    if len(tied) == 1:
        return ()
    return tuple(Choice(i, texts.service_name(known[i], records), is_service=True) for i in tied)
