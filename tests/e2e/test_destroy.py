"""`terraform destroy` leaves nothing behind."""

import pytest

from harness import remains, variants


@pytest.fixture(scope="session")
def destroyed(work):
    """All of them at once: the provider mostly waits."""
    return {variant: work.submit(future.result().terraform.destroy) for variant, future in work.deployments.items()}


@pytest.mark.parametrize("variant", variants.ALL, ids=lambda variant: variant.name)
def test_nothing_is_left(variant, work, destroyed):
    """Not in the cloud of this deployment, where it was alone."""
    destroyed[variant].result()
    cloud = work.deployments[variant].result().cloud
    assert remains.of(cloud) == {}
