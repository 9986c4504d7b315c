"""The services that applications use are there in the emulator: Terraform applies them, a function uses them with the
rights of its role, and real servers stand behind what has an address."""

import json

import httpx
import pytest

from harness import mutations, security, tools


@pytest.fixture
def call(together, services):
    """Lets the function call a service of AWS."""

    def made(service: str, operation: str, **arguments) -> dict:
        event = json.dumps({"call": [service, operation, arguments]})
        functions = together.combined.cloud.client("lambda")
        answer = functions.invoke(FunctionName=services.function, Payload=event)
        printed = answer["Payload"].read().decode()
        assert "FunctionError" not in answer, printed
        return json.loads(printed)

    return made


@pytest.fixture
def cloud(together):
    """Where all of it is."""
    return together.combined.cloud


DENIED = {"AccessDenied", "AccessDeniedException"}


def test_a_table(call, services):
    """Items by their keys; what is not granted is refused."""
    key = {"pk": {"S": "a"}, "sk": {"S": "1"}}
    call("dynamodb", "put_item", TableName=services.table, Item=key | {"n": {"N": "1.5"}})
    assert call("dynamodb", "get_item", TableName=services.table, Key=key)["Item"]["n"] == {"N": "1.5"}
    values = {":p": {"S": "a"}}
    found = call(
        "dynamodb",
        "query",
        TableName=services.table,
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues=values,
    )
    assert found["Count"] == 1
    assert call("dynamodb", "delete_item", TableName=services.table, Key=key)["error"] in DENIED
    writing = {"Put": {"TableName": services.table, "Item": key}}
    assert "error" not in call("dynamodb", "transact_write_items", TransactItems=[writing])
    deleting = {"Delete": {"TableName": services.table, "Key": key}}
    assert call("dynamodb", "transact_write_items", TransactItems=[writing, deleting])["error"] in DENIED
    assert call("dynamodb", "get_item", TableName="another", Key=key)["error"] in DENIED


def test_a_bucket(call, services, cloud):
    """Objects by their keys; what is not there is missing only to whoever may list."""
    place = {"Bucket": services.bucket, "Key": "a folder/ä.txt"}
    call("s3", "put_object", **place, Body="text")
    assert call("s3", "get_object", **place)["Body"] == "text"
    copied = {"Bucket": services.bucket, "Key": "copy", "CopySource": place}
    assert "error" not in call("s3", "copy_object", **copied)
    assert call("s3", "list_objects_v2", Bucket=services.bucket)["KeyCount"] == 2
    absent = {"Bucket": services.bucket, "Key": "absent"}
    assert call("s3", "get_object", **absent)["error"] == "NoSuchKey"
    assert call("s3", "head_object", **absent)["error"] == "404"
    assert call("s3", "delete_object", **place)["error"] in DENIED
    many = call("s3", "delete_objects", Bucket=services.bucket, Delete={"Objects": [{"Key": place["Key"]}]})
    assert [one["Code"] for one in many["Errors"]] == ["AccessDenied"]
    with mutations.without_action_of(cloud, "s3:ListBucket"):
        assert call("s3", "get_object", **absent)["error"] == "AccessDenied"
        assert call("s3", "head_object", **absent)["error"] == "403"
        assert call("s3", "list_objects_v2", Bucket=services.bucket)["error"] == "AccessDenied"


def test_a_secret(call, services, cloud):
    """Of the one that is granted, by ARN, after somebody has put a value into it."""
    assert call("secretsmanager", "get_secret_value", SecretId=services.key)["error"] == "ResourceNotFoundException"
    cloud.client("secretsmanager").put_secret_value(SecretId=services.key, SecretString="value")
    assert call("secretsmanager", "get_secret_value", SecretId=services.key)["SecretString"] == "value"
    assert call("secretsmanager", "get_secret_value", SecretId=services.database)["error"] in DENIED


