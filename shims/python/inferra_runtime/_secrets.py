"""Values of Secrets Manager and Parameter Store, each kept for a few minutes."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Iterator
from typing import IO, Any, Callable, Union

from ._aws import client, code_of
from ._store import Entry, Found, Store

__all__ = ["Secret", "ValueUnavailableError", "parameter", "secret"]

# A value that was changed is seen after this at the latest, and a function that reads one for
# every request does not ask for every request. By the clock and not by `time.monotonic`, which
# may stand still while Lambda has the process frozen.
_KEPT_S = 300

_Value = Union[str, bytes]
_lock = threading.Lock()
_kept: dict[str, tuple[float, _Value]] = {}


class ValueUnavailableError(RuntimeError):
    """A value could not be read. The message names what holds it, and shows nothing of it."""


def secret(reference: str) -> _Value:
    """The current value of the secret with this ARN, as text or bytes, as it was put in.

    What begins with ``/`` is no ARN but the name of an encrypted parameter.

    Raises:
        ValueUnavailableError: There is none yet, or it may not be read.
    """
    is_parameter = reference.startswith("/")
    return _remembered(reference, _fetch_secret_parameter if is_parameter else _fetch_secret)


def parameter(name: str) -> str:
    """The value of the parameter with this name.

    Raises:
        ValueUnavailableError: There is no such parameter, or it may not be read.
    """
    return str(_remembered(name, _fetch_parameter))


def _remembered(reference: str, fetch: Callable[[str], _Value]) -> _Value:
    with _lock:
        kept = _kept.get(reference)
    if kept is not None and 0 <= time.time() - kept[0] < _KEPT_S:
        return kept[1]
    value = fetch(reference)
    with _lock:
        _kept[reference] = (time.time(), value)
    return value


def _fetch_secret(arn: str) -> _Value:
    answer = _ask(
        "secret",
        arn,
        lambda: client("secretsmanager").get_secret_value(SecretId=arn),
        f"has no value yet; put one in: aws secretsmanager put-secret-value --secret-id {arn} "
        "--secret-string file://value.txt",
    )
    value = answer.get("SecretString")
    return str(value) if value is not None else bytes(answer["SecretBinary"])


def _fetch_parameter(name: str) -> _Value:
    answer = _ask(
        "parameter", name, lambda: client("ssm").get_parameter(Name=name), "does not exist"
    )
    return str(answer["Parameter"]["Value"])


def _fetch_secret_parameter(name: str) -> _Value:
    answer = _ask(
        "secret",
        name,
        lambda: client("ssm").get_parameter(Name=name, WithDecryption=True),
        f"has no value yet; put one in: aws ssm put-parameter --name {name} --type SecureString "
        "--value file://value.txt",
    )
    return str(answer["Parameter"]["Value"])


def _ask(kind: str, name: str, call: Callable[[], Any], absent: str) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return call()
    except ClientError as error:
        code = code_of(error)
        if code in ("ResourceNotFoundException", "ParameterNotFound"):
            raise ValueUnavailableError(f"the {kind} {name} {absent}") from error
        if code == "AccessDeniedException":
            raise ValueUnavailableError(
                f"the unit's role may not read the {kind} {name}"
            ) from error
        raise ValueUnavailableError(f"the {kind} {name} cannot be read: AWS said {code}") from error
    except BotoCoreError as error:
        raise ValueUnavailableError(
            f"the {kind} {name} cannot be read: {type(error).__name__}"
        ) from error


class Secret(Store):
    """A store that is one file, whatever its path: the value of a secret. It cannot be written."""

    def __init__(self, arn: str) -> None:
        """The secret with this ARN, or the parameter with this name; nothing is asked yet."""
        self._arn = arn

    def _content(self, key: str) -> bytes:
        try:
            value = secret(self._arn)
        except ValueUnavailableError as error:
            raise FileNotFoundError(errno.ENOENT, str(error), key) from error
        return value if isinstance(value, bytes) else value.encode()

    def find(self, key: str) -> Found | None:
        try:
            return Found(len(self._content(key)), 0.0, "")
        except FileNotFoundError:
            return None

    def start(self, key: str, length: int) -> tuple[bytes, Found]:
        # All of it: no secret is larger than 64 KiB, and the next one may be another.
        content = self._content(key)
        return content, Found(len(content), 0.0, "")

    def read(self, key: str, at: int, length: int, tag: str) -> bytes:
        return self._content(key)[at : at + length]

    def write(
        self, key: str, content: IO[bytes], size: int, *, replacing: Found | None = None
    ) -> None:
        raise self._refusal(key)

    def remove(self, key: str) -> None:
        raise self._refusal(key)

    def copy(self, source: str, target: str) -> None:
        raise self._refusal(target)

    def below(self, key: str) -> Iterator[tuple[str, Found]]:
        raise NotADirectoryError(errno.ENOTDIR, "a secret is one file and no directory", key)

    def entries(self, key: str) -> Iterator[Entry]:
        raise NotADirectoryError(errno.ENOTDIR, "a secret is one file and no directory", key)

    def is_directory(self, key: str) -> bool:
        return False

    def absent(self, key: str, shown: str) -> OSError:
        try:
            self._content(key)
        except FileNotFoundError as error:
            return error
        return super().absent(key, shown)

    def _refusal(self, key: str) -> PermissionError:
        return PermissionError(errno.EROFS, f"the secret {self._arn} is only read", key)
