"""What an EKS cluster has, as documents in the form of the API's own answers.

moto's clusters forget most of what they are created with, and its EKS has no add-ons, access entries or Pod Identity
associations. Everything is active at once: there is nothing that could take time.
"""

import hashlib
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from moto.core.utils import utcnow
from moto.eks.exceptions import InvalidParameterException, ResourceInUseException, ResourceNotFoundException

from ..settings import ACCOUNT, REGION

Document = dict[str, object]


@dataclass
class Cluster:
    """A cluster, and what is in it by kind and name."""

    document: Document
    parts: dict[str, dict[str, Document]] = field(default_factory=dict)

    def kind(self, name: str) -> dict[str, Document]:
        """All of a kind, by name."""
        return self.parts.setdefault(name, {})


_CLUSTERS: dict[str, Cluster] = {}
_LOCK = threading.Lock()


def clusters() -> dict[str, Cluster]:
    """All clusters by name."""
    return _CLUSTERS


def cluster(name: str) -> Cluster:
    """A cluster that must be there."""
    if name not in _CLUSTERS:
        raise ResourceNotFoundException(message=f"No cluster found for name: {name}.")
    return _CLUSTERS[name]


def part(cluster_name: str, kind: str, name: str) -> Document:
    """Something in a cluster that must be there."""
    found = cluster(cluster_name).kind(kind).get(name)
    if found is None:
        raise ResourceNotFoundException(message=f"No {kind} found for name: {name} in cluster {cluster_name}.")
    return found


def add(where: dict[str, object], name: str, make: Callable[[], object]):
    """Puts what `make` gives under a name that is not taken."""
    with _LOCK:
        if name in where:
            raise ResourceInUseException(message=f"{name} already exists.")
        where[name] = make()
        return where[name]


def remove(cluster_name: str, kind: str, name: str) -> Document:
    """Takes something out of a cluster: the provider waits until it is gone."""
    found = part(cluster_name, kind, name)
    del cluster(cluster_name).kind(kind)[name]
    return found | {"status": "DELETING"}


def arn(kind: str, *names: str) -> str:
    """Of something in a cluster; ends with an identifier that another of the same name would not have."""
    return f"arn:aws:eks:{REGION}:{ACCOUNT}:{kind}/{'/'.join(names)}/{uuid.uuid4()}"


def stamps() -> Document:
    """When something was made."""
    return {"createdAt": utcnow(), "modifiedAt": utcnow()}


def given(parameters: Document, *names: str) -> Document:
    """The parameters of those names that the request has."""
    return {name: parameters[name] for name in names if parameters.get(name) is not None}


def update(kind: str) -> Document:
    """The record of a change, which is through as soon as it is asked for."""
    return {
        "id": str(uuid.uuid4()),
        "status": "Successful",
        "type": kind,
        "params": [],
        "createdAt": utcnow(),
        "errors": [],
    }


def tagged(resource_arn: str) -> Document:
    """Whatever has that ARN."""
    for document in _documents():
        if resource_arn in (value for name, value in document.items() if name.lower().endswith("arn")):
            return document
    raise ResourceNotFoundException(message=f"Resource not found: {resource_arn}")


def _documents() -> Iterator[Document]:
    # The cluster's name is in the parts of all: the part's own ARN comes before its role's, which tags nothing.
    for one in list(_CLUSTERS.values()):
        yield one.document
        for documents in one.parts.values():
            yield from documents.values()


def require_role(role_arn: str) -> None:
    """EKS refuses what is not the ARN of a role."""
    if f":iam::{ACCOUNT}:role/" not in role_arn:
        raise InvalidParameterException(message=f"Invalid Role Arn: '{role_arn}'")


def hexadecimal(name: str, length: int) -> str:
    """An identifier as AWS would invent it, the same in each run."""
    return hashlib.sha256(name.encode()).hexdigest()[:length].upper()