def test_a_parameter(call, services):
    """By its name."""
    assert call("ssm", "get_parameter", Name=services.parameter)["Parameter"]["Value"] == "info"
    assert call("ssm", "get_parameters", Names=[services.parameter])["error"] in DENIED
    assert call("ssm", "get_parameter", Name="/another")["error"] in DENIED


def test_a_database(together, services, cloud):
    """With TLS, the master user and the password of the secret that RDS keeps; there when Terraform calls for it."""
    assert json.loads(services.migration) == {"connected": True}
    [instance] = [
        one
        for one in cloud.client("rds").describe_db_instances()["DBInstances"]
        if one.get("MasterUserSecret", {}).get("SecretArn") == services.database
    ]
    secret = cloud.client("secretsmanager").get_secret_value(SecretId=services.database)["SecretString"]
    master = json.loads(secret)
    assert master["username"] == "keeper"
    place = f"host={instance['Endpoint']['Address']} port=5432 dbname=shop user=keeper"
    trust = f"sslmode=verify-full sslrootcert={together.authority.authority}"
    query = ["-Atc", "select current_user, ssl from pg_stat_ssl where pid = pg_backend_pid()"]
    printed = tools.run(["psql", f"{place} {trust}", *query], environment={"PGPASSWORD": master["password"]})
    assert printed.strip() == "keeper|t"
    with pytest.raises(AssertionError, match="no encryption"):
        tools.run(["psql", f"{place} sslmode=disable", *query], environment={"PGPASSWORD": master["password"]})


def test_a_cluster_of_redis(together, services):
    """With TLS; a client is sent to the node that has the key."""
    redis = ["redis-cli", "-h", services.redis, "--tls", "--cacert", together.authority.authority]
    for key in ("a", "b", "c", "d"):
        assert tools.run([*redis, "-c", "SET", key, key.upper()]).strip() == "OK"
        assert tools.run([*redis, "-c", "GET", key]).strip() == key.upper()
    assert "cluster_size:2" in tools.run([*redis, "CLUSTER", "INFO"])


def test_the_stores_are_in_security_groups(services, cloud):
    """Containers reach a store only as far as its groups let them."""
    places = {address: store for address, _, store in security.stores(cloud)}
    assert services.redis in places
    ports = {(port, store) for _, port, store in security.stores(cloud)}
    assert {(5432, "rds/services"), (6379, "elasticache/services")} <= ports
    for name in ("rds/services", "elasticache/services"):
        assert len(security.store(cloud, name).groups) == 1


def test_a_schedule(services, cloud):
    """Its time comes when a test says so, and its role may invoke the function."""
    url = f"{cloud.data_plane}/_schedules/default/services-cleanup"
    before = len(cloud.invocations())
    answer = httpx.post(url)
    assert (answer.status_code, json.loads(answer.json()["message"])) == (200, {"ran": "cleanup"}), cloud.logs()
    assert [one["source"] for one in cloud.invocations()[before:]] == ["job"]
    with mutations.without_action_of(cloud, "lambda:InvokeFunction"):
        assert httpx.post(url).status_code == 403
    assert httpx.post(f"{cloud.data_plane}/_schedules/default/another").status_code == 404


def test_a_site(services, cloud):
    """The root object, an object, and what takes the place of one that is not there; for this distribution alone."""
    url = f"{cloud.data_plane}/_sites/{services.distribution}"
    for path in ("/", "/index.html", "/no/such/page"):
        answer = httpx.get(f"{url}{path}")
        assert (answer.status_code, answer.text) == (200, "<h1>home</h1>"), path
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
    buckets = cloud.client("s3")
    [site] = [one["Name"] for one in buckets.list_buckets()["Buckets"] if one["Name"].startswith("services-site-")]
    policy = buckets.get_bucket_policy(Bucket=site)["Policy"]
    buckets.put_bucket_policy(Bucket=site, Policy=policy.replace(services.distribution, "ANOTHER"))
    assert httpx.get(f"{url}/index.html").status_code == 403
    buckets.put_bucket_policy(Bucket=site, Policy=policy)
