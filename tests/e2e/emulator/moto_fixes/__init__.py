"""Corrections to the pinned moto, each installed into its classes before the server starts.

They are kept to what the generated configurations need; a new resource type that does not read back as it was written
gets its correction here, with the symptom that it cures.
"""

from ..asynchronous import AsynchronousInvoker
from ..pool import Pool
from ..settings import Settings
from . import (
    addresses,
    autoscaling,
    buckets,
    buses,
    databases,
    distributions,
    ec2,
    eks,
    elasticache,
    file_systems,
    functions,
    load_balancers,
    memorydb,
    queues,
    routes,
    serverless_caches,
    services,
    topics,
)


def install(pool: Pool, asynchronous: AsynchronousInvoker, settings: Settings) -> None:
    """Installs all of them."""
    addresses.begin(settings.first_store)
    autoscaling.install()
    buckets.install()
    buses.install(asynchronous)
    databases.install()
    distributions.install()
    ec2.install()
    eks.install()
    elasticache.install()
    file_systems.install()
    functions.install(pool, asynchronous)
    load_balancers.install()
    memorydb.install()
    queues.install()
    routes.install()
    serverless_caches.install()
    services.install()
    topics.install(asynchronous)
