"""What the charts of the samples make."""

import json

import pytest
import yaml

from charts import render, validate
from charts.validate import name, pod_template

VERSIONS = ["1.30", validate.CLUSTER, "1.37"]
EXPECTED = {
    "worker": ["Deployment", "NetworkPolicy", "PodDisruptionBudget", "SecurityGroupPolicy", "ServiceAccount"],
    "single": ["Deployment", "NetworkPolicy", "SecurityGroupPolicy", "Service", "ServiceAccount", "TargetGroupBinding"],
}


def only(objects: list[dict], wanted: str) -> dict:
    """The object of that name, such as `Service/main`."""
    found = [one for one in objects if name(one) == wanted]
    assert len(found) == 1, f"{wanted} in {[name(one) for one in objects]}"
    return found[0]


def container(one: dict) -> dict:
    """The one container of the pods that an object makes."""
    (found,) = pod_template(one)["spec"]["containers"]
    return found


def environment(one: dict) -> dict[str, str]:
    """The environment of the container."""
    return {variable["name"]: variable["value"] for variable in container(one)["env"]}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_cluster_takes_everything(rendered, sample, version):
    assert validate.validate(rendered(sample).objects, version) == []


@pytest.mark.parametrize("sample_of", EXPECTED)
def test_a_unit_has_what_it_needs_and_no_more(rendered, sample_of):
    assert [one["kind"] for one in sorted(rendered(sample_of).objects, key=name)] == EXPECTED[sample_of]


def test_a_pair_has_the_objects_of_both(rendered):
    common = {"Deployment", "HorizontalPodAutoscaler", "NetworkPolicy", "PodDisruptionBudget", "SecurityGroupPolicy"}
    common |= {"ServiceAccount"}
    expected = {f"{kind}/{unit}" for kind in common for unit in ("sender", "receiver")}
    expected |= {"Service/sender", "TargetGroupBinding/sender"}
    assert {name(one) for one in rendered("pair").objects} == expected


