"""This connector: its first load, up to `op.*`, whose operations are ours and do nothing.

`requests_per_5_minutes` is at its cap of 3,000, and every run but that with a quota sends fewer
requests: none waits for the budget. For the run with a quota, QUOTA says the budget: `20:2` is 20
in 2 seconds, which no setting can say.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from fivetran_connector_sdk import Logging as log
from fivetran_connector_sdk import Operations as op

import connector
import halo.api.connection
from benchmarks.readers import operations
from halo.api.budget import Budget
from halo.tables import TABLE_NAMES


def read(url: str, take: Callable[[Any], None], tables: frozenset[str] = frozenset()) -> None:
    """All tickets, and the rows of further tables."""
    _sink(take)
    if quota := os.environ.get("QUOTA"):
        limit, window = quota.split(":")
        patched: Any = halo.api.connection
        patched.Budget = partial(_budget, int(limit), float(window))
    configuration = {
        "base_url": url,
        "client_id": "benchmark",
        "client_secret": "benchmark-secret",
        "excluded_tables": ",".join(TABLE_NAMES - {"ticket"} - tables),
        "requests_per_5_minutes": "3000",
        "history_minutes": "0",
    }
    for _ in connector.update(configuration, {}):
        pass


def _budget(limit: int, window: float, _of_the_settings: int) -> Budget:
    return Budget(limit, window)


def _sink(take: Callable[[Any], None]) -> None:
    """Nothing of the SDK is called, but with OPERATIONS its own `op.upsert`; never its core."""

    def upsert(_table: str, row: Any) -> None:
        take(row)

    def nothing(*_: Any) -> None:
        return None

    if os.environ.get("OPERATIONS"):
        operations.install()
    else:
        op.upsert = upsert if take is not ignore else nothing
    op.delete = op.checkpoint = op.warning = nothing
    op.error = _fail
    log.info = log.warning = nothing


def ignore(_row: Any) -> None:
    """The sink that throws away."""


def _fail(sentence: str) -> None:
    raise RuntimeError(sentence)
