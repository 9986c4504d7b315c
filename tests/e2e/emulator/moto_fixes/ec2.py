"""Security group rules and launch templates."""

import inspect

from moto.ec2.models.launch_templates import LaunchTemplateVersion
from moto.ec2.models.security_groups import SecurityGroupRule


def install() -> None:
    """moto forgets the description of a rule whose other side is a security group or a prefix list, and takes a launch
    template's own tags for tags of what is launched: differences on the second plan."""
    make_rule = SecurityGroupRule.__init__
    arguments = inspect.signature(make_rule)

    def made_rule(self, *args, **kwargs):
        make_rule(self, *args, **kwargs)
        self.given_prefix_list = arguments.bind(self, *args, **kwargs).arguments.get("prefix_list_id")

    SecurityGroupRule.__init__ = made_rule
    SecurityGroupRule.description = property(_description)
    make = LaunchTemplateVersion.__init__

    def made(self, template, number, data, description):
        if tags := data.get("TagSpecifications"):
            data["TagSpecifications"] = [one for one in tags if one.get("ResourceType") != "launch-template"]
        make(self, template, number, data, description)

    LaunchTemplateVersion.__init__ = made


def _description(rule: SecurityGroupRule) -> str | None:
    sides = (rule.ip_range, rule.source_group, rule.given_prefix_list)
    return next((one["Description"] for one in sides if one and one.get("Description")), None)
