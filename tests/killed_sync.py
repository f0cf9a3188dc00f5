"""A sync in a process of its own, which may be killed at any moment; what it commits is told."""

from __future__ import annotations

from multiprocessing.connection import Connection as Pipe

from halo.api.clock import Clock
from halo.api.connection import Connection
from halo.settings import parse
from halo.sync import runner
from halo.sync.operations import Checkpoint, Warn
from halo.tables import REGISTRY


def run(
    configuration: dict[str, str], state: dict[str, object], checkpoint_every: float, told: Pipe
) -> None:
    """One sync; at each checkpoint it sends (requests so far, the operations since the last one).

    What was not sent by then is lost with the process, as in Fivetran. The end is None, or the
    sentence of the error.
    """
    runner.CHECKPOINT_EVERY = checkpoint_every
    settings, clock = parse(configuration, REGISTRY), Clock()
    connection = Connection.to(settings, clock, lambda _: None)
    uncommitted: list[object] = []
    try:
        sync = runner.Sync(settings, connection, state, clock, lambda _: None)
        for operation in sync.operations():
            if not isinstance(operation, Warn):
                uncommitted.append(operation)
            if isinstance(operation, Checkpoint):
                told.send((connection.requests, uncommitted))
                uncommitted = []
        told.send(None)
    except Exception as error:
        told.send(repr(error))
    finally:
        connection.close()
