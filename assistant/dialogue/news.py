"""What became of something she suggested, told once, before the talk ends. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.core.event import NewsTold

if TYPE_CHECKING:
    from assistant.dialogue.move import Move


def told(move: Move) -> Move:
    """The same move, with what she is to be told of her suggestion; nothing amid a danger."""
    now = move.conversation
    if now.news is None or now.channel == "sms" or now.emergency is not None:
        return move
    prompt = "theme.adopted" if now.news.adopted else "theme.declined"
    heard = now.news
    return move.with_(news=None).then(NewsTold(heard.code)).say(prompt, told=heard.told)
