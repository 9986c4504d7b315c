"""CloudFront distributions."""

from moto.cloudfront.models import DefaultCacheBehaviour, Origin, ViewerCertificate


def install() -> None:
    """moto forgets who signs the requests to an origin and which functions a behaviour has, and adds what nobody asked
    for: forwarded values beside a cache policy, and a way to serve a certificate where there is none. Each is a
    difference on the second plan."""
    make_origin, make_behaviour = Origin.__init__, DefaultCacheBehaviour.__init__
    make_certificate = ViewerCertificate.__init__

    def origin(self, given):
        make_origin(self, given)
        self.origin_access_control_id = given.get("OriginAccessControlId") or ""

    def behaviour(self, config):
        given = "ForwardedValues" in config
        make_behaviour(self, config)
        if not given:
            self.forwarded_values = None
        functions = (config.get("FunctionAssociations") or {}).get("Items") or []
        if functions:
            self.function_associations = {"Quantity": len(functions), "Items": functions}

    def certificate(self, config):
        make_certificate(self, config)
        if self.cloud_front_default_certificate:
            self.ssl_support_method = None

    Origin.__init__ = origin
    ViewerCertificate.__init__ = certificate
    DefaultCacheBehaviour.__init__ = behaviour
