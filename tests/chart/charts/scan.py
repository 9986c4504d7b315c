"""What a scanner finds in objects."""

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml

# What is as it is on purpose, by the id of the check that it does not pass.
REASONS = {
    "CKV_K8S_11": "a limit of CPU slows a pod down while its node idles; the request is its share of a busy node",
    "CKV_K8S_15": "a tag of ours never moves, and a pod that starts again must not depend on the registry",
    "CKV_K8S_43": "the tag of a release is said once for all images, and the repositories' tags cannot be overwritten",
}
ON_FARGATE = {"CKV2_K8S_6": "nothing enforces a network policy there, and one that does nothing would only look safe"}


@dataclass(frozen=True, order=True)
class Finding:
    """A check that an object does not pass."""

    check: str
    title: str
    resource: str


def scan(checkov: Path, objects: list[dict]) -> list[Finding]:
    """The findings of checkov, sorted. Fails where it did not understand an object at all."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "objects.yaml"
        # Two braces in a text make it take the whole file for a template, which it leaves out.
        file.write_text(yaml.safe_dump_all(objects).replace("{{", "{ {"))
        command = [checkov, "--framework", "kubernetes", "--skip-download", "--output", "json", "--compact", "--quiet"]
        command += ["--soft-fail", "--file", file]
        done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"checkov exited with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    report = json.loads(done.stdout)
    # What it cannot read, it leaves out. It counts the pods of each object as one more.
    counts = report.get("summary", report)
    if counts["parsing_errors"] or counts["resource_count"] < len(objects):
        raise RuntimeError(f"checkov did not scan:\n{done.stdout}")
    failed = report["results"]["failed_checks"]
    return sorted(Finding(check["check_id"], check["check_name"], check["resource"]) for check in failed)
