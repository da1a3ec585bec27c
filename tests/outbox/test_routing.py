"""Several carriers as one: the second takes over, and no text is ever sent by both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from assistant.core.errors import CarrierError
from assistant.database import Database, open_database
from assistant.outbox.routing import LONGEST_REST, Route, Router
from assistant.outbox.sender import Manners, Sender
from assistant.outbox.spending import parts_today
from tests.outbox.carrier import Behaviour, LoopbackTexts, loopback_texts
from tests.outbox.test_sender import HERS, NINE, NOON_IS_QUIET, ZONE, Post

if TYPE_CHECKING:
    from pathlib import Path

ABROAD = "+85298000001"
NOWHERE = "http://127.0.0.1:9"


@dataclass
class Two:
    """Two carriers, a first and a second, and the router over them."""

    first: LoopbackTexts
    second: LoopbackTexts
    database: Database
    post: Post | None = None
    most: int | None = None
    prefixes: tuple[str, ...] = ()
    alone: bool = False
    "Whether there is no second."

    def control(self) -> Router:
        """As a new process would have it."""
        spent = parts_today(self.database, "SM", ZONE)
        first = Route("first", self.first.control(), self.prefixes, self.most, spent)
        routes = [first] if self.alone else [first, Route("second", self.second.control())]
        return Router(routes, lambda: NINE if self.post is None else self.post.now)

    def bodies(self) -> tuple[int, int]:
        """How many texts each has taken."""
        return len(self.first.taken), len(self.second.taken)


class RoutedPost(Post):
    """An outbox over both."""

    def another_sender(self) -> Sender:
        """As another process would have it, one that minds what each carrier may cost."""
        router = self.carrier.control()
        assert isinstance(router, Router)
        manners = Manners(ZONE, NOON_IS_QUIET, 30, 1000, 1000, none_left=router.used_up)
        return Sender(
            self.outbox,
            router,
            manners,
            lambda: self.now,
            self.stopped.__contains__,
            lambda contact, _now: self.stopped.add(contact),
            self.paper.append,
        )


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    """Both well."""
    database = open_database(f"sqlite:///{tmp_path / 'assistant.db'}")
    with ExitStack() as stack:
        first, second = (stack.enter_context(loopback_texts(NINE)) for _ in range(2))
        yield Two(first, second, database)
    database.close()


def post_over(two: Two) -> Post:
    """An outbox with a sender."""
    two.post = RoutedPost(two.database, two, NINE)  # type: ignore[arg-type]  # it has the one method that is asked for
    return two.post


def test_the_number_chooses(two: Two) -> None:
    """Who does not serve it is not asked; where nobody does the staff are."""
    two.prefixes = ("+86",)
    router = two.control()
    router.send_text(HERS, "您好")
    router.send_text(ABROAD, "Hello")
    assert two.bodies() == (1, 1)
    nobody = Router([Route("one", two.first.control(), ("+1",))], lambda: NINE)
    with pytest.raises(CarrierError) as failed:
        nobody.send_text(HERS, "您好")
    assert (failed.value.certain, failed.value.code) == (True, 21408)
    assert HERS not in str(failed.value)


def test_who_is_not_reached_rests_and_is_asked_again(two: Two) -> None:
    """The second takes over at once; later the first is preferred again."""
    post, lives_at = post_over(two), two.first.base
    two.first.base = NOWHERE
    for key in ("a", "b"):
        post.put(key)
    post.work()
    assert two.bodies() == (0, 2)
    two.first.base = lives_at
    post.put("c")
    post.work()
    assert two.bodies() == (0, 3)
    post.now += LONGEST_REST
    post.put("d")
    post.work()
    assert two.bodies() == (1, 3)


@pytest.mark.parametrize("refusal", [429, 401, 403, 20429, 21408, 20003])
def test_a_refusal_of_the_carrier_goes_to_the_next(two: Two, refusal: Behaviour) -> None:
    """Too many, no money, no permission: the second takes it."""
    two.first.next.append(refusal)
    post = post_over(two)
    post.put()
    post.work()
    assert two.bodies() == (0, 1)
    assert post.state() == "accepted"


@pytest.mark.parametrize(("refusal", "state"), [(21610, "dropped"), (30006, "dropped")])
def test_what_is_wrong_with_her_telephone_is_wrong_for_all(
    two: Two, refusal: Behaviour, state: str
) -> None:
    """She said STOP, it is a landline: nobody else is asked."""
    two.first.next.append(refusal)
    post = post_over(two)
    post.put()
    post.work()
    assert two.bodies() == (0, 0)
    assert post.state() == state


@pytest.mark.parametrize(
    ("lost", "first"), [("take and hang up", (1, 0)), ("hang up", (0, 0)), (503, (0, 0))]
)
def test_nobody_else_is_asked_while_it_is_in_doubt(
    two: Two, lost: Behaviour, first: tuple[int, int]
) -> None:
    """The carrier that was asked decides; the text arrives once in all."""
    two.first.next.append(lost)
    post = post_over(two)
    post.put()
    post.work()
    assert (post.state(), two.bodies()) == ("unknown", first)
    post.later(timedelta(minutes=5))
    assert post.state() == "accepted"
    assert sum(two.bodies()) == 1


@pytest.mark.parametrize("restart", [False, True])
def test_a_doubt_outlasts_the_carrier(two: Two, *, restart: bool) -> None:
    """While the one that was asked is away the second is not given the text, restart or not."""
    two.first.next.append("take and hang up")
    post, lives_at = post_over(two), two.first.base
    post.put()
    post.work()
    two.first.base = NOWHERE
    if restart:
        post.sender = post.another_sender()
    post.later(timedelta(minutes=5))
    assert (post.state(), two.bodies()) == ("unknown", (1, 0))
    two.first.base = lives_at
    post.later(timedelta(minutes=30))
    assert (post.state(), two.bodies()) == ("accepted", (1, 0))


def test_each_carrier_has_its_share_of_the_day(two: Two) -> None:
    """When it is used up the next one is asked; the count is of this day."""
    two.most = 2
    post = post_over(two)
    for key in ("a", "b", "c"):
        post.put(key)
        post.work()
    assert two.bodies() == (2, 1)
    post.now += timedelta(days=1)
    post.put("d")
    post.work()
    assert two.bodies() == (3, 1)


def test_where_nobody_has_money_left_only_danger_goes(two: Two) -> None:
    """Everything else waits for the next day, and then goes."""
    two.most, two.alone = 1, True
    post = post_over(two)
    for key in ("a", "b"):
        post.put(key)
        post.work()
    post.put("danger", "alarm")
    post.work()
    assert [post.state(key) for key in ("a", "b", "danger")] == ["accepted", "waiting", "accepted"]
    post.later(timedelta(hours=24))
    assert post.state("b") == "accepted"
