"""RUN: a program of a build, in the stage's own root file system.

It has the network, and the settings and caches of the package managers on this machine, which an engine's builds would
be given by arguments or by a proxy. They are mounted below /run and leave nothing in the image.
"""

import os
import re
from functools import cache
from pathlib import Path

from . import base_images, tools
from .base_images import BaseImage
from .paths import CACHE

AUTHORITIES = "ssl_cert_file|requests_ca_bundle|node_extra_ca_certs"
KEPT_VARIABLES = re.compile(rf"(?i)(pip_|npm_config_|https?_proxy|no_proxy|{AUTHORITIES})")
RESOLUTION = ["/etc/resolv.conf", "/etc/hosts"]
CACHES = {"PIP_CACHE_DIR": "pip", "npm_config_cache": "npm"}
# Variables that name a folder or a file of this machine.
PLACES = ("PIP_FIND_LINKS", "PIP_CONFIG_FILE", "npm_config_userconfig", "npm_config_globalconfig")


def run(
    root: Path, base: BaseImage, environment: dict[str, str], directory: str, user: str, command: list[str]
) -> None:
    """Runs to success."""
    variables, binds = _of_the_machine()
    given = {"HOME": "/root"} | variables | environment
    arguments = ["bwrap", "--bind", root, "/", *base_images.mounts(base), "--dev", "/dev", "--proc", "/proc"]
    arguments += ["--tmpfs", "/run", *binds, "--unshare-pid", "--unshare-ipc", "--die-with-parent", "--clearenv"]
    arguments += [word for name, value in given.items() for word in ("--setenv", name, value)]
    tools.run([*arguments, "--chdir", directory, "--", *as_user(user), *command])


def _of_the_machine() -> tuple[dict[str, str], list[str]]:
    """Variables, and the mounts that make true what they say."""
    variables = {name: value for name, value in os.environ.items() if KEPT_VARIABLES.match(name)}
    binds = []
    for variable, name in CACHES.items():
        source = Path(os.environ.get(variable, CACHE / name))
        source.mkdir(parents=True, exist_ok=True)
        variables[variable] = f"/run/{name}"
        binds += ["--bind", str(source), f"/run/{name}"]
    for place in RESOLUTION:
        if Path(place).exists():
            binds += ["--ro-bind", str(Path(place).resolve()), place]
    for variable, source in (_configuration() | {name: variables.get(name, "") for name in PLACES[:1]}).items():
        variables.pop(variable, None)
        if source and Path(source).exists():
            variables[variable] = f"/run/{variable}"
            binds += ["--ro-bind", source, variables[variable]]
    return variables, binds


@cache
def _configuration() -> dict[str, str]:
    """Where the package managers of this machine are configured."""
    given = {name: os.environ.get(name, "") for name in PLACES[1:]}
    if not given["PIP_CONFIG_FILE"]:
        given["PIP_CONFIG_FILE"] = "/etc/pip.conf"
    for variable in PLACES[2:]:
        if not given[variable]:
            key = variable.removeprefix("npm_config_")
            given[variable] = tools.output(["npm", "config", "get", key]) if tools.has("npm") else ""
    return given


def as_user(user: str) -> list[str]:
    """Gives up all rights but those of that user and group, given by number."""
    name, _, group = user.partition(":")
    number = {"root": "0"}.get(name, name)
    assert number.isdigit(), f"USER {user}: a number can be checked by an orchestrator, a name cannot"
    if number == "0":
        return []
    rights = ["--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"]
    return ["setpriv", f"--reuid={number}", f"--regid={group or number}", *rights, "--"]
