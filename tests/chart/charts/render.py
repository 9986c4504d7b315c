"""What a chart makes of its values."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import jsonschema

SOURCE = Path(__file__).parent / "renderer" / "main.go"
# Debian's golang-github-masterminds-sprig-dev and golang-k8s-sigs-yaml-dev; the compiler is in golang-go.
GO_PATH = Path("/usr/share/gocode")


class ChartError(Exception):
    """The chart cannot be installed with these values."""


@dataclass(frozen=True)
class Rendered:
    """All that a chart makes."""

    objects: list[dict]
    notes: str


def missing() -> str | None:
    """What the renderer lacks on this machine."""
    if shutil.which("go") is None:
        return "go is not on PATH"
    packages = (GO_PATH / "src" / name for name in ("github.com/Masterminds/sprig", "sigs.k8s.io/yaml"))
    absent = [str(package) for package in packages if not package.is_dir()]
    return f"not installed: {', '.join(absent)}" if absent else None


def build_renderer(folder: Path) -> Path:
    """The renderer's program, made in that folder."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "renderer"
    go = {
        "GO111MODULE": "off",
        "GOPATH": str(GO_PATH),
        "GOCACHE": str(folder / "go"),
        "GOFLAGS": "",
        "CGO_ENABLED": "0",
    }
    command = ["go", "build", "-o", str(program), str(SOURCE)]
    subprocess.run(command, env=os.environ | go, check=True)
    return program


def merged(renderer: Path, chart: Path, files: list[Path]) -> dict:
    """The chart's values with those of the files over them, as Helm merges them."""
    return json.loads(_run([renderer, "values", chart, *files]))


def complaints(chart: Path, values: dict) -> list[str]:
    """What the chart's schema has against merged values."""
    schema = json.loads((chart / "values.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    errors = jsonschema.Draft7Validator(schema).iter_errors(values)
    return [f"{error.json_path}: {error.message}" for error in errors]


def render(
    renderer: Path, chart: Path, files: list[Path], *, release: str = "release", namespace: str = "space"
) -> Rendered:
    """What `helm template` makes of the chart with the files of values; raises `ChartError` where it would fail."""
    values = merged(renderer, chart, files)
    if found := complaints(chart, values):
        raise ChartError("\n".join(found))
    made = json.loads(_run([renderer, "render", chart, release, namespace], json.dumps(values)))
    return Rendered(made["objects"], made["notes"])


def _run(command: list, text: str = "") -> str:
    done = subprocess.run([str(part) for part in command], input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ChartError(done.stderr.strip())
    return done.stdout
