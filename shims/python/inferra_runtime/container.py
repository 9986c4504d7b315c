"""Runs an application in a container: serves an ASGI or WSGI application, or runs a program.

Beside it, ``/live`` and ``/ready`` are answered on a port of their own. The entry point that
inferra makes calls one function of this module; its ``prefix`` is the start of the names of the
variables ``<prefix>_PORT`` (8000), ``_HEALTH_PORT`` (8081) and ``_GRACE_S`` (30).
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import runpy
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from . import _jobs, _stop
from ._asgi import Application
from ._at_work import at_work
from ._health import Health
from ._settings import Settings

if TYPE_CHECKING:
    from ._wsgi import WsgiApplication

__all__ = ["run_job", "run_worker", "serve_asgi", "serve_wsgi"]

# Fewer than the connections that SQLAlchemy's pool gives out by default, which are 15:
# https://docs.sqlalchemy.org/en/20/core/pooling.html#sqlalchemy.pool.QueuePool
_THREADS = 10
# As recent versions of uvicorn exit by themselves; older ones return.
_STARTUP_FAILED = 3
# As argparse exits: https://docs.python.org/3/library/argparse.html#exiting-methods
_USAGE = 2
# What a shell says of a process that SIGTERM ended.
_TERMINATED = 128 + signal.SIGTERM


def run_job(jobs: _jobs.Jobs) -> None:
    """Runs the job that the command line names, ``job <id>``, and exits.

    Where the command line names nothing, it returns.

    The probes are not answered, since nobody asks a job. SIGTERM ends it with ``SystemExit``, so
    that its ``finally`` blocks run, and a status that says it did not get to its end.

    Args:
        jobs: ``module:function`` by id.

    Raises:
        SystemExit: With 0 after the job; with 1, and a traceback on standard error, where it raised
            something; with 2, and the ids of the unit's jobs, where the command line is not right.
    """
    command = sys.argv[1:]
    if not command:
        return
    if len(command) != 2 or command[0] != "job":
        _stop.say("the arguments of this program are none, or `job <id>`")
        sys.exit(_USAGE)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    try:
        with at_work():
            _jobs.run(jobs, command[1])
    except _jobs.UnknownJobError as error:
        _stop.say(str(error))
        sys.exit(_USAGE)
    except Exception:  # noqa: BLE001 - whatever it was, its traceback is all that there is to say
        traceback.print_exc()
        sys.exit(1)
    sys.exit(0)


def serve_asgi(app: Application, prefix: str) -> None:
    """Serves ``app`` until SIGTERM or SIGINT, and then exits.

    ``/ready`` answers 200 once the application's startup is over and the server listens. From the
    signal on it answers 503, no connection is taken any more, requests in hand finish, and then the
    application's shutdown runs. The probes share the application's event loop: a loop that is
    blocked answers neither. Where the unit handles events, that happens beside the requests.

    Args:
        app: An ASGI 3 application, such as ``FastAPI()``.
        prefix: The start of the names of this unit's variables.

    Raises:
        SystemExit: With 0 after an orderly stop; with 1, and a message on standard error, where
            requests or the application's shutdown took longer than they may; with 3, uvicorn's
            own status, where the application's startup failed.
    """
    # Only images of web units hold uvicorn.
    from ._server import Server

    settings = Settings.read(prefix)
    server = Server(app, settings, Health(settings.health_port))
    server.run()
    if not server.started:
        sys.exit(_STARTUP_FAILED)
    sys.exit(1 if server.overdue else 0)


def serve_wsgi(app: WsgiApplication, prefix: str) -> None:
    """Serves ``app`` as ``serve_asgi`` does, in several threads.

    Args:
        app: A WSGI application, such as ``Flask(__name__)``.
        prefix: The start of the names of this unit's variables.

    Raises:
        SystemExit: As for ``serve_asgi``.
    """
    # Only images of units with such an application hold a2wsgi.
    from ._wsgi import as_asgi

    serve_asgi(as_asgi(app, threads=_THREADS), prefix)


def run_worker(modules: Sequence[str], prefix: str) -> None:
    """Runs the last of ``modules`` as a program, after importing those before it.

    It runs as ``__main__`` in the main thread; the probes are answered from another thread, and
    ``/ready`` with 200 from here on, because only the program knows when it is at work. SIGTERM is
    the program's own affair if it sets a handler. Otherwise it ends the program with
    ``SystemExit``, so that its ``finally`` blocks run, and with status 1 where that takes too long.

    Where the unit handles events, that goes on beside the program, and after its end until SIGTERM.
    Events in hand are then finished; so they are where the program ends the process by itself.

    Args:
        modules: Names of modules; at least one.
        prefix: The start of the names of this unit's variables.
    """
    settings = Settings.read(prefix)
    health = Health(settings.health_port)
    health.serve_beside()

    def stop(*_: object) -> None:
        health.ready = False
        # A second signal must not interrupt what the first has started. `SIG_IGN` would be handed
        # on to the program's child processes.
        signal.signal(signal.SIGTERM, lambda *_: None)
        _stop.start_deadline(settings.grace_s)
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    with _events_beside(settings) as handles_events:
        *others, program = modules
        for name in others:
            importlib.import_module(name)
        health.ready = True
        runpy.run_module(program, run_name="__main__", alter_sys=True)
        if handles_events:
            # A program that has subscribed is at its end, and its work begins.
            threading.Event().wait()


@contextlib.contextmanager
def _events_beside(settings: Settings) -> Iterator[bool]:
    """Handles the events of the unit's queues, if it has any, until the program ends."""
    if not settings.queues:
        yield False
        return
    from . import _worker

    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="inferra-loop", daemon=True).start()
    workers = [_worker.start(queue, settings.grace_s, loop) for queue in settings.queues]
    try:
        yield True
    finally:
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.finish()


def _exit(*_: object) -> None:
    sys.exit(0)


# The first process of a container gets no signal that it has no handler for. This one serves until
# the functions above set theirs, while the application is imported.
if os.getpid() == 1:
    signal.signal(signal.SIGTERM, _exit)
