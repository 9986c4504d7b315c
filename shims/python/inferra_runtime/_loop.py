"""The one event loop of a process in which nothing else runs one.

Clients that an application keeps, such as a pool of connections, belong to the loop that they were
first used on. So requests, events and jobs of one process share one.
"""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

_loop: asyncio.AbstractEventLoop | None = None


def process_loop() -> asyncio.AbstractEventLoop:
    """Returns the loop, which is also the current one from then on."""
    global _loop
    if _loop is None:
        _loop = asyncio.new_event_loop()
    # Any `asyncio.run` in between has unset it.
    asyncio.set_event_loop(_loop)
    return _loop


def finished(result: Any) -> Any:
    """Returns ``result``, or where that can be awaited, what comes of it."""
    if not inspect.isawaitable(result):
        return result

    async def wait() -> Any:
        return await result

    return process_loop().run_until_complete(wait())
