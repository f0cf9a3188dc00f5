"""The front door of the HaloITSM connector: what Fivetran calls, in the SDK's terms."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fivetran_connector_sdk import Connector
from fivetran_connector_sdk import Logging as log
from fivetran_connector_sdk import Operations as op

from halo.api import HaloApi
from halo.clock import Clock
from halo.settings import parse
from halo.sync.operations import Checkpoint, Delete, Upsert, Warn
from halo.sync.runner import Sync
from halo.tables import REGISTRY, TABLE_NAMES

MOST_WARNINGS = 10
"""What the dashboard shows of one sync; what is more goes to the log."""


def schema(configuration: Mapping[str, str]) -> list[dict[str, object]]:
    """Every wanted table with its primary key and its columns, from the registry."""
    settings = parse(configuration, TABLE_NAMES)
    return [table.schema for table in REGISTRY if table.name not in settings.excluded_tables]


def update(configuration: Mapping[str, str], state: Mapping[str, Any]) -> Iterator[None]:
    """One sync: reads Halo and yields the result of each operation.

    `state` is that of the last checkpoint. Raises HaloError, whose text is one sentence.
    """
    settings = parse(configuration, TABLE_NAMES)
    clock = Clock()
    api = HaloApi.connect(settings, clock, log.info)
    warnings = 0
    for operation in Sync(settings, api, state, clock, log.info).operations():
        match operation:
            case Upsert(table, rows):
                for row in rows:
                    yield op.upsert(table, row)
            case Delete(table, keys):
                for key in keys:
                    yield op.delete(table, key)
            case Checkpoint(following):
                yield op.checkpoint(following)
            case Warn(sentence):
                warnings += 1
                yield op.warning(sentence) if warnings <= MOST_WARNINGS else log.warning(sentence)


connector = Connector(update=update, schema=schema)

if __name__ == "__main__":
    connector.debug(configuration=json.loads(Path("configuration.json").read_text("utf-8")))
