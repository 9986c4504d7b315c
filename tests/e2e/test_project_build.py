"""The build of a project whose package a unit keeps whole: what it is handed, and what an image takes of it."""

import json
import shutil
import subprocess

import pytest

from harness.paths import REPOSITORY

PROJECT = REPOSITORY / "src/build/node/project.mjs"
BUILD_IMAGE = REPOSITORY / "src/emit/units/image/build_image.mjs"

KEPT = {
    "package": "next",
    "folder": "",
    "build": ["next", "build"],
    "environment": {"NODE_ENV": "production"},
    "passes": ["NEXT_PUBLIC_*"],
    "makes": [".next"],
    "without": [".next/cache/**", "node_modules/@next/swc-*/**"],
}


@pytest.fixture
def node():
    """The program."""
    return shutil.which("node")


@pytest.fixture
def unit(tmp_path):
    """A unit whose package says what it was handed, instead of building anything."""
    unit = tmp_path / "unit"
    files = {
        "inferra_entry.mjs": "",
        "inferra_runtime/project.mjs": PROJECT.read_text(),
        "node_modules/next/package.json": '{ "bin": { "next": "build.cjs" } }',
        "node_modules/next/build.cjs": 'const fs = require("fs"); fs.mkdirSync(".next", { recursive: true });'
        'fs.writeFileSync(".next/handed.json", JSON.stringify(Object.keys(process.env).sort()));',
        "node_modules/@next/swc-linux/swc.node": "",
        "node_modules/@next/env/index.js": "",
    }
    for name, text in files.items():
        file = unit / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return unit


def test_the_projects_code_is_not_handed_the_whole_environment(node, unit, tmp_path):
    """What may be a secret of whoever builds stays with the build."""
    settings = tmp_path / "project.json"
    settings.write_text(json.dumps({"unit": str(unit), "kept": KEPT}))
    handed = {
        "CI": "1",
        "HOME": str(tmp_path),
        "NEXT_PUBLIC_TOKEN": "shown",
        "NODE_OPTIONS": "",
        "PATH": "/usr/bin",
        "https_proxy": "",
        "npm_config_registry": "https://registry.npmjs.org/",
    }
    kept_back = {
        "AWS_SECRET_ACCESS_KEY": "secret",
        "DATABASE_URL": "secret",
        "NODE_AUTH_TOKEN": "secret",
        "npm_config__auth": "secret",
    }
    subprocess.run([node, PROJECT, settings], env={**handed, **kept_back}, check=True)
    found = json.loads((unit / ".next/handed.json").read_text())
    assert found == sorted([*handed, "NODE_ENV"])


def assemble(node, unit, tmp_path):
    """An image of the unit, whose bundle is of no interest here."""
    runtime = unit / "inferra_runtime"
    # What the script writes for itself would be everybody's.
    script = BUILD_IMAGE.read_text().replace('"/tmp/', f'"{tmp_path}/')
    (runtime / "build_image.mjs").write_text(script)
    (runtime / "bundling.json").write_text(json.dumps({"generated": [], "kept": KEPT}))
    result = tmp_path / "result.json"
    (runtime / "bundle.mjs").write_text(
        'import { writeFileSync } from "node:fs";\n'
        f'writeFileSync({json.dumps(str(result))}, \'{{"folders": [], "scripts": []}}\');\n'
    )
    command = [node, "inferra_runtime/build_image.mjs", "./", tmp_path / "image"]
    return subprocess.run(command, cwd=unit, capture_output=True, text=True, check=False)


def link(unit, name, target):
    """A link in what the build made, relative to the unit."""
    file = unit / ".next" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.symlink_to(target)


def test_an_image_takes_of_links_what_a_zip_does(node, unit, tmp_path):
    """What is left out is left out by either name."""
    link(unit, "node_modules/env-1", unit / "node_modules/@next/env")
    link(unit, "node_modules/swc-1", unit / "node_modules/@next/swc-linux")
    link(unit, "cache/env-1", unit / "node_modules/@next/env")
    done = assemble(node, unit, tmp_path)
    assert done.returncode == 0, done.stderr
    made = tmp_path / "image/.next"
    files = {str(path.relative_to(made)) for path in made.rglob("*") if path.is_file()}
    assert files == {"handed.json", "node_modules/env-1/index.js"}


def test_no_link_leads_out_of_the_unit(node, unit, tmp_path):
    """As in a zip."""
    (tmp_path / "secret").write_text("")
    link(unit, "secret", tmp_path / "secret")
    done = assemble(node, unit, tmp_path)
    assert done.returncode != 0
    assert ".next/secret leads out of the unit" in done.stderr
