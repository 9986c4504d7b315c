"""The sandboxes of every function: an idle one is taken, or another is started."""

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from .sandbox import Outcome, Sandbox
from .settings import Settings

STOPPED_AT_ONCE = 32


class Pool:
    """Starts and reuses sandboxes. A changed function never reuses those of its former self."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._lock = threading.Lock()
        self._sandboxes: dict[tuple[str, str], list[Sandbox]] = {}

    def invoke(self, function, event: bytes) -> Outcome:
        """One event through one sandbox; a function calling itself gets a second one instead of a deadlock."""
        sandbox = self._take(function)
        try:
            outcome = sandbox.invoke(event)
        finally:
            sandbox.busy = False
        if outcome.timed_out:
            sandbox.stop()
        self.record(function.function_name, _source(json.loads(event)), failed=outcome.failed)
        if outcome.failed:
            print(f"[lambda] {function.function_name} failed: {outcome.payload[:500]!r}", file=sys.stderr)
        return outcome

    def record(self, target: str, source: str, *, failed: bool) -> None:
        """What tests ask to know which way an event took. The event's content stays out."""
        entry = {"function": target, "source": source, "failed": failed}
        with self._lock, self._settings.invocation_log.open("a") as log:
            log.write(json.dumps(entry) + "\n")

    def stop(self) -> None:
        """Ends every sandbox, all at the same time: each server takes a moment to hear of its end."""
        with self._lock, ThreadPoolExecutor(STOPPED_AT_ONCE) as threads:
            every = [sandbox for sandboxes in self._sandboxes.values() for sandbox in sandboxes]
            list(threads.map(Sandbox.stop, every))
            self._sandboxes.clear()

    def _take(self, function) -> Sandbox:
        """One that is idle, or a new one. What starts keeps no others waiting: unzipping takes a while."""
        key = (function.function_arn, _fingerprint(function))
        with self._lock:
            self._retire(key)
            known = self._sandboxes.setdefault(key, [])
            sandbox = next((one for one in known if one.alive and not one.busy), None)
            if sandbox is not None:
                sandbox.busy = True
                return sandbox
        sandbox = Sandbox(function, self._settings)
        sandbox.busy = True
        with self._lock:
            self._sandboxes[key] = [one for one in self._sandboxes.get(key, []) if one.alive] + [sandbox]
        return sandbox

    def _retire(self, current: tuple[str, str]) -> None:
        """Stops the idle sandboxes of earlier versions of the function."""
        for key in [key for key in self._sandboxes if key[0] == current[0] and key != current]:
            for sandbox in self._sandboxes[key]:
                if not sandbox.busy:
                    sandbox.stop()
            self._sandboxes[key] = [sandbox for sandbox in self._sandboxes[key] if sandbox.alive]


def _fingerprint(function) -> str:
    """Everything that a running sandbox has taken from its function."""
    return json.dumps(
        [
            function.code_sha_256,
            function.handler,
            function.timeout,
            function.role,
            function.environment_vars,
            function.file_system_configs,
        ],
        sort_keys=True,
    )


def _source(event) -> str:
    """Which service an event comes from."""
    if isinstance(event, dict) and "rawPath" in event:
        return "http"
    if isinstance(event, dict) and "job" in event.get("inferra", {}):
        return "job"
    if isinstance(event, dict) and "detail-type" in event:
        return "aws:events"
    records = event.get("Records") if isinstance(event, dict) else None
    return (records[0].get("EventSource") or records[0].get("eventSource")) if records else "direct"
