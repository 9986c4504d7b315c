"""What is there already is adopted: used, granted, and left behind as it was found."""

import shutil
import time
from types import SimpleNamespace

import pytest
import requests

from harness import certificates, cloud, compiler, stores
from harness.deployment import Deployed
from harness.fixture import Fixture
from harness.paths import E2E, REPOSITORY
from harness.terraform import ERROR, NO_CHANGES, Terraform

SHOP = REPOSITORY / "fixtures/adopted/shop"
# Nothing of these kinds may be made: they are what is adopted.
ADOPTED = (
    "aws_vpc.",
    "aws_subnet.",
    "aws_dynamodb_table.",
    "aws_s3_bucket.",
    "aws_secretsmanager_secret.",
    "aws_sns_topic.",
)
SECONDS = 30.0


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """An account with a network and data in it, and servers behind the addresses of those."""
    directory, authority = tmp_path_factory.mktemp("existing"), certificates.authority()
    module = directory / "company"
    shutil.copytree(E2E / "modules/existing", module)
    with (
        cloud.running(directory / "cloud", authority.trust_environment) as aws,
        stores.following(aws, authority, directory / "stores") as servers,
    ):
        terraform = Terraform(module, aws.endpoint)
        terraform.init()
        terraform.apply()
        outputs = terraform.outputs()
        _make_servers(aws, outputs["subnets"], outputs["groups"])
        settings = [f"{key}={value}" for key, value in outputs["settings"].items()]
        aws.client("secretsmanager").put_secret_value(SecretId="company/signing-key", SecretString="a key")
        servers.complete()
        yield SimpleNamespace(aws=aws, terraform=terraform, settings=settings, directory=directory)


def _make_servers(aws, subnets: list[str], groups: dict[str, str]):
    """Without Terraform, which would wait a minute for each."""
    of_group = {"CacheSubnetGroupName": "company", "CacheSubnetGroupDescription": "Company"}
    aws.client("elasticache").create_cache_subnet_group(**of_group, SubnetIds=subnets)
    aws.client("elasticache").create_replication_group(
        ReplicationGroupId="company-visits",
        ReplicationGroupDescription="Visits",
        Engine="redis",
        EngineVersion="7.1",
        CacheNodeType="cache.t4g.micro",
        Port=6379,
        NumCacheClusters=1,
        AtRestEncryptionEnabled=True,
        TransitEncryptionEnabled=True,
        CacheSubnetGroupName="company",
        SecurityGroupIds=[groups["redis"]],
    )
    aws.client("rds").create_db_subnet_group(
        DBSubnetGroupName="company", DBSubnetGroupDescription="Company", SubnetIds=subnets
    )
    aws.client("rds").create_db_instance(
        DBInstanceIdentifier="company-warehouse",
        Engine="postgres",
        EngineVersion="17",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        DBName="warehouse",
        Port=5432,
        MasterUsername="app",
        ManageMasterUserPassword=True,
        StorageEncrypted=True,
        DBSubnetGroupName="company",
        VpcSecurityGroupIds=[groups["database"]],
    )


def test_an_application_lives_on_what_was_there_before(company):
    """Applied, used in all of its ways, and gone without a trace."""
    output = compiler.compile_application(SHOP, company.directory / "shop", settings=company.settings)
    compiler.build(output)
    made = [address for address in output.plan["resources"] if address.startswith(ADOPTED)]
    assert not made
    terraform = Terraform(output.directory / "terraform", company.aws.endpoint)
    terraform.init()
    terraform.format_check()
    terraform.validate()
    terraform.apply()
    status, printed = terraform.plan()
    assert status == NO_CHANGES, printed
    _is_used(company, output, terraform)
    terraform.destroy()
    status, printed = company.terraform.plan()
    assert status == NO_CHANGES, printed
    aws = company.aws
    assert aws.client("dynamodb").scan(TableName="company-carts")["Count"] == 1
    assert aws.client("s3").list_objects_v2(Bucket="company-receipts")["KeyCount"] == 1
    subscriptions = aws.client("sns").list_subscriptions()["Subscriptions"]
    assert not subscriptions
    assert len(aws.client("rds").describe_db_instances()["DBInstances"]) == 1
    assert len(aws.client("elasticache").describe_replication_groups()["ReplicationGroups"]) == 1


def _is_used(company, output, terraform):
    deployed = Deployed(Fixture(name="shop"), output, company.aws, company.directory, terraform.outputs())

    def call(method: str, path: str, **body) -> requests.Response:
        return requests.request(method, deployed.url + path, timeout=SECONDS, **body)

    assert call("PUT", "/carts/ann", json=["tea"]).json() == 1, company.aws.logs()
    assert call("GET", "/carts/ann").json() == {"items": ["tea"], "visits": 1}
    assert call("GET", "/carts/bob").status_code == 404
    assert call("PUT", "/receipts/ann", json=["tea", "3.20"]).status_code == 201, company.aws.logs()
    assert call("GET", "/receipts/ann").json() == {"text": "tea\n3.20", "signed": True}
    assert call("GET", "/database").json() == "warehouse", company.aws.logs()
    assert call("POST", "/orders/ann").status_code == 202
    until = time.monotonic() + SECONDS
    while (placed := call("GET", "/orders/ann").json()) != 1:
        assert time.monotonic() < until, (placed, company.aws.logs())
        time.sleep(0.5)


def test_what_does_not_fit_is_refused_before_anything_is_made(company, tmp_path):
    """A table whose key the shim does not write."""
    wrong = [*company.settings, "persist.kv.by_id.carts.existing=company-other"]
    output = compiler.compile_application(SHOP, tmp_path / "shop", settings=wrong)
    built = {"build_directory": str(company.directory / "shop/build")}
    terraform = Terraform(output.directory / "terraform", company.aws.endpoint, built)
    terraform.init()
    status, printed = terraform.plan()
    assert status == ERROR
    assert 'partition key is not called "key"' in " ".join(printed.replace("│", " ").split())
