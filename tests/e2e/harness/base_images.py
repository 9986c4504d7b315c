"""Stand-ins for the base images of Python and of Node.js, made of what this machine has.

The root file system of a container is a folder of its own: the interpreter is where the official images have it, in
/usr/local, and the system's libraries and programs are those of this machine, bound read-only. Nothing else of the
machine is there.
"""

import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import environments, tools
from .paths import CACHE

# https://docs.docker.com/reference/cli/docker/image/inspect of python:3.13-slim and node:22-slim
PATH = "/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
FOLDERS = ["dev", "etc/ssl", "etc/alternatives", "home", "proc", "root", "run", "tmp", "var/tmp"]
FOLDERS += ["usr/local/bin", "usr/local/lib"]
LINKS = {"var/run": "../run", "bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "lib64": "usr/lib64"}
FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    "etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "etc/hosts": "127.0.0.1 localhost\n",
    "etc/nsswitch.conf": "hosts: files dns\npasswd: files\ngroup: files\n",
    "etc/ld.so.cache": "",
    "etc/resolv.conf": "",
}
# Read-only from the machine, where they are there.
FROM_THE_MACHINE = ["/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/share", "/usr/include"]
FROM_THE_MACHINE += ["/etc/ssl", "/etc/alternatives", "/etc/ld.so.cache"]
# Parts of an installed Python that the slim images lack, or that nothing here needs.
LEFT_OUT = shutil.ignore_patterns("test", "tests", "idlelib", "tkinter", "turtledemo", "config-*", "__pycache__", "*.a")


@dataclass(frozen=True)
class BaseImage:
    """A root file system to copy, and what it sets."""

    root: Path
    environment: dict[str, str]
    # Destination to source, read-only: what is too big to copy.
    bound: dict[str, Path]
    key: str


def find(image: str) -> BaseImage:
    """The stand-in for a full tag such as `python:3.13-slim` or `public.ecr.aws/docker/library/node:22-slim`."""
    match = re.fullmatch(r"(?:.*/)?(python|node):(\d+(?:\.\d+)?)[\w.-]*(?:@sha256:\w+)?", image)
    assert match, f"there is no stand-in for the base image {image}"
    kind, version = match.groups()
    if kind == "python":
        return _python(version)
    return _node()


def _python(minor: str) -> BaseImage:
    """The interpreter finds its library from where it is, so a copy of an installed one works."""
    interpreter = tools.python(minor)
    prefix = Path(tools.run([interpreter, "-c", "import sys; print(sys.base_prefix)"]).strip())
    key = _key("python", minor, str(prefix))
    root = _made(key, lambda root: _copy_python(prefix, minor, root))
    return BaseImage(root, {"PATH": PATH, "LANG": "C.UTF-8"}, {}, key)


def _copy_python(prefix: Path, minor: str, root: Path) -> None:
    local = root / "usr" / "local"
    library = f"python{minor}"
    shutil.copytree(prefix / "lib" / library, local / "lib" / library, symlinks=True, ignore=LEFT_OUT)
    # The machine's own packages are not the image's.
    packages = local / "lib" / library / "site-packages"
    for one in packages.iterdir() if packages.exists() else []:
        if not re.match(r"(pip|README)", one.name):
            shutil.rmtree(one) if one.is_dir() else one.unlink()
    shutil.copy2((prefix / "bin" / library).resolve(), local / "bin" / library)
    for name in ("python", "python3"):
        (local / "bin" / name).symlink_to(library)
    pip = local / "bin" / "pip"
    pip.write_text("#!/usr/local/bin/python3\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n")
    pip.chmod(0o755)
    # An interpreter that was built with a shared library names it by its place.
    for shared in (prefix / "lib").glob("libpython*.so*"):
        place = root / shared.relative_to("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(shared, place, follow_symlinks=False)
    tools.run(["chmod", "-R", "a+rX", root / "root"])


def _node() -> BaseImage:
    """Whichever version the machine has: what is tested is the code and the shim."""
    tools.require("node", "npm")
    node = Path(shutil.which("node")).resolve()
    npm = Path(shutil.which("npm")).resolve().parents[1]
    version = tools.run([node, "--version"]).strip()
    key = _key("node", version, str(node), str(npm))
    root = _made(key, _node_places)
    bound = {"/usr/local/bin/node": node, "/usr/local/lib/node_modules/npm": npm}
    return BaseImage(root, {"PATH": PATH, "NODE_VERSION": version.lstrip("v")}, bound, key)


def _node_places(root: Path) -> None:
    local = root / "usr" / "local"
    (local / "bin" / "node").touch()
    (local / "lib" / "node_modules" / "npm").mkdir(parents=True)
    for name in ("npm", "npx"):
        (local / "bin" / name).symlink_to(f"../lib/node_modules/npm/bin/{name}-cli.js")


def _key(*words: str) -> str:
    own = Path(__file__).read_bytes()
    return hashlib.sha256("\n".join(words).encode() + own).hexdigest()[:16]


def _made(key: str, fill) -> Path:
    """Made once; the folder is complete when it has its name."""
    root = CACHE / "containers" / "base" / key
    with environments.locked(root):
        if not root.exists():
            unfinished = root.with_suffix(".part")
            shutil.rmtree(unfinished, ignore_errors=True)
            _skeleton(unfinished)
            fill(unfinished)
            unfinished.rename(root)
    return root


def _skeleton(root: Path) -> None:
    for folder in [*FOLDERS, *(place.lstrip("/") for place in FROM_THE_MACHINE if Path(place).is_dir())]:
        (root / folder).mkdir(parents=True, exist_ok=True)
    for name, target in LINKS.items():
        (root / name).symlink_to(target)
    for name, content in FILES.items():
        (root / name).write_text(content)
    (root / "tmp").chmod(0o1777)


def mounts(image: BaseImage) -> list[str]:
    """Arguments of bubblewrap that complete the copied root."""
    binds = {place: Path(place) for place in FROM_THE_MACHINE if Path(place).exists()} | image.bound
    return [argument for place, source in binds.items() for argument in ("--ro-bind", str(source), place)]
