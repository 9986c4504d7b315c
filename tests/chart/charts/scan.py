"""What a scanner finds in objects."""

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml


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
