"""What is set outside the model, and where the state lives: Terraform accepts it, and finds its state there."""

import json
import shutil
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from harness import applications, compiler
from harness.compiler import Output
from harness.paths import REPOSITORY
from harness.terraform import NOTHING, Terraform

APPLICATION = REPOSITORY / "fixtures/apps/python-fastapi-kv"
STATE = {
    "version": 4,
    "terraform_version": "1.10.0",
    "serial": 1,
    "lineage": "5b0f2f5e-0000-4000-8000-000000000000",
    "outputs": {"where": {"value": "here", "type": "string"}},
    "resources": [],
}
BUCKET = ("state.backend=s3", "state.s3.bucket=acme-state")
BACK_ENDS = {
    "local": ("state.backend=local", "state.local.path=../state/shop.tfstate"),
    "s3": (*BUCKET, "state.s3.region=eu-central-1", "state.s3.kms_key_id=alias/state"),
    "s3-table": (*BUCKET, "state.s3.lock=dynamodb", "state.s3.dynamodb_table=locks"),
    "s3-role": (*BUCKET, "state.s3.lock=none", "state.s3.role_arn=arn:aws:iam::123456789012:role/state"),
    "http": ("state.backend=http", "state.http.address=https://state.example/shop"),
}
ADDRESSES = {"address": "state", "lock_address": "lock", "unlock_address": "unlock"}
OUTSIDE = """
[extra."aws_dynamodb_table.books".arguments]
table_class = "STANDARD_INFREQUENT_ACCESS"
tags = { owner = "${file(\\"no\\")} %${file(\\"no\\")} $${file(\\"no\\")} %{ if true }", "cost centre" = "1" }

[[extra."aws_dynamodb_table.books".blocks.timeouts]]
create = "60m"

[[extra."aws_dynamodb_table.books".blocks.attribute]]

[[extra."aws_dynamodb_table.books".blocks.attribute]]
name = "expires"
type = "N"

[[extra."aws_dynamodb_table.books".blocks.global_secondary_index]]
name = "by_expiry"
hash_key = "expires"
projection_type = "ALL"

[[extra."aws_dynamodb_table.books".blocks.server_side_encryption]]
kms_key_arn = { reference = "aws_iam_role.main.arn" }

[extra."aws_lambda_function.main".arguments]
reserved_concurrent_executions = 5

[[extra."aws_lambda_function.main".blocks.logging_config]]
log_format = "JSON"
"""


@pytest.mark.parametrize("settings", BACK_ENDS.values(), ids=BACK_ENDS)
def test_terraform_accepts_each_back_end(settings, tmp_path):
    """Formatted and valid, without reaching for a state."""
    output = compiler.compile_application(APPLICATION, tmp_path / "out", settings=settings)
    terraform = Terraform(output.directory / "terraform", NOTHING)
    terraform.init(backend=False)
    terraform.format_check()
    terraform.validate()


def test_the_network_that_reaches_the_cluster_is_the_one_that_was_said(tmp_path):
    """The module's own test knows of it."""
    settings = ("eks.private_access=10.8.0.0/16",)
    output = compiler.compile_application(APPLICATION, tmp_path / "out", "eks", settings)
    terraform = Terraform(output.directory / "terraform", NOTHING)
    terraform.init(backend=False)
    status, said = terraform.test()
    assert status == 0, said


def test_a_local_state_is_where_it_is_said_to_be(tmp_path):
    """`terraform init`, and a state that is put there and read again."""
    output = compiler.compile_application(APPLICATION, tmp_path / "out", settings=BACK_ENDS["local"])
    _keeps_the_state(output, tmp_path)
    assert json.loads((tmp_path / "out/state/shop.tfstate").read_text())["outputs"] == STATE["outputs"]


def test_a_state_behind_http_is_locked_and_kept(tmp_path):
    """Against a server of Terraform's protocol, with all three addresses."""
    with _Server() as server:
        place = f"http://127.0.0.1:{server.port}"
        addresses = [f"state.http.{name}={place}/{path}" for name, path in ADDRESSES.items()]
        settings = ["state.backend=http", *addresses]
        output = compiler.compile_application(APPLICATION, tmp_path / "out", settings=settings)
        _keeps_the_state(output, tmp_path)
    assert json.loads(server.kept)["outputs"] == STATE["outputs"]
    asked = set(server.asked)
    assert {("LOCK", "/lock"), ("POST", "/state"), ("UNLOCK", "/unlock"), ("GET", "/state")} <= asked


def test_terraform_accepts_what_is_outside_the_model(tmp_path):
    """Arguments, blocks beside and inside inferra's own, and text that looks like an expression."""
    source = tmp_path / "app"
    shutil.copytree(APPLICATION, source, ignore=shutil.ignore_patterns("expected", ".*"))
    settings = source / "inferra.toml"
    settings.write_text((settings.read_text() if settings.exists() else "") + OUTSIDE)
    output = compiler.compile_application(source, tmp_path / "out", settings=applications.TABLES_GO_TOO)
    terraform = Terraform(output.directory / "terraform", NOTHING)
    terraform.init()
    terraform.format_check()
    terraform.validate()


REFUSED = """
[extra."aws_dynamodb_table.books".arguments]
table_klass = "STANDARD"
"""


def test_what_terraform_does_not_accept_is_not_written(tmp_path):
    """The compile points at the line, and leaves what was there. Terraform is asked once the output is initialised."""
    source = tmp_path / "app"
    shutil.copytree(APPLICATION, source, ignore=shutil.ignore_patterns("expected", ".*"))
    output = compiler.compile_application(source, tmp_path / "out")
    before = output.hashes()
    terraform = Terraform(output.directory / "terraform", NOTHING)
    terraform.init()
    with (source / "inferra.toml").open("a") as settings:
        settings.write(REFUSED)
    with pytest.raises(AssertionError, match=r'error\[E0636\](.|\n)*inferra\.toml(.|\n)*"table_klass" is not expected'):
        compiler.compile_application(source, output.directory)
    assert Output(output.directory).hashes() == before
    settings = source / "inferra.toml"
    settings.write_text(settings.read_text().replace("table_klass", "table_class"))
    compiler.compile_application(source, output.directory)
    assert 'table_class = "STANDARD"' in " ".join((output.directory / "terraform/store_books.tf").read_text().split())


def _keeps_the_state(output, tmp_path):
    terraform = Terraform(output.directory / "terraform", NOTHING)
    terraform.init()
    state = tmp_path / "pushed.tfstate"
    state.write_text(json.dumps(STATE))
    terraform.push(state)
    assert terraform.pull()["outputs"] == STATE["outputs"]


class _Server:
    """Keeps one state: https://developer.hashicorp.com/terraform/language/backend/http."""

    def __init__(self):
        self.kept, self.asked = b"", []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one_request(self):
                self.close_connection = True
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.asked.append((self.command, self.path.partition("?")[0]))
                if self.command == "POST":
                    outer.kept = body
                answer = outer.kept if self.command == "GET" else b""
                self.send_response(204 if self.command == "GET" and not answer else 200)
                if answer:
                    self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port

    def __enter__(self):
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
