"""The server of a container: uvicorn, stopped the way that orchestrators stop a process."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable
from types import FrameType

import uvicorn

from . import _stop
from ._asgi import Application
from ._forwarded import as_balanced, as_sent
from ._health import Health
from ._settings import Settings
from ._worker import Worker, start

# Longer than a load balancer keeps an idle connection, which is 60 seconds by default: one that the
# server closed first would lose the request that is just being sent.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
_KEEP_ALIVE_S = 75
_LONGER_S = 15


class Server(uvicorn.Server):
    """Serves one application until the process is told to stop."""

    def __init__(self, app: Application, settings: Settings, health: Health) -> None:
        """Prepares to serve ``app`` where ``settings`` say."""
        config = uvicorn.Config(
            as_sent(app) if settings.front_idle_s is None else as_balanced(app),
            host="0.0.0.0",  # noqa: S104 - the load balancer comes from outside of the container
            port=settings.port,
            # It would trust what clients write.
            proxy_headers=False,
            # Its lines hold query strings.
            access_log=False,
            timeout_keep_alive=max(_KEEP_ALIVE_S, (settings.front_idle_s or 0) + _LONGER_S),
            timeout_graceful_shutdown=settings.grace_s,
            lifespan="auto",
        )
        super().__init__(config)
        #: Whether requests had to be given up.
        self.overdue = False
        self._grace_s = settings.grace_s
        self._health = health
        self._queues = settings.queues
        self._workers: list[Worker] = []

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Runs from startup to shutdown, and answers probes all the while."""
        async with self._health.serving():
            await super().serve(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Takes requests and events once the application has started."""
        await super().startup(sockets=sockets)
        self._health.ready = self.started and not self.should_exit
        if self._health.ready:
            loop = asyncio.get_running_loop()
            self._workers = [start(queue, self._grace_s, loop) for queue in self._queues]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Starts to stop.

        Unlike the method that it replaces, it does not note the signal: uvicorn would raise it once
        more at the end, and a process that stops when it is told to has not failed.
        """
        self._health.ready = False
        if self.should_exit:
            self.force_exit = self.force_exit or sig == signal.SIGINT
            return
        self.should_exit = True
        for worker in self._workers:
            worker.stop()
        _stop.start_deadline(self._grace_s)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets requests and events in hand finish, then ends the application's lifespan."""
        self._health.ready = False
        self.lifespan.shutdown = self._after_events(self.lifespan.shutdown)
        timer = asyncio.get_running_loop().call_later(self._grace_s, self._give_up)
        try:
            await super().shutdown(sockets=sockets)
        finally:
            timer.cancel()

    def _after_events(self, end: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def ended() -> None:
            for worker in self._workers:
                # Its listeners may need this loop to finish.
                await asyncio.to_thread(worker.finish)
            await end()

        return ended

    def _give_up(self) -> None:
        """Notes what uvicorn is about to cancel."""
        in_hand = len(self.server_state.tasks)
        if in_hand:
            self.overdue = True
            _stop.say(f"requests not finished within {self._grace_s} seconds: {in_hand}")
