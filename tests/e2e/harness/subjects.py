"""The two applications that are compiled for every target and broken on purpose."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .fixture import Fixture


@dataclass(frozen=True)
class Request:
    """A request that the application takes, and with which it does all that it does."""

    method: str
    path: str
    body: object


@dataclass(frozen=True, kw_only=True)
class Subject(Fixture):
    """One of them."""

    # The unit whose copy of the code is the whole application, so that it runs alone.
    unit: str
    request: Request
    needs_redis: bool
    shim_break: Callable[[Path], None]


def _break_python_shim(unit: Path) -> None:
    """A shim that wires nothing."""
    with (unit / "inferra_runtime" / "__init__.py").open("a") as module:
        module.write("\n\ndef keywords(callee, prefix, /, **mapping):\n    return callee\n")


def _break_node_shim(unit: Path) -> None:
    """A shim that the wired code does not find."""
    entry, installed = unit / "inferra_entry.mjs", "globalThis.inferra ="
    text = entry.read_text()
    assert text.count(installed) == 1, f"{entry} installs the shim {text.count(installed)} times"
    entry.write_text(text.replace(installed, "globalThis.elsewhere ="))


PYTHON_FASTAPI_REDIS = Subject(
    name="python-fastapi-redis",
    unit="main",
    request=Request("POST", "/users", {"name": "ann", "email": "ann@example.com"}),
    needs_redis=True,
    shim_break=_break_python_shim,
)
TYPESCRIPT_EXPRESS_PUBSUB = Subject(
    name="typescript-express-pubsub",
    unit="sender",
    request=Request("POST", "/greetings", {"name": "Ann"}),
    needs_redis=False,
    shim_break=_break_node_shim,
)
ALL = [PYTHON_FASTAPI_REDIS, TYPESCRIPT_EXPRESS_PUBSUB]
