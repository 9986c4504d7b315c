"""The data plane of load balancers: from a listener to a healthy target, as far as security groups let it.

Unlike AWS's, these check a target's health when it is to be used, and give 503 where none is healthy.
"""

import http.client
import itertools
import threading
import time
from collections import defaultdict
from collections.abc import Iterator

from moto.ec2.models import ec2_backends
from moto.elbv2.models import FakeListener, FakeLoadBalancer, FakeTargetGroup, elbv2_backends

from . import security_groups
from .security_groups import Peer, Rule
from .settings import ACCOUNT, REGION

# How long a target that was found healthy is taken to be so.
HEALTHY_SECONDS = 1.0


# Anyone, who may ask for anything.
INTERNET = Peer("the internet", frozenset(), ("0.0.0.0/0",), (Rule(True, 0, 65_535, "0.0.0.0/0", None),))


class UnavailableError(Exception):
    """A status that the load balancer itself answers with, and why."""

    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status = status


class LoadBalancing:
    """Finds targets; remembers whose turn it is and who was healthy."""

    def __init__(self):
        self._turns: dict[str, Iterator[int]] = defaultdict(itertools.count)
        self._healthy: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def target(self, listener_arn: str, source: Peer) -> tuple[str, int]:
        """Address and port of the target whose turn it is."""
        balancer, listener = _listener(listener_arn)
        front = peer(balancer.name, balancer.security_groups, [subnet.cidr_block for subnet in balancer.subnets])
        if reason := security_groups.refusal(source, front, int(listener.port)):
            raise UnavailableError(503, reason)
        return self._pick(front, _target_group(listener))

    def public_target(self, balancer: FakeLoadBalancer, group: FakeTargetGroup) -> tuple[str, int]:
        """The same of a load balancer that the internet reaches, as far as its own rules let that in."""
        front = peer(balancer.name, balancer.security_groups, [subnet.cidr_block for subnet in balancer.subnets])
        ports = [int(listener.port) for listener in balancer.listeners.values()]
        if reasons := [reason for port in ports if (reason := security_groups.refusal(INTERNET, front, port))]:
            raise UnavailableError(503, "; ".join(reasons))
        return self._pick(front, group)

    def _pick(self, front: Peer, group: FakeTargetGroup) -> tuple[str, int]:
        targets = list(group.targets.values())
        if not targets:
            raise UnavailableError(503, f"{group.name} has no targets")
        with self._lock:
            turn = next(self._turns[group.arn])
        reasons = []
        for number in range(len(targets)):
            target = targets[(turn + number) % len(targets)]
            address, port = target["Id"], int(target["Port"])
            if reason := self._unfit(front, group, address, port):
                reasons.append(reason)
            else:
                return address, port
        raise UnavailableError(503, f"{group.name} has no healthy target: {'; '.join(reasons)}")

    def _unfit(self, front: Peer, group: FakeTargetGroup, address: str, port: int) -> str | None:
        unit = _interface(address)
        checked = port if group.health_check_port == "traffic-port" else int(group.health_check_port)
        for one in {port, checked}:
            if reason := security_groups.refusal(front, unit, one):
                return reason
        key = (group.arn, address)
        if self._healthy.get(key, 0) > time.monotonic():
            return None
        if reason := _failed_check(group, address, checked):
            return reason
        self._healthy[key] = time.monotonic() + HEALTHY_SECONDS
        return None


def peer(name: str, group_ids: list[str], networks: list[str]) -> Peer:
    """Something with those security groups, as they are now."""
    ec2 = ec2_backends[ACCOUNT][REGION]
    groups = [ec2.get_security_group_from_id(one) for one in group_ids]
    rules = [rule for group in groups for rule in (*group.ingress_rules, *group.egress_rules)]
    return Peer(name, frozenset(group_ids), tuple(networks), tuple(map(_rule, rules)))


def subnets(subnet_ids: list[str]) -> list[str]:
    """Their address ranges."""
    ec2 = ec2_backends[ACCOUNT][REGION]
    return [ec2.get_subnet(one).cidr_block for one in subnet_ids]


def _rule(rule) -> Rule:
    return Rule.of(
        egress=rule.is_egress,
        protocol=rule.ip_protocol,
        ports=(rule.from_port, rule.to_port),
        cidr=rule.ip_range.get("CidrIp"),
        group=rule.source_group.get("GroupId"),
    )


def _listener(arn: str):
    for balancer in elbv2_backends[ACCOUNT][REGION].load_balancers.values():
        if arn in balancer.listeners:
            return balancer, balancer.listeners[arn]
    raise UnavailableError(503, f"there is no listener {arn}")


def _target_group(listener: FakeListener) -> FakeTargetGroup:
    [action] = listener.default_actions
    forward = action.data.get("ForwardConfig") or {}
    [arn] = [group["TargetGroupArn"] for group in forward.get("TargetGroups", [])] or [action.data["TargetGroupArn"]]
    return elbv2_backends[ACCOUNT][REGION].target_groups[arn]


def _interface(address: str) -> Peer:
    """What has that private address: whoever runs containers registers their interfaces."""
    for interface in ec2_backends[ACCOUNT][REGION].enis.values():
        if interface.private_ip_address == address:
            groups = [group.id for group in interface.group_set]
            return peer(interface.description or address, groups, [interface.subnet.cidr_block])
    raise UnavailableError(503, f"no network interface has the address {address}")


def _failed_check(group: FakeTargetGroup, address: str, port: int) -> str | None:
    connection = http.client.HTTPConnection(address, port, timeout=float(group.health_check_timeout_seconds))
    try:
        connection.request("GET", group.health_check_path or "/", headers={"User-Agent": "ELB-HealthChecker/2.0"})
        status = connection.getresponse().status
    except OSError as failure:
        return f"{address}:{port}: {failure}"
    finally:
        connection.close()
    if _matches(status, (group.matcher or {}).get("HttpCode") or "200"):
        return None
    return f"{address}:{port}{group.health_check_path} answers {status}"


def _matches(status: int, wanted: str) -> bool:
    """`200`, `200,202` or `200-299`."""
    for part in wanted.split(","):
        first, _, last = part.partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False
