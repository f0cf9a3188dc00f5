"""The real `fivetran debug`, twice, against the stand-in tenant; the warehouse row by row."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from halo.tables import REGISTRY, Table
from halo.tables.columns import ADDITIONAL_FIELDS, Row
from sandbox.quirks import Quirks
from sandbox.server import RunningServer, serve
from sandbox.tenant import Tenant
from tests.world import expected_rows, settled

ROOT = Path(__file__).parent.parent
COMPLAINTS = ("SEVERE", "WARNING", "Traceback", "not needed", "recommend", "missing")


class Debug:
    """A package as it is deployed, and `fivetran debug` on it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        shutil.copytree(
            ROOT / "halo", folder / "halo", ignore=shutil.ignore_patterns("__pycache__")
        )
        for name in ("connector.py", "requirements.txt"):
            shutil.copy(ROOT / name, folder / name)
        self.configure(
            base_url=url, client_id="sandbox-client", client_secret="sandbox-secret-3f9c"
        )

    def configure(self, **values: str) -> None:
        """Writes configuration.json with the real keys."""
        keys = json.loads((ROOT / "configuration.json").read_text("utf-8"))
        filled = dict.fromkeys(keys, "") | {"requests_per_5_minutes": "3000"} | values
        (self.folder / "configuration.json").write_text(json.dumps(filled))

    def run(self) -> subprocess.CompletedProcess[str]:
        """One `fivetran debug`."""
        scripts = str(Path(sys.executable).parent)
        return subprocess.run(
            ["fivetran", "debug", "--configuration", "configuration.json"],
            cwd=self.folder,
            env={
                **os.environ,
                "PATH": scripts + os.pathsep + os.environ["PATH"],
                "DO_NOT_TRACK": "1",
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def rows(self, table: Table) -> dict[tuple[object, ...], Row]:
        """The live rows of a table in the warehouse, typed as the connector sent them."""
        names = [*table.columns, ADDITIONAL_FIELDS]
        types = {name: kind.name for name, kind in table.columns.items()}
        with duckdb.connect(str(self.folder / "files" / "warehouse.db"), read_only=True) as db:
            columns = db.execute(
                "select column_name from information_schema.columns "
                f"where table_schema = 'tester' and table_name = '{table.name}'"
            ).fetchall()
            spelt = [
                f'epoch_us("{in_warehouse(name)}")'
                if types.get(name) == "UTC_DATETIME"
                else f'"{in_warehouse(name)}"'
                for name in names
            ]
            live = "where not _fivetran_deleted" if ("_fivetran_deleted",) in columns else ""
            found = db.execute(f'select {", ".join(spelt)} from tester."{table.name}" {live}')
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        for row in rows:
            for name in names:
                if row[name] is not None and types.get(name, "JSON") == "JSON":
                    row[name] = json.loads(row[name])
        return {tuple(row[name] for name in table.key): row for row in rows}


@pytest.fixture
def server() -> Iterator[RunningServer]:
    tenant = Tenant.build(
        seed=3, tickets=130, years=0.5, quirks=Quirks(rate_limit=0), now=lambda: datetime.now(UTC)
    )
    with serve(tenant) as running:
        yield running


def test_two_syncs_and_every_row_of_every_table_is_as_in_the_tenant(
    server: RunningServer, tmp_path: Path
) -> None:
    tenant = server.app.tenant
    debug = Debug(tmp_path, server.url)
    first = debug.run()
    assert first.returncode == 0, first.stdout[-3000:]
    assert differences(debug, tenant) == []

    tenant.live(2)
    before = len(server.app.requests)
    second = debug.run()
    assert second.returncode == 0, second.stdout[-3000:]
    gone = set(tenant.deleted_tickets)
    assert differences(debug, tenant, gone) == []
    assert len(server.app.requests) - before < 150

    for output in (first.stdout + first.stderr, second.stdout + second.stderr):
        lines = output.splitlines()
        assert [line for line in lines if any(word in line for word in COMPLAINTS)] == []
        assert "sandbox-secret-3f9c" not in output
        assert all(any(f" {table.name} " in line for line in lines) for table in REGISTRY)


def test_a_table_without_rows_exists_with_its_columns(tmp_path: Path) -> None:
    tenant = Tenant.build(
        seed=3, tickets=0, years=1, quirks=Quirks(rate_limit=0), now=lambda: datetime.now(UTC)
    )
    with serve(tenant) as running:
        debug = Debug(tmp_path, running.url)
        assert debug.run().returncode == 0
        for table in REGISTRY:
            if table.source.path in ("/Tickets", "/Actions"):
                assert debug.rows(table) == {}


def test_a_wrong_setting_is_one_sentence_and_no_stack_trace_of_ours(tmp_path: Path) -> None:
    debug = Debug(tmp_path, "http://example.com")
    run = debug.run()
    output = run.stdout + run.stderr
    assert run.returncode != 0
    assert "base_url is 'http://example.com'; it has to begin with https://." in output
    assert "Traceback" not in output


def differences(debug: Debug, tenant: Tenant, gone: set[int] | None = None) -> list[str]:
    """Where the warehouse differs from the tenant; what hangs on a deleted ticket may stay."""
    found = []
    for table in REGISTRY:
        here, there = debug.rows(table), expected_rows(tenant, table)
        for key in here.keys() | there.keys():
            if key not in there and key[0] in (gone or ()):
                continue
            one = {name: value for name, value in here.get(key, {}).items() if value is not None}
            other = {name: plain(value) for name, value in there.get(key, {}).items()}
            if settled(one, table) != settled(other, table):
                names = [n for n in one.keys() | other.keys() if one.get(n) != other.get(n)]
                found.append(
                    f"{table.name} {key} {[(n, one.get(n), other.get(n)) for n in names[:3]]}"
                )
    return found


def in_warehouse(name: str) -> str:
    """A column's name in the warehouse: Fivetran sets numbers in names apart."""
    return re.sub(r"(?<=[a-z])(?=\d)", "_", name)


def plain(value: Any) -> Any:
    """A value as it is compared: moments as microseconds."""
    return int(value.timestamp() * 1_000_000) if isinstance(value, datetime) else value
