"""Votes of residents: what there is to decide, and her vote in it.

Said by telephone, a choice is confirmed in one sentence; a key or a text is counted at once, and
she is told what was counted and that she may change it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from assistant.core.event import Ask, KeepPosted, Reread
from assistant.core.poll import CastVote, FindPolls
from assistant.dialogue import asking, ballots, choices, following, poll_news
from assistant.dialogue.actions import person
from assistant.dialogue.which_number import is_dialled

if TYPE_CHECKING:
    from assistant.core.answer import Found
    from assistant.core.conversation import Pending, Question
    from assistant.core.poll import Cast, Polled, PollQuery, Standing
    from assistant.core.turn import Understood
    from assistant.dialogue.move import Context, Entry, Move

OTHER_MATTERS: Final = ("talk.", "person.", "callback.", "privacy.", "safety.")
"What is never an answer to a vote, but for a yes or a no: choices may be called 同意 and 不同意."
YES_OR_NO: Final = frozenset({"talk.yes", "talk.no"})
NEVER_A_VOTE: Final = ("talk.", "person.", "privacy.", "safety.", "poll.", "feedback.")
"What stays what it is though she also says that she votes."
CLEARLY_OTHER: Final = ("callback.book", "callback.when", "callback.verify", "case.", "learn.")
"What is no change of a vote; 改成九点 alone may be taken for a callback at nine."
PLAIN: Final = (12, 4)
"Characters of a yes or a no and nothing more, in English and in Chinese."
OWN_ANSWERS: Final[frozenset[Question]] = frozenset(
    {"words", "number", "emergency", "confirm", "callback", "feedback", "poll", "ballot"}
)
"Questions whose answers are read in ways of their own."
MISSES: Final = 2
"Answers in a row that fit no choice, after which a person is offered."


def list_(move: Move, turn: Understood, _entry: Entry, _context: Context) -> Move:
    """Find what there is to vote on."""
    return move.with_(pending=None).then(Ask(ballots.find(move, "list", _words(turn))))


def vote(move: Move, turn: Understood, _entry: Entry, _context: Context) -> Move:
    """Find the poll and the choice that are meant."""
    query = ballots.find(move, "vote", _words(turn))
    number = turn.reading.slots.choice
    return move.with_(pending=None).then(Ask(replace(query, number=number)))


def answered(move: Move, turn: Understood, pending: Pending, context: Context) -> Move | None:
    """An answer in words while a vote is read or confirmed; `None` for a matter of its own."""
    reading = turn.reading
    intent = reading.match.intent if reading.match.accepted else None
    other = intent is not None and intent not in YES_OR_NO and intent.startswith(OTHER_MATTERS)
    if other or reading.slots.choice == 0 or intent == "poll.list":
        return None
    if pending.question == "ballot" and reading.agrees:
        return cast_as_confirmed(move, pending)
    topic = pending.options and ballots.number_of(pending.options[0]) is None
    if topic and reading.slots.choice is not None:
        return choices.chosen_words(move, turn, context)
    wish = intent if intent is not None and not intent.startswith("poll.") else ""
    query = ballots.find(move, "answer", _words(turn), poll="" if topic else _poll(pending))
    return move.then(
        Ask(
            replace(
                query,
                number=reading.slots.choice,
                order=ballots.order_of(pending),
                wish="" if wish in YES_OR_NO else wish,
                agrees=reading.agrees,
            )
        )
    )


def remarked(move: Move, turn: Understood) -> Move | None:
    """She says that she votes so, whatever her words were taken for; `None` for other matters."""
    now, match = move.conversation, turn.reading.match
    intent = match.intent if match.accepted and match.intent is not None else ""
    if turn.reading.remark != "vote" or intent.startswith(NEVER_A_VOTE):
        return None
    if now.pending is not None and now.pending.question in OWN_ANSWERS:
        return None
    query = ballots.find(move, "vote", turn.utterance.text)
    return move.with_(pending=None, misses=0, later="").then(Ask(query))


def changed(move: Move, turn: Understood, pending: Pending) -> Move | None:
    """Her vote was counted a moment ago: she may change it, whatever was asked of her since.

    `None` for a plain yes or no, and for what is understood as a matter of its own.
    """
    reading, words = turn.reading, turn.utterance.text
    intent = reading.match.intent if reading.match.accepted and reading.match.intent else ""
    plain = intent in YES_OR_NO and len(words) <= PLAIN[reading.language == "zh"]
    other = intent not in YES_OR_NO and intent.startswith((*NEVER_A_VOTE, *CLEARLY_OTHER))
    if not pending.heard or plain or other or reading.slots.choice is not None:
        return None
    query = ballots.find(move, "after", words, poll=pending.heard)
    wish = "" if intent in YES_OR_NO else intent
    return move.then(Ask(replace(query, wish=wish, agrees=reading.agrees)))


def agreed(move: Move, pending: Pending, context: Context, *, yes: bool) -> Move:
    """A yes or no to a question of ours: was it heard right, does she want the result."""
    if pending.question == "news":
        return _posted(move, pending, context, yes=yes)
    return _confirmed(move, pending, yes=yes)


def _confirmed(move: Move, pending: Pending, *, yes: bool) -> Move:
    """A key to the question whether her choice was heard right."""
    if yes:
        return cast_as_confirmed(move, pending)
    query = ballots.find(move, "list", "", poll=_poll(pending))
    return move.say("poll.not_counted").with_(pending=None).then(Ask(query))


def cast_as_confirmed(move: Move, pending: Pending) -> Move:
    """She says that it was heard right."""
    number, _, poll = (pending.intent or "").partition(":")
    return ballots.cast(move.with_(misses=0), poll, int(number))


def _posted(move: Move, pending: Pending, context: Context, *, yes: bool) -> Move:
    """Whether she wants the result by text once there is one."""
    move = move.then(KeepPosted(pending.heard, wanted=yes)).with_(pending=None)
    if yes:
        move = move.say("poll.news.kept")
    return following.anything_else(move, context)


def known(move: Move, query: PollQuery, found: Found, context: Context) -> Move:
    """Go on, now that the polls have answered."""
    polled = found.polled
    if polled is None:
        return poll_news.none(move, context)
    if isinstance(query, CastVote):
        return _counted(move, query, polled, context)
    if query.purpose == "list":
        return _listed(move, polled, context)
    return _wanted(move, query, polled, context)


def _listed(move: Move, polled: Polled, context: Context) -> Move:
    running = tuple(item for item in polled.standings if item.state == "open")
    if len(running) == 1:
        return ballots.read(move, running[0], context)
    if running:
        move = move.say("poll.several")
        return ballots.read_out(move, ballots.topics(running), context)
    if polled.lately:
        move = move.say("poll.none")
    return poll_news.told(move, polled.standings, context)


def _wanted(move: Move, query: FindPolls, polled: Polled, context: Context) -> Move:
    """She wants to vote, or answers a vote that is being read."""
    if polled.abstains:
        move = move.with_(pending=None).say("poll.abstained")
        return following.anything_else(move, context)
    one = polled.standings[0] if len(polled.standings) == 1 else None
    heard = polled.named if polled.sure or not query.wish else ()
    if one is not None and one.state == "open" and heard:
        return _named(move, one, polled, context)
    if query.purpose == "after":
        return _after(move, query, polled, context)
    if query.purpose == "answer":
        return _not_named(move, query, polled, context)
    if not is_dialled(query.contact):
        return following.anything_else(move.say("poll.no_number"), context)
    return _listed(move, polled, context)


def _named(move: Move, standing: Standing, polled: Polled, context: Context) -> Move:
    """One choice is meant, or it is one of several."""
    poll, by_text = standing.poll, move.conversation.channel == "sms"
    if len(polled.named) > 1 or (by_text and not polled.sure):
        alike = polled.named if len(polled.named) > 1 else standing.order
        move = move.say("poll.which_of_them" if len(polled.named) > 1 else "poll.not_caught")
        return ballots.read_out(move, ballots.choices_of(poll, alike), context)
    number = polled.named[0]
    if by_text:
        return ballots.cast(move, poll.id, number)
    if not is_dialled(move.conversation.contact):
        return following.anything_else(move.with_(pending=None).say("poll.no_number"), context)
    return _confirm(move.with_(misses=0), standing, number, context)


def _confirm(move: Move, standing: Standing, number: int, context: Context) -> Move:
    poll, before = standing.poll, standing.mine
    name = ballots.name_of(poll, number)
    if before is None:
        move = move.say("poll.confirm", name=name)
    elif before == number:
        move = move.say("poll.confirm_same", name=name)
    else:
        move = move.say("poll.confirm_change", name=name, before=ballots.name_of(poll, before))
    return move.expect("ballot", context.now, intent=f"{number}:{poll.id}")


def _after(move: Move, query: FindPolls, polled: Polled, context: Context) -> Move:
    """What she said after her vote changes nothing of it: another vote, a yes or no, a wish."""
    pending = move.conversation.pending
    if len(polled.standings) == 1 and polled.standings[0].poll.id != query.poll:
        return _listed(move.with_(misses=0), polled, context)
    if query.wish:
        return move.with_(pending=None).then(Reread(query.words, query.wish))
    if query.agrees is None or pending is None:
        return _missed(move, context)
    if pending.question == "news":
        return _posted(move, pending, context, yes=query.agrees)
    then = asking.open_question if query.agrees else following.nothing_else
    return then(move.with_(pending=None), context)


def _not_named(move: Move, query: FindPolls, polled: Polled, context: Context) -> Move:
    """Her answer names no choice: another wish, a no, another poll, or not understood."""
    pending = move.conversation.pending
    if len(polled.standings) == 1 and polled.standings[0].poll.id != query.poll:
        return _listed(move.with_(misses=0), polled, context)
    if query.wish:
        return move.with_(pending=None).then(Reread(query.words, query.wish))
    if query.agrees is False and pending is not None and pending.question == "ballot":
        return _listed(move.say("poll.not_counted"), polled, context)
    if query.agrees is False:
        return following.anything_else(move.with_(pending=None).say("poll.left"), context)
    return _missed(move, context)


def _missed(move: Move, context: Context) -> Move:
    """Her words fit nothing that was asked: once more in other words, then a person."""
    pending = move.conversation.pending
    move = move.with_(misses=move.conversation.misses + 1)
    if pending is None or move.conversation.misses > MISSES:
        return person.ask_for(move, context, heard="")
    return asking.in_other_words(move, pending, said=True)


def _counted(move: Move, query: CastVote, polled: Polled, context: Context) -> Move:
    """Her vote was counted, or came too late."""
    one = polled.standings[0] if polled.standings else None
    if one is None or polled.cast is None:
        return poll_news.told(move, polled.standings, context)
    cast = polled.cast
    move = move.with_(said=(), answer=(), repeats=0)
    move = _say_counted(move, one, cast).outcome(
        "poll.voted",
        poll=query.poll,
        choice=cast.choice,
        replaces=cast.replaces,
        votes=cast.votes,
    )
    if cast.ask_to_tell:
        if move.conversation.channel == "voice":
            move = move.then(KeepPosted(query.poll, wanted=False))
        return move.say("poll.news").expect("news", context.now, heard=query.poll)
    move = following.anything_else(move, context)
    question = move.conversation.pending
    if question is None or question.question != "else":
        return move
    return move.with_(pending=replace(question, heard=query.poll))


def _say_counted(move: Move, standing: Standing, cast: Cast) -> Move:
    name = ballots.name_of(standing.poll, cast.choice)
    if cast.replaces is None:
        return move.say("poll.voted", name=name)
    if cast.replaces == cast.choice:
        return move.say("poll.voted_same", name=name)
    before = ballots.name_of(standing.poll, cast.replaces)
    return move.say("poll.voted_change", name=name, before=before)


def _poll(pending: Pending) -> str:
    """The poll an open question belongs to."""
    if pending.options:
        return ballots.poll_of(pending.options[0])
    return (pending.intent or "").partition(":")[2]


def _words(turn: Understood) -> str:
    return turn.reading.words or turn.utterance.text
