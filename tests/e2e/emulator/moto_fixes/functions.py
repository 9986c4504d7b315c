"""Lambda functions: moto would start containers."""

import json

from moto.awslambda.models import LambdaFunction

from ..asynchronous import AsynchronousInvoker
from ..pool import Pool


def install(pool: Pool, asynchronous: AsynchronousInvoker) -> None:
    """Invocations go to the sandboxes; those of type Event go to the background, as Lambda has it. moto does not know
    that a function mounts anything."""

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

    create, configuration = LambdaFunction.__init__, LambdaFunction.get_configuration
    update = LambdaFunction.update_configuration

    def with_file_systems(self, account_id, spec, *args, **kwargs):
        create(self, account_id, spec, *args, **kwargs)
        self.file_system_configs = spec.get("FileSystemConfigs", [])

    def get_configuration(self, *args, **kwargs):
        return configuration(self, *args, **kwargs) | {"FileSystemConfigs": self.file_system_configs}

    def update_configuration(self, config_updates):
        self.file_system_configs = config_updates.get("FileSystemConfigs", self.file_system_configs)
        update(self, config_updates)
        return self.get_configuration()

    LambdaFunction.__init__, LambdaFunction.get_configuration = with_file_systems, get_configuration
    LambdaFunction.update_configuration = update_configuration
    LambdaFunction._invoke_lambda = _invoke_lambda
    LambdaFunction.invoke = invoke
