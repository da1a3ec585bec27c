"""Very many services as one value: packed, and taken out a few at a time. Pure.

A service with its numbers, hours and places takes some 4 kB as objects; a city's hundred thousand
would fill the memory of an office's computer. Packed they take a tenth.
"""

from __future__ import annotations

import pickle
import zlib
from array import array
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assistant.core.service import Service

Item = TypeVar("Item")

MANY = 3000
"Up to so many services lie in memory as they are."
PACKED = 16
"Services packed together: the more, the smaller, but all of them are unpacked for one."
OPEN = 64
"Packs that stay unpacked."
SPEED = 1
"Of zlib: 9 saves a twelfth more and packs four times as long."


class Shelf(Sequence["Service"]):
    """A sequence of services that compares as a tuple of them does. It never changes."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._packs: list[bytes] = []
        self._places: dict[str, int] = {}
        self._categories: dict[str, array[int]] = {}
        self._length = 0
        for some in batches(services, PACKED):
            for service in some:
                self._places.setdefault(service.id, self._length)
                for category in service.categories:
                    self._categories.setdefault(category, array("i")).append(self._length)
                self._length += 1
            self._packs.append(_packed(some))
        self._opened: Callable[[int], tuple[Service, ...]] = lru_cache(OPEN)(self._unpack)

    def _unpack(self, number: int) -> tuple[Service, ...]:
        found: tuple[Service, ...] = pickle.loads(zlib.decompress(self._packs[number]))  # noqa: S301 - packed above
        return found

    @overload
    def __getitem__(self, place: int) -> Service: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Service, ...]: ...
    def __getitem__(self, place: int | slice) -> Service | tuple[Service, ...]:
        """One service, or some of them."""
        if isinstance(place, slice):
            return tuple(self[number] for number in range(*place.indices(self._length)))
        if not -self._length <= place < self._length:
            raise IndexError(place)
        pack, within = divmod(place % self._length, PACKED)
        return self._opened(pack)[within]

    def __iter__(self) -> Iterator[Service]:
        """Every service once, each pack unpacked for the moment only."""
        return chain.from_iterable(map(self._unpack, range(len(self._packs))))

    def __len__(self) -> int:
        """How many there are."""
        return self._length

    def __eq__(self, other: object) -> bool:
        """Equal to any sequence of the same services."""
        if not isinstance(other, Sequence) or len(other) != len(self):
            return False
        return all(one == another for one, another in zip(self, other, strict=True))

    def __hash__(self) -> int:
        """Of the ids."""
        return hash(tuple(self._places))

    def by_id(self) -> Mapping[str, Service]:
        """The services by their ids; each is unpacked when it is asked for."""
        return _ById(self, self._places)

    def within(self, category: str) -> Iterator[Service]:
        """The services of a category."""
        return (self[place] for place in self._categories.get(category, ()))

    def categories(self) -> Iterable[str]:
        """The categories that have services."""
        return self._categories


class _ById(Mapping[str, "Service"]):
    """The services of a shelf by their ids, in its order."""

    def __init__(self, shelf: Shelf, places: Mapping[str, int]) -> None:
        self._shelf, self._places = shelf, places

    def __getitem__(self, identifier: str) -> Service:
        return self._shelf[self._places[identifier]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._places


def by_id(services: Sequence[Service]) -> Mapping[str, Service]:
    """Services by their ids, in their order."""
    if isinstance(services, Shelf):
        return services.by_id()
    return {service.id: service for service in services}


def by_category(services: Sequence[Service]) -> Mapping[str, Iterable[Service]]:
    """Services by the categories they stand in."""
    if isinstance(services, Shelf):
        return {category: services.within(category) for category in services.categories()}
    found: dict[str, list[Service]] = {}
    for service in services:
        for category in service.categories:
            found.setdefault(category, []).append(service)
    return found


def _packed(services: tuple[Service, ...]) -> bytes:
    return zlib.compress(pickle.dumps(services, protocol=pickle.HIGHEST_PROTOCOL), SPEED)


def batches(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """The items in tuples of `size`, the last one shorter."""
    coming = iter(items)
    while some := tuple(islice(coming, size)):
        yield some


def shelved(services: Iterable[Service], many: int = MANY) -> Sequence[Service]:
    """The services as a tuple, or packed where there are more than `many`."""
    coming = iter(services)
    first = tuple(islice(coming, many))
    after = next(coming, None)
    return first if after is None else Shelf(chain(first, (after,), coming))
