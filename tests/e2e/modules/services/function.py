"""Does what its event says, with the rights of its role."""

import json
import socket
import time

import boto3
from botocore.exceptions import ClientError


def handler(event, _context):
    """`call`: a service of AWS; `connect`: a server, which may take its time to start; `inferra`: a job."""
    if "inferra" in event:
        return {"ran": event["inferra"]["job"]}
    if "connect" in event:
        return _connected(*event["connect"])
    service, operation, arguments = event["call"]
    try:
        answer = getattr(boto3.client(service), operation)(**arguments)
    except ClientError as failure:
        return {"error": failure.response["Error"]["Code"]}
    if "Body" in answer:
        answer["Body"] = answer["Body"].read().decode()
    # Dates among it become text.
    return json.loads(json.dumps(answer, default=str))


def _connected(host, port):
    for _ in range(100):
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return {"connected": True}
    return {"connected": False}
