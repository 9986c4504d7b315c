"""Load balancers are active as soon as they are made."""

from moto.elbv2.models import FakeLoadBalancer


def install() -> None:
    """moto makes the first reader after creation see `provisioning`, for which the provider waits once more."""
    make = FakeLoadBalancer.__init__

    def made(self, *arguments, **options):
        make(self, *arguments, **options)
        self.activate()

    FakeLoadBalancer.__init__ = made