def test_every_pod_is_confined(rendered, sample):
    pods = [pod_template(one)["spec"] for one in rendered(sample).objects if pod_template(one)]
    assert pods
    for pod in pods:
        (app,) = pod["containers"]
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == pod["securityContext"]["fsGroup"] == 10001
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert app["name"] == "app"
        assert app["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert app["volumeMounts"][0] == {"name": "tmp", "mountPath": "/tmp"}
        assert [mount["name"] for mount in app["volumeMounts"]] == [volume["name"] for volume in pod["volumes"]]
        assert pod["volumes"][0]["emptyDir"]["sizeLimit"]
        assert app["resources"]["limits"] == {"memory": app["resources"]["requests"]["memory"]}
        assert [variable["name"] for variable in app["env"]] == sorted(variable["name"] for variable in app["env"])


def test_a_deployment_rolls_without_a_gap(rendered):
    sender = only(rendered("pair").objects, "Deployment/sender")
    pod = pod_template(sender)["spec"]
    app = container(sender)
    assert sender["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert "replicas" not in sender["spec"], "the autoscaler decides"
    assert app["lifecycle"]["preStop"]["sleep"]["seconds"] == 10
    assert pod["terminationGracePeriodSeconds"] == 30 + 10 + 5
    assert pod["readinessGates"] == [{"conditionType": "target-health.elbv2.k8s.aws/sender"}]
    assert [spread["topologyKey"] for spread in pod["topologySpreadConstraints"]] == [
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    ]
    paths = {probe: app[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")}
    assert paths == {"startupProbe": "/ready", "readinessProbe": "/ready", "livenessProbe": "/live"}
    assert pod["nodeSelector"] == {"kubernetes.io/arch": "arm64", "kubernetes.io/os": "linux"}
    assert app["image"] == "123456789012.dkr.ecr.eu-central-1.amazonaws.com/app-sender:2026-11-21.1"


def test_a_worker_stops_at_once_and_is_called_by_nobody(rendered):
    objects = rendered("pair").objects
    receiver = only(objects, "Deployment/receiver")
    assert "lifecycle" not in container(receiver)
    assert [port["name"] for port in container(receiver)["ports"]] == ["health"]
    assert pod_template(receiver)["spec"]["terminationGracePeriodSeconds"] == 35
    assert only(objects, "NetworkPolicy/receiver")["spec"]["ingress"] == []


def test_ports_and_grace_are_said_once(rendered, tmp_path):
    change = {"units": {"sender": {"port": 3001, "healthPort": 9000, "graceSeconds": 60}}}
    (tmp_path / "change.json").write_text(json.dumps(change))
    objects = rendered("pair", tmp_path / "change.json").objects
    sender = only(objects, "Deployment/sender")
    assert environment(sender) == {
        "INFERRA_EXECUTION_UNIT_SENDER_GRACE_S": "60",
        "INFERRA_EXECUTION_UNIT_SENDER_HEALTH_PORT": "9000",
        "INFERRA_EXECUTION_UNIT_SENDER_PORT": "3001",
        "INFERRA_PERSIST_REDIS_HOST": "inferra_persist_redis_host.example",
        "INFERRA_PERSIST_REDIS_TLS": "true",
    }
    assert {port["name"]: port["containerPort"] for port in container(sender)["ports"]} == {
        "http": 3001,
        "health": 9000,
    }
    assert only(objects, "Service/sender")["spec"]["ports"][0]["port"] == 3001
    ingress = only(objects, "NetworkPolicy/sender")["spec"]["ingress"]
    assert [port["port"] for port in ingress[0]["ports"]] == [3001, 9000]


def test_a_network_policy_opens_what_is_needed_alone(rendered):
    policy = only(rendered("pair").objects, "NetworkPolicy/sender")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert [peer["ipBlock"]["cidr"] for rule in policy["ingress"] for peer in rule["from"]] == ["10.0.0.0/16"]
    names, apis, credentials, store = policy["egress"]
    assert names["to"][0]["podSelector"] == {"matchLabels": {"k8s-app": "kube-dns"}}
    assert apis == {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": 443, "protocol": "TCP"}]}
    assert credentials["to"] == [{"ipBlock": {"cidr": "169.254.170.23/32"}}]
    assert store == {"to": [{"ipBlock": {"cidr": "10.0.0.0/16"}}], "ports": [{"port": 6379, "protocol": "TCP"}]}


def test_a_low_port_needs_no_capability(rendered):
    low = pod_template(only(rendered("single").objects, "Deployment/main"))["spec"]["securityContext"]
    assert low["sysctls"] == [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]
    high = pod_template(only(rendered("pair").objects, "Deployment/sender"))["spec"]["securityContext"]
    assert "sysctls" not in high


def test_a_fixed_number_of_pods_is_in_the_deployment(rendered):
    assert only(rendered("single").objects, "Deployment/main")["spec"]["replicas"] == 1
    assert only(rendered("worker").objects, "Deployment/worker")["spec"]["replicas"] == 2


def test_pods_come_at_once_and_go_slowly(rendered):
    scaler = only(rendered("pair").objects, "HorizontalPodAutoscaler/sender")["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 10)
    assert scaler["metrics"][0]["resource"]["target"] == {"type": "Utilization", "averageUtilization": 70}
    assert scaler["behavior"]["scaleUp"]["stabilizationWindowSeconds"] == 0
    assert scaler["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 300


def test_a_budget_lets_one_pod_go(rendered):
    budget = only(rendered("pair").objects, "PodDisruptionBudget/sender")["spec"]
    assert (budget["maxUnavailable"], budget["unhealthyPodEvictionPolicy"]) == (1, "AlwaysAllow")


def test_jobs_run_the_same_image_and_environment(rendered):
    objects = rendered("jobs").objects
    app = only(objects, "Deployment/main")
    jobs = [one for one in objects if one["kind"] in ("CronJob", "Job")]
    assert len(jobs) == 3
    for job in jobs:
        assert container(job)["image"] == container(app)["image"]
        assert environment(job) == environment(app)
        assert pod_template(job)["spec"]["restartPolicy"] == "Never"
        labels = pod_template(job)["metadata"]["labels"]
        assert not only(objects, "Service/main")["spec"]["selector"].items() <= labels.items(), "no request for a job"
        for kind in ("NetworkPolicy", "SecurityGroupPolicy"):
            selector = only(objects, f"{kind}/main")["spec"]["podSelector"]["matchLabels"]
            assert selector.items() <= labels.items(), f"{kind} holds for jobs, too"
    clean = only(objects, "CronJob/main-clean")
    assert clean["spec"]["schedule"] == "*/15 * * * *"
    assert clean["spec"]["timeZone"] == "Etc/UTC"
    assert clean["spec"]["concurrencyPolicy"] == "Forbid"
    assert clean["spec"]["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 3600
    assert container(clean)["command"] == ["python", "-m", "app.clean"]
    assert all(len(one["metadata"]["name"]) <= 52 for one in jobs)


def test_a_migration_runs_before_new_code(rendered):
    job = only(rendered("jobs").objects, "Job/main-migration")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "post-install,pre-upgrade"
    assert job["spec"]["backoffLimit"] == 0


def test_security_groups_are_there_before_pods(rendered, sample):
    policies = [one for one in rendered(sample).objects if one["kind"] == "SecurityGroupPolicy"]
    assert policies
    for policy in policies:
        assert policy["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"


def test_fargate_has_roles_and_no_network_policy(rendered):
    made = rendered("fargate")
    assert not [one for one in made.objects if one["kind"] == "NetworkPolicy"]
    for unit in ("sender", "receiver"):
        account = only(made.objects, f"ServiceAccount/{unit}")
        role = account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"]
        assert role == f"arn:aws:iam::123456789012:role/app-{unit}"
        assert "nodeSelector" not in pod_template(only(made.objects, f"Deployment/{unit}"))["spec"]
    assert "nothing enforces a NetworkPolicy" in made.notes


def test_the_notes_say_how_to_release(rendered, sample):
    notes = rendered(sample).notes
    assert "--set-string image.tag=<tag>" in notes
    assert ("NetworkPolicy" in notes) == (sample == "fargate")


def test_the_notes_name_the_units(rendered):
    notes = rendered("pair").notes
    assert "  receiver: no port, pods: 2 to 10\n  sender: port 3000, pods: 2 to 10\n" in notes
    assert "  main: port 80, pods: 1\n" in rendered("single").notes


def test_texts_stay_texts(rendered, chart, renderer):
    values = yaml.safe_load((chart("hostile") / "values.yaml").read_text())
    assert render.merged(renderer, chart("hostile"), []) == values, "two readers of YAML read the same"
    nasty = values["units"]["on"]["env"]["NASTY"]
    assert nasty.startswith("{{ .Values.image.tag }} \"'`$(id)` # : - \\ \n---\nkind: Secret\t\x01\x7f\x85\u2028\ufeff")
    made = rendered("hostile")
    app, job = only(made.objects, "Deployment/on"), only(made.objects, "CronJob/on-no")
    assert environment(app).items() >= {"NASTY": nasty, "NO": "1e3", "EMPTY": ""}.items()
    assert container(job)["command"] == [nasty, "null"]
    assert "Secret" not in {one["kind"] for one in made.objects}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"replicas": {"min": 3, "max": 2}}, "max is less than min"),
        ({"port": 8081}, "port and healthPort are the same"),
    ],
)
def test_what_contradicts_itself_is_refused(rendered, tmp_path, change, why):
    (tmp_path / "change.json").write_text(json.dumps({"units": {"sender": change}}))
    with pytest.raises(render.ChartError, match=why):
        rendered("pair", tmp_path / "change.json")


def test_validation_finds_mistakes(rendered):
    objects = rendered("pair").objects
    broken = json.loads(json.dumps(objects))
    only(broken, "Deployment/sender")["spec"]["template"]["spec"]["nodeSelektor"] = {}
    only(broken, "Service/sender")["spec"]["selector"]["app.kubernetes.io/name"] = "nobody"
    only(broken, "TargetGroupBinding/sender")["spec"]["serviceRef"]["port"] = "https"
    del only(broken, "SecurityGroupPolicy/sender")["spec"]["securityGroups"]
    broken.remove(only(broken, "ServiceAccount/receiver"))
    problems = "\n".join(validate.validate(broken))
    for expected in (
        "nodeSelektor",
        "Service/sender: no pod has",
        "TargetGroupBinding/sender: the service has no such port",
        "'securityGroups' is a required property",
        "there is no ServiceAccount/receiver",
    ):
        assert expected in problems


def test_files_are_in_a_volume_that_is_theirs(rendered):
    objects = rendered("files").objects
    (volume,) = [one for one in objects if one["kind"] == "PersistentVolume"]
    claim = only(objects, "PersistentVolumeClaim/uploads")
    namespace = claim["metadata"]["namespace"]
    assert volume["metadata"]["name"] == f"{namespace}-uploads", "volumes have no namespace"
    assert volume["spec"]["csi"] == {
        "driver": "efs.csi.aws.com",
        "volumeHandle": "fs-0123456789abcdef0::fsap-0123456789abcdef0",
    }
    assert volume["spec"]["mountOptions"] == ["tls", "iam"]
    assert volume["spec"]["persistentVolumeReclaimPolicy"] == "Retain"
    claimed = {key: volume["spec"]["claimRef"][key] for key in ("namespace", "name")}
    assert claimed == {"namespace": namespace, "name": "uploads"}
    assert claim["spec"]["volumeName"] == volume["metadata"]["name"]
    assert volume["spec"]["storageClassName"] == claim["spec"]["storageClassName"] == ""


@pytest.mark.parametrize(
    ("of", "read_only"), [("Deployment/writer", False), ("Deployment/reader", True), ("CronJob/writer-clean", False)]
)
def test_a_pod_sees_files_as_its_code_uses_them(rendered, of, read_only):
    one = only(rendered("files").objects, of)
    _, volume = pod_template(one)["spec"]["volumes"]
    claim = {"claimName": "uploads", "readOnly": read_only}
    assert volume == {"name": "files-uploads", "persistentVolumeClaim": claim}
    _, mount = container(one)["volumeMounts"]
    assert mount == {"name": "files-uploads", "mountPath": "/mnt/uploads", "readOnly": read_only}
