"""The programs that the tests need, and the charts that they look at."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from charts import render
from harness import environments
from harness.paths import CACHE, REPOSITORY

HERE = Path(__file__).parent
SAMPLES = HERE / "samples"
TEMPLATES = REPOSITORY / "src" / "emit" / "chart" / "templates"
TAG = "2026-11-21.1"


def pytest_generate_tests(metafunc):
    """Runs a test that takes a `sample` with each of them."""
    if "sample" in metafunc.fixturenames:
        metafunc.parametrize("sample", sorted(folder.name for folder in SAMPLES.iterdir()))


@pytest.fixture(scope="session")
def renderer() -> Path:
    """The program that renders charts."""
    if reason := render.missing():
        pytest.skip(reason)
    return render.build_renderer(CACHE / "chart-renderer")


@pytest.fixture(scope="session")
def checkov() -> Path:
    """The program that scans."""
    python = environments.virtual_environment(Path(sys.executable), [HERE / "requirements-scan.txt"])
    return python.parent / "checkov"


@pytest.fixture(scope="session")
def chart(tmp_path_factory) -> Callable[[str], Path]:
    """The folder of a sample's chart."""
    root = tmp_path_factory.mktemp("charts")

    def made(sample: str) -> Path:
        folder = root / sample
        if not folder.exists():
            shutil.copytree(SAMPLES / sample, folder)
            shutil.copytree(TEMPLATES, folder / "templates")
        return folder

    return made


@pytest.fixture(scope="session")
def provided(tmp_path_factory) -> Callable[[Path], Path]:
    """A file with what Terraform and the command line give for a chart: a value wherever its own is empty."""
    folder = tmp_path_factory.mktemp("values")

    def made(chart: Path) -> Path:
        file = folder / f"{chart.name}.json"
        file.write_text(json.dumps(from_terraform(yaml.safe_load((chart / "values.yaml").read_text()))))
        return file

    return made


@pytest.fixture
def rendered(renderer, chart, provided) -> Callable[..., render.Rendered]:
    """What a sample's chart makes of the values of an installation and of further ones."""

    def made(sample: str, *more: Path) -> render.Rendered:
        folder = chart(sample)
        return render.render(renderer, folder, [provided(folder), *more])

    return made


def from_terraform(values: dict) -> dict:
    """What completes a chart's own values, in the shape of Terraform's output `chart_values`."""
    given = {
        "image": {"tag": TAG},
        "network": {"cidr": "10.0.0.0/16"},
        "units": {slug: _of_unit(slug, unit) for slug, unit in values["units"].items()},
    }
    if "files" in values:
        handle = {"volumeHandle": "fs-0123456789abcdef0::fsap-0123456789abcdef0"}
        given["files"] = dict.fromkeys(values["files"], handle)
    return given


def _of_unit(slug: str, unit: dict) -> dict:
    given = {
        "image": {"repository": f"123456789012.dkr.ecr.eu-central-1.amazonaws.com/app-{slug}"},
        "env": {
            name: f"{name.lower()}.example"
            for name, value in unit["env"].items()
            if value == "" and name.startswith("INFERRA_")
        },
        "securityGroups": ["sg-0123456789abcdef0"],
    }
    if "targetGroupArn" in unit:
        balancer = "arn:aws:elasticloadbalancing:eu-central-1:123456789012"
        given["targetGroupArn"] = f"{balancer}:targetgroup/{slug}/0123456789abcdef"
    if "roleArn" in unit:
        given["roleArn"] = f"arn:aws:iam::123456789012:role/app-{slug}"
    return given
