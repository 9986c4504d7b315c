"""Terraform against the emulator, with the configuration exactly as it was written."""

import json
import os
import subprocess
import threading
from functools import cache
from pathlib import Path

from . import timings, tools
from .paths import CACHE

PROVIDER = "registry.terraform.io/hashicorp/aws"
MIRROR_ROOTS = ["/opt", "/usr/local", "/usr/share", "/var/lib", str(Path.home())]
# Terraform's plugin cache is not safe for two `init` at once:
# https://developer.hashicorp.com/terraform/cli/config/config-file#provider-plugin-cache
_INIT = threading.Lock()
# https://www.rfc-editor.org/rfc/rfc863: no service that answers is there.
NOTHING = "http://127.0.0.1:9"
NO_CHANGES, ERROR, CHANGES = range(3)
# Terraform's own default.
PARALLEL = 10


class Terraform:
    """One root module and the AWS that it is applied to."""

    def __init__(
        self, module: Path, endpoint: str, variables: dict[str, str] | None = None, *, environment: str | None = None
    ):
        """`environment` is one of several that share the module."""
        tools.require("terraform")
        self._module = module
        self._initialised: list[str] = []
        self._variables = [f"-var={name}={value}" for name, value in (variables or {}).items()]
        self._environment = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "deployer",
            "AWS_SECRET_ACCESS_KEY": "deployer",
            "AWS_REGION": "us-east-1",
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(_cli_configuration()),
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
        }
        if environment is not None:
            self._variables.append(f"-var-file=environments/{environment}.tfvars")
            backends = sorted((module / "environments").glob(f"{environment}.*.tfbackend"))
            self._initialised = ["-reconfigure", *(f"-backend-config=environments/{file.name}" for file in backends)]
            # What `init` remembers of the back end, for each of them, so that both can be at work.
            self._environment["TF_DATA_DIR"] = f".terraform-{environment}"

    def init(self, *, backend: bool = True) -> None:
        """Installs the provider, from the machine's mirror where there is one, and reaches for the state."""
        with _INIT:
            self._run("init", *(self._initialised if backend else ["-backend=false"]))

    def push(self, state: Path) -> None:
        """Puts a state where the module says that it lives."""
        self._run("state", "push", str(state), color=False)

    def pull(self) -> dict:
        """The state, from where it lives."""
        return json.loads(self._run("state", "pull", color=False))

    def format_check(self) -> None:
        """`terraform fmt -check`."""
        self._run("fmt", "-check", "-diff", "-recursive", color=False)

    def validate(self) -> None:
        """`terraform validate`."""
        self._run("validate")

    def apply(self, parallel: int = PARALLEL) -> None:
        """Creates everything."""
        self._timed("apply", parallel)

    def plan(self, parallel: int = PARALLEL) -> tuple[int, str]:
        """`plan -detailed-exitcode`: NO_CHANGES, ERROR or CHANGES, and what was printed."""
        return self._tried("plan", "-detailed-exitcode", f"-parallelism={parallel}", *self._variables)

    def test(self) -> tuple[int, str]:
        """`terraform test`, with nothing where AWS would be: its status and what it printed."""
        return self._tried("test", *self._variables, AWS_ENDPOINT_URL=NOTHING)

    def outputs(self) -> dict:
        """All outputs: name to value."""
        read = json.loads(self._run("output", "-json", color=False))
        return {name: output["value"] for name, output in read.items()}

    def state(self, module: str) -> dict[str, dict]:
        """What was made of the resources of a module that the root calls: `type.name` to attributes."""
        resources = json.loads((self._module / "terraform.tfstate").read_text())["resources"]
        of_module = [one for one in resources if one.get("module") == f"module.{module}" and one["mode"] == "managed"]
        return {f"{one['type']}.{one['name']}": one["instances"][0]["attributes"] for one in of_module}

    def output(self, name: str) -> str:
        """One output, as JSON."""
        return self._run("output", "-json", name, color=False)

    def destroy(self, parallel: int = PARALLEL) -> None:
        """Deletes everything."""
        self._timed("destroy", parallel)

    def _timed(self, command: str, parallel: int) -> None:
        with timings.step(f"terraform {command} in {self._module.parent.name}") as said:
            said.append(
                timings.slowest(self._run(command, "-auto-approve", f"-parallelism={parallel}", *self._variables))
            )

    def _tried(self, command: str, *arguments: str, **variables: str) -> tuple[int, str]:
        command = ["terraform", command, "-no-color", *arguments]
        environment = os.environ | self._environment | variables
        done = subprocess.run(command, cwd=self._module, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def _run(self, command: str, *arguments: str, color: bool = True) -> str:
        quiet = ["-no-color"] if color else []
        return tools.run(["terraform", command, *quiet, *arguments], cwd=self._module, environment=self._environment)


@cache
def _cli_configuration() -> Path:
    """The CLI configuration of this run: the provider from a mirror on the machine, or else from the registry. The
    user's own configuration is left out, so that a run does not depend on it."""
    directory = CACHE / "terraform"
    plugins = directory / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    text = f'plugin_cache_dir = "{plugins}"\n'
    if mirror := _mirror():
        text += (
            "provider_installation {\n"
            f'  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n'
            f'  direct {{\n    exclude = ["{PROVIDER}"]\n  }}\n'
            "}\n"
        )
    file = directory / "terraform.rc"
    file.write_text(text)
    return file


def _mirror() -> str | None:
    roots = [root for root in MIRROR_ROOTS if Path(root).is_dir()]
    pattern = ["-maxdepth", "6", "-type", "d", "-path", f"*/{PROVIDER}", "-not", "-path", "*/.terraform/*"]
    outside = ["-not", "-path", f"{CACHE}/*", "-print", "-quit"]
    done = subprocess.run(["find", *roots, "-xdev", *pattern, *outside], capture_output=True, text=True, check=False)
    found = done.stdout.strip()
    return found.removesuffix(f"/{PROVIDER}") or None
