"""An AWS on loopback whose Lambda functions really run.

moto answers the control plane (what Terraform calls). What moto leaves out, and the tests are about, is added here:

* `sandbox`, `pool`: each function runs as a process of a Lambda runtime client on its unzipped code, with the
  environment that Terraform gave it and the credentials of its own role;
* `asynchronous`: retries and the on-failure destination of asynchronous invocations;
* `gateway`, `routing`: the data plane of HTTP APIs;
* `private_integration`, `load_balancing`, `security_groups`: from an HTTP API over a VPC link and a load balancer to a
  container, as far as security groups let a request through;
* `schedules`: a schedule's target, when a test lets its time come;
* `sites`: CloudFront in front of a private bucket;
* `iam`, `actions`, `permissions`: role policies and resource policies are enforced, and each decision is recorded;
* `moto_fixes`: small corrections, so that an applied configuration reads back as it was written.

Start it with `python -m emulator --help`.
"""
