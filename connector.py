"""The front door of the HaloITSM connector: what Fivetran calls, in the SDK's terms."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from fivetran_connector_sdk import ConfigurationForm, Connector, Test, form_field
from fivetran_connector_sdk import Logging as log
from fivetran_connector_sdk import Operations as op

from halo import VERSION
from halo.api.clock import REAL
from halo.api.connection import Connection
from halo.api.pulse import Pulse
from halo.errors import HaloError, SettingsError
from halo.settings import parse
from halo.setup.form import FORM, is_demanded
from halo.setup.tests import SETUP_TESTS, SetupTest
from halo.sync.operations import Checkpoint, Delete, Upsert, Warn
from halo.sync.runner import Sync
from halo.tables import REGISTRY
from halo.values import Setting

MOST_WARNINGS = 10
"""What the dashboard shows of one sync; what is more, or was told within a day, goes to the log."""


def schema(configuration: Mapping[str, str]) -> list[dict[str, object]]:
    """Every wanted table with its primary key and its columns, from the registry.

    With a wrong setting it is every table: update() comes next and says what is wrong.
    """
    excluded: frozenset[str] = frozenset()
    with suppress(SettingsError):
        excluded = parse(configuration, REGISTRY).excluded_tables
    wanted = [table.schema for table in REGISTRY if table.name not in excluded]
    log.info(
        f"HaloITSM connector {VERSION}, {len(wanted)} tables. To tell its maintainers, open an "
        "issue in its repository, with the tenant report (CONTRIBUTING.md)."
    )
    return wanted


def update(configuration: Mapping[str, str], state: Mapping[str, Any]) -> Iterator[None]:
    """One sync: reads Halo and yields the result of each operation.

    What makes a sync impossible is one sentence to the SDK, which fails the sync with it; any other
    exception is a bug, and keeps its stack trace.
    """
    try:
        yield from _sync(configuration, state)
    except HaloError as error:
        yield op.error(str(error))


def _sync(configuration: Mapping[str, str], state: Mapping[str, Any]) -> Iterator[None]:
    settings, said, warnings = parse(configuration, REGISTRY), Pulse(log.info, REAL), 0
    with (
        closing(Connection.to(settings, REAL, said)) as connection,
        said.beating(connection.transport.status),
    ):
        for operation in Sync(settings, connection, state, REAL, said).operations():
            match operation:
                case Upsert(table, rows):
                    for row in rows:
                        yield op.upsert(table, row)
                case Delete(table, keys):
                    for key in keys:
                        yield op.delete(table, key)
                case Checkpoint(following):
                    yield op.checkpoint(following)
                case Warn(sentence, again):
                    warnings += not again
                    is_shown = not again and warnings <= MOST_WARNINGS
                    yield (op.warning if is_shown else log.warning)(sentence)


def configuration_form() -> ConfigurationForm:
    """The setup form: a field for every setting, and the setup tests. Uses no network."""
    form = ConfigurationForm()
    for setting in FORM:
        form.add_field(_form_field(setting))
    for test in SETUP_TESTS:
        form.add_test(label=test.label, func=_setup_test(test))
    return form


def _form_field(setting: Setting) -> Any:
    """A field of the form in the SDK's terms."""
    about: dict[str, Any] = {"required": is_demanded(setting), "placeholder": setting.placeholder}
    about |= {"name": setting.key, "label": setting.label, "description": setting.description}
    if setting.choices:
        offered = [form_field.DropdownFieldParam(**vars(choice)) for choice in setting.choices]
        return form_field.DropdownField(fields=offered, **about)
    kind = form_field.TextField.password if setting.masked else form_field.TextField.plain_text
    return form_field.TextField(field_type=kind, **about)


def _setup_test(test: SetupTest) -> Callable[[Mapping[str, str]], Any]:
    """A setup test in the SDK's terms; Fivetran calls it by the name of the function."""

    def run(configuration: Mapping[str, str]) -> Any:
        trouble = test(configuration, log.warning, log=log.info)
        return Test().failure(trouble) if trouble else Test().success()

    run.__name__ = test.name
    return run


connector = Connector(update=update, schema=schema, configuration_form=configuration_form)

if __name__ == "__main__":
    connector.debug(configuration=json.loads(Path("configuration.json").read_text("utf-8")))
