"""One execution environment of one function: a runtime client's process and the Runtime API that feeds it.

The protocol is https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import io
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zipfile
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3

from . import file_systems
from .settings import Settings

NODE_RUNTIME = Path(__file__).with_name("node_runtime.mjs")
LOG_TAIL = 2000


@dataclass(frozen=True)
class Outcome:
    """What one invocation came to."""

    payload: bytes
    failed: bool
    timed_out: bool = False

    @classmethod
    def failure(cls, kind: str, message: str, *, timed_out: bool = False) -> "Outcome":
        """A failure that the platform reports, not the function."""
        body = json.dumps({"errorType": kind, "errorMessage": message}).encode()
        return cls(body, failed=True, timed_out=timed_out)


class Sandbox:
    """A function's process. It serves one invocation at a time, as Lambda's do."""

    def __init__(self, function, settings: Settings):
        self.busy = False
        self._function = function
        self._queue: queue.Queue = queue.Queue()
        self._freezing = threading.Lock()
        self._waiting: dict[str, queue.Queue] = {}
        self._initialisation_error: bytes | None = None
        settings.sandboxes.mkdir(parents=True, exist_ok=True)
        root = tempfile.mkdtemp(prefix=f"{function.function_name}-", dir=settings.sandboxes)
        self._root = Path(root)
        mounted = file_systems.of_function(function, settings)
        zipfile.ZipFile(io.BytesIO(function.code_bytes)).extractall(self._root)
        self._log = Path(root + ".log")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._runtime_api())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                file_systems.command(mounted, self._command(settings)),
                cwd=self._root,
                env=self._environment(settings),
                stdout=log,
                stderr=log,
            )

    @property
    def alive(self) -> bool:
        """Whether the runtime client still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Ends the process and its Runtime API."""
        if self.alive:
            self._process.kill()
            self._process.wait()
        self._server.shutdown()
        self._server.server_close()

    def invoke(self, event: bytes) -> Outcome:
        """Runs one event to its end, or to the function's timeout."""
        request, answer = str(uuid.uuid4()), queue.Queue()
        self._waiting[request] = answer
        with self._freezing:
            self._queue.put((request, event))
            self._process.send_signal(signal.SIGCONT)
        deadline = time.monotonic() + self._function.timeout
        while time.monotonic() < deadline:
            try:
                return answer.get(timeout=0.1)
            except queue.Empty:
                if self._initialisation_error is not None:
                    return Outcome(self._initialisation_error, failed=True)
                if not self.alive:
                    return Outcome.failure("Runtime.ExitError", f"exit {self._process.returncode}: {self._tail()}")
        seconds = self._function.timeout
        return Outcome.failure("Sandbox.Timedout", f"Task timed out after {seconds} seconds", timed_out=True)

    def _tail(self) -> str:
        return self._log.read_text(errors="replace")[-LOG_TAIL:]

    def _command(self, settings: Settings) -> list[str]:
        runtime, handler = self._function.run_time, self._function.handler
        if runtime.startswith("nodejs"):
            return [settings.node, str(NODE_RUNTIME), handler]
        if runtime.startswith("python"):
            return [str(settings.python), "-m", "awslambdaric", handler]
        raise ValueError(f"the emulator has no runtime client for {runtime}")

    def _environment(self, settings: Settings) -> dict[str, str]:
        """What Lambda sets, then what Terraform set, then where the emulator is. Nothing of the test's own environment:
        https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""
        function = self._function
        lambda_sets = {
            "PATH": os.environ["PATH"],
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "HOME": str(self._root),
            "LAMBDA_TASK_ROOT": str(self._root),
            "_HANDLER": function.handler,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.server_port}",
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.function_name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "emulated",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
        }
        return (
            lambda_sets
            | settings.machine_environment
            | self._role_credentials(settings)
            | function.environment_vars
            | {"AWS_ENDPOINT_URL": settings.endpoint}
        )

    def _role_credentials(self, settings: Settings) -> dict[str, str]:
        """The function's own role, so that its policies are what is tested."""
        sts = boto3.client(
            "sts",
            endpoint_url=settings.endpoint,
            region_name=self._function.region,
            aws_access_key_id="deployer",
            aws_secret_access_key="deployer",
        )
        session = sts.assume_role(RoleArn=self._function.role, RoleSessionName=self._function.function_name)
        credentials = session["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
            "AWS_SESSION_TOKEN": credentials["SessionToken"],
        }

    def _next(self) -> tuple[dict[str, str], bytes]:
        """Blocks until there is an event; what the runtime client is told about it.

        The process is frozen meanwhile, as Lambda freezes it: what a handler leaves unfinished stays so.
        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
        """
        with self._freezing:
            if self._queue.empty():
                self._process.send_signal(signal.SIGSTOP)
        request, event = self._queue.get()
        headers = {
            "Lambda-Runtime-Aws-Request-Id": request,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + self._function.timeout) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self._function.function_arn,
            "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
        }
        return headers, event

    def _posted(self, path: str, body: bytes) -> None:
        """Takes a response or an error from the runtime client."""
        if path.endswith("/init/error"):
            self._initialisation_error = body
            return
        *_, request, kind = path.split("/")
        answer = self._waiting.pop(request, None)
        if answer is None:
            print(f"sandbox: {kind} for an unknown request {request}", file=sys.stderr)
        else:
            answer.put(Outcome(body, failed=kind == "error"))

    def _runtime_api(self) -> type[BaseHTTPRequestHandler]:
        sandbox = self

        class RuntimeApi(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_arguments) -> None:
                """Silent: the functions' own output is what matters."""

            def do_GET(self) -> None:
                headers, event = sandbox._next()
                self._answer(200, event, headers)

            def do_POST(self) -> None:
                chunked = "chunked" in self.headers.get("Transfer-Encoding", "")
                length = int(self.headers.get("Content-Length", 0))
                body = b"".join(self._chunks()) if chunked else self.rfile.read(length)
                sandbox._posted(self.path, body)
                self._answer(202, b"{}", {})

            def _chunks(self):
                while size := int(self.rfile.readline().strip() or b"0", 16):
                    yield self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()

            def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return RuntimeApi
