"""A function is installed by the project's own package manager, and compiled by its own compiler where types matter.

The application of `managers/app` is injected by the types of a constructor (`emitDecoratorMetadata`), and throws.
That of `managers/workspaces` answers by another package of its workspace, which takes in every folder.
"""

import json
import os
import re
import shutil
import subprocess

import httpx
import pytest

from harness import compiler, images, package_managers, tools
from harness.compiler import Output
from harness.containers import Container, Run
from harness.package_managers import NPM, PNPM, YARN, YARN_CLASSIC, PackageManager
from harness.paths import E2E, INFERRA

MANAGERS = pytest.mark.parametrize("manager", package_managers.ALL, ids=lambda manager: manager.name)
# npm without a lock file, and another compiler than the others have.
SWC = PackageManager("swc", "")
OTHER_ARCHITECTURE = {"x86_64": "arm64", "arm64": "x86_64"}[compiler.ARCHITECTURE]

INVOKE = """
const { handler } = await import(process.argv[1]);
const Message = JSON.stringify({ emitter: "INFERRA_PUBSUB_NAMES", event: "name", args: ["Ada"] });
const event = { Records: [{ EventSource: "aws:sns", Sns: { MessageId: "1", Message } }] };
await handler(event, {}).then(() => console.log("answered"), (error) => console.log(error.stack));
"""


def prepared(manager: PackageManager, directory, *settings: str) -> Output:
    """The application with the manager's lock file, compiled."""
    tools.require("node", "npm")
    source = shutil.copytree(E2E / "managers" / "app", directory / "greeter")
    shutil.copytree(manager.folder, source, dirs_exist_ok=True)
    return compiler.compile_application(source, directory / "out", settings=settings)


def invoke(zip_file, directory) -> str:
    """The stack of what the function throws where it is given a name, as its planned environment has it."""
    shutil.unpack_archive(zip_file, directory)
    topics = json.dumps({"name": "arn:aws:sns:eu-central-1:000000000000:name"})
    environment = {
        "NODE_OPTIONS": "--enable-source-maps",
        "AWS_REGION": "eu-central-1",
        "INFERRA_PUBSUB_NAMES_TOPICS": topics,
    }
    command = ["node", "--input-type=module", "--eval", INVOKE, "--", directory / "index.mjs"]
    return tools.run(command, environment=environment)


@MANAGERS
def test_what_is_thrown_names_the_source(manager, tmp_path):
    """What was injected is there, and the trace has the line of the user's own file. The lock file stays as it is."""
    output = prepared(manager, tmp_path)
    compiler.build(output)
    thrown = invoke(output.zip("receiver"), tmp_path / "unzipped")
    assert "Error: Ada at noon" in thrown
    assert "src/greeter.ts:18:11" in thrown
    assert "src/receiver.ts:10:" in thrown
    lock = output.unit_directory("receiver") / manager.lock
    assert lock.read_bytes() == (manager.folder / manager.lock).read_bytes()


def test_a_function_for_another_processor(tmp_path):
    """The compiler, which is machine code, is installed once more for this machine."""
    output = prepared(PNPM, tmp_path, f"execution_unit.architecture={OTHER_ARCHITECTURE}")
    compiler.build(output)
    assert "Error: Ada at noon" in invoke(output.zip("receiver"), tmp_path / "unzipped")


@pytest.mark.parametrize("architecture", [compiler.ARCHITECTURE, OTHER_ARCHITECTURE])
def test_swc_where_the_project_has_it(architecture, tmp_path):
    """It is what compiles a project that has swc and not TypeScript."""
    output = prepared(SWC, tmp_path, f"execution_unit.architecture={architecture}")
    compiler.build(output)
    thrown = invoke(output.zip("receiver"), tmp_path / "unzipped")
    assert "Error: Ada at noon" in thrown
    assert "src/greeter.ts:18:11" in thrown


def test_esbuild_where_it_is_asked_for(tmp_path):
    """It erases the types."""
    output = prepared(PNPM, tmp_path, "execution_unit.typescript_compiler=esbuild")
    compiler.build(output)
    assert "TypeError: Cannot read properties of undefined" in invoke(output.zip("receiver"), tmp_path / "unzipped")


def workspace(manager: PackageManager, directory, target: str) -> Output:
    """The workspace with the manager's lock file, compiled."""
    tools.require("node", "npm")
    source = shutil.copytree(E2E / "managers" / "workspaces" / "app", directory / "workspace")
    shutil.copytree(manager.workspace, source, dirs_exist_ok=True)
    return compiler.compile_application(source, directory / "out", target)


