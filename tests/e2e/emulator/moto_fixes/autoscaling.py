"""Tags of scalable targets, which moto does not have: the provider reads them, and tries for minutes."""

import json

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

_TAGS: dict[str, dict[str, str]] = {}


def install() -> None:
    """Adds the three operations, and keeps what a target is registered with."""
    register = ApplicationAutoScalingResponse.register_scalable_target

    def register_scalable_target(self) -> str:
        answer = register(self)
        _TAGS.setdefault(json.loads(answer)["ScalableTargetARN"], {}).update(self._get_param("Tags") or {})
        return answer

    ApplicationAutoScalingResponse.register_scalable_target = register_scalable_target
    ApplicationAutoScalingResponse.list_tags_for_resource = _list_tags
    ApplicationAutoScalingResponse.tag_resource = _tag
    ApplicationAutoScalingResponse.untag_resource = _untag


def _list_tags(self: ApplicationAutoScalingResponse) -> str:
    return json.dumps({"Tags": _TAGS.get(self._get_param("ResourceARN"), {})})


def _tag(self: ApplicationAutoScalingResponse) -> str:
    _TAGS.setdefault(self._get_param("ResourceARN"), {}).update(self._get_param("Tags"))
    return "{}"


def _untag(self: ApplicationAutoScalingResponse) -> str:
    for key in self._get_param("TagKeys"):
        _TAGS.get(self._get_param("ResourceARN"), {}).pop(key, None)
    return "{}"
