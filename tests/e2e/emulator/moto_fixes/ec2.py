"""Security group rules."""

from moto.ec2.models.security_groups import SecurityGroupRule


def install() -> None:
    """moto forgets the description of a rule whose source is a security group: a difference on the second plan."""
    SecurityGroupRule.description = property(_description)


def _description(rule: SecurityGroupRule) -> str | None:
    return (rule.ip_range or {}).get("Description") or (rule.source_group or {}).get("Description")