@MANAGERS
def test_a_function_of_a_workspace(manager, tmp_path):
    """The runtime, which lies in the unit's folder while it is built, is no package of the workspace."""
    output = workspace(manager, tmp_path, "aws-lambda")
    compiler.build(output)
    shutil.unpack_archive(output.zip("main"), tmp_path / "unzipped")
    assert "hello ${" in (tmp_path / "unzipped" / "index.mjs").read_text()


@MANAGERS
def test_an_image_of_a_workspace(manager, tmp_path):
    """Its Dockerfile is followed, the package manager's own steps too, and what it makes answers."""
    images.require_namespaces()
    output = workspace(manager, tmp_path, "ecs")
    image = images.build(output.unit_directory("main"))
    assert not (image.root / "app" / "node_modules").exists()
    container = Container("workspace", image, Run(environment={}), tmp_path / "logs")
    try:
        container.wait_for(8081, "/ready", 20)
        assert httpx.get(f"http://{container.address}:3000/").text == "hello Ada, for 3600000 ms"
    finally:
        container.kill()


@pytest.mark.parametrize("manager", [PNPM, YARN, YARN_CLASSIC], ids=lambda manager: manager.name)
def test_an_image_is_not_built_by_another_package_manager_than_the_project_names(manager, tmp_path):
    """What it is compared with is the hash behind its version."""
    images.require_namespaces()
    output = workspace(manager, tmp_path, "ecs")
    dockerfile = output.unit_directory("main") / "Dockerfile"
    text, changed = re.subn(r'"(sha\d+)\.[0-9a-f]+"', r'"\1.00ff"', dockerfile.read_text())
    assert changed == 1
    dockerfile.write_text(text)
    with pytest.raises(AssertionError, match=r"`packageManager` in package\.json names 00ff"):
        images.build(dockerfile.parent)


@pytest.fixture
def above(tmp_path):
    """A folder for temporary files, with what somebody else left there: a workspace of all folders. A build alone is
    told of it: what goes on in the background has files of its own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    (folder / "package.json").write_text('{ "name": "above", "private": true, "workspaces": ["**"] }')
    (folder / "pnpm-workspace.yaml").write_text('packages: ["**"]\n')
    return folder


@pytest.mark.parametrize("manager", [NPM, PNPM], ids=lambda manager: manager.name)
def test_a_workspace_above_the_build_is_not_looked_at(manager, above, tmp_path):
    """What is installed is what the unit's own lock file says."""
    output = prepared(manager, tmp_path)
    compiler.build(output, TMPDIR=str(above))
    assert "Error: Ada at noon" in invoke(output.zip("receiver"), tmp_path / "unzipped")
    assert sorted(one.name for one in above.iterdir()) == ["package.json", "pnpm-workspace.yaml"]


def test_a_compiler_above_the_build_is_not_taken(above, tmp_path):
    """The project has none."""
    output = prepared(NPM, tmp_path)
    unit = output.unit_directory("receiver")
    (unit / "package-lock.json").unlink()
    manifest = json.loads((unit / "package.json").read_text())
    del manifest["devDependencies"]
    (unit / "package.json").write_text(json.dumps(manifest))
    (above / "node_modules").mkdir()
    (above / "node_modules" / "typescript").symlink_to(
        package_managers.installed("typescript@7.0.2").parent / "typescript"
    )
    with pytest.raises(AssertionError, match="typescript is not installed"):
        compiler.build(output, TMPDIR=str(above))


@pytest.mark.parametrize(
    ("manager", "present", "advice"),
    [
        (PNPM, None, "npm install --global pnpm@10.34.8"),
        (YARN, "yarn@1.22.22", "npm install --global @yarnpkg/cli-dist@4.18.1"),
        (YARN_CLASSIC, "@yarnpkg/cli-dist@4.18.1", "npm install --global yarn@1.22.22"),
    ],
    ids=["none", "old-yarn", "new-yarn"],
)
def test_a_package_manager_that_is_not_there(manager, present, advice, tmp_path):
    """The message says how it is installed."""
    output = prepared(manager, tmp_path)
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("node", "npm"):
        (programs / name).symlink_to(shutil.which(name))
    path = [programs, *([package_managers.installed(present)] if present else [])]
    done = subprocess.run(
        [INFERRA, "build", output.directory],
        env={**os.environ, "PATH": os.pathsep.join(map(str, path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert advice in done.stderr
