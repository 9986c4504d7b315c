"""Corrections to the pinned moto, each installed into its classes before the server starts.

They are kept to what the generated configurations need; a new resource type that does not read back as it was written
gets its correction here, with the symptom that it cures.
"""

from ..asynchronous import AsynchronousInvoker
from ..pool import Pool
from . import ec2, elasticache, functions, queues, routes, topics


def install(pool: Pool, asynchronous: AsynchronousInvoker) -> None:
    """Installs all of them."""
    ec2.install()
    elasticache.install()
    functions.install(pool, asynchronous)
    queues.install()
    routes.install()
    topics.install(asynchronous)
