"""Threads of the voice alone: work elsewhere that hangs, as with a database, silences nobody."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar, TypeVarTuple

    A = TypeVarTuple("A")
    T = TypeVar("T")

_THREADS: Final = ThreadPoolExecutor(4, thread_name_prefix="voice")
"They read files of some kilobytes and change samples: milliseconds each."


async def beside(work: Callable[[*A], T], *args: *A) -> T:
    """What `work` returns, done beside the loop."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work, *args)
