"""Tells an orchestrator how the process is: ``GET /live`` and ``GET /ready``, nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator

# A probe that sends nothing must not hold its connection for ever.
_PATIENCE_S = 5


class Health:
    """Answers 200 to ``/live`` while it runs, and to ``/ready`` while ``ready`` is set."""

    def __init__(self, port: int) -> None:
        """Opens the port, so that a port which is taken is an error at once."""
        #: Whether the process takes work.
        self.ready = False
        # Orchestrators probe a container's address, which it cannot know.
        self._socket = socket.create_server(("0.0.0.0", port))  # noqa: S104

    @property
    def port(self) -> int:
        """The port that was opened, where the system chose it."""
        port: int = self._socket.getsockname()[1]
        return port

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Answers on the running event loop, and so only while that loop turns."""
        server = await asyncio.start_server(self._answer, sock=self._socket)
        try:
            yield
        finally:
            server.close()

    def serve_beside(self) -> None:
        """Answers from a thread of its own, which ends with the process."""
        threading.Thread(target=self._run, name="inferra-health", daemon=True).start()

    def _run(self) -> None:
        async def forever() -> None:
            async with self.serving():
                await asyncio.get_running_loop().create_future()

        asyncio.run(forever())

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _PATIENCE_S)
            status = self._status(*head.split(b" ", 2)[:2])
            writer.write(b"HTTP/1.1 %b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % status)
            await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.TimeoutError):
            pass  # Whatever this was, it was no probe.
        except ConnectionError:
            pass
        finally:
            writer.close()

    def _status(self, method: bytes, path: bytes = b"") -> bytes:
        path = path.partition(b"?")[0]
        if method not in (b"GET", b"HEAD") or path not in (b"/live", b"/ready"):
            return b"404 Not Found"
        if path == b"/ready" and not self.ready:
            return b"503 Service Unavailable"
        return b"200 OK"
