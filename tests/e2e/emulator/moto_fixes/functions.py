"""Lambda functions: moto would start containers."""

import json

from moto.awslambda.models import LambdaFunction

from ..asynchronous import AsynchronousInvoker
from ..pool import Pool


def install(pool: Pool, asynchronous: AsynchronousInvoker) -> None:
    """Invocations go to the sandboxes; those of type Event go to the background, as Lambda has it."""

    def _invoke_lambda(self, event=None):
        body = event if isinstance(event, (str, bytes)) else json.dumps(event or {})
        outcome = pool.invoke(self, body.encode() if isinstance(body, str) else body)
        return outcome.payload.decode(), outcome.failed, ""

    synchronous = LambdaFunction.invoke

    def invoke(self, body, request_headers, response_headers):
        if request_headers.get("x-amz-invocation-type") == "Event":
            asynchronous.invoke(self, json.loads(body or "{}"))
            return ""
        return synchronous(self, body, request_headers, response_headers)

    LambdaFunction._invoke_lambda = _invoke_lambda
    LambdaFunction.invoke = invoke
