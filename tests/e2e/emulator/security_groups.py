"""Whether security groups let one thing in a VPC connect to another.

https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_network


@dataclass(frozen=True)
class Rule:
    """One rule: a range of TCP ports, and either addresses or a group on the other side."""

    egress: bool
    first: int
    last: int
    cidr: str | None
    group: str | None

    @classmethod
    def of(
        cls, *, egress: bool, protocol: str, ports: tuple[int | None, int | None], cidr: str | None, group: str | None
    ) -> "Rule":
        """As the API has it. Protocols other than TCP, and all of them together, have no ports."""
        if protocol == "-1":
            return cls(egress, 0, 65_535, cidr, group)
        if protocol not in ("tcp", "6"):
            return cls(egress, 1, 0, cidr, group)
        return cls(egress, ports[0], ports[1], cidr, group)


@dataclass(frozen=True)
class Peer:
    """Something with network interfaces: its groups with their rules, and the subnets that it may be in."""

    name: str
    groups: frozenset[str]
    networks: tuple[str, ...]
    rules: tuple[Rule, ...]


def refusal(source: Peer, target: Peer, port: int) -> str | None:
    """Why a TCP connection is not let through; None where it is. Both sides must permit it."""
    if not _permits(source.rules, target, port, egress=True):
        return f"no egress rule of {source.name} permits port {port} of {target.name}"
    if not _permits(target.rules, source, port, egress=False):
        return f"no ingress rule of {target.name} permits its port {port} to {source.name}"
    return None


def _permits(rules: Iterable[Rule], other: Peer, port: int, *, egress: bool) -> bool:
    return any(rule.egress == egress and rule.first <= port <= rule.last and _covers(rule, other) for rule in rules)


def _covers(rule: Rule, other: Peer) -> bool:
    if rule.group is not None:
        return rule.group in other.groups
    if rule.cidr is None:
        return False
    allowed = ip_network(rule.cidr)
    return bool(other.networks) and all(ip_network(one).subnet_of(allowed) for one in other.networks)
