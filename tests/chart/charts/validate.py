"""Whether a cluster would take objects: each by the schema of its kind, and all by what they say of each other."""

import json
from pathlib import Path

import jsonschema
import kubernetes_validate

# What EKS offers as its newest.
CLUSTER = "1.36"
CUSTOM = Path(__file__).parent / "custom"
PODS = {"Deployment": ("template",), "Job": ("template",), "CronJob": ("jobTemplate", "spec", "template")}


def validate(objects: list[dict], version: str = CLUSTER) -> list[str]:
    """What is wrong with the objects on that version of Kubernetes."""
    problems = [f"{name(one)}: {problem}" for one in objects for problem in _by_schema(one, version)]
    names = [name(one) for one in objects]
    problems += [f"{twice} is there twice" for twice in sorted({name for name in names if names.count(name) > 1})]
    return problems + references(objects)


def name(one: dict) -> str:
    """`Service/main`."""
    return f"{one['kind']}/{one['metadata']['name']}"


def pod_template(one: dict) -> dict | None:
    """The template of the pods that an object makes."""
    if one["kind"] not in PODS:
        return None
    template = one["spec"]
    for key in PODS[one["kind"]]:
        template = template[key]
    return template


def references(objects: list[dict]) -> list[str]:
    """What an object names that is not there."""
    there = {name(one) for one in objects}
    templates = [template for one in objects if (template := pod_template(one))]
    problems = []
    for one in objects:
        wanted, selectors = _wanted(one)
        problems += [f"{name(one)}: there is no {other}" for other in sorted(wanted - there)]
        for selector in selectors:
            if not any(selector.items() <= template["metadata"]["labels"].items() for template in templates):
                problems.append(f"{name(one)}: no pod has {selector}")
    problems += _ports(objects)
    return problems


def _wanted(one: dict) -> tuple[set[str], list[dict]]:
    spec = one.get("spec", {})
    wanted, selectors = set(), []
    if template := pod_template(one):
        pod = template["spec"]
        wanted.add(f"ServiceAccount/{pod['serviceAccountName']}")
        claims = [volume["persistentVolumeClaim"] for volume in pod["volumes"] if "persistentVolumeClaim" in volume]
        wanted |= {f"PersistentVolumeClaim/{claim['claimName']}" for claim in claims}
        gates = [gate["conditionType"] for gate in pod.get("readinessGates", [])]
        wanted |= {f"TargetGroupBinding/{gate.rpartition('/')[2]}" for gate in gates}
        selectors += [spread["labelSelector"]["matchLabels"] for spread in pod.get("topologySpreadConstraints", [])]
    match one["kind"]:
        case "Service":
            selectors.append(spec["selector"])
        case "Deployment" | "PodDisruptionBudget":
            selectors.append(spec["selector"]["matchLabels"])
        case "NetworkPolicy" | "SecurityGroupPolicy":
            selectors.append(spec["podSelector"]["matchLabels"])
        case "HorizontalPodAutoscaler":
            wanted.add(f"{spec['scaleTargetRef']['kind']}/{spec['scaleTargetRef']['name']}")
        case "PersistentVolume":
            wanted.add(f"PersistentVolumeClaim/{spec['claimRef']['name']}")
        case "PersistentVolumeClaim":
            wanted.add(f"PersistentVolume/{spec['volumeName']}")
        case "TargetGroupBinding":
            wanted.add(f"Service/{spec['serviceRef']['name']}")
    return wanted, selectors


def _ports(objects: list[dict]) -> list[str]:
    """Named ports, from the load balancer's target group to the container."""
    services = {one["metadata"]["name"]: one["spec"] for one in objects if one["kind"] == "Service"}
    problems = []
    for one in objects:
        if one["kind"] == "TargetGroupBinding":
            service = services.get(one["spec"]["serviceRef"]["name"], {"ports": []})
            if one["spec"]["serviceRef"]["port"] not in {port["name"] for port in service["ports"]}:
                problems.append(f"{name(one)}: the service has no such port")
        if one["kind"] == "Deployment":
            pod = pod_template(one)
            containers = pod["spec"]["containers"]
            named = {port["name"] for container in containers for port in container["ports"]}
            selecting = [
                spec for spec in services.values() if spec["selector"].items() <= pod["metadata"]["labels"].items()
            ]
            wanted = {port["targetPort"] for spec in selecting for port in spec["ports"]}
            probes = ("startupProbe", "readinessProbe", "livenessProbe")
            wanted |= {container[probe]["httpGet"]["port"] for container in containers for probe in probes}
            problems += [f"{name(one)}: no container has the port {port}" for port in sorted(wanted - named)]
    return problems


def _by_schema(one: dict, version: str) -> list[str]:
    custom = CUSTOM / f"{one['kind']}.json"
    if custom.exists():
        errors = jsonschema.Draft7Validator(json.loads(custom.read_text())).iter_errors(one)
        return [f"{error.json_path}: {error.message}" for error in errors]
    try:
        used = kubernetes_validate.validate(one, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{'.'.join(map(str, error.path))}: {error.message}"]
    except kubernetes_validate.SchemaNotFoundError as error:
        return [error.message]
    # It falls back to an older version where it does not know the one that it is asked for.
    return [] if used == version else [f"validated for {used} instead of {version}"]
