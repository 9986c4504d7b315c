"""EventBridge Scheduler: `POST /_schedules/<group>/<name>` on the data plane lets a schedule's time come.

Unlike AWS, which invokes a function asynchronously, this waits for its end, so that a test sees how it went.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
"""

from collections.abc import Callable

from moto.awslambda.models import lambda_backends
from moto.iam.models import iam_backends
from moto.scheduler.exceptions import ScheduleNotFound
from moto.scheduler.models import scheduler_backends

from . import iam, permissions
from .settings import ACCOUNT, REGION

PREFIX = "_schedules"
PRINCIPAL = "scheduler.amazonaws.com"
Answer = tuple[int, str]


def fire(path: str, invoke: Callable[[object, bytes], Answer]) -> Answer:
    """The status and the reason: 404 for no such schedule, 409 for one that is off, 403 where its role may not, 500
    where the target failed."""
    _, _, group, name = path.split("/", 3)
    try:
        schedule = scheduler_backends[ACCOUNT][REGION].get_schedule(group, name)
    except ScheduleNotFound:
        return 404, f"there is no schedule {group}/{name}"
    if schedule.state != "ENABLED":
        return 409, f"{name} is {schedule.state}"
    target, role = schedule.target["Arn"], schedule.target["RoleArn"].rsplit("/", 1)[-1]
    if not permissions.trusts(iam_backends[ACCOUNT]["aws"].get_role(role).assume_role_policy_document, PRINCIPAL):
        return 403, f"{role} does not trust {PRINCIPAL}"
    if target.split(":")[2] != "lambda":
        return 501, f"the emulator does not know how to call {target}"
    if not iam.allowed(role, "lambda:InvokeFunction", target):
        return 403, f"{role} may not invoke {target}"
    event = schedule.target.get("Input") or "{}"
    return invoke(lambda_backends[ACCOUNT][REGION].get_function(target), event.encode())
