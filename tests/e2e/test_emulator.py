"""The emulator itself: what the other tests rely on it to refuse, it refuses."""

import io
import json
import zipfile

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

from harness import certificates, cloud, servers

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}],
}
PYTHON = """
import os

def handler(event, context):
    if event.get("fail"):
        raise ValueError("asked to fail")
    return {"name": os.environ["NAME"], "trusts": os.environ["SSL_CERT_FILE"], "path": event.get("rawPath")}
"""
NODE = """
export const handler = async (event) => ({ statusCode: 201, headers: { "x-runtime": "node" }, body: event.body });
"""


@pytest.fixture(scope="module")
def aws(tmp_path_factory):
    """An emulator with nothing in it."""
    trust = certificates.authority().trust_environment
    with cloud.running(tmp_path_factory.mktemp("emulator"), trust) as running:
        yield running


def create_function(aws, name: str, runtime: str, file: str, source: str, **options) -> str:
    """A function with a role of its own that may do nothing."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr(file, source)
    role = aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    created = aws.client("lambda").create_function(
        FunctionName=name,
        Role=role,
        Runtime=runtime,
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"NAME": "emulated"}},
        Timeout=20,
        **options,
    )
    return created["FunctionArn"]


def create_api(aws, function_arn: str, route: str) -> str:
    """An HTTP API with one route to that function; the permission is the caller's to give."""
    api = aws.client("apigatewayv2")
    api_id = api.create_api(Name="api", ProtocolType="HTTP")["ApiId"]
    integration = api.create_integration(
        ApiId=api_id, IntegrationType="AWS_PROXY", IntegrationUri=function_arn, PayloadFormatVersion="2.0"
    )
    target = f"integrations/{integration['IntegrationId']}"
    api.create_route(ApiId=api_id, RouteKey=route, Target=target)
    api.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    return api_id


def receive(queues, url: str) -> list[dict]:
    """What is in the queue now."""
    return queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])


def test_runs_python_with_its_environment(aws):
    """A function sees what Terraform set and what the machine image sets."""
    create_function(aws, "python", "python3.13", "index.py", PYTHON)
    answer = aws.client("lambda").invoke(FunctionName="python", Payload=b"{}")
    payload = json.load(answer["Payload"])
    assert payload["name"] == "emulated", aws.logs()
    assert payload["trusts"].endswith("authority.pem")


