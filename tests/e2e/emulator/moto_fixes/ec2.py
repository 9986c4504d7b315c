"""Security group rules and launch templates."""

from moto.ec2.models.launch_templates import LaunchTemplateVersion
from moto.ec2.models.security_groups import SecurityGroupRule


def install() -> None:
    """moto forgets the description of a rule whose source is a security group, and takes a launch template's own tags
    for tags of what is launched: differences on the second plan."""
    SecurityGroupRule.description = property(_description)
    make = LaunchTemplateVersion.__init__

    def made(self, template, number, data, description):
        if tags := data.get("TagSpecifications"):
            data["TagSpecifications"] = [one for one in tags if one.get("ResourceType") != "launch-template"]
        make(self, template, number, data, description)

    LaunchTemplateVersion.__init__ = made


def _description(rule: SecurityGroupRule) -> str | None:
    return (rule.ip_range or {}).get("Description") or (rule.source_group or {}).get("Description")
