"""`python -m emulator`: runs until it is told to stop."""

import os
import signal
import sys
import threading

# Before moto is imported, which reads it then. Roles attach AWS's own managed policies for logs and VPC access.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from . import gateway, iam, moto_fixes, settings
from .asynchronous import AsynchronousInvoker
from .pool import Pool
from .retries import AnsweredOnce


class _Quiet(WSGIRequestHandler):
    """moto's own handler, without a line for each request."""

    def log_request(self, *_arguments) -> None:
        """Silent."""


def main() -> None:
    """Starts both planes and waits."""
    options = settings.parse()
    options.directory.mkdir(parents=True, exist_ok=True)
    os.environ["MOTO_PORT"] = str(options.port)
    pool = Pool(options)
    iam.enforce(options.iam_log)
    options.invocation_log.touch()
    moto_fixes.install(pool, AsynchronousInvoker(pool, options), options)
    control = make_server(
        "127.0.0.1",
        options.port,
        AnsweredOnce(DomainDispatcherApplication(create_backend_app)),
        threaded=True,
        request_handler=_Quiet,
    )
    data = gateway.server(options.data_port, pool)
    threading.Thread(target=data.serve_forever, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        control.serve_forever()
    finally:
        pool.stop()


if __name__ == "__main__":
    main()