def test_gateway_needs_the_route_and_the_permission(aws):
    """No route is a 404; a route without permission is a 500; a permission for another route does not help."""
    arn = create_function(aws, "node", "nodejs22.x", "index.mjs", NODE)
    api_id = create_api(aws, arn, "POST /users/{name}")
    url = aws.api(api_id)
    assert httpx.get(f"{url}/users/ann").status_code == 404
    assert httpx.post(f"{url}/users/ann").status_code == 500
    allow = {"FunctionName": "node", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    source = f"arn:aws:execute-api:us-east-1:123456789012:{api_id}"
    functions = aws.client("lambda")
    functions.add_permission(**allow, StatementId="other", SourceArn=f"{source}/*/GET/users/*")
    assert httpx.post(f"{url}/users/ann").status_code == 500
    functions.add_permission(**allow, StatementId="right", SourceArn=f"{source}/*/POST/users/{{name}}")
    answer = httpx.post(f"{url}/users/ann", json={"a": 1})
    assert (answer.status_code, answer.json(), answer.headers["x-runtime"]) == (201, {"a": 1}, "node"), aws.logs()


def test_gateway_takes_a_last_slash_only_greedily(aws):
    """A route cannot end with a slash, but a greedy parameter may be empty."""
    arn = create_function(aws, "slashes", "nodejs22.x", "index.mjs", NODE)
    with pytest.raises(ClientError, match="route key"):
        create_api(aws, arn, "GET /items/")
    api_id = create_api(aws, arn, "GET /items/{proxy+}")
    source = f"arn:aws:execute-api:us-east-1:123456789012:{api_id}/*/GET/items/*"
    allow = {"FunctionName": "slashes", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    aws.client("lambda").add_permission(**allow, StatementId="items", SourceArn=source)
    assert httpx.get(f"{aws.api(api_id)}/items/").status_code == 201, aws.logs()
    assert httpx.get(f"{aws.api(api_id)}/items").status_code == 404


@pytest.mark.parametrize("granted", [True, False])
def test_a_failing_event_is_retried_and_then_dead_lettered(aws, granted):
    """Lambda makes 1 + MaximumRetryAttempts attempts and delivers with the rights of the function's role."""
    name = f"failing-{granted}".lower()
    create_function(aws, name, "python3.13", "index.py", PYTHON)
    queues, functions = aws.client("sqs"), aws.client("lambda")
    url = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    functions.put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    if granted:
        statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        aws.client("iam").put_role_policy(RoleName=name, PolicyName="queue", PolicyDocument=policy)
    functions.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps({"fail": True}))
    verdict = "ALLOW" if granted else "DENY"
    decision = {"decision": verdict, "role": name, "action": "sqs:SendMessage", "resource": arn}
    servers.wait_until(lambda: decision in aws.decisions(), f"{verdict} of the delivery")
    if not granted:
        assert receive(queues, url) == []
        return
    messages: list[dict] = []
    servers.wait_until(lambda: messages.extend(receive(queues, url)) or bool(messages), "the delivery")
    record = json.loads(messages[0]["Body"])
    assert record["requestPayload"] == {"fail": True}
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["responsePayload"]["errorType"] == "ValueError"


def create_queue(
    aws, name: str, source: str | None, service: str = "sns.amazonaws.com", **attributes: str
) -> tuple[str, str]:
    """A queue, URL and ARN, that takes what the service sends for a source where one is given."""
    queues = aws.client("sqs")
    arn = f"arn:aws:sqs:us-east-1:123456789012:{name}"
    if source:
        allow = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
        allow |= {
            "Principal": {"Service": service},
            "Condition": {"ArnEquals": {"aws:SourceArn": source}},
        }
        attributes["Policy"] = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    return queues.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"], arn


def test_a_topic_sends_raw_to_queues_that_permit_it(aws):
    """A queue without a policy gets nothing: the subscription's dead-letter queue does."""
    queues, topics = aws.client("sqs"), aws.client("sns")
    topic = topics.create_topic(Name="events")["TopicArn"]
    dead_url, dead = create_queue(aws, "events-dead", topic)
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 1})
    good_url, good = create_queue(aws, "events-good", topic, RedrivePolicy=redrive, VisibilityTimeout="0")
    closed_url, closed = create_queue(aws, "events-closed", None)
    for arn in (good, closed):
        attributes = {"RawMessageDelivery": "true", "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead})}
        topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    topics.publish(TopicArn=topic, Message='{"raw": true}')
    assert [one["Body"] for one in receive(queues, good_url)] == ['{"raw": true}'], aws.logs()
    assert receive(queues, closed_url) == []
    assert [one["Body"] for one in receive(queues, dead_url)] == ['{"raw": true}']
    # Received as often as it may be, it is moved.
    assert receive(queues, good_url) == []
    assert [one["Body"] for one in receive(queues, dead_url)] == ['{"raw": true}']


def create_rule(aws, bus: str, detail_type: str, arn: str, dead: str | None = None) -> str:
    """A rule of that name for events of that type from `shop`, with that target; its ARN."""
    events = aws.client("events")
    pattern = json.dumps({"source": ["shop"], "detail-type": [detail_type]})
    rule = events.put_rule(Name=detail_type, EventBusName=bus, EventPattern=pattern)["RuleArn"]
    target = {"Id": "it", "Arn": arn} | ({"DeadLetterConfig": {"Arn": dead}} if dead else {})
    events.put_targets(Rule=detail_type, EventBusName=bus, Targets=[target])
    return rule


def put_event(events, bus: str, detail_type: str) -> dict:
    """Puts an event on the bus."""
    entry = {"EventBusName": bus, "Source": "shop", "DetailType": detail_type, "Detail": '{"fail": true}'}
    return events.put_events(Entries=[entry])


def test_a_rule_hands_events_to_what_permits_it(aws):
    """A queue without a policy, and a function without a permission, get nothing: the dead-letter queue does."""
    events, functions = aws.client("events"), aws.client("lambda")
    bus = events.create_event_bus(Name="shop")["EventBusArn"]
    rules = bus.replace(":event-bus/", ":rule/")
    dead_url, dead = create_queue(aws, "bus-dead", f"{rules}/*", "events.amazonaws.com")
    open_url, open_queue = create_queue(aws, "bus-open", f"{rules}/open", "events.amazonaws.com")
    closed_url, closed = create_queue(aws, "bus-closed", f"{rules}/other", "events.amazonaws.com")
    function = create_function(aws, "bus-function", "python3.13", "index.py", PYTHON)
    assert create_rule(aws, "shop", "open", open_queue, dead) == f"{rules}/open"
    create_rule(aws, "shop", "closed", closed, dead)
    create_rule(aws, "shop", "call", function, dead)
    queues = aws.client("sqs")
    assert put_event(events, bus, "open")["FailedEntryCount"] == 0
    [event] = [json.loads(one["Body"]) for one in receive(queues, open_url)]
    assert (event["source"], event["detail-type"], event["detail"]) == ("shop", "open", {"fail": True})
    assert set(event) == {
        *("version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail")
    }
    for refused in ("closed", "call"):
        put_event(events, bus, refused)
        assert [json.loads(one["Body"])["detail-type"] for one in receive(queues, dead_url)] == [refused], aws.logs()
    assert receive(queues, closed_url) == []
    allow = {"FunctionName": "bus-function", "Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com"}
    functions.add_permission(**allow, StatementId="call", SourceArn=f"{rules}/call")
    before = len(aws.invocations())
    put_event(events, bus, "call")
    servers.wait_until(lambda: len(aws.invocations()) > before, "the invocation")
    assert aws.invocations()[before]["source"] == "aws:events"


def test_a_call_that_is_made_again_is_done_once(aws):
    """As by a client that did not get the answer."""
    queues = aws.client("sqs")
    url = queues.create_queue(QueueName="once")["QueueUrl"]
    headers = {"x-amz-target": "AmazonSQS.SendMessage", "content-type": "application/x-amz-json-1.0"}
    headers |= {"authorization": "AWS4-HMAC-SHA256 Credential=deployer/20260101/us-east-1/sqs/aws4_request"}
    sent = {"QueueUrl": url, "MessageBody": "x"}
    answers = [
        httpx.post(aws.endpoint, json=sent, headers=headers | {"amz-sdk-invocation-id": invocation})
        for invocation in ("first", "first", "second")
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    first, again, second = [answer.json()["MessageId"] for answer in answers]
    assert first == again != second
    counted = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    assert counted["Attributes"]["ApproximateNumberOfMessages"] == "2"


def test_rules_of_one_name_have_tags_of_their_own(aws):
    """On two buses."""
    events = aws.client("events")
    arns = []
    for bus in ("first", "second"):
        events.create_event_bus(Name=f"tagged-{bus}")
        tags = [{"Key": "bus", "Value": bus}]
        rule = events.put_rule(Name="same", EventBusName=f"tagged-{bus}", EventPattern="{}", Tags=tags)
        arns.append(rule["RuleArn"])
    events.tag_resource(ResourceARN=arns[1], Tags=[{"Key": "more", "Value": "1"}])
    events.untag_resource(ResourceARN=arns[1], TagKeys=["bus"])
    tags = [events.list_tags_for_resource(ResourceARN=arn)["Tags"] for arn in arns]
    assert tags == [[{"Key": "bus", "Value": "first"}], [{"Key": "more", "Value": "1"}]]
    with pytest.raises(ClientError, match="does not exist"):
        events.list_tags_for_resource(ResourceARN=f"{arns[1]}-other")


def test_a_role_puts_only_events_that_its_policy_names(aws):
    """The conditions on an event's source and type hold for each event."""
    iam, name = aws.client("iam"), "puts-events"
    bus = aws.client("events").create_event_bus(Name=name)["EventBusArn"]
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    conditions = {"StringEquals": {"events:source": "shop", "events:detail-type": ["placed"]}}
    statement = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": bus, "Condition": conditions}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=name, PolicyName="bus", PolicyDocument=policy)
    given = aws.client("sts").assume_role(RoleArn=role, RoleSessionName=name)["Credentials"]
    events = boto3.client(
        "events",
        endpoint_url=aws.endpoint,
        region_name="us-east-1",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    assert put_event(events, bus, "placed")["FailedEntryCount"] == 0
    with pytest.raises(ClientError, match="AccessDenied"):
        put_event(events, bus, "cancelled")


def test_databases_are_told_apart(aws):
    """The provider looks for an instance by its resource ID; each has an address and a password of its own."""
    databases = aws.client("rds")
    for name in ("one", "two"):
        databases.create_db_instance(
            DBInstanceIdentifier=name,
            Engine="postgres",
            DBInstanceClass="db.t4g.micro",
            AllocatedStorage=20,
            MasterUsername=name,
            ManageMasterUserPassword=True,
        )
    made = databases.describe_db_instances()["DBInstances"]
    for one in made:
        by_id = [{"Name": "dbi-resource-id", "Values": [one["DbiResourceId"]]}]
        found = databases.describe_db_instances(Filters=by_id)["DBInstances"]
        assert [other["DBInstanceIdentifier"] for other in found] == [one["DBInstanceIdentifier"]]
        secret = aws.client("secretsmanager").get_secret_value(SecretId=one["MasterUserSecret"]["SecretArn"])
        assert json.loads(secret["SecretString"])["username"] == one["DBInstanceIdentifier"]
    assert len({one["Endpoint"]["Address"] for one in made}) == 2
