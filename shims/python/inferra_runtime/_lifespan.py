"""The lifespan of an ASGI application in a process that is never told that it ends.

https://asgi.readthedocs.io/en/latest/specs/lifespan.html
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from ._asgi import Application, Message

_logger = logging.getLogger(__name__)


class Lifespan:
    """A started application: what its startup left behind, held open for good."""

    def __init__(self, app: Application) -> None:
        """Prepares to start ``app``; must be called while an event loop runs."""
        #: What the application's startup put in ``scope["state"]``.
        self.state: dict[str, Any] = {}
        self._app = app
        self._asked = False
        self._answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        # The loop itself keeps only a weak reference to a task.
        self._task: asyncio.Future[None] | None = None

    @classmethod
    async def start(cls, app: Application) -> Lifespan:
        """Runs the application's startup to its end.

        An application that does not know the lifespan protocol raises or returns before it
        answers; as under ``uvicorn``, it is then served without.

        Raises:
            Exception: Whatever the application's startup raised, or ``RuntimeError`` with its
                message if it reported a failure and raised nothing.
        """
        lifespan = cls(app)
        await lifespan._run()
        return lifespan

    async def _run(self) -> None:
        self._task = asyncio.ensure_future(self._serve())
        either: set[asyncio.Future[Any]] = {self._task, self._answer}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not self._answer.done():
            _logger.info("the application does not use the ASGI lifespan protocol")
            # Retrieved, so that asyncio does not report it as lost.
            self._task.exception()
            return
        failure = self._answer.result()
        if failure is not None:
            # An application raises its error just after it has reported it. The error itself is
            # passed on because Lambda's runtime logs no cause of an exception.
            await asyncio.wait({self._task}, timeout=1)
            error = self._task.exception() if self._task.done() else None
            raise error or RuntimeError(f"the application's startup failed: {failure}")

    async def _serve(self) -> None:
        scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
        }
        await self._app(scope, self._receive, self._send)

    async def _receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "lifespan.startup"}
        # Lambda ends a sandbox without notice, so there is never a shutdown to announce.
        never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        return await never

    async def _send(self, message: Message) -> None:
        if self._answer.done():
            return
        if message["type"] == "lifespan.startup.complete":
            self._answer.set_result(None)
        elif message["type"] == "lifespan.startup.failed":
            self._answer.set_result(message.get("message", ""))
