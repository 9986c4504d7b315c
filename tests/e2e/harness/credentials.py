"""The credentials of a container's role, served where AWS's SDKs look for them in a container.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
"""

import json
import secrets
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .cloud import Cloud
from .network import Place

ECS_SERVICE = "ecs-tasks.amazonaws.com"
PODS_SERVICE = "pods.eks.amazonaws.com"
TOKEN_FILE = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token"
WEB_TOKEN_FILE = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"
# Pod Identity passes the pod's names as session tags, which the role must permit.
ACTIONS = {ECS_SERVICE: {"sts:AssumeRole"}, PODS_SERVICE: {"sts:AssumeRole", "sts:TagSession"}}


@dataclass(frozen=True)
class Credentials:
    """What the container's environment says, the files that it needs, and what is served in it, where something is."""

    environment: dict[str, str]
    files: dict[str, str] = field(default_factory=dict)
    place: Place | None = None
    path: str = ""
    document: dict[str, str] = field(default_factory=dict)
    token: str | None = None

    def serve(self, listener: socket.socket) -> None:
        """Answers on a socket that is in the container's network."""
        server = _Server(self.place, _handler(self), bind_and_activate=False)
        server.socket.close()
        server.socket = listener
        server.daemon_threads = True
        threading.Thread(target=_serve, args=(server,), daemon=True).start()


def of_task(cloud: Cloud, role_arn: str, session: str) -> Credentials:
    """As the agent of ECS gives them to a task."""
    path = f"/v2/credentials/{secrets.token_hex(8)}"
    document = _assumed(cloud, role_arn, session, ECS_SERVICE)
    environment = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": path}
    return Credentials(environment, {}, ("169.254.170.2", 80), path, document)


def of_pod(cloud: Cloud, role_arn: str, session: str) -> Credentials:
    """As the agent of EKS Pod Identity gives them to a pod."""
    path, token = "/v1/credentials", secrets.token_hex(16)
    environment = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://169.254.170.23{path}",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": TOKEN_FILE,
        "AWS_STS_REGIONAL_ENDPOINTS": "regional",
    }
    document = _assumed(cloud, role_arn, session, PODS_SERVICE)
    return Credentials(environment, {TOKEN_FILE: token}, ("169.254.170.23", 80), path, document, token)


def of_account(cloud: Cloud, role_arn: str, issuer: str, account: str) -> Credentials:
    """As the webhook of EKS gives them to a pod whose service account has a role: the SDK exchanges a token for them.
    `account` is `namespace:name`. https://docs.aws.amazon.com/eks/latest/userguide/pod-configuration.html"""
    name, provider = role_arn.rsplit("/", 1)[-1], issuer.removeprefix("https://")
    trust = cloud.client("iam").get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    wanted = {f"{provider}:sub": f"system:serviceaccount:{account}", f"{provider}:aud": "sts.amazonaws.com"}
    assert any(_trusts_account(one, provider, wanted) for one in _listed(trust["Statement"])), (
        f"{name} does not trust {account} of {issuer}: {trust}"
    )
    environment = {"AWS_ROLE_ARN": role_arn, "AWS_WEB_IDENTITY_TOKEN_FILE": WEB_TOKEN_FILE}
    return Credentials(
        environment | {"AWS_STS_REGIONAL_ENDPOINTS": "regional"}, {WEB_TOKEN_FILE: secrets.token_hex(16)}
    )


def _assumed(cloud: Cloud, role_arn: str, session: str, service: str) -> dict[str, str]:
    """The role must trust the service that asks for it."""
    name = role_arn.rsplit("/", 1)[-1]
    trust = cloud.client("iam").get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    statements = [one for one in _listed(trust["Statement"]) if _trusts(one, service)]
    permitted = {action for one in statements for action in _listed(one["Action"])}
    assert permitted >= ACTIONS[service], f"{name} lets {service} do {sorted(permitted)} only"
    given = cloud.client("sts").assume_role(RoleArn=role_arn, RoleSessionName=session[:64])["Credentials"]
    return {
        "AccessKeyId": given["AccessKeyId"],
        "SecretAccessKey": given["SecretAccessKey"],
        "Token": given["SessionToken"],
        "Expiration": given["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _trusts(statement: dict, service: str) -> bool:
    return statement["Effect"] == "Allow" and service in _listed(statement["Principal"].get("Service", []))


def _trusts_account(statement: dict, provider: str, wanted: dict[str, str]) -> bool:
    federated = _listed(statement["Principal"].get("Federated", []))
    if not any(one.endswith(f":oidc-provider/{provider}") for one in federated):
        return False
    required = statement.get("Condition", {}).get("StringEquals", {})
    return "sts:AssumeRoleWithWebIdentity" in _listed(statement["Action"]) and required == wanted


def _listed(value) -> list:
    return value if isinstance(value, list) else [value]


def _handler(credentials: Credentials) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_arguments) -> None:
            """Silent."""

        def do_GET(self) -> None:
            known = self.path == credentials.path
            if not known or credentials.token not in (None, self.headers.get("Authorization")):
                self.send_error(401 if known else 404)
                return
            body = json.dumps(credentials.document).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


class _Server(ThreadingHTTPServer):
    """Ends with its socket, which otherwise is found ready, and refuses, without a pause."""

    def service_actions(self) -> None:
        """Between two requests, or two looks for one."""
        if self.socket.fileno() < 0:
            raise OSError("the socket is closed")


def _serve(server: _Server) -> None:
    try:
        server.serve_forever()
    except (OSError, ValueError):
        # The container's end closes its sockets.
        return
